import { standingOf } from '../clickhouse/alerts';
import { goalOf } from '../clickhouse/goals';
import { readTotals } from '../clickhouse/queries/totals';
import { businessDayAt, type BusinessDay, firstDay, lastDay, yearOf } from '../domain/calendar';
import { coverageOfShops } from '../domain/completeness';
import { type Fen } from '../domain/money';
import { judgePace, type PaceInput, type PaceReport } from '../domain/pace';
import { type ChartedDay, chartPace } from '../domain/pace-chart';
import { type PastYear, regionalCurve } from '../domain/regional-season';
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

/**
 * measurePace judges a goal's year from the totals, the coverage of shops, and the season, learned from the region's own
 * past years where the store holds them whole.
 */
export async function measurePace(context: Context, request: PaceRequest): Promise<PaceReport> {
  return judgePace(await readPaceInput(context, request));
}

/** drawPace is measurePace with the days behind it: what was done, what was to be expected, and what is to come. */
export async function drawPace(
  context: Context,
  request: PaceRequest,
): Promise<{ readonly report: PaceReport; readonly days: readonly ChartedDay[] }> {
  const input = await readPaceInput(context, request);
  const report = judgePace(input);
  return { report, days: chartPace(input, report) };
}

async function readPaceInput(context: Context, request: PaceRequest): Promise<PaceInput> {
  const { db } = context;
  const requestedAsOf = request.asOf ?? businessDayAt(context.now().getTime());
  const year = request.year ?? yearOf(requestedAsOf);
  const goal = await goalOf(db, year);
  const [totals, shops, standing] = await Promise.all([
    readTotals(db, { from: firstDay(Math.max(EARLIEST_YEAR, year - PAST_YEARS)), to: lastDay(year), by: ['day'] }),
    readExpectedShops(context, firstDay(year)),
    standingOf(db, goal),
  ]);
  const amounts = totals.rows.map((row): [BusinessDay, Fen] => [row.dimensions.day ?? '', row.totals[goal.measure]]);
  const amountsOf = (of: number): Map<BusinessDay, Fen> => new Map(amounts.filter(([day]) => yearOf(day) === of));
  const pastYears = Array.from({ length: PAST_YEARS }, (_, index): PastYear => {
    const past = year - PAST_YEARS + index;
    return { year: past, dailyAmounts: amountsOf(past) };
  });
  const curve = regionalCurve(year, pastYears);
  return {
    goal,
    dailyAmounts: amountsOf(year),
    coverage: coverageOfShops(shops, firstDay(year), requestedAsOf),
    requestedAsOf,
    previous: standing?.standing.judged?.state ?? null,
    curve,
    lastYear: curve.ownYears.includes(year - 1) ? amountsOf(year - 1) : null,
    settings: context.settings.pace,
  };
}
