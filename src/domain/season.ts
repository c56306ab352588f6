import { terminal } from '../errors';
import { dayOfYear, daysInYear, lastDayOfMonth } from './calendar';
import { type CumulativeFigures, NATIONAL_ONLINE_RETAIL } from './national-season';
import { type Spread, spreadOf } from './spread';

/** SeasonalCurve is the expected year: for each day (index 0 = 1 January) the share of the year done by its end. */
export interface SeasonalCurve {
  readonly year: number;
  readonly source: string;
  readonly cumulative: readonly number[];
  /** How far the share really done strays from it (see spread.ts). */
  readonly spread: Spread;
  /** The region's own years that it was learned from; none: days inside a month are drawn straight. */
  readonly ownYears: readonly number[];
}

/** Month ends that a curve is drawn through. January's is left out: official figures join it with February. */
export const MONTHS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

/** RECENCY_WEIGHTS of the newest years, newest first: see learnMonthEnds. */
export const RECENCY_WEIGHTS = [3, 2, 1] as const;

/**
 * How much spread of years (Σ (year − mean year)²) is needed before a drift is believed by half: 10 is that of five
 * consecutive years. So two or three years hardly show a drift, and ten years (82) show it nearly whole.
 */
const DRIFT_HALF_BELIEVED = 10;

/** A drift is carried on for no more years than the level is averaged over, and never turns a curve downwards. */
const MOST_YEARS_AHEAD = 3;
const MOST_TILT = 0.5;

/** Passes after which the shape that fills missing months stands still; more change no error by 0.01 points. */
const FILL_PASSES = 10;

/** Month (2 to 12) -> share of the year done by its end. */
export type MonthEnds = ReadonlyMap<number, number>;

/** MonthEndShares: the share of a year done by the end of February to December, and the years it was learned from. */
export interface MonthEndShares {
  readonly years: readonly number[];
  readonly shares: MonthEnds;
}

/**
 * learnMonthEnds forecasts the shares of year `of` from the years of `figures` before it. A year counts when it has a
 * total (December) and at least one other month; the others have no shape.
 *
 * Method: the mean of the three newest years, weighted 3:2:1, carried on by the drift of the season. The drift is one
 * number, a tilt: how much of s × (1 − s) each year adds to the share s (the form that a season takes whose sales grow
 * faster or slower within the year), found by ridge regression of the years' tilts on time over all years (Hoerl and
 * Kennard 1970). One tilt for all months keeps a freak February from bending the rest.
 *
 * A month that a year lacks takes its part of the amount between that year's two known months as it does in the mean of
 * all the years, found by repetition from interpolation in days. A year in which every day brings the same counts as one
 * more in that mean: without it, a month that no year tells from its neighbour would end up with nothing. So a share
 * always rises, and a missing November keeps most of its Double 11.
 *
 * Why so: docs/decisions/010-pace.md has the errors of this and of what it was compared with.
 * @returns null when no year before `of` has a shape
 */
export function learnMonthEnds(figures: CumulativeFigures, of: number): MonthEndShares | null {
  const filled = filledYears(figures, of);
  const newest = filled.slice(-RECENCY_WEIGHTS.length).reverse();
  if (newest.length === 0) return null;
  const weights = newest.map((_, index) => RECENCY_WEIGHTS[index] ?? 0);
  const level = mean(
    newest.map(([, shares]) => shares),
    weights,
  );
  const middle = weightedMean(
    newest.map(([year]) => year),
    weights,
  );
  const ahead = Math.min(of - middle, MOST_YEARS_AHEAD);
  const tilt = Math.max(-MOST_TILT, Math.min(MOST_TILT, driftOf(filled) * ahead));
  return {
    years: newest.map(([year]) => year).reverse(),
    shares: new Map([...level].map(([month, share]) => [month, share + tilt * share * (1 - share)])),
  };
}

/** plainMonthEnds is what learnMonthEnds is measured against: the shares of the last year, or the mean of the last three. */
export function plainMonthEnds(figures: CumulativeFigures, of: number, years: 1 | 3): MonthEndShares | null {
  const newest = filledYears(figures, of).slice(-years);
  if (newest.length === 0) return null;
  return { years: newest.map(([year]) => year), shares: mean(newest.map(([, shares]) => shares)) };
}

/**
 * curveThrough draws a year's curve through shares at month ends; inside a month days share by `weights`
 * (index 0 = 1 January; 1 where there is none). It ends at 1.
 */
export function curveThrough(
  year: number,
  monthEnds: MonthEnds,
  about: Pick<SeasonalCurve, 'source' | 'spread' | 'ownYears'>,
  weights: readonly number[] = [],
): SeasonalCurve {
  const cumulative: number[] = [];
  let from = { day: 0, share: 0 };
  for (const month of MONTHS) {
    const share = month === 12 ? 1 : monthEnds.get(month);
    if (share === undefined) continue;
    const to = { day: dayOfYear(lastDayOfMonth(year, month)), share };
    const days = Array.from({ length: to.day - from.day }, (_, index) => weights[from.day + index] ?? 1);
    const whole = days.reduce((sum, weight) => sum + weight, 0);
    let done = 0;
    for (const weight of days.slice(0, -1)) {
      done += weight;
      cumulative.push(from.share + ((to.share - from.share) * done) / whole);
    }
    cumulative.push(to.share);
    from = to;
  }
  return { year, cumulative, ...about };
}

/** NationalSeason is the national season of a year: its month ends, where they come from, and their spread. */
export interface NationalSeason {
  readonly monthEnds: MonthEnds;
  readonly source: string;
  readonly spread: Spread;
}

/**
 * nationalSeason is the national season of online retail for a year (see learnMonthEnds), learned only from years before
 * it: figures of the year itself, added later, never change how it was judged. Null up to 2016: nothing is known before.
 */
