import { addDays, type BusinessDay, daysInYear, firstDay } from './calendar';
import { shareBand } from './forecast';
import { type Fen, scaleFen } from './money';
import { type PaceReport } from './pace';
import { type SeasonalCurve } from './season';

/** The year day by day (index 0 = 1 January), as running totals in fen. */
export interface PaceSeries {
  readonly year: number;
  /** To the last complete day. */
  readonly actual: readonly Fen[];
  /** Where a year that just meets the goal should be, and the range that it lies in four times of five. */
  readonly expected: readonly Fen[];
  readonly low: readonly Fen[];
  readonly high: readonly Fen[];
  /** From the last complete day to the end of the year, as it is projected; null while it cannot be. */
  readonly projected: readonly Fen[] | null;
  readonly goal: Fen;
}

/** BAND_LEVEL is the probability of the band, in percent. */
export const BAND_LEVEL = 80;

/** paceSeries is what a chart of a year shows; null while no day is complete. */
export function paceSeries(
  { goal, asOf, seasonal }: PaceReport,
  curve: SeasonalCurve,
  dailyAmounts: ReadonlyMap<BusinessDay, Fen>,
): PaceSeries | null {
  if (asOf === null) return null;
  const shares = curve.cumulative;
  const bands = shares.map((share) => shareBand(share, curve.spread, BAND_LEVEL));
  const days = Array.from({ length: daysInYear(goal.year) }, (_, index) => addDays(firstDay(goal.year), index));
  let sum = 0n;
  const actual = days.filter((day) => day <= asOf).map((day) => (sum += dailyAmounts.get(day) ?? 0n));
  const ofGoal = (share: number): Fen => scaleFen(goal.amount, share);
  const { projected } = seasonal;
  return {
    year: goal.year,
    actual,
    expected: shares.map(ofGoal),
    low: bands.map(({ low }) => ofGoal(low)),
    high: bands.map(({ high }) => ofGoal(high)),
    projected:
      projected === null ? null : [sum, ...shares.slice(actual.length).map((share) => scaleFen(projected, share))],
    goal: goal.amount,
  };
}
