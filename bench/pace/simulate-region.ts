import { Random } from '../../src/demo/random';
import { addDays, type BusinessDay, daysBetween, eachDay, firstDay, lastDay } from '../../src/domain/calendar';
import { dayKinds, springFestival } from '../../src/domain/holidays';
import { type Fen, shareOf } from '../../src/domain/money';

/**
 * The generator of regions whose pace the bench judges. It was written before the rules that it tests were tuned, and
 * draws its days by other means than those rules read them: smooth bumps and dips of random size, never the rules' own
 * list of events.
 */

/** Platforms of a region, as far as a pace can tell them apart. */
export const PLATFORMS = ['a', 'b', 'c', 'd'] as const;

/** SimulatedYear is one year of a region: what each platform sold on each day, in fen. */
export interface SimulatedYear {
  readonly year: number;
  readonly days: readonly BusinessDay[];
  /** One list a platform, in the order of PLATFORMS and days. */
  readonly amounts: readonly (readonly Fen[])[];
  readonly total: Fen;
  /** Month (2 to 11) -> the share of the year really done by its end minus the share that is usual in this region. */
  readonly deviations: ReadonlyMap<number, number>;
}

/** SimulatedRegion is a year to judge and the three years before it. */
export interface SimulatedRegion {
  readonly past: readonly SimulatedYear[];
  readonly judged: SimulatedYear;
}

/** Share of the year done by the end of February to December: national figures of 2019 to 2025, averaged and rounded. */
const USUAL: readonly number[] = [0.137, 0.212, 0.284, 0.366, 0.458, 0.536, 0.617, 0.699, 0.791, 0.902, 1];

/**
 * How far the share differs between years, as the national one does (2016 to 2025): its standard deviation at the end of
 * February, June, September and November. Months between are interpolated as a multiple of √(share × (1 − share)).
 */
export const TARGET_DEVIATIONS: ReadonlyMap<number, number> = new Map([
  [2, 0.0095],
  [6, 0.0136],
  [9, 0.0113],
  [11, 0.0054],
]);

/** What a region is like in every year. */
interface Character {
  readonly usual: readonly number[];
  readonly weekend: number;
  readonly holiday: number;
  readonly platformShares: readonly number[];
  readonly bumps: readonly Bump[];
}

/** A smooth rise (or fall) of sales around a day: height 0.5 is half as much again at its middle. */
interface Bump {
  readonly at: (year: number) => BusinessDay;
  readonly before: number;
  readonly after: number;
  readonly height: number;
}

/** simulateRegion makes region number `index` of a seed: equal arguments give equal figures. */
export function simulateRegion(seed: number, index: number): SimulatedRegion {
  const random = new Random(seed, `region ${index}`);
  const character = characterOf(random);
  const judgedYear = random.int(2018, 2026);
  let level = 10 ** random.between(10, 12.8);
  const years = [3, 2, 1, 0].map((back) => {
    const year = simulateYear(random, character, judgedYear - back, level);
    level *= 1 + random.between(-0.1, 0.3);
    return year;
  });
  const judged = years.pop();
  if (!judged) throw new Error('a region has four years');
  return { past: years, judged };
}

/** Regions differ from the nation as much as years differ among themselves. */
function characterOf(random: Random): Character {
  const own = bridge(random);
  const event = (monthDay: string, before: number, after: number, height: number): Bump => ({
    at: (year) => `${year}-${monthDay}`,
    before,
    after,
    height: height * Math.exp(0.3 * normal(random)),
  });
  const festival = (offset: number, before: number, after: number, height: number): Bump => ({
    at: (year) => addDays(springFestival(year), offset),
    before,
    after,
    height,
  });
  const raw = PLATFORMS.map(() => random.between(0.2, 1));
  const sum = raw.reduce((all, part) => all + part, 0);
  return {
    usual: USUAL.map((share, i) => share + (own[i] ?? 0)),
    weekend: random.between(0.92, 1.12),
    holiday: random.between(0.8, 1.05),
    platformShares: raw.map((part) => part / sum),
    bumps: [
      festival(-17, 8, 5, random.between(0.1, 0.4)),
      festival(0, 4, 4, -random.between(0.4, 0.75)),
      event('03-08', 1, 0.6, 0.3),
      event('05-20', 0.6, 0.6, 0.2),
      event('06-02', 1, 1.5, 0.5),
      event('06-18', 2, 0.8, 1.6),
      event('09-09', 0.8, 0.8, 0.2),
      event('11-01', 0.6, 2, 0.9),
      event('11-11', 1.2, 0.6, 2.4),
      event('12-12', 1, 0.6, 0.7),
    ],
  };
}

