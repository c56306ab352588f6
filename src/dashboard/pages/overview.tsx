import { useCallback } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { parseYuan, shareOf } from '../../domain/money';
import { type Completeness, type FilesAnswer, type NightsAnswer, type Pace, type TotalsAnswer } from '../answers';
import { type Asked, failureOf, me, query, today, useAsked } from '../api';
import { Downloads } from '../downloads';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { clockText, dayText, exactAmount, shortAmount } from '../format';
import { arrivalsOf, chanceText, Gap, mayHaveGoal, Progress, STATE_TONES, Tile } from '../pace-parts';
import { Card, Chip, Day, Empty, figure, Loaded, Money, platformName, Rounded, scopeName, Table } from '../parts';
import { linkTo, route } from '../route';
import { language, t } from '../settings';
import { drawYear } from '../year-drawing';
import { FILE_TONES } from './files';
import { PathName } from './path-name';

const NIGHT_EVERY_MS = 5_000;
const MOST_READ_LAST = 5;

/**
 * Overview is the year at a glance: where it stands against its goal, by platform, and what is still awaited. With a league,
 * chain or platform in its address it is that of the part’s own goal.
 */
export function Overview() {
  const isLimited = me.value?.limited ?? true;
  const { year: asked, league, chain, platform } = route.value.query;
  const scope = { league, chain, platform };
  const isPart = Object.values(scope).some((value) => value !== undefined);
  const pace = useAsked<Pace>(mayHaveGoal() ? query('/pace', { year: asked, ...scope }) : null);
  // A part of the region need not have a goal.
  const hasPace = mayHaveGoal() && !(isLimited && pace.trouble !== null && failureOf(pace) === null);
  const completeness = useAsked<Completeness>('/completeness');
  const year = pace.value?.goal.year ?? asked ?? today().slice(0, 4);
  const totals = useAsked<TotalsAnswer>(query('/totals', { year, by: 'platform', ...scope }));
  return (
    <>
      {isPart && (
        <p>
          <a href={linkTo('parts', { year: asked })}>← {t.value.parts.title}</a>
        </p>
      )}
      {hasPace && (
        <Loaded asked={pace}>{(report) => <Standing report={report} arrivals={isPart ? null : completeness} />}</Loaded>
      )}
      {!hasPace && (
        <>
          <h1>{t.value.pages.overview}</h1>
          <div class="tiles">
            <Loaded asked={completeness}>{(data) => <Arrivals data={data} />}</Loaded>
          </div>
        </>
      )}
      <Loaded asked={totals}>{(answer) => <Platforms answer={answer} scope={scope} />}</Loaded>
      {!isPart && <Nights />}
    </>
  );
}

