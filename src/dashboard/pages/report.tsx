import { useCallback } from 'preact/hooks';
import { addDays, lastDayOfMonth, yearOf } from '../../domain/calendar';
import { type Dimension, type GoalMeasure } from '../../domain/measures';
import { parseYuan, shareOf } from '../../domain/money';
import { type Completeness, type GrowthAnswer, type Pace, type TotalsAnswer, type TotalsRowOnWire } from '../answers';
import { type Asked, failureOf, me, query, today, useAsked } from '../api';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { dayText, exactAmount } from '../format';
import { chanceText, mayHaveGoal, Progress, STATE_TONES } from '../pace-parts';
import { Chip, Choice, Growth, Loaded, Money, Problem, Rounded, scopeName, valueName } from '../parts';
import { goTo, linkTo, route } from '../route';
import { language, t } from '../settings';
import { drawTotals } from '../totals-drawing';

const MONTHS_BACK = 18;
const MOST_PROVINCES = 10;
const PARTS = ['platform', 'league', 'chain', 'province'] as const satisfies readonly Dimension[];
type Part = (typeof PARTS)[number];

/** The month before a day's. */
const monthBefore = (day: string): string => addDays(`${day.slice(0, 7)}-01`, -1).slice(0, 7);

/** Report is the monthly report on a sheet of A4, on the screen as on paper. */
export function Report() {
  const { month: asked = '' } = route.value.query;
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : monthBefore(today());
  const months = [month];
  for (let each = today().slice(0, 7); months.length <= MONTHS_BACK; each = monthBefore(`${each}-01`)) {
    if (each !== month) months.push(each);
  }
  const words = t.value.report;
  return (
    <>
      <div class="lead screen-only">
        <h1>{t.value.pages.report}</h1>
      </div>
      <div class="controls screen-only">
        <Choice
          label={words.month}
          value={month}
          options={months
            .sort()
            .reverse()
            .map((each) => [each, monthName(each)])}
          onChoose={(chosen) => goTo(linkTo('report', { month: chosen }))}
        />
        <button type="button" class="primary" onClick={() => print()}>
          {words.print}
        </button>
      </div>
      <Sheet key={month} month={month} />
    </>
  );
}

const monthName = (month: string): string =>
  t.value.report.monthName(Number(month.slice(0, 4)), Number(month.slice(5, 7)));

function Sheet({ month }: { readonly month: string }) {
  const [from, to] = [`${month}-01`, lastDayOfMonth(yearOf(`${month}-01`), Number(month.slice(5)))];
  const january = `${month.slice(0, 4)}-01-01`;
  const days = useAsked<TotalsAnswer>(query('/totals', { from, to, by: 'day' }));
  const year = useAsked<TotalsAnswer>(query('/totals', { from: january, to }));
  const grownMonth = useAsked<GrowthAnswer>(query('/growth', { from, to, by: 'platform' }));
  const grownYear = useAsked<GrowthAnswer>(query('/growth', { from: january, to, by: 'platform' }));
  const pace = useAsked<Pace>(mayHaveGoal() ? query('/pace', { year: month.slice(0, 4), asOf: to }) : null);
  const shops = useAsked<Completeness>(query('/completeness', { from, to }));
  const asked = [year, grownMonth, grownYear, pace, shops];
  const isReady = asked.every(({ loading }) => !loading);
  // A sheet that goes to print lacks nothing without saying so.
  const failed = asked.find((each) => failureOf(each) !== null);
  return (
    <article class="paper" aria-busy={!isReady}>
      <header>
        <h2 class="title">{t.value.report.title(me.value?.region ?? '')}</h2>
        <p>
          {[monthName(month), ...(me.value?.limited === true ? [scopeName(me.value.limit)] : [])].join(' · ')} ·{' '}
          {t.value.report.made(dayText(today(), language.value))}
        </p>
      </header>
      <Loaded asked={days}>
        {(sold) => {
          if (!isReady) return <p class="loading">{t.value.loading}</p>;
          if (failed?.trouble) return <Problem trouble={failed.trouble} again={failed.again} />;
          return (
            <>
              <Summary
                month={month}
                sold={sold}
                year={year.value ?? sold}
                growth={[grownMonth.value, grownYear.value]}
                pace={pace.value}
              />
              {sold.rows.length > 0 && <Days sold={sold} />}
              <div class="columns">
                {PARTS.map((part) => (
                  <PartTable key={part} part={part} from={from} to={to} measure={sold.measure} growth={grownMonth} />
                ))}
              </div>
              <Notes sold={sold} growth={grownMonth.value} pace={pace.value} shops={shops.value} />
            </>
          );
        }}
      </Loaded>
    </article>
  );
}