function simulateYear(random: Random, character: Character, year: number, level: number): SimulatedYear {
  const days = eachDay(firstDay(year), lastDay(year));
  const deviations = bridge(random);
  const doneBy = character.usual.map((share, i) => share + (deviations[i] ?? 0));
  const weights = dayWeights(random, character, year, days);
  // Each published period (January with February, then months) gets exactly its share, as national figures know them.
  const sums = doneBy.map(() => 0);
  days.forEach((day, i) => (sums[periodOf(day)] = (sums[periodOf(day)] ?? 0) + (weights[i] ?? 0)));
  const shares = days.map((day, i) => {
    const period = periodOf(day);
    return (((doneBy[period] ?? 1) - (doneBy[period - 1] ?? 0)) * (weights[i] ?? 0)) / (sums[period] ?? 1);
  });
  const amounts = character.platformShares.map((part) =>
    shares.map((share) => BigInt(Math.round(level * share * part * Math.exp(0.1 * normal(random))))),
  );
  return {
    year,
    days,
    amounts,
    total: amounts.flat().reduce((sum, amount) => sum + amount, 0n),
    deviations: deviationsOf(days, amounts, character.usual),
  };
}

/** Worked out from the amounts made, so that what the bench checks is what it judges. */
function deviationsOf(
  days: readonly BusinessDay[],
  amounts: readonly (readonly Fen[])[],
  usual: readonly number[],
): Map<number, number> {
  const sums = usual.map(() => 0n);
  days.forEach((day, i) => {
    const period = periodOf(day);
    sums[period] = amounts.reduce((sum, platform) => sum + (platform[i] ?? 0n), sums[period] ?? 0n);
  });
  const total = sums.reduce((all, sum) => all + sum, 0n);
  let done = 0n;
  return new Map(
    usual.slice(0, -1).map((share, period) => {
      done += sums[period] ?? 0n;
      return [period + 2, shareOf(done, total) - share];
    }),
  );
}

/** January and February are one period, as in the national figures. */
const periodOf = (day: BusinessDay): number => Math.max(0, Number(day.slice(5, 7)) - 2);

function dayWeights(
  random: Random,
  { bumps, weekend, holiday }: Character,
  year: number,
  days: readonly BusinessDay[],
): number[] {
  const kinds = dayKinds(year);
  // The same event brings more in one year and less in another.
  const placed = bumps.map((bump) => ({
    ...bump,
    middle: daysBetween(firstDay(year), bump.at(year)),
    size: Math.max(-0.8, bump.height * Math.exp(0.15 * normal(random))),
  }));
  return days.map((day, i) => {
    const kind = kinds.get(day);
    let weight = kind === 'holiday' ? holiday : kind === 'weekend' ? weekend : 1;
    for (const { middle, before, after, size } of placed) {
      const offset = i - middle;
      weight *= 1 + size * Math.exp(-((offset / (offset < 0 ? before : after)) ** 2) / 2);
    }
    return weight;
  });
}

/**
 * bridge draws a deviation of the cumulative share at the end of February to December: a Brownian bridge in the share
 * itself, which starts and ends at 0, stretched so that its standard deviation is TARGET_DEVIATIONS at their months.
 */
function bridge(random: Random): number[] {
  let walk = 0;
  const path = USUAL.map((share, i) => (walk += Math.sqrt(share - (USUAL[i - 1] ?? 0)) * normal(random)));
  return USUAL.map((share, i) => ((path[i] ?? 0) - share * walk) * stretchAt(i + 2));
}

function stretchAt(month: number): number {
  const knots = [...TARGET_DEVIATIONS].map(([at, deviation]) => {
    const share = USUAL[at - 2] ?? 0;
    return { at, stretch: deviation / Math.sqrt(share * (1 - share)) };
  });
  const next = knots.find(({ at }) => at >= month) ?? knots.at(-1);
  const last = knots.findLast(({ at }) => at <= month) ?? next;
  if (!next || !last) return 0;
  if (next.at === last.at) return next.stretch;
  return last.stretch + ((next.stretch - last.stretch) * (month - last.at)) / (next.at - last.at);
}

/** normal draws from the standard normal distribution (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
