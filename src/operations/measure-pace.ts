import { paceOf, standingOf } from '../clickhouse/alerts';
import { goalOf } from '../clickhouse/goals';
import { readTotals } from '../clickhouse/queries/totals';
import { type Report } from '../clickhouse/reports';
import { shopHistories, shopKey } from '../clickhouse/shops';
import { businessDayAt, type BusinessDay, firstDay, lastDay, yearOf } from '../domain/calendar';
import { coverageOfShops, type ExpectedShop, waitedForIn } from '../domain/completeness';
import { type Goal, type GoalScope } from '../domain/goal';
import { type DimensionFilter } from '../domain/measures';
import { type Fen } from '../domain/money';
import { judgePace, type PaceReport } from '../domain/pace';
import { adjusted } from '../domain/pace-state';
import { type ChartedDay, chartPace } from '../domain/pace-chart';
import { type PastYear, regionalCurve } from '../domain/regional-season';
import { type SeasonalCurve } from '../domain/season';
import { type Days, type ShopTraits, spellsOf } from '../domain/shop-register';
import { terminal } from '../errors';
import { type Context } from './context';
import { readExpectedShops } from './expected-exports';

/** Which goal to measure and on which day to stand; the region's, today in Shanghai and its year unless told. */
export interface PaceRequest {
  readonly year?: number;
  readonly asOf?: BusinessDay;
  readonly scope?: GoalScope;
  /** As a report said it then: by its figures, and by what had come when it was made. */
  readonly asReported?: Report;
  /** Whose figures of a report are asked for: see TotalsQuestion. */
  readonly seenNow?: DimensionFilter;
}

/** Own years that a season is learned from, at most. */
const PAST_YEARS = 3;
/** The engine's days begin here. */
const EARLIEST_YEAR = 1970;

/** MeasuredPace is a judgement with what it was drawn from. */
export interface MeasuredPace {
  readonly report: PaceReport;
  /** The season of the goal's year. */
  readonly curve: SeasonalCurve;
  /** Business day -> amount of the goal's measure, of the goal's year. */
  readonly dailyAmounts: ReadonlyMap<BusinessDay, Fen>;
  readonly shops: readonly ExpectedShop[];
}

/** measurePace judges a goal's year: see measuredPace. */
export async function measurePace(context: Context, request: PaceRequest): Promise<PaceReport> {
  return (await measuredPace(context, request)).report;
}

/**
 * measuredPace judges a goal from the totals and the shops of its scope, and the season, learned from the scope's own past
 * years where the store holds them whole.
 * @throws PipelineError `goal-missing`, and `usage` for the goal of a month, which has no season
 */
export async function measuredPace(context: Context, request: PaceRequest): Promise<MeasuredPace> {
  const { db } = context;
  const { scope = {}, asReported, seenNow } = request;
  refuseMonth(scope);
  const stoodOn = request.asOf ?? asReported?.reportedOn;
  const requestedAsOf = stoodOn ?? businessDayAt(context.now().getTime());
  const year = request.year ?? yearOf(requestedAsOf);
  const goal = await goalOf(db, year, { scope, on: requestedAsOf });
  const [totals, shops, standing] = await Promise.all([
    readTotals(db, {
      from: firstDay(Math.max(EARLIEST_YEAR, year - PAST_YEARS)),
      to: lastDay(year),
      by: ['day'],
      where: scope,
      ...(asReported && { asReported }),
      ...(asReported && seenNow && { seenNow }),
    }),
    shopsOf(context, scope, { from: firstDay(year), to: requestedAsOf }, asReported?.at),
    standingOf(db, paceOf(goal), stoodOn),
  ]);
  const amounts = totals.rows.map((row): [BusinessDay, Fen] => [row.dimensions.day ?? '', row.totals[goal.measure]]);
  const amountsOf = (of: number): Map<BusinessDay, Fen> => new Map(amounts.filter(([day]) => yearOf(day) === of));
  const pastYears = Array.from({ length: PAST_YEARS }, (_, index): PastYear => {
    const past = year - PAST_YEARS + index;
    return { year: past, dailyAmounts: amountsOf(past) };
  });
  const curve = regionalCurve(year, pastYears);
  const dailyAmounts = amountsOf(year);
  const report = judgePace({
    goal,
    dailyAmounts,
    coverage: coverageOfShops(shops, firstDay(year), requestedAsOf),
    requestedAsOf,
    previous: standing?.standing.judged?.state ?? null,
    curve,
    lastYear: curve.ownYears.includes(year - 1) ? amountsOf(year - 1) : null,
    settings: adjusted(context.settings.pace, goal.pace),
  });
  return { report, curve, dailyAmounts, shops };
}

/** drawPace is measurePace with the days behind it: what was done, what was to be expected, and what is to come. */
export async function drawPace(
  context: Context,
  request: PaceRequest,
): Promise<{ readonly report: PaceReport; readonly days: readonly ChartedDay[] }> {
  const measured = await measuredPace(context, request);
  return { report: measured.report, days: chartPace(measured) };
}

function refuseMonth({ month }: GoalScope): void {
  if (month === undefined) return;
  throw terminal(
    'usage',
    `the goal of ${month} has no pace: a pace is that of a year`,
    '"npx paceline goal list" shows what is done of it.',
    { parameter: 'month' },
  );
}

/** The shops that a scope waits for: those that the register puts there, on the days of the period on which it does. */
async function shopsOf(
  context: Context,
  { platform, league, chain }: GoalScope,
  { from, to }: Days,
  known: string | undefined,
): Promise<ExpectedShop[]> {
  const shops = await readExpectedShops(context, from, known);
  const ofPlatform = shops.filter((shop) => platform === undefined || shop.platform === platform);
  if (league === undefined && chain === undefined) return ofPlatform;
  const histories = await shopHistories(context.db);
  const isWithin = (traits: ShopTraits): boolean =>
    (league === undefined || traits.league === league) && (chain === undefined || traits.chain === chain);
  return ofPlatform.flatMap((shop) => {
    const spells = spellsOf(histories.get(shopKey(shop))?.statements ?? [], isWithin);
    return waitedForIn(shop, spells, { from, to }) ?? [];
  });
}

/** salesTowards is what is sold so far of what a goal counts, whether days are complete or not. */
export async function salesTowards({ db }: Context, { year, measure, scope = {} }: Goal): Promise<Fen> {
  const { total } = await readTotals(db, { from: firstDay(year), to: lastDay(year), by: [], where: scope });
  return total[measure];
}
