import { useCallback } from 'preact/hooks';
import { daysInYear } from '../../domain/calendar';
import { parseYuan, shareOf } from '../../domain/money';
import { type PaceState } from '../../domain/pace-state';
import { type Charted, type Completeness, type NightsAnswer, type Pace, type TotalsAnswer } from '../answers';
import { me, query, useAsked } from '../api';
import { Chart } from '../chart';
import { type Drawing, type Palette } from '../drawing';
import { axisAmount, clockText, dayText, exactAmount, magnitude, shortAmount } from '../format';
import { Card, Chip, Day, Empty, figure, Loaded, Money, platformName, Table, type Tone } from '../parts';
import { linkTo } from '../route';
import { language, t } from '../settings';

const TONES: Readonly<Record<PaceState, Tone>> = {
  'on-track': 'good',
  'at-risk': 'warn',
  behind: 'bad',
  'no-data': 'calm',
};
const NIGHT_EVERY_MS = 10_000;

/** Overview is the year at a glance: where it stands against its goal, by platform, and what is still awaited. */
export function Overview() {
  const isLimited = me.value?.limited ?? true;
  const pace = useAsked<Pace>(isLimited ? null : '/pace');
  const completeness = useAsked<Completeness>('/completeness');
  const year = pace.value?.goal.year ?? completeness.value?.asOf.slice(0, 4);
  const totals = useAsked<TotalsAnswer>(year === undefined ? null : query('/totals', { year, by: 'platform' }));
  return (
    <>
      {!isLimited && <Loaded asked={pace}>{(report) => <Standing report={report} data={completeness.value} />}</Loaded>}
      {isLimited && (
        <Loaded asked={completeness}>
          {(data) => (
            <>
              <h1>{t.value.pages.overview}</h1>
              <div class="tiles">
                <Arrivals data={data} />
              </div>
            </>
          )}
        </Loaded>
      )}
      <Loaded asked={totals}>{(answer) => <Platforms answer={answer} />}</Loaded>
      <Nights />
    </>
  );
}

