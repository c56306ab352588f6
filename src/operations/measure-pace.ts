import { standingOf } from '../clickhouse/alerts';
import { goalOf } from '../clickhouse/goals';
import { SHOP_COVERAGE } from '../clickhouse/queries/coverage';
import { readTotals } from '../clickhouse/queries/totals';
import { businessDayAt, type BusinessDay, firstDay, lastDay, yearOf } from '../domain/calendar';
import { judgePace, type PaceReport } from '../domain/pace';
import { nationalCurve } from '../domain/season';
import { type Context } from './context';

/** Which year to measure and on which day to stand; today in Shanghai and its year unless told. */
export interface PaceRequest {
  readonly year?: number;
  readonly asOf?: BusinessDay;
}

/** measurePace judges a goal's year from the totals, the coverage of shops and the national season. */
export async function measurePace(context: Context, request: PaceRequest): Promise<PaceReport> {
  const { db } = context;
  const requestedAsOf = request.asOf ?? businessDayAt(context.now().getTime());
  const year = request.year ?? yearOf(requestedAsOf);
  const goal = await goalOf(db, year);
  const [totals, coverage, standing] = await Promise.all([
    readTotals(db, { from: firstDay(year), to: lastDay(year), by: ['day'] }),
    db.rows(SHOP_COVERAGE),
    standingOf(db, goal),
  ]);
  return judgePace({
    goal,
    dailyAmounts: new Map(totals.rows.map((row) => [row.dimensions.day ?? '', row.totals[goal.measure]])),
    coverage,
    requestedAsOf,
    previous: standing?.standing.judged?.state ?? null,
    curve: nationalCurve(year),
    settings: context.settings.pace,
  });
}
