import { useCallback, useEffect, useState } from 'preact/hooks';
import { parseYuan, shareOf } from '../../domain/money';
import { type Dimension } from '../../domain/measures';
import { type Completeness, type NightsAnswer, type Pace, type TotalsAnswer } from '../answers';
import { type Asked, me, query, today, useAsked } from '../api';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { clockText, dayText, shortAmount } from '../format';
import { arrivalsOf, chanceText, Gap, Progress, Ranking, STATE_TONES, Tile } from '../pace-parts';
import { Chip, Loaded, Money, valueName } from '../parts';
import { linkTo } from '../route';
import { language, t } from '../settings';
import { drawYear } from '../year-drawing';

const FIGURES_EVERY_MS = 60_000;
const NIGHT_EVERY_MS = 5_000;
const MOST_RANKED = 7;
const RANKED = ['platform', 'league', 'province'] as const satisfies readonly Dimension[];

/** Wall is one screen to be read from afar: the year, where it comes from, and the data, kept up to date by itself. */
export function Wall() {
  const isWhole = me.value?.limited === false;
  const pace = useAsked<Pace>(isWhole ? '/pace' : null, FIGURES_EVERY_MS);
  const words = t.value.wall;
  return (
    <main class="wall" id="content" tabIndex={-1}>
      <header>
        <h1>{words.title(me.value?.region ?? '')}</h1>
        {pace.value !== null && <Chip tone={STATE_TONES[pace.value.state]}>{t.value.states[pace.value.state]}</Chip>}
        <Clock asked={pace} />
      </header>
      {pace.value === null ? (
        <Loaded asked={pace}>{() => null}</Loaded>
      ) : (
        <>
          <Standing report={pace.value} />
          <Year report={pace.value} />
        </>
      )}
      {RANKED.map((dimension) => (
        <Ranked key={dimension} dimension={dimension} year={String(pace.value?.goal.year ?? today().slice(0, 4))} />
      ))}
      <Data />
    </main>
  );
}

/** When the figures were read; when they cannot be any more, the last ones stay, and that is said. */
function Clock({ asked: { value, trouble } }: { readonly asked: Asked<Pace> }) {
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    if (trouble === null) setAt(Date.now());
  }, [value, trouble]);
  const words = t.value.wall;
  const time = clockText(new Date(at).toISOString());
  return (
    <p class="clock" role="status">
      {trouble === null ? words.updated(time) : <span class="bad-text">{words.stale(time)}</span>}{' '}
      <a href={linkTo('overview')}>{words.leave}</a>
    </p>
  );
}

function Standing({ report }: { readonly report: Pace }) {
  const { goal, asOf, actual, seasonal, forecast, dailyNeeded, remainingDays } = report;
  const words = t.value.overview;
  const share = shareOf(parseYuan(actual), parseYuan(goal.amount));
  const likely = forecast?.intervals.find(({ level }) => level === 80);
  const amount = (yuan: string): string => shortAmount(yuan, language.value);
  return (
    <section class="card standing" aria-label={words.actual}>
      <p class="label">
        {words.title(goal.year, t.value.measures[goal.measure] ?? goal.measure)} ·{' '}
        {asOf === null ? words.throughNone : words.through(dayText(asOf, language.value))}
      </p>
      <strong class="huge">
        <Money yuan={actual} />
      </strong>
      <p>
        {words.goal} <Money yuan={goal.amount} /> · {words.ofGoal(t.value.percent(share))}
      </p>
      <Progress done={share} expected={seasonal.share} />
      <p class="quiet">
        {words.expected} <Money yuan={seasonal.expected} /> · {words.ofGoal(t.value.percent(seasonal.share))}
      </p>
      <div class="tiles">
        <Tile
          label={words.projected}
          value={seasonal.projected === null ? '–' : <Money yuan={seasonal.projected} />}
          hint={likely === undefined ? '' : t.value.wall.range(amount(likely.low), amount(likely.high))}
        />
        <Tile label={words.chance} value={chanceText(forecast?.chance)} />
        <Tile
          label={words.gap}
          value={<Gap yuan={seasonal.gap} />}
          hint={forecast ? words.gapDays(Math.abs(forecast.gapDays).toFixed(1), forecast.gapDays >= 0) : ''}
        />
        <Tile label={words.daily} value={<Money yuan={dailyNeeded} />} hint={t.value.wall.days(remainingDays)} />
      </div>
    </section>
  );
}