function Standing({ report, arrivals }: { readonly report: Pace; readonly arrivals: Asked<Completeness> | null }) {
  const { goal, state, asOf, actual, seasonal, forecast } = report;
  const words = t.value.overview;
  const share = shareOf(parseYuan(actual), parseYuan(goal.amount));
  const likely = forecast?.intervals.find(({ level }) => level === 80);
  return (
    <>
      <div class="lead">
        <h1>
          {words.title(goal.year, t.value.measures[goal.measure] ?? goal.measure)}
          {goal.scope !== undefined && Object.keys(goal.scope).length > 0 && ` · ${scopeName(goal.scope)}`}
        </h1>
        <Chip tone={STATE_TONES[state]}>{t.value.states[state]}</Chip>
        <p class="quiet">
          {asOf === null ? words.throughNone : words.through(dayText(asOf, language.value))}
          {language.value === 'zh' ? '。' : '. '}
          {t.value.stateHints[state]}
        </p>
      </div>
      <section class="card hero" aria-label={words.actual}>
        <div class="hero-figures">
          <div>
            <span class="label">{words.actual}</span>
            <strong class="big">
              <Money yuan={actual} />
            </strong>
            <span class="exact">{exactAmount(actual, language.value)}</span>
          </div>
          <div>
            <span class="label">{words.goal}</span>
            <strong>
              <Money yuan={goal.amount} />
            </strong>
            <span class="quiet">{words.ofGoal(t.value.percent(share))}</span>
          </div>
          <div>
            <span class="label">{words.expected}</span>
            <strong>
              <Money yuan={seasonal.expected} />
            </strong>
            <span class="quiet">{words.ofGoal(t.value.percent(seasonal.share))}</span>
          </div>
        </div>
        <Progress done={share} expected={seasonal.share} />
      </section>
      <div class="tiles">
        <Tile label={words.chance} value={chanceText(forecast?.chance)} />
        <Tile
          label={words.projected}
          value={seasonal.projected === null ? '–' : <Money yuan={seasonal.projected} />}
          hint={
            likely && <Rounded say={(amount) => words.between(likely.level, amount(likely.low), amount(likely.high))} />
          }
        />
        <Tile
          label={words.gap}
          value={<Gap yuan={seasonal.gap} />}
          hint={forecast ? words.gapDays(Math.abs(forecast.gapDays).toFixed(1), forecast.gapDays >= 0) : ''}
        />
        <Tile
          label={words.daily}
          value={<Money yuan={report.dailyNeeded} />}
          hint={<Rounded say={(amount) => words.dailyHint(report.remainingDays, amount(report.dailySoFar))} />}
        />
        {arrivals !== null && <Loaded asked={arrivals}>{(data) => <Arrivals data={data} />}</Loaded>}
      </div>
      <YearChart report={report} />
      {forecast && forecast.events.length > 0 && (
        <Card title={words.events} aside={t.value.unit}>
          <Table
            label={words.events}
            rows={forecast.events}
            keyOf={({ event }) => event}
            columns={[
              { title: words.events, heads: true, cell: ({ event }) => t.value.events[event] },
              { title: words.eventNeeded, numeric: true, cell: ({ needed }) => figure(needed) },
              { title: words.eventProjected, numeric: true, cell: ({ projected }) => figure(projected) },
            ]}
          />
        </Card>
      )}
    </>
  );
}

function Arrivals({ data }: { readonly data: Completeness }) {
  const words = t.value.overview;
  const day = data.days.at(-1);
  if (day === undefined || data.shops.length === 0) return null;
  const { due, all, awaited, late } = arrivalsOf(data);
  return (
    <a class="tile" href={linkTo('completeness')}>
      <span class="label">{words.completeness(dayText(day, language.value, Number(data.asOf.slice(0, 4))))}</span>
      <strong class={late > 0 ? 'bad-text' : ''}>{words.arrived(due, all)}</strong>
      <span class="quiet">{awaited + late === 0 ? words.waitingNone : words.outstanding(awaited, late)}</span>
    </a>
  );
}

function YearChart({ report }: { readonly report: Pace }) {
  const words = t.value.overview;
  const lang = language.value;
  const { days, goal, asOf, actual } = report;
  const draw = useCallback((palette: Palette) => drawYear(report, palette), [report, lang]);
  const ends = days.filter(({ day }, index) => day.slice(0, 7) !== days[index + 1]?.day.slice(0, 7) || day === asOf);
  return (
    <Card title={words.chart}>
      <ul class="legend" aria-hidden="true">
        <li class="key-actual">{words.actualLine}</li>
        <li class="key-projected">{words.projectedLine}</li>
        <li class="key-expected">{words.seasonal}</li>
        <li class="key-band">{words.band}</li>
      </ul>
      <Chart
        tall
        draw={draw}
        label={words.chartHint(shortAmount(actual, lang), asOf ?? '–', shortAmount(goal.amount, lang))}
      />
      <p class="quiet">
        {words.basis}
        {lang === 'zh' ? '：' : ': '}
        {words.source(report.seasonal.source)}
      </p>
      <details>
        <summary>{words.monthTable}</summary>
        <Table
          label={`${words.monthTable}, ${t.value.unit}`}
          rows={ends}
          keyOf={({ day }) => day}
          columns={[
            { title: words.monthEnd, heads: true, cell: ({ day }) => <Day day={day} /> },
            { title: words.actualLine, numeric: true, cell: ({ actual: done }) => amountOrNone(done) },
            { title: words.projectedLine, numeric: true, cell: ({ projected }) => amountOrNone(projected) },
            { title: words.seasonal, numeric: true, cell: ({ expected }) => figure(expected) },
            { title: words.low, numeric: true, cell: ({ low }) => figure(low) },
            { title: words.high, numeric: true, cell: ({ high }) => figure(high) },
          ]}
        />
      </details>
    </Card>
  );
}

