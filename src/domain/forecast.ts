import { addDays, type BusinessDay, dayOfYear, lastDay, yearOf } from './calendar';
import { type Fen, scaleFen, shareOf, wholeOfFen } from './money';
import { type SeasonalCurve } from './season';
import { eventWindows, type ShoppingEvent } from './shopping-events';
import { type Spread } from './spread';
import { studentCdf, studentQuantile } from './student';

/** Interval is a range that the year's total lies in with a probability of `level` percent, in fen. */
export interface Interval {
  readonly level: 50 | 80 | 95;
  readonly low: Fen;
  readonly high: Fen;
}

/** EventNeed is what the days of an event that are still to come must bring for the goal, and what they will. */
export interface EventNeed {
  readonly event: ShoppingEvent;
  /** First and last day still to come. */
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  readonly needed: Fen;
  readonly projected: Fen;
}

/** Growth compares with the same days of the last year: 0.05 is 5 % more. */
export interface Growth {
  readonly soFar: number;
  /** What the rest of the year needs over the rest of the last one. */
  readonly needed: number;
}

/** Forecast is how the year will end, as far as its complete days tell. */
export interface Forecast {
  /** Probability that the goal is met, 0 to 1. */
  readonly chance: number;
  /** 50, 80 and 95 %; each holds the projected year. */
  readonly intervals: readonly Interval[];
  /** How many days of the season the year is ahead (or, negative, behind), to a tenth. */
  readonly gapDays: number;
  /** What the rest of the year must bring over what it is projected to: 0.08 is 8 % more. Null when nothing is to come. */
  readonly upliftNeeded: number | null;
  /** Null without a whole last year of the region's own. */
  readonly growth: Growth | null;
  /** Events to come; none while the season inside a month is not known from own years. */
  readonly events: readonly EventNeed[];
}

const LEVELS = [50, 80, 95] as const;

/** Standing of a goal by the end of a day, as the probabilities below need it. */
export interface Progress {
  readonly goal: Fen;
  readonly actual: Fen;
  /** Share of the year that should be done. */
  readonly share: number;
  readonly spread: Spread;
}

/** Chances that a goal is met, 0 to 1. */
export interface Chances {
  readonly chance: number;
  /** The same, drawn towards even odds the earlier it is (see chancesOf). */
  readonly guarded: number;
}

/**
 * chancesOf are the chances that the goal is met, by what is done on one day.
 *
 * Model: the share S of the year really done lies around the expected share s with a standard deviation of
 * spread × √(s × (1 − s)) (see spread.ts), so that logit S has one of spread ÷ √(s × (1 − s)); in these units its error
 * follows Student's distribution, since the spread is known from few years. The rest of the year is then
 * actual × (1 − S) ÷ S: never below zero, known exactly at the year's end, and its median is the projected year.
 *
 * `guarded` is for alarms. A year is looked at every night, and a rule that is right nine times of ten each time is wrong
 * far more often over three hundred nights. So the evidence is multiplied by √s before it counts, as in trials that are
 * looked at while they run (O'Brien and Fleming 1979).
 */
export function chancesOf({ goal, actual, share, spread }: Progress): Chances {
  if (actual >= goal) return { chance: 1, guarded: 1 };
  if (actual <= 0n || share <= 0 || share >= 1) return { chance: 0, guarded: 0 };
  const needed = shareOf(goal - actual, actual);
  const safety = Math.log((1 - share) / share / needed) / logitDeviation(share, spread);
  return { chance: studentCdf(safety, spread.years), guarded: studentCdf(safety * Math.sqrt(share), spread.years) };
}

/**
 * What is left of a year is never less sure than one day's sales are: a factor of e^0.5 either way. Without this limit,
 * which counts in the last days only, the few parts left would seem the less certain the fewer they are.
 */
const MOST_DEVIATION = 0.5;

/** logitDeviation is the standard deviation of logit S on a day on which the share `share` is expected to be done. */
export const logitDeviation = (share: number, { deviation }: Spread): number =>
  Math.min(MOST_DEVIATION, deviation / Math.sqrt(share * (1 - share)));

