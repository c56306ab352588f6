import { goalOf } from '../clickhouse/goals';
import { type CurrentTotals, currentTotals } from '../clickhouse/totals/coarse-totals';
import { type BusinessDay, firstDay } from '../domain/calendar';
import { type ExpectedShop } from '../domain/completeness';
import { type Goal } from '../domain/goal';
import { type Context } from '../operations/context';
import { readExpectedShops } from '../operations/expected-exports';
import { keptUpTo } from './kept';

/** Resting is what many answers need and only the data changes: one version of it asks the store once. */
export interface Resting {
  readonly currentTotals: () => Promise<CurrentTotals>;
  /** With the gaps from the beginning of a year on; those before it may be there as well. */
  readonly expectedShops: (year: number) => Promise<ExpectedShop[]>;
  /** The region’s goal of a year that is in force on a day. */
  readonly goal: (year: number, on: BusinessDay) => Promise<Goal>;
}

/** Years that somebody asks of, and some more. */
const MOST = 50;

/** openResting keeps what answers rest on; the function that it returns gives it as of a version. */
export function openResting(): (version: string, context: Context) => Resting {
  const totals = keptUpTo<CurrentTotals>(MOST, () => 1);
  const shops = keptUpTo<ExpectedShop[]>(MOST, () => 1);
  const goals = keptUpTo<Goal>(MOST, () => 1);
  let earliest = { version: '', year: Infinity };
  return (version, context) => ({
    currentTotals: () => totals.of(version, '', () => currentTotals(context.db)),
    expectedShops: (year) => {
      if (earliest.version !== version || year < earliest.year) earliest = { version, year };
      const { year: from } = earliest;
      return shops.of(version, String(from), () => readExpectedShops(context, firstDay(from)));
    },
    goal: (year, on) => goals.of(version, `${year} ${on}`, () => goalOf(context.db, year, { on })),
  });
}
