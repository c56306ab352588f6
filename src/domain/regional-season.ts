import { type BusinessDay, eachDay, firstDay, lastDay } from './calendar';
import { type KnownYear, learnDayShape } from './day-shape';
import { type Fen, shareOf } from './money';
import { type CumulativeFigures } from './national-season';
import {
  curveThrough,
  learnMonthEnds,
  type MonthEnds,
  MONTHS,
  nationalCurve,
  type NationalSeason,
  nationalSeason,
  RECENCY_WEIGHTS,
  type SeasonalCurve,
} from './season';
import { type ShareError, spreadOf } from './spread';

/** PastYear is a whole year of a region's own: business day -> amount of the goal's measure, in fen. */
export interface PastYear {
  readonly year: number;
  readonly dailyAmounts: ReadonlyMap<BusinessDay, Fen>;
}

/** How many equal years those of weights 3:2:1, 3:2 and 3 are worth: (Σw)² ÷ Σw² (Kish 1965). */
const worth = (years: number): number => {
  const weights = RECENCY_WEIGHTS.slice(0, years);
  const sum = weights.reduce<number>((all, weight) => all + weight, 0);
  return years === 0 ? 0 : sum ** 2 / weights.reduce<number>((all, weight) => all + weight ** 2, 0);
};

/**
 * How many own years the national profile counts as: regions are taken to differ from the nation as much as one year
 * of theirs from another.
 */
const NATIONAL_YEARS = 1;

/** How many own years the national spread counts as: a region's own is known badly from two or three. */
const SPREAD_YEARS = 4;

/** A year further from the national season than this many spreads is of another set of shops (see teaches). */
const MOST_SPREADS = 6;

/**
 * regionalCurve is the season of a region's year, learned from its own past years: month ends like the national ones
 * (learnMonthEnds), drawn towards the national profile as one year more; days inside a month by weekday, holiday, Spring
 * Festival and shopping event (learnDayShape); the newest year weighs most. Only years before `year` that teach are
 * used. Without any it is the national curve, drawn straight inside its months.
 *
 * Its spread is that of past forecasts by this same way, each own year but the first from the ones before it, together
 * with the national one.
 */
export function regionalCurve(year: number, pastYears: readonly PastYear[]): SeasonalCurve {
  const own = pastYears
    .filter((past) => past.year < year && teaches(past))
    .sort((a, b) => a.year - b.year)
    .slice(-RECENCY_WEIGHTS.length);
  if (own.length === 0) return nationalCurve(year);
  const figures: CumulativeFigures = Object.fromEntries(own.map((past) => [past.year, monthEndFigures(past)]));
  const { monthEnds, spread } = regionalSeason(figures, year);
  const ownYears = own.map((past) => past.year);
  const national = nationalSeason(year);
  const source = `own sales of ${ownYears.join(', ')}${national === null ? '' : `, with ${national.source}`}`;
  return curveThrough(year, monthEnds, { source, spread, ownYears }, learnDayShape(own.map(knownYear), year));
}

/**
 * regionalSeason forecasts month ends and their spread from a region's own month ends before year `of`; where it has
 * none they are national.
 */
export function regionalSeason(figures: CumulativeFigures, of: number): Pick<NationalSeason, 'monthEnds' | 'spread'> {
  const national = nationalSeason(of);
  const known = before(figures, of);
  return {
    monthEnds: blendedMonthEnds(known, of),
    spread: spreadOf(ownErrors(known), national === null ? undefined : { ...national.spread, years: SPREAD_YEARS }),
  };
}

function blendedMonthEnds(figures: CumulativeFigures, of: number): MonthEnds {
  const national = nationalSeason(of)?.monthEnds;
  const own = learnMonthEnds(figures, of);
  if (own === null || national === undefined) return own?.shares ?? national ?? new Map();
  const years = worth(own.years.length);
  const trust = years / (years + NATIONAL_YEARS);
  return new Map(
    MONTHS.map((month) => [month, trust * (own.shares.get(month) ?? 1) + (1 - trust) * (national.get(month) ?? 1)]),
  );
}

const before = (figures: CumulativeFigures, of: number): CumulativeFigures =>
  Object.fromEntries(Object.entries(figures).filter(([year]) => Number(year) < of));

/** Each own year but the first, which had nothing of its own to be forecast from. */
function ownErrors(figures: CumulativeFigures): ShareError[][] {
  return Object.entries(figures)
    .slice(1)
    .map(([year, months]) => {
      const expected = blendedMonthEnds(before(figures, Number(year)), Number(year));
      return MONTHS.flatMap((month) => {
        const [done, total, share] = [months[month], months[12], expected.get(month)];
        if (month === 12 || done === undefined || total === undefined || share === undefined) return [];
        return [{ expected: share, actual: done / total }];
      });
    });
}

/**
 * A year teaches when every month of it sold something and its season lies within reach of the national one. A year in
 * which shops began to report does not: its second half would seem to be the season.
 */
function teaches(past: PastYear): boolean {
  const figures = monthEndFigures(past);
  const national = nationalSeason(past.year);
  return MONTHS.every((month, index) => {
    const share = figures[month] ?? 0;
    if (share <= (figures[MONTHS[index - 1] ?? 0] ?? 0)) return false;
    const expected = national?.monthEnds.get(month);
    if (national === null || expected === undefined || month === 12) return true;
    return (
      Math.abs(share - expected) <= MOST_SPREADS * national.spread.deviation * Math.sqrt(expected * (1 - expected))
    );
  });
}

/** Cumulative shares of a year at its month ends, exact to nine decimals: summed in fen, divided once. */
function monthEndFigures({ year, dailyAmounts }: PastYear): Record<number, number> {
  const sums = new Map<number, Fen>();
  let total = 0n;
  for (const [day, amount] of dailyAmounts) {
    if (!day.startsWith(`${year}-`)) continue;
    const month = Math.max(2, Number(day.slice(5, 7)));
    sums.set(month, (sums.get(month) ?? 0n) + amount);
    total += amount;
  }
  let done = 0n;
  return Object.fromEntries(
    MONTHS.map((month) => {
      done += sums.get(month) ?? 0n;
      return [month, month === 12 ? 1 : shareOf(done, total)];
    }),
  );
}

function knownYear({ year, dailyAmounts }: PastYear, index: number, all: readonly PastYear[]): KnownYear {
  const total = [...dailyAmounts.values()].reduce((sum, amount) => sum + amount, 0n);
  return {
    year,
    daily: eachDay(firstDay(year), lastDay(year)).map((day) => shareOf(dailyAmounts.get(day) ?? 0n, total)),
    weight: RECENCY_WEIGHTS[all.length - 1 - index] ?? 1,
  };
}
