import { addDays, type BusinessDay, dayOfYear, eachDay, firstDay, yearOf } from './calendar';
import { type ExpectedShop } from './completeness';
import { type Fen } from './money';
import { type SeasonalCurve } from './season';
import { eventWindows } from './shopping-events';
import { deviation, MAD_TO_SIGMA, median, OUTLIER_SCORE } from './usual';

/** A week whose sales are far from what the shop sells, given the calendar. */
export interface UnusualWeek {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  /** The week's sales over the usual; 0 when nothing was sold. */
  readonly times: number;
}

/** What a shop sold: business day -> paid amount. Days without sales may be left out. */
export type ShopSales = ReadonlyMap<BusinessDay, Fen>;

const DAYS = 7;
const ENOUGH_WEEKS = 4;
/** WEEKS_BACK is how many weeks before the last one say what is usual. */
export const WEEKS_BACK = 8;
/** Up to three times, or a third of, the usual week is never called far from it. */
const FACTOR = 3;
/** A shop that sells less in a week than this has no usual: single orders make all the difference. */
const LEAST_WEEK: Fen = 1_000_000n;

/**
 * unusualWeek compares a shop's last complete week with the eight before it: null when it is near, or nothing is known.
 * Sales are divided by the share of the year that the season expects of the same days, and compared as ratios: far is
 * more than a factor of three, and more than 3.5 robust standard deviations of the earlier weeks (as in usual.ts).
 * Where the season is not known by day (no own years), weeks that touch a shopping event say nothing.
 */
export function unusualWeek(shop: ExpectedShop, sales: ShopSales, curve: SeasonalCurve): UnusualWeek | null {
  const { last } = shop;
  if (last === null || yearOf(last) !== curve.year) return null;
  const weeks = Array.from({ length: WEEKS_BACK + 1 }, (_, back) => addDays(last, -DAYS * back));
  const [newest, ...earlier] = weeks.map((to) => (isKnown(shop, to, curve) ? salesOf(to, sales, curve) : null));
  const known = earlier.flatMap((week) => week ?? []);
  if (!newest || known.length < ENOUGH_WEEKS || median(known.map(({ amount }) => amount)) < Number(LEAST_WEEK)) {
    return null;
  }
  const sizes = known.map(({ size }) => size);
  const distance = newest.size - median(sizes);
  const near = Math.max(Math.log(FACTOR), OUTLIER_SCORE * MAD_TO_SIGMA * deviation(sizes));
  if (Math.abs(distance) <= near) return null;
  return { from: addDays(last, 1 - DAYS), to: last, times: newest.amount === 0 ? 0 : Math.exp(distance) };
}

function isKnown({ from, gaps }: ExpectedShop, to: BusinessDay, curve: SeasonalCurve): boolean {
  const first = addDays(to, 1 - DAYS);
  if (first < firstDay(curve.year) || first < from || eachDay(first, to).some((day) => gaps.has(day))) return false;
  const learned = curve.ownYears.length > 0;
  return learned || !eventWindows(curve.year).some((event) => event.from <= to && event.to >= first);
}

function salesOf(to: BusinessDay, sales: ShopSales, { cumulative }: SeasonalCurve): { amount: number; size: number } {
  const end = dayOfYear(to);
  const share = (cumulative[end - 1] ?? 1) - (cumulative[end - 1 - DAYS] ?? 0);
  const amount = Number(eachDay(addDays(to, 1 - DAYS), to).reduce((sum, day) => sum + (sales.get(day) ?? 0n), 0n));
  // Sizes are logarithms, so that a third and three times are equally far.
  return { amount, size: Math.log(Math.max(amount, 1) / Math.max(share, 1e-9)) };
}