const amountOrNone = (yuan: string | null): string => (yuan === null ? '–' : figure(yuan));

function Platforms({
  answer,
  scope,
}: {
  readonly answer: TotalsAnswer;
  readonly scope: Readonly<Record<string, string | undefined>>;
}) {
  const { rows, total, measure } = answer;
  const words = t.value.overview;
  if (rows.length === 0) return <Empty>{words.empty}</Empty>;
  const year = answer.from.slice(0, 4);
  const whole = parseYuan(total[measure]);
  const shown = [...rows].sort((a, b) => Number(parseYuan(b.totals[measure]) - parseYuan(a.totals[measure])));
  const amounts = [...new Set([measure, 'net', 'gross', 'refunded'] as const)];
  return (
    <Card title={words.platforms} aside={t.value.unit}>
      {answer.asOf !== null && <p class="quiet">{words.beyond(dayText(answer.asOf, language.value))}</p>}
      <Table
        label={words.platforms}
        rows={shown}
        keyOf={({ dimensions }) => dimensions.platform ?? ''}
        columns={[
          {
            title: t.value.dimensions['platform'] ?? '',
            heads: true,
            cell: ({ dimensions: { platform = '' } }) => (
              <a href={linkTo('totals', { ...scope, year, platform, by: 'month' })}>{platformName(platform)}</a>
            ),
          },
          ...amounts.map((name) => ({
            title: t.value.measures[name] ?? name,
            numeric: true,
            cell: ({ totals }: (typeof rows)[number]) => figure(totals[name]),
          })),
          {
            title: t.value.share,
            numeric: true,
            cell: ({ totals }) => t.value.percent(shareOf(parseYuan(totals[measure]), whole)),
          },
          {
            title: t.value.measures['paidOrders'] ?? '',
            numeric: true,
            cell: ({ totals }) => figure(totals.paidOrders),
          },
        ]}
        foot={[
          t.value.total,
          ...amounts.map((name) => figure(total[name])),
          t.value.percent(1),
          figure(total.paidOrders),
        ]}
      />
      <Downloads path={query('/totals', { year, by: 'platform', ...scope })} />
    </Card>
  );
}

function Nights() {
  const asked = useAsked<NightsAnswer>('/nights', NIGHT_EVERY_MS);
  const words = t.value.overview;
  return (
    <Card title={words.nights}>
      <Loaded asked={asked}>
        {({ running, nights }) => {
          const last = nights[0];
          return (
            <div class="stack" aria-live="polite">
              {running !== null && <Running running={running} />}
              {last !== undefined && (
                <p class="quiet">
                  {words.night(dayText(last.due, language.value))} · {words.nightEnded(clockText(last.endedAt))}
                </p>
              )}
              {running === null && last === undefined && <Empty>{words.nightNone}</Empty>}
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Running({ running }: { readonly running: NonNullable<NightsAnswer['running']> }) {
  const words = t.value.overview;
  const { step, filesDone, filesFailed, filesTotal } = running;
  const maySeeFiles = me.value ? mayActAs(me.value.role, 'analyst') : false;
  return (
    <>
      <p>
        <Chip tone="warn">{words.nightRunning}</Chip> {words.nightSteps[step]}{' '}
        {filesTotal > 0 && words.nightFiles(filesDone, filesTotal, filesFailed)}
      </p>
      {filesTotal > 0 && <progress aria-label={words.nightRunning} value={filesDone + filesFailed} max={filesTotal} />}
      {maySeeFiles && step === 'ingest' && <ReadLast />}
    </>
  );
}

/** The files that came to their end last. */
function ReadLast() {
  const asked = useAsked<FilesAnswer>(query('/files', { limit: MOST_READ_LAST }), NIGHT_EVERY_MS);
  const files = asked.value?.files ?? [];
  if (files.length === 0) return null;
  return (
    <ul class="plain" aria-label={t.value.overview.readLast}>
      {files.map(({ fileId, path, status }) => (
        <li key={fileId}>
          <Chip tone={FILE_TONES[status]}>{t.value.files.statuses[status] ?? status}</Chip>
          <PathName path={path} href={linkTo(`file/${fileId}`)} />
        </li>
      ))}
    </ul>
  );
}