function Standing({ report, data }: { readonly report: Pace; readonly data: Completeness | null }) {
  const { goal, state, asOf, actual, seasonal, forecast } = report;
  const words = t.value.overview;
  const share = shareOf(parseYuan(actual), parseYuan(goal.amount));
  const likely = forecast?.intervals.find(({ level }) => level === 80);
  const amount = (yuan: string): string => shortAmount(yuan, language.value);
  return (
    <>
      <div class="lead">
        <h1>{words.title(goal.year, t.value.measures[goal.measure] ?? goal.measure)}</h1>
        <Chip tone={TONES[state]}>{t.value.states[state]}</Chip>
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
          hint={likely === undefined ? '' : words.between(likely.level, amount(likely.low), amount(likely.high))}
        />
        <Tile
          label={words.gap}
          value={<Gap yuan={seasonal.gap} />}
          hint={forecast ? words.gapDays(Math.abs(forecast.gapDays).toFixed(1), forecast.gapDays >= 0) : ''}
        />
        <Tile
          label={words.daily}
          value={<Money yuan={report.dailyNeeded} />}
          hint={words.dailyHint(report.remainingDays, amount(report.dailySoFar))}
        />
        {data !== null && <Arrivals data={data} />}
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

/** An all but certain outcome is not given as 0 or 100 %. */
function chanceText(chance: number | undefined): string {
  if (chance === undefined) return '–';
  if (chance < 0.01) return t.value.overview.certainlyNot;
  return chance > 0.99 ? t.value.overview.certainly : t.value.percent(chance);
}

function Tile({
  label,
  value,
  hint = '',
}: {
  readonly label: string;
  readonly value: preact.ComponentChildren;
  readonly hint?: string;
}) {
  return (
    <div class="tile">
      <span class="label">{label}</span>
      <strong>{value}</strong>
      {hint !== '' && <span class="quiet">{hint}</span>}
    </div>
  );
}

function Gap({ yuan }: { readonly yuan: string }) {
  const isShort = yuan.startsWith('-');
  return (
    <span class={isShort ? 'bad-text' : 'good-text'} title={exactAmount(yuan, language.value)}>
      {isShort ? '−' : '+'}
      {shortAmount(magnitude(yuan), language.value)}
    </span>
  );
}

/** How full the year is, with a mark where it should be. */
function Progress({ done, expected }: { readonly done: number; readonly expected: number }) {
  const at = (share: number): string => `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return (
    <div class="progress" aria-hidden="true">
      <div class="done" style={{ width: at(done) }} />
      <div class="mark" style={{ left: at(expected) }} />
    </div>
  );
}

function Arrivals({ data }: { readonly data: Completeness }) {
  const words = t.value.overview;
  const day = data.days.at(-1);
  if (day === undefined || data.shops.length === 0) return null;
  const last = data.shops.map(({ states }) => states.at(-1));
  const [awaited, late] = [['awaited'], ['late', 'gap']].map(
    (of) => last.filter((state) => of.includes(state ?? '')).length,
  ) as [number, number];
  const due = last.length - awaited - late;
  return (
    <a class="tile" href={linkTo('completeness')}>
      <span class="label">{words.completeness(dayText(day, language.value, Number(data.asOf.slice(0, 4))))}</span>
      <strong class={late > 0 ? 'bad-text' : ''}>{words.arrived(due, last.length)}</strong>
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

function drawYear({ days, goal, asOf }: Pace, palette: Palette): Drawing {
  const words = t.value.overview;
  const lang = language.value;
  const shown = (yuan: string): string => exactAmount(yuan, lang);
  // The projection begins where the year stands, so that the curve does not break off.
  const onward = ({ day, actual, projected }: Charted): string | null => (day === asOf ? actual : projected);
  return {
    palette,
    labels: days.map(({ day }) => day),
    strokes: [
      { name: words.low, kind: 'band-low', colour: palette.band, values: days.map(({ low }) => Number(low)) },
      {
        name: words.bandShort,
        kind: 'band-height',
        colour: palette.band,
        values: days.map(({ low, high }) => Number(high) - Number(low)),
      },
      {
        name: words.seasonal,
        kind: 'dotted',
        colour: palette.quiet,
        values: days.map(({ expected }) => Number(expected)),
      },
      { name: words.projectedLine, kind: 'dashed', colour: palette.accent, values: days.map(onward).map(numberOrNone) },
      {
        name: words.actualLine,
        kind: 'line',
        colour: palette.accent,
        values: days.map(({ actual }) => numberOrNone(actual)),
      },
    ],
    axisText: (value) => axisAmount(value, lang),
    labelText: (day) => dayText(day, lang, days.length >= daysInYear(goal.year) ? goal.year : undefined),
    tip: (index) => {
      const day = days[index];
      if (day === undefined) return [];
      return [
        ...(day.actual === null ? [] : [[words.actualLine, shown(day.actual)] as const]),
        ...(day.projected === null ? [] : [[words.projectedLine, shown(day.projected)] as const]),
        [words.seasonal, shown(day.expected)],
        [words.low, shown(day.low)],
        [words.high, shown(day.high)],
      ];
    },
    level: { value: Number(goal.amount), name: `${words.goal} ${shortAmount(goal.amount, lang)}` },
  };
}

const numberOrNone = (yuan: string | null): number | null => (yuan === null ? null : Number(yuan));

function Platforms({ answer }: { readonly answer: TotalsAnswer }) {
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
              <a href={linkTo('totals', { year, platform, by: 'month' })}>{platformName(platform)}</a>
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
            <div aria-live="polite">
              {running !== null && (
                <p>
                  <Chip tone="warn">{words.nightRunning}</Chip> {words.nightSteps[running.step]}{' '}
                  {running.filesTotal > 0 && (
                    <>
                      {words.nightFiles(running.filesDone, running.filesTotal, running.filesFailed)}
                      <progress
                        aria-label={words.nightRunning}
                        value={running.filesDone + running.filesFailed}
                        max={running.filesTotal}
                      />
                    </>
                  )}
                </p>
              )}
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
