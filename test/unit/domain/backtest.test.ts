import { describe, expect, test } from '@jest/globals';
import { countAlarms, straightLineBehind } from '../../../src/domain/alarms';
import { backtest, GOAL_FACTORS } from '../../../src/domain/backtest';
import { type History, subjectsOf } from '../../../src/domain/backtest-subjects';
import { NATIONAL_ONLINE_RETAIL } from '../../../src/domain/national-season';
import { dailyYear } from '../../support/daily-years';

const nationalHistory = (upTo: number): History => ({
  kind: 'monthly',
  years: new Map(
    Object.entries(NATIONAL_ONLINE_RETAIL)
      .filter(([year]) => Number(year) <= upTo)
      .map(([year, months]) => [
        Number(year),
        new Map(Object.entries(months).map(([month, done]) => [Number(month), BigInt(done)])),
      ]),
  ),
});

const daily = (...years: [year: number, total: bigint][]): History => ({
  kind: 'daily',
  days: new Map(years.flatMap(([year, total]) => [...dailyYear(year, total).dailyAmounts])),
});

describe('the national years, each forecast from the years before it', () => {
  const report = backtest(nationalHistory(2025));
  const at = (month: string) => report.horizons.find((horizon) => horizon.at === month)!;

  test.each([
    { month: '02', paceline: 5.55, lastYear: 7.27, meanOfThree: 5.68, straightLine: 18.45 },
    { month: '06', paceline: 2.16, lastYear: 2.85, meanOfThree: 2.19, straightLine: 8.77 },
    { month: '09', paceline: 0.78, lastYear: 1.15, meanOfThree: 1.17, straightLine: 7.19 },
    { month: '11', paceline: 0.26, lastYear: 0.28, meanOfThree: 0.36, straightLine: 1.7 },
  ])('at the end of month $month the year is $paceline % off, and no plain way is nearer', ({ month, ...figures }) => {
    const { mape } = at(month);
    for (const [way, figure] of Object.entries(figures)) expect(mape[way as keyof typeof mape]).toBeCloseTo(figure, 2);
    expect(mape.paceline).toBeLessThanOrEqual(Math.min(mape.lastYear, mape.meanOfThree));
  });

  test('over all months it is nearer than every plain way, and four fifths lie within the 80 % interval', () => {
    const { mape, coverage80 } = report.mean;
    expect(mape.paceline).toBeLessThan(Math.min(mape.lastYear, mape.meanOfThree, mape.straightLine));
    expect(coverage80).toBeCloseTo(0.825, 3);
  });

  test('a year that is added later changes nothing about the years before it', () => {
    const early = subjectsOf(nationalHistory(2023));
    expect(early.map(({ year }) => year)).toEqual([2017, 2019, 2020, 2021, 2022, 2023]);
    expect(subjectsOf(nationalHistory(2025)).filter(({ year }) => year <= 2023)).toEqual(early);
  });

  test('what a year comes to itself is never part of its forecast', () => {
    const shares = (history: History) =>
      subjectsOf(history)
        .find(({ year }) => year === 2022)!
        .stands.map((one) => one.shares);
    const history = nationalHistory(2022);
    if (history.kind !== 'monthly') throw new Error('it is monthly');
    const doubled = new Map(history.years.get(2022)).set(12, 300_000n);
    expect(shares({ kind: 'monthly', years: new Map(history.years).set(2022, doubled) })).toEqual(shares(history));
  });

  test('goals that were met raise no alarm by Paceline, and half a year of false days by the straight line', () => {
    const met = report.alarms.filter(({ goalFactor }) => goalFactor <= 0.99);
    for (const { paceline } of met) expect(paceline).toEqual({ falseAlarmDays: 0, firstAlarmDay: null, flaps: 0 });
    for (const { straightLine } of met) expect(straightLine.falseAlarmDays).toBeGreaterThan(150);
  });
});

describe('daily years', () => {
  test('years of the same season are forecast nearly without error, and missed goals are seen, the larger the earlier', () => {
    const report = backtest(daily([2022, 10n ** 11n], [2023, 2n * 10n ** 11n], [2024, 3n * 10n ** 11n]));
    expect(report.years).toEqual([2023, 2024]);
    expect(report.horizons.map(({ at }) => at)).toEqual([
      '031',
      '059',
      '090',
      '120',
      '151',
      '181',
      '212',
      '243',
      '273',
      '304',
      '334',
    ]);
    expect(report.horizons.at(-1)!.mape.paceline).toBeLessThan(1);
    expect(report.alarms.map(({ goalFactor }) => goalFactor)).toEqual(GOAL_FACTORS);
    const [four, five] = report.alarms.slice(-2).map(({ paceline }) => paceline.firstAlarmDay!);
    expect(five).toBeLessThanOrEqual(four!);
    expect(five).toBeLessThan(300);
  });

  test('a year that is not whole is not forecast, and one year alone cannot be', () => {
    expect(backtest(daily([2023, 10n ** 11n])).horizons).toEqual([]);
    const cut = daily([2023, 10n ** 11n], [2024, 10n ** 11n]);
    if (cut.kind !== 'daily') throw new Error('it is daily');
    const days = new Map([...cut.days].filter(([day]) => day < '2024-12-01'));
    expect(backtest({ kind: 'daily', days }).years).toEqual([]);
  });
});

describe('counting alarms', () => {
  test('an alarm has a first day, and is a flap when it is taken back', () => {
    expect(countAlarms([false, true, true, false, true])).toEqual({ days: 3, first: 2, flaps: 1 });
    expect(countAlarms([false])).toEqual({ days: 0, first: null, flaps: 0 });
  });

  test('the straight line alarms at 2 % short, from 1 March on, until it is 1 % short', () => {
    const behind = (monthDay: string, projected: bigint, previous = false): boolean =>
      straightLineBehind(monthDay, projected, 10_000n, previous);
    expect([behind('02-28', 1n), behind('03-01', 9_799n), behind('03-01', 9_800n)]).toEqual([false, true, false]);
    expect([behind('03-01', 9_899n, true), behind('03-01', 9_900n, true)]).toEqual([true, false]);
  });
});