export function nationalSeason(year: number): NationalSeason | null {
  const known = nationalSeasons.get(year);
  if (known !== undefined) return known;
  const season = learnNationalSeason(year);
  nationalSeasons.set(year, season);
  return season;
}

/** The figures are constant, so each year's season is worked out once. */
const nationalSeasons = new Map<number, NationalSeason | null>();

function learnNationalSeason(year: number): NationalSeason | null {
  const learned = learnMonthEnds(NATIONAL_ONLINE_RETAIL, year);
  if (learned === null) return null;
  return {
    monthEnds: learned.shares,
    source: `NBS national online retail sales of ${learned.years.join(', ')}`,
    spread: spreadOf(forecastErrors(NATIONAL_ONLINE_RETAIL, year)),
  };
}

/**
 * nationalCurve draws the national season day by day; events inside a month are not known nationally. Years before any
 * that is known are given the season of the year after the newest.
 */
export function nationalCurve(year: number): SeasonalCurve {
  const after = Math.max(...Object.keys(NATIONAL_ONLINE_RETAIL).map(Number)) + 1;
  const season = nationalSeason(year) ?? nationalSeason(after);
  if (season === null) throw terminal('internal', 'no year of the national figures has a shape');
  const { monthEnds, source, spread } = season;
  return curveThrough(year, monthEnds, { source, spread, ownYears: [] });
}

/**
 * forecastErrors walks through the years of `figures` before `before` and compares each with what learnMonthEnds makes
 * of the years before it: for every year the pairs of expected and actual share at the month ends that it knows.
 */
export function forecastErrors(
  figures: CumulativeFigures,
  before: number,
): (readonly { readonly expected: number; readonly actual: number }[])[] {
  return yearsWithShape(figures)
    .filter(([year]) => year < before)
    .flatMap(([year, actual]) => {
      const learned = learnMonthEnds(figures, year);
      if (learned === null) return [];
      const known = [...actual].filter(([month]) => month !== 12);
      return [known.map(([month, share]) => ({ expected: learned.shares.get(month) ?? 1, actual: share }))];
    });
}

/** straightLine is the year in which every day brings the same: for reference, since no real year is like it. */
export function straightLine(year: number): SeasonalCurve {
  const days = daysInYear(year);
  return {
    year,
    source: 'straight line',
    spread: spreadOf([]),
    ownYears: [],
    cumulative: Array.from({ length: days }, (_, index) => (index + 1) / days),
  };
}

/** The years with a total and at least one other month, oldest first, each with its known shares. */
function yearsWithShape(figures: CumulativeFigures): (readonly [number, MonthEnds])[] {
  return Object.entries(figures).flatMap(([year, months]) => {
    const total = months[12];
    if (total === undefined) return [];
    const known = MONTHS.flatMap((month) => {
      const amount = months[month];
      return amount === undefined ? [] : [[month, amount / total] as const];
    });
    return known.length < 2 ? [] : [[Number(year), new Map(known)] as const];
  });
}

function filledYears(figures: CumulativeFigures, before: number): (readonly [number, MonthEnds])[] {
  const known = yearsWithShape(figures).filter(([year]) => year < before);
  let shape = EVEN_YEAR;
  for (let pass = 0; pass < FILL_PASSES; pass++)
    shape = mean([EVEN_YEAR, ...known.map(([, shares]) => fill(shares, shape))]);
  return known.map(([year, shares]) => [year, fill(shares, shape)]);
}

/** The month ends of a year in which every day brings the same; which year does not matter to a tenth of a percent. */
const EVEN_YEAR: MonthEnds = new Map(MONTHS.map((month) => [month, dayOfYear(lastDayOfMonth(2025, month)) / 365]));

/** Missing months share out the amount between their known neighbours as `shape` does. */
function fill(known: MonthEnds, shape: MonthEnds): MonthEnds {
  const filled = new Map<number, number>();
  let from = { shape: 0, share: 0 };
  for (const month of MONTHS) {
    const to = MONTHS.find((later) => later >= month && known.has(later)) ?? 12;
    const next = { shape: shape.get(to) ?? 1, share: known.get(to) ?? 1 };
    const at = shape.get(month) ?? 1;
    filled.set(
      month,
      month === to
        ? next.share
        : from.share + ((next.share - from.share) * (at - from.shape)) / (next.shape - from.shape),
    );
    if (month === to) from = next;
  }
  return filled;
}

/** What the tilt changes from one year to the next: the ridge slope of the years' tilts. */
function driftOf(years: readonly (readonly [number, MonthEnds])[]): number {
  const usual = mean(years.map(([, shares]) => shares));
  const room = [...usual].reduce((sum, [, share]) => sum + share * (1 - share), 0);
  const tilts = years.map(([year, shares]) => ({
    year,
    tilt: [...usual].reduce((sum, [month, share]) => sum + (shares.get(month) ?? share) - share, 0) / room,
  }));
  const middle = tilts.reduce((sum, { year }) => sum + year, 0) / tilts.length;
  const along = tilts.reduce((sum, { year, tilt }) => sum + (year - middle) * tilt, 0);
  const span = tilts.reduce((sum, { year }) => sum + (year - middle) ** 2, 0);
  return along / (span + DRIFT_HALF_BELIEVED);
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const whole = values.reduce((sum, _, index) => sum + (weights[index] ?? 1), 0);
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 1), 0) / whole;
}

function mean(years: readonly MonthEnds[], weights: readonly number[] = []): MonthEnds {
  return new Map(
    MONTHS.map((month) => [
      month,
      weightedMean(
        years.map((shares) => shares.get(month) ?? 0),
        weights,
      ),
    ]),
  );
}