function Summary({
  month,
  sold,
  year,
  growth: [grownMonth, grownYear],
  pace,
}: {
  readonly month: string;
  readonly sold: TotalsAnswer;
  readonly year: TotalsAnswer;
  readonly growth: readonly [GrowthAnswer | null, GrowthAnswer | null];
  readonly pace: Pace | null;
}) {
  const words = t.value.report;
  const { measure } = sold;
  const cumulative = year.total[measure];
  const comparable = grownMonth?.total.comparable.growth ?? null;
  const share = pace === null ? null : shareOf(parseYuan(pace.actual), parseYuan(pace.goal.amount));
  const projected = pace?.seasonal.projected ?? null;
  return (
    <>
      <p>
        <Rounded say={(amount) => words.summary(monthName(month), amount(sold.total[measure]), amount(cumulative))} />
        {comparable !== null && words.summaryGrowth(`${comparable > 0 ? '+' : ''}${t.value.percent(comparable)}`)}
        {pace !== null &&
          share !== null &&
          pace.state !== 'no-data' &&
          words.summaryPace(t.value.percent(share), t.value.percent(pace.seasonal.share), t.value.states[pace.state])}
        {projected !== null && (
          <Rounded say={(amount) => words.summaryProjected(amount(projected), chanceText(pace?.forecast?.chance))} />
        )}
      </p>
      {(sold.asOf === null || sold.asOf < sold.to) && (
        <p class="notice">{words.unfinished(sold.asOf === null ? null : dayText(sold.asOf, language.value))}</p>
      )}
      <section aria-label={words.key}>
        <dl class="facts key">
          <Key name={words.monthAmount}>
            <Money yuan={sold.total[measure]} />
          </Key>
          <Key name={words.growthMonth}>
            <Growth share={comparable} />
          </Key>
          <Key name={words.yearAmount}>
            <Money yuan={cumulative} />
          </Key>
          <Key name={words.growthYear}>
            <Growth share={grownYear?.total.comparable.growth ?? null} />
          </Key>
          {pace !== null && (
            <>
              <Key name={words.goal}>
                <Money yuan={pace.goal.amount} />
              </Key>
              <Key name={words.expected}>
                <Money yuan={pace.seasonal.expected} />
              </Key>
              <Key name={t.value.overview.projected}>
                {pace.seasonal.projected === null ? words.none : <Money yuan={pace.seasonal.projected} />}
              </Key>
              <Key name={t.value.alerts.state}>
                <Chip tone={STATE_TONES[pace.state]}>{t.value.states[pace.state]}</Chip>
              </Key>
            </>
          )}
        </dl>
        {pace !== null && share !== null && <Progress done={share} expected={pace.seasonal.share} />}
      </section>
    </>
  );
}

