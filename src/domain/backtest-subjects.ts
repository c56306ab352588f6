import { type BusinessDay, dayOfYear, daysInYear, eachDay, firstDay, lastDay, lastDayOfMonth } from './calendar';
import { type Fen, shareOf } from './money';
import { type CumulativeFigures } from './national-season';
import { type PastYear, regionalCurve, regionalSeason } from './regional-season';
import { MONTHS, plainMonthEnds } from './season';
import { type Spread } from './spread';

/** The ways to forecast that a backtest compares. */
export const WAYS = ['paceline', 'straightLine', 'lastYear', 'meanOfThree'] as const;
export type Way = (typeof WAYS)[number];

/** History is what a backtest walks through: days, or month ends with cumulative amounts (any one unit a year). */
export type History =
  | { readonly kind: 'daily'; readonly days: ReadonlyMap<BusinessDay, Fen> }
  | { readonly kind: 'monthly'; readonly years: ReadonlyMap<number, ReadonlyMap<number, Fen>> };

/** Stand is a year as it stood at the end of one day, with the share that each way held for done by then. */
export interface Stand {
  readonly day: number;
  readonly actual: Fen;
  readonly shares: Readonly<Record<Way, number>>;
}

/** Subject is one year to be forecast, from nothing but the years before it. */
export interface Subject {
  readonly year: number;
  readonly total: Fen;
  readonly spread: Spread;
  /** Days known, in order, without the last of the year. */
  readonly stands: readonly Stand[];
  /** Horizons reported: their name and their stand. */
  readonly horizons: readonly { readonly at: string; readonly stand: Stand }[];
}

/** subjectsOf lists the years that can be forecast: whole ones with at least one whole year before them, oldest first. */
export function subjectsOf(history: History): Subject[] {
  return history.kind === 'daily' ? dailySubjects(wholeYears(history.days)) : monthlySubjects(history.years);
}

function monthlySubjects(years: ReadonlyMap<number, ReadonlyMap<number, Fen>>): Subject[] {
  const figures: CumulativeFigures = Object.fromEntries(
    [...years].map(([year, months]) => [
      year,
      Object.fromEntries([...months].map(([month, done]) => [month, Number(done)])),
    ]),
  );
  return [...years]
    .sort(([a], [b]) => a - b)
    .flatMap(([year, months]) => {
      const total = months.get(12);
      const [last, three] = [plainMonthEnds(figures, year, 1), plainMonthEnds(figures, year, 3)];
      if (total === undefined || last === null || three === null) return [];
      const { monthEnds, spread } = regionalSeason(figures, year);
      const horizons = MONTHS.flatMap((month) => {
        const actual = months.get(month);
        if (month === 12 || actual === undefined) return [];
        const day = dayOfYear(lastDayOfMonth(year, month));
        const shares = {
          paceline: monthEnds.get(month) ?? 1,
          straightLine: day / daysInYear(year),
          lastYear: last.shares.get(month) ?? 1,
          meanOfThree: three.shares.get(month) ?? 1,
        };
        return [{ at: String(month).padStart(2, '0'), stand: { day, actual, shares } }];
      });
      if (horizons.length === 0) return [];
      return [{ year, total, spread, stands: horizons.map(({ stand }) => stand), horizons }];
    });
}

/** Days of the year that daily figures are reported at: the month ends of a common year. */
const DAILY_HORIZONS: readonly number[] = [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

function dailySubjects(years: readonly PastYear[]): Subject[] {
  const known = years.map((year) => ({ year, done: cumulativeOf(year) }));
  return known.slice(1).map(({ year: { year }, done }, index) => {
    const before = known.slice(0, index + 1);
    const curve = regionalCurve(
      year,
      before.map((past) => past.year),
    );
    const newest = before.slice(-3).map((past) => past.done);
    const days = daysInYear(year);
    const stands = done.slice(0, -1).map((actual, i): Stand => ({
      day: i + 1,
      actual,
      shares: {
        paceline: curve.cumulative[i] ?? 1,
        straightLine: (i + 1) / days,
        lastYear: meanShare(newest.slice(-1), i),
        meanOfThree: meanShare(newest, i),
      },
    }));
    const horizons = DAILY_HORIZONS.flatMap((day) => {
      const stand = stands[day - 1];
      return stand === undefined ? [] : [{ at: String(day).padStart(3, '0'), stand }];
    });
    return { year, total: done.at(-1) ?? 0n, spread: curve.spread, stands, horizons };
  });
}

function meanShare(years: readonly (readonly Fen[])[], index: number): number {
  return years.reduce((sum, done) => sum + shareOf(done[index] ?? 0n, done.at(-1) ?? 0n), 0) / years.length;
}

/** A year is whole when each of its months has a day; days without one brought nothing. A year that came to nothing is not. */
function wholeYears(days: ReadonlyMap<BusinessDay, Fen>): PastYear[] {
  const years = new Map<number, Map<BusinessDay, Fen>>();
  for (const [day, amount] of days) {
    const year = Number(day.slice(0, 4));
    years.set(year, (years.get(year) ?? new Map<BusinessDay, Fen>()).set(day, amount));
  }
  return [...years]
    .filter(([, amounts]) => new Set([...amounts.keys()].map((day) => day.slice(5, 7))).size === 12)
    .map(([year, dailyAmounts]) => ({ year, dailyAmounts }))
    .filter((year) => (cumulativeOf(year).at(-1) ?? 0n) > 0n)
    .sort((a, b) => a.year - b.year);
}

function cumulativeOf({ year, dailyAmounts }: PastYear): Fen[] {
  let done = 0n;
  return eachDay(firstDay(year), lastDay(year)).map((day) => (done += dailyAmounts.get(day) ?? 0n));
}
