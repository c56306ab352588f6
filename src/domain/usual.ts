import { type BusinessDay, daysBetween } from './calendar';
import { type Fen } from './money';

/** Volume is how much one snapshot of a shop holds. */
export interface Volume {
  readonly rows: number;
  readonly gross: Fen;
}

/** UsualSettings say from when on, and how strictly, a snapshot is compared with earlier ones. */
export interface UsualSettings {
  /** Earlier snapshots of the shop that there must be; fewer say nothing of what is usual. */
  readonly atLeast: number;
  /** Up to this many times, or this part of, the usual volume never holds a file. */
  readonly factor: number;
}

/** DEFAULT_USUAL_SETTINGS let 60 % more pass: a doubled file is 100 % more, a promotion in a window of 30 days about 40 %. */
export const DEFAULT_USUAL_SETTINGS: UsualSettings = { atLeast: 14, factor: 1.6 };

/** How many of a shop's latest snapshots say what is usual: more than a month of nights, for exports that begin anew each month. */
export const USUAL_SNAPSHOTS = 45;

/** Unusual is a measure of a file that is far from what its shop delivers. */
export interface Unusual {
  readonly measure: 'rows' | 'gross';
  /** The file's value divided by the usual one; 0 when nothing is left. */
  readonly times: number;
}

/** OUTLIER_SCORE: Iglewicz and Hoaglin (1993), "How to Detect and Handle Outliers": modified z-scores above 3.5 are outliers. */
export const OUTLIER_SCORE = 3.5;
/** MAD_TO_SIGMA: the median absolute deviation of a normal distribution, times this, is its standard deviation. */
export const MAD_TO_SIGMA = 1.4826;

/** Shanghai month and day of the seasons in which a day can bring many times the usual sales: 618, Double 11, Double 12. */
const PROMOTIONS: readonly (readonly [from: string, to: string])[] = [
  ['05-20', '06-22'],
  ['10-20', '11-15'],
  ['12-08', '12-14'],
];
/** In an export of so few order days a promotion is not diluted by ordinary days. */
const FEW_DAYS = 7;
const PROMOTION_TIMES = 12;
/** A promotion brings more orders; amounts alone rise by less than this. */
const BASKET_TIMES = 2.5;

/**
 * judgeVolume compares a snapshot with the shop's `earlier` ones (oldest first) and returns what is far from usual, or
 * null. Sizes are compared as ratios. A snapshot is usual when it is near the last one (exports that grow, promotions
 * that begin and end over days), or near the median of the last ones (a strange one before it does not matter), or when
 * a step like this, or a leap the same way, has led to one like it before (exports that begin anew each month, monthly
 * ones among daily ones). Near means within `factor`, and wider for a shop whose steps from one snapshot to the next are
 * usually larger: 3.5 robust standard deviations of its steps. An export of a few days may rise to twelve times in a
 * promotion season if orders and amounts rise together.
 */
export function judgeVolume(
  file: Volume & { readonly days: number; readonly snapshotDay: BusinessDay },
  earlier: readonly Volume[],
  settings: UsualSettings,
): Unusual | null {
  if (earlier.length < settings.atLeast) return null;
  const known = earlier.slice(-USUAL_SNAPSHOTS);
  const rows = distanceFromUsual(sizeOfRows(file), known.map(sizeOfRows), settings.factor);
  const gross = distanceFromUsual(sizeOfGross(file), known.map(sizeOfGross), settings.factor);
  if (isPromotion(file) && risesTogether(file, known)) return null;
  if (rows !== null) return { measure: 'rows', times: Math.exp(rows) };
  return gross === null ? null : { measure: 'gross', times: file.gross > 0n ? Math.exp(gross) : 0 };
}

/**
 * isUsualSilence says whether a shop that had orders on these days may well have had none from the last of them to a
 * later day: it was silent as long as that between two of them.
 */
export function isUsualSilence(days: readonly BusinessDay[], until: BusinessDay): boolean {
  const sorted = [...days].sort();
  const silences = sorted.slice(1).map((day, i) => daysBetween(sorted[i] ?? day, day));
  const last = sorted.at(-1);
  return last !== undefined && daysBetween(last, until) <= Math.max(0, ...silences);
}

/** Sizes are logarithms, so that half and twice are equally far. */
const sizeOfRows = ({ rows }: Volume): number => Math.log(Math.max(rows, 1));
const sizeOfGross = ({ gross }: Volume): number => Math.log(Math.max(Number(gross), 1));

function distanceFromUsual(size: number, known: readonly number[], factor: number): number | null {
  const last = known.at(-1) ?? size;
  const usual = median(known);
  const steps = known.slice(1).map((value, i) => value - (known[i] ?? value));
  const near = Math.max(Math.log(factor), OUTLIER_SCORE * MAD_TO_SIGMA * deviation(steps));
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= near;
  const isAlike = (step: number): boolean =>
    isNear(step, size - last) || (Math.abs(step) > near && Math.sign(step) === Math.sign(size - last));
  const hasPrecedent = steps.some((step, i) => isAlike(step) && isNear(known[i + 1] ?? usual, size));
  return isNear(size, last) || isNear(size, usual) || hasPrecedent ? null : size - usual;
}

function isPromotion({ days, snapshotDay }: { readonly days: number; readonly snapshotDay: BusinessDay }): boolean {
  const monthAndDay = snapshotDay.slice(5);
  return days <= FEW_DAYS && PROMOTIONS.some(([from, to]) => monthAndDay >= from && monthAndDay <= to);
}

function risesTogether(file: Volume, known: readonly Volume[]): boolean {
  const rows = sizeOfRows(file) - median(known.map(sizeOfRows));
  const gross = sizeOfGross(file) - median(known.map(sizeOfGross));
  const most = Math.log(PROMOTION_TIMES);
  return rows > 0 && gross > 0 && rows <= most && gross <= most && Math.abs(rows - gross) <= Math.log(BASKET_TIMES);
}

/** median is the middle of values; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** deviation is the median absolute deviation from the median. */
export function deviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