function Key({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Days({ sold }: { readonly sold: TotalsAnswer }) {
  const words = t.value.report;
  const lang = language.value;
  const { rows, measure } = sold;
  const draw = useCallback(
    (palette: Palette) => drawTotals(rows, { ...PLAIN, measure }, palette) ?? { ...NOTHING, palette },
    [rows, measure, lang],
  );
  const largest = [...rows].sort((a, b) => Number(b.totals[measure]) - Number(a.totals[measure]))[0];
  return (
    <section>
      <h3>
        {words.days} · {t.value.measures[measure]}
      </h3>
      <Chart
        draw={draw}
        label={`${words.days}: ${largest?.dimensions.day ?? ''} ${exactAmount(largest?.totals[measure] ?? '0.00', lang)}`}
      />
    </section>
  );
}

const PLAIN = { period: '', by: ['day'], where: {}, show: 'plain', known: '' } as const;
const NOTHING = { labels: [], strokes: [], axisText: String, labelText: String, tip: () => [] } as const;

function PartTable({
  part,
  from,
  to,
  measure,
  growth,
}: {
  readonly part: Part;
  readonly from: string;
  readonly to: string;
  readonly measure: GoalMeasure;
  readonly growth: Asked<GrowthAnswer>;
}) {
  const words = t.value.report;
  const asked = useAsked<TotalsAnswer>(query('/totals', { from, to, by: part }));
  const titles: Readonly<Record<Part, string>> = {
    platform: words.platforms,
    league: words.leagues,
    chain: words.chains,
    province: words.provinces,
  };
  if (asked.trouble !== null) return <Problem trouble={asked.trouble} again={asked.again} />;
  if (asked.value === null) return <p class="loading">{t.value.loading}</p>;
  const { rows, total } = asked.value;
  const whole = parseYuan(total[measure]);
  const isUnknown = ({ dimensions }: TotalsRowOnWire): boolean => dimensions[part] === 'unknown';
  const sorted = [...rows].sort(
    (a, b) =>
      Number(isUnknown(a)) - Number(isUnknown(b)) ||
      Number(parseYuan(b.totals[measure]) - parseYuan(a.totals[measure])),
  );
  // Leagues and chains of shops that nobody has registered say nothing.
  if (sorted.every(isUnknown)) return null;
  const hasGrowth = part === 'platform' && (growth.value?.comparableShops ?? 0) > 0;
  const shown = part === 'province' ? sorted.slice(0, MOST_PROVINCES) : sorted;
  const grownOf = (value: string): number | null =>
    growth.value?.rows.find(({ dimensions }) => dimensions.platform === value)?.comparable.growth ?? null;
  return (
    <section>
      <h3>{titles[part]}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.value.dimensions[part]}</th>
            <th scope="col" class="number">
              {words.amount}
            </th>
            <th scope="col" class="number">
              {t.value.share}
            </th>
            {hasGrowth && (
              <th scope="col" class="number">
                {words.growth}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ dimensions, totals }) => {
            const value = dimensions[part] ?? '';
            return (
              <tr key={value}>
                <th scope="row">{valueName(part, value)}</th>
                <td class="number">
                  <Money yuan={totals[measure]} />
                </td>
                <td class="number">{t.value.percent(shareOf(parseYuan(totals[measure]), whole))}</td>
                {hasGrowth && (
                  <td class="number">
                    <Growth share={grownOf(value)} />
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Notes({
  sold: { measure, total },
  growth,
  pace,
  shops,
}: {
  readonly sold: TotalsAnswer;
  readonly growth: GrowthAnswer | null;
  readonly pace: Pace | null;
  readonly shops: Completeness | null;
}) {
  const words = t.value.report;
  const gross = parseYuan(total.gross);
  const isIn = (state: string): boolean => state === 'complete' || state === 'accepted' || state === 'not-expected';
  const expected = shops?.shops.filter(({ states }) => states.some((state) => state !== 'not-expected')) ?? [];
  const hasGrowth = growth !== null && growth.comparableShops > 0;
  return (
    <section class="notes">
      <h3>{words.notes}</h3>
      <ol>
        <li>{words.noteMeasure(t.value.measures[measure] ?? measure, t.value.meanings[measure])}</li>
        <li>{words.noteOnce}</li>
        <li>{hasGrowth ? words.noteComparable(growth.comparableShops) : words.noteNoGrowth}</li>
        {gross > 0n && <li>{words.noteRefunds(t.value.percent(shareOf(parseYuan(total.refunded), gross)))}</li>}
        {shops !== null && (
          <li>{words.noteShops(expected.filter(({ states }) => states.every(isIn)).length, expected.length)}</li>
        )}
        {pace !== null && <li>{words.noteSeason(t.value.overview.source(pace.seasonal.source))}</li>}
      </ol>
    </section>
  );
}