/** intervalsOf are the ranges of the year's total; all the same when nothing is to come, none before anything was sold. */
export function intervalsOf({ actual, share, spread }: Omit<Progress, 'goal'>): Interval[] {
  const projected = wholeOfFen(actual, share);
  if (projected === null || actual <= 0n) return [];
  return LEVELS.map((level) => {
    if (share >= 1) return { level, low: actual, high: actual };
    const rest = (1 - share) / share;
    const factor = Math.exp(studentQuantile(level / 100, spread.years) * logitDeviation(share, spread));
    // Rounded to the fen apart from the projection, which they must hold all the same.
    const low = actual + scaleFen(actual, rest / factor);
    const high = actual + scaleFen(actual, rest * factor);
    return { level, low: low < projected ? low : projected, high: high > projected ? high : projected };
  });
}

/** shareBand is the range that the share really done by a day lies in with a probability of `level` percent. */
export function shareBand(share: number, spread: Spread, level: Interval['level']): { low: number; high: number } {
  if (share <= 0 || share >= 1) return { low: share, high: share };
  const rest = (1 - share) / share;
  const factor = Math.exp(studentQuantile(level / 100, spread.years) * logitDeviation(share, spread));
  return { low: 1 / (1 + rest * factor), high: 1 / (1 + rest / factor) };
}

/** What a forecast rests on. */
export interface ForecastInput {
  readonly goal: Fen;
  readonly actual: Fen;
  readonly asOf: BusinessDay;
  readonly projected: Fen;
  readonly curve: SeasonalCurve;
  /** Day -> amount of the year before; null when it is not known whole. */
  readonly lastYear: ReadonlyMap<BusinessDay, Fen> | null;
}

/** forecastOf works out how the year will end from where it stands on `asOf`, the last complete day. */
export function forecastOf({ goal, actual, asOf, projected, curve, lastYear }: ForecastInput): Forecast {
  const share = curve.cumulative[dayOfYear(asOf) - 1] ?? 1;
  const { spread } = curve;
  const remaining = goal > actual ? goal - actual : 0n;
  const rest = projected - actual;
  return {
    chance: chancesOf({ goal, actual, share, spread }).chance,
    intervals: intervalsOf({ actual, share, spread }),
    gapDays: Math.round((seasonDay(curve, shareOf(actual, goal)) - dayOfYear(asOf)) * 10) / 10,
    upliftNeeded: rest > 0n ? shareOf(remaining, rest) - 1 : null,
    growth: lastYear === null ? null : growthOf(actual, remaining, asOf, lastYear),
    events: curve.ownYears.length === 0 ? [] : eventNeeds(remaining, rest, asOf, curve),
  };
}

/** The day of the year (with its part) by whose end the season expects this share of the goal. */
function seasonDay({ cumulative }: SeasonalCurve, share: number): number {
  const after = cumulative.findIndex((expected) => expected >= share);
  if (after === -1) return cumulative.length;
  const [from, to] = [cumulative[after - 1] ?? 0, cumulative[after] ?? 1];
  return after + Math.max(0, (share - from) / (to - from));
}

function growthOf(
  actual: Fen,
  remaining: Fen,
  asOf: BusinessDay,
  lastYear: ReadonlyMap<BusinessDay, Fen>,
): Growth | null {
  let [before, after] = [0n, 0n];
  const monthDay = asOf.slice(5);
  for (const [day, amount] of lastYear) {
    if (day.slice(5) <= monthDay) before += amount;
    else after += amount;
  }
  if (before <= 0n || after <= 0n) return null;
  return { soFar: shareOf(actual, before) - 1, needed: shareOf(remaining, after) - 1 };
}

function eventNeeds(remaining: Fen, rest: Fen, asOf: BusinessDay, { cumulative }: SeasonalCurve): EventNeed[] {
  const by = (day: number): number => (day === 0 ? 0 : (cumulative[day - 1] ?? 1));
  const done = by(dayOfYear(asOf));
  return eventWindows(yearOf(asOf)).flatMap(({ event, from, to }) => {
    if (to <= asOf || asOf >= lastDay(yearOf(asOf))) return [];
    const first = Math.max(dayOfYear(from), dayOfYear(asOf) + 1);
    const share = (by(dayOfYear(to)) - by(first - 1)) / (1 - done);
    const starts = from > asOf ? from : addDays(asOf, 1);
    return [{ event, from: starts, to, needed: scaleFen(remaining, share), projected: scaleFen(rest, share) }];
  });
}
