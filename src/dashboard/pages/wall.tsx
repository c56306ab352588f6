import { type ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { parseYuan, shareOf } from '../../domain/money';
import { type Dimension } from '../../domain/measures';
import { type Completeness, type NightsAnswer, type Pace, type TotalsAnswer } from '../answers';
import { type Asked, me, query, today, useAsked } from '../api';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { clockText, dayText, shortAmount } from '../format';
import { arrivalsOf, chanceText, Gap, Progress, Ranking, STATE_TONES, Tile } from '../pace-parts';
import { Chip, Loaded, Money, Rounded, valueName } from '../parts';
import { linkTo } from '../route';
import { language, t } from '../settings';
import { drawYear } from '../year-drawing';

const FIGURES_EVERY_MS = 60_000;
const NIGHT_EVERY_MS = 5_000;
const MOST_RANKED = 7;

/** Wall is one screen to be read from afar: the year, where it comes from, and the data, kept up to date by itself. */
export function Wall() {
  const isWhole = me.value?.limited === false;
  const pace = useAsked<Pace>(isWhole ? '/pace' : null, FIGURES_EVERY_MS);
  const year = pace.value?.goal.year ?? today().slice(0, 4);
  const platforms = useAsked<TotalsAnswer>(query('/totals', { year, by: 'platform' }), FIGURES_EVERY_MS);
  const leagues = useAsked<TotalsAnswer>(query('/totals', { year, by: 'league' }), FIGURES_EVERY_MS);
  const provinces = useAsked<TotalsAnswer>(query('/totals', { year, by: 'province' }), FIGURES_EVERY_MS);
  const completeness = useAsked<Completeness>('/completeness', FIGURES_EVERY_MS);
  const nights = useAsked<NightsAnswer>('/nights', NIGHT_EVERY_MS);
  const all = [pace, platforms, leagues, provinces, completeness, nights];
  const words = t.value.wall;
  return (
    <main class="wall" id="content" tabIndex={-1}>
      <header>
        <h1>{words.title(me.value?.region ?? '')}</h1>
        {pace.value !== null && <Chip tone={STATE_TONES[pace.value.state]}>{t.value.states[pace.value.state]}</Chip>}
        <Clock figures={pace.value} isLost={all.some(({ trouble }) => trouble !== null)} />
      </header>
      <Last asked={pace}>
        {(report) => (
          <>
            <Standing report={report} />
            <Year report={report} />
          </>
        )}
      </Last>
      <Ranked dimension="platform" title={words.platforms} asked={platforms} />
      <Ranked dimension="league" title={words.leagues} asked={leagues} />
      <Ranked dimension="province" title={words.provinces} asked={provinces} />
      <section class="card data" aria-label={words.data}>
        <h2>{words.data}</h2>
        <Last asked={completeness}>{(data) => <Arrived data={data} />}</Last>
        <div>
          <span class="label">{words.nights}</span>
          <Last asked={nights}>{(answer) => <Nights answer={answer} />}</Last>
        </div>
      </section>
    </main>
  );
}

/** Last shows the last answer, also while there is no newer one: the clock says so. */
function Last<T>({
  asked,
  children,
}: {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  return asked.value === null ? <Loaded asked={asked}>{() => null}</Loaded> : <>{children(asked.value)}</>;
}

/** When the figures were read; when they cannot be any more, the last ones stay, and that is said. */
function Clock({ figures, isLost }: { readonly figures: Pace | null; readonly isLost: boolean }) {
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    if (!isLost) setAt(Date.now());
  }, [figures, isLost]);
  const words = t.value.wall;
  const time = clockText(new Date(at).toISOString());
  return (
    <p class="clock" role="status">
      {isLost ? <span class="bad-text">{words.stale(time)}</span> : words.updated(time)}{' '}
      <a href={linkTo('overview')}>{words.leave}</a>
    </p>
  );
}

function Standing({ report }: { readonly report: Pace }) {
  const { goal, asOf, actual, seasonal, forecast, dailyNeeded, remainingDays } = report;
  const words = t.value.overview;
  const share = shareOf(parseYuan(actual), parseYuan(goal.amount));
  const likely = forecast?.intervals.find(({ level }) => level === 80);
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
          hint={likely && <Rounded say={(amount) => t.value.wall.range(amount(likely.low), amount(likely.high))} />}
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

function Ranked({
  dimension,
  title,
  asked,
}: {
  readonly dimension: Dimension;
  readonly title: string;
  readonly asked: Asked<TotalsAnswer>;
}) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <Last asked={asked}>
        {({ rows, measure }) => (
          <Ranking
            most={MOST_RANKED}
            parts={rows.map(({ dimensions, totals }) => ({
              isKnown: dimensions[dimension] !== 'unknown',
              name: valueName(dimension, dimensions[dimension] ?? ''),
              yuan: totals[measure],
            }))}
          />
        )}
      </Last>
    </section>
  );
}

function Nights({ answer: { running, nights } }: { readonly answer: NightsAnswer }) {
  const words = t.value.overview;
  const [last] = nights;
  if (running === null)
    return (
      <p>
        {last === undefined
          ? words.nightNone
          : `${words.night(dayText(last.due, language.value, Number(today().slice(0, 4))))} ${words.nightEnded(clockText(last.endedAt))}`}
      </p>
    );
  const { step, filesDone, filesFailed, filesTotal } = running;
  return (
    <>
      <p>
        {words.nightSteps[step]} {filesTotal > 0 && words.nightFiles(filesDone, filesTotal, filesFailed)}
      </p>
      {filesTotal > 0 && <Progress done={(filesDone + filesFailed) / filesTotal} />}
    </>
  );
}

function Arrived({ data }: { readonly data: Completeness }) {
  const words = t.value.overview;
  const { due, all, awaited, late } = arrivalsOf(data);
  const day = data.days.at(-1);
  if (day === undefined) return null;
  return (
    <div>
      <span class="label">{words.completeness(dayText(day, language.value, Number(data.asOf.slice(0, 4))))}</span>
      <strong class={late > 0 ? 'bad-text' : ''}>{words.arrived(due, all)}</strong>
      <p class="quiet">{awaited + late === 0 ? words.waitingNone : words.outstanding(awaited, late)}</p>
    </div>
  );
}
