import { describe, expect, test } from '@jest/globals';
import { eachDay } from '../../../src/domain/calendar';
import { chancesOf, forecastOf, intervalsOf } from '../../../src/domain/forecast';
import { regionalCurve } from '../../../src/domain/regional-season';
import { straightLine } from '../../../src/domain/season';
import { spreadOf } from '../../../src/domain/spread';
import { studentCdf, studentQuantile } from '../../../src/domain/student';
import { dailyYear } from '../../support/daily-years';

const SPREAD = { deviation: 0.03, years: 10 };
const everyDay = (year: number, amount: bigint) =>
  new Map(eachDay(`${year}-01-01`, `${year}-12-31`).map((day) => [day, amount]));

describe('the chance that a goal is met', () => {
  test('is even when the projection just meets it, certain when it is met, none before anything is sold', () => {
    expect(chancesOf({ goal: 200n, actual: 100n, share: 0.5, spread: SPREAD })).toEqual({ chance: 0.5, guarded: 0.5 });
    expect(chancesOf({ goal: 100n, actual: 100n, share: 0.5, spread: SPREAD }).chance).toBe(1);
    expect(chancesOf({ goal: 100n, actual: 0n, share: 0.5, spread: SPREAD }).chance).toBe(0);
  });

  test('one standard deviation short is the 16th percentile of Student’s distribution, or less sure early', () => {
    // At half the year one standard deviation on logit S is 0.03 ÷ √0.25 = 0.06.
    const actual = 1_000_000_000n;
    const goal = actual + BigInt(Math.round(1e9 * Math.exp(0.06)));
    const { chance, guarded } = chancesOf({ goal, actual, share: 0.5, spread: SPREAD });
    expect(chance).toBeCloseTo(studentCdf(-1, 10), 6);
    expect(guarded).toBeCloseTo(studentCdf(-Math.SQRT1_2, 10), 6);
  });
});

describe('the interval of the year', () => {
  test('is the projection times what the spread allows for the rest', () => {
    const [half, most, nearly] = intervalsOf({ actual: 1_000_000n, share: 0.5, spread: SPREAD });
    // t(10) = 0.700, 1.372 and 2.228 times 0.06 on the log of the rest.
    expect(half).toEqual({ level: 50, low: 1_958_881n, high: 2_042_883n });
    expect(most).toEqual({ level: 80, low: 1_920_967n, high: 2_085_815n });
    expect(nearly).toEqual({ level: 95, low: 1_874_863n, high: 2_143_037n });
  });

  test('is not there before anything is sold', () => {
    expect(intervalsOf({ actual: 0n, share: 0.5, spread: SPREAD })).toEqual([]);
  });
});

describe('what a forecast says beside the total', () => {
  test('how many days of the season the year is behind, and what the rest must bring', () => {
    const forecast = forecastOf({
      goal: 36_500n,
      actual: 18_000n, // by 200 days, so 20 days behind 100 a day
      asOf: '2025-07-19',
      projected: 32_850n,
      curve: straightLine(2025),
      lastYear: null,
    });
    expect(forecast.gapDays).toBe(-20);
    expect(forecast.upliftNeeded).toBeCloseTo(18_500 / 14_850 - 1, 8);
    expect(forecast.growth).toBeNull();
    expect(forecast.events).toEqual([]);
  });

  test('growth on the same days of last year, so far and still needed', () => {
    const { growth } = forecastOf({
      goal: 40_150n,
      actual: 18_100n, // 181 days of 100
      asOf: '2025-06-30',
      projected: 36_500n,
      curve: straightLine(2025),
      lastYear: everyDay(2024, 100n),
    });
    expect(growth!.soFar).toBeCloseTo(18_100 / 18_200 - 1, 8); // 2024 had 29 February
    expect(growth!.needed).toBeCloseTo(22_050 / 18_400 - 1, 8);
  });

  test('what the events to come must bring, the running one from tomorrow on', () => {
    const curve = regionalCurve(2026, [dailyYear(2024, 10n ** 12n), dailyYear(2025, 10n ** 12n)]);
    const { events } = forecastOf({
      goal: 10n ** 12n,
      actual: 8n * 10n ** 11n,
      asOf: '2026-11-10',
      projected: 9n * 10n ** 11n,
      curve,
      lastYear: null,
    });
    expect(events.map(({ event, from, to }) => [event, from, to])).toEqual([
      ['double-11', '2026-11-11', '2026-11-11'],
      ['double-12', '2026-12-09', '2026-12-12'],
    ]);
    const [double11] = events;
    expect(double11!.needed).toBe(2n * double11!.projected);
    expect(Number(double11!.needed)).toBeGreaterThan(0.07 * 2e11);
  });
});

describe('the spread', () => {
  test('is the root mean square of errors in units of √(s × (1 − s)), years alike, with a prior of two years', () => {
    const half = (actual: number) => ({ expected: 0.5, actual });
    expect(spreadOf([])).toEqual({ deviation: 0.03, years: 2 });
    const spread = spreadOf([[half(0.52), half(0.48)], [half(0.53)]]);
    expect(spread.years).toBe(4);
    expect(spread.deviation).toBeCloseTo(Math.sqrt((0.04 ** 2 + 0.06 ** 2 + 2 * 0.03 ** 2) / 4), 12);
    expect(spreadOf([[]])).toEqual(spreadOf([]));
  });
});

describe('Student’s distribution', () => {
  test.each([
    [0.5, 1, 1],
    [0.8, 6, 1.4398],
    [0.8, 10, 1.3722],
    [0.95, 4, 2.7764],
    [0.95, 7, 2.3646],
  ])('%f of it with %d degrees of freedom lie within %f', (within, freedom, quantile) => {
    expect(studentQuantile(within, freedom)).toBeCloseTo(quantile, 4);
  });
});
