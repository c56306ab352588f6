import { readTotalsAt, type TotalsQuestion } from '../clickhouse/queries/totals';
import { atCurrentTotals } from '../clickhouse/totals/coarse-totals';
import { yearEarlier, yearOf } from '../domain/calendar';
import { type YearOnYear, type YearOnYearRow, yearOnYearRows, yearOnYearTotal } from '../domain/growth';
import { type GoalMeasure } from '../domain/measures';
import { terminal } from '../errors';
import { type Context } from './context';

/** Both years are set beside each other in memory. */
const MOST_ROWS = 100_000;

/** YearComparison sets a period beside the same days of the year before. */
export interface YearComparison {
  readonly before: { readonly from: string; readonly to: string };
  readonly rows: readonly YearOnYearRow[];
  readonly total: YearOnYear;
  /** Shops that sold something in both periods: the comparable base. */
  readonly comparableShops: number;
}

/**
 * compareYears sets a period beside the same days of the year before: as levels, and on a comparable base, the shops that
 * sold something in both, so that growth is not mistaken for shops that began to report.
 * @throws PipelineError `usage` for a period of more than one calendar year, and for more than 100,000 rows
 */
export async function compareYears(
  { db }: Context,
  question: TotalsQuestion,
  measure: GoalMeasure,
): Promise<YearComparison> {
  const { from, to } = question;
  if (yearOf(from) !== yearOf(to)) {
    throw terminal('usage', `${from} to ${to} is not within one year`, 'Name days of one year, or the year.', {
      parameter: 'to',
    });
  }
  const year = yearOf(from);
  const before = { from: yearEarlier(from), to: yearEarlier(to) };
  const soldIn = [{ from, to }, before] as const;
  const [now, earlier, comparableNow, comparableBefore] = await atCurrentTotals(db, (current) =>
    Promise.all([
      readTotalsAt(db, question, current, MOST_ROWS),
      readTotalsAt(db, { ...question, ...before }, current, MOST_ROWS),
      readTotalsAt(db, { ...question, soldIn }, current, MOST_ROWS),
      readTotalsAt(db, { ...question, ...before, soldIn }, current, MOST_ROWS),
    ]),
  );
  return {
    before,
    rows: yearOnYearRows(
      {
        now: now.rows,
        before: earlier.rows,
        comparableNow: comparableNow.rows,
        comparableBefore: comparableBefore.rows,
      },
      measure,
      year,
    ),
    total: yearOnYearTotal(
      {
        now: now.total,
        before: earlier.total,
        comparableNow: comparableNow.total,
        comparableBefore: comparableBefore.total,
      },
      measure,
    ),
    comparableShops: comparableNow.total.shopsSelling,
  };
}
