import { paceOf, standingOf } from '../clickhouse/alerts';
import { goalOf } from '../clickhouse/goals';
import { readTotals } from '../clickhouse/queries/totals';
import { businessDayAt, type BusinessDay, firstDay, lastDay, yearOf } from '../domain/calendar';
import { coverageOfShops, type ExpectedShop } from '../domain/completeness';
import { type Fen } from '../domain/money';
import { judgePace, type PaceReport } from '../domain/pace';
import { type PastYear, regionalCurve } from '../domain/regional-season';
import { type SeasonalCurve } from '../domain/season';
import { type Context } from './context';
import { readExpectedShops } from './expected-exports';

/** Which year to measure and on which day to stand; today in Shanghai and its year unless told. */
export interface PaceRequest {
  readonly year?: number;
  readonly asOf?: BusinessDay;
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
 * measuredPace judges a goal's year from the totals, the coverage of shops, and the season, learned from the region's own
 * past years where the store holds them whole.
 */
export async function measuredPace(context: Context, request: PaceRequest): Promise<MeasuredPace> {
  const { db } = context;
  const requestedAsOf = request.asOf ?? businessDayAt(context.now().getTime());
  const year = request.year ?? yearOf(requestedAsOf);
  const goal = await goalOf(db, year);
  const [totals, shops, standing] = await Promise.all([
    readTotals(db, { from: firstDay(Math.max(EARLIEST_YEAR, year - PAST_YEARS)), to: lastDay(year), by: ['day'] }),
    readExpectedShops(context, firstDay(year)),
    standingOf(db, paceOf(goal, '')),
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
    settings: context.settings.pace,
  });
  return { report, curve, dailyAmounts, shops };
}