function Year({ report }: { readonly report: Pace }) {
  const words = t.value.overview;
  const lang = language.value;
  const draw = useCallback((palette: Palette) => drawYear(report, palette), [report, lang]);
  return (
    <section class="card year" aria-label={words.chart}>
      <header>
        <h2>{words.chart}</h2>
        <ul class="legend" aria-hidden="true">
          <li class="key-actual">{words.actualLine}</li>
          <li class="key-projected">{words.projectedLine}</li>
          <li class="key-expected">{words.seasonal}</li>
          <li class="key-band">{words.bandShort}</li>
        </ul>
      </header>
      <Chart
        draw={draw}
        label={words.chartHint(
          shortAmount(report.actual, lang),
          report.asOf ?? '–',
          shortAmount(report.goal.amount, lang),
        )}
      />
    </section>
  );
}

function Ranked({ dimension, year }: { readonly dimension: (typeof RANKED)[number]; readonly year: string }) {
  const asked = useAsked<TotalsAnswer>(query('/totals', { year, by: dimension }), FIGURES_EVERY_MS);
  const words = t.value.wall;
  const title = { platform: words.platforms, league: words.leagues, province: words.provinces }[dimension];
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {asked.value !== null && (
        <Ranking
          most={MOST_RANKED}
          parts={asked.value.rows.map(({ dimensions, totals }) => ({
            isKnown: dimensions[dimension] !== 'unknown',
            name: valueName(dimension, dimensions[dimension] ?? ''),
            yuan: totals[asked.value?.measure ?? 'net'],
          }))}
        />
      )}
    </section>
  );
}

function Data() {
  const completeness = useAsked<Completeness>('/completeness', FIGURES_EVERY_MS);
  const nights = useAsked<NightsAnswer>('/nights', NIGHT_EVERY_MS);
  const words = t.value.overview;
  const lang = language.value;
  const day = completeness.value?.days.at(-1);
  const running = nights.value?.running ?? null;
  const last = nights.value?.nights[0];
  return (
    <section class="card data" aria-label={t.value.wall.data}>
      <h2>{t.value.wall.data}</h2>
      {completeness.value !== null && day !== undefined && <Arrived data={completeness.value} day={day} />}
      <div>
        <span class="label">{t.value.wall.nights}</span>
        {running === null ? (
          <p>
            {last === undefined
              ? words.nightNone
              : `${words.night(dayText(last.due, lang, Number(today().slice(0, 4))))} ${words.nightEnded(clockText(last.endedAt))}`}
          </p>
        ) : (
          <>
            <p>
              {words.nightSteps[running.step]}{' '}
              {running.filesTotal > 0 && words.nightFiles(running.filesDone, running.filesTotal, running.filesFailed)}
            </p>
            {running.filesTotal > 0 && (
              <Progress done={(running.filesDone + running.filesFailed) / running.filesTotal} />
            )}
          </>
        )}
      </div>
    </section>
  );
}

function Arrived({ data, day }: { readonly data: Completeness; readonly day: string }) {
  const words = t.value.overview;
  const { due, all, awaited, late } = arrivalsOf(data);
  return (
    <div>
      <span class="label">{words.completeness(dayText(day, language.value, Number(data.asOf.slice(0, 4))))}</span>
      <strong class={late > 0 ? 'bad-text' : ''}>{words.arrived(due, all)}</strong>
      <p class="quiet">{awaited + late === 0 ? words.waitingNone : words.outstanding(awaited, late)}</p>
    </div>
  );
}
