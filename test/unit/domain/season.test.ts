import { describe, expect, test } from '@jest/globals';
import { dayOfYear, daysInYear, lastDayOfMonth } from '../../../src/domain/calendar';
import { NATIONAL_ONLINE_RETAIL } from '../../../src/domain/national-season';
import { curveThrough, learnMonthEnds, nationalCurve, nationalSeason, straightLine } from '../../../src/domain/season';

const at = (year: number, month: number): number =>
  nationalCurve(year).cumulative[dayOfYear(lastDayOfMonth(year, month)) - 1]!;

describe('the national figures', () => {
  test('they are the 83 published ones, and never fall within a year', () => {
    const years = Object.values(NATIONAL_ONLINE_RETAIL).map((months) => Object.values(months));
    expect(years.flat()).toHaveLength(83);
    expect(years.flat().reduce((sum, amount) => sum + amount, 0)).toBe(5_191_675);
    for (const amounts of years) expect(amounts).toEqual([...new Set(amounts)].sort((a, b) => a - b));
  });
});

describe('learning a season from figures', () => {
  const even = Object.fromEntries([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((month) => [month, month * 10]));

  const junes = (...parts: number[]) =>
    Object.fromEntries(parts.map((june, index) => [2020 + index, { 6: june, 12: 100 }]));

  test('a season that does not change is expected again, in whatever unit each year has', () => {
    const figures = { ...junes(47, 47, 47), 2023: { 6: 470, 12: 1000 } };
    expect(learnMonthEnds(figures, 2024)!.years).toEqual([2021, 2022, 2023]);
    expect(learnMonthEnds(figures, 2024)!.shares.get(6)).toBeCloseTo(0.47, 12);
    expect(learnMonthEnds(figures, 2024)!.shares.get(12)).toBe(1);
  });

  test('the newest year weighs most', () => {
    // The tilts of 1, 0, 0 and 0, 0, 1 drift by the same amount in opposite directions; what is left is the weights.
    const june = (...parts: number[]): number => learnMonthEnds(junes(...parts), 2023)!.shares.get(6)!;
    expect(june(47, 47, 50)).toBeGreaterThan(0.485);
    expect(june(50, 47, 47)).toBeLessThan(0.475);
  });

  test('a drift of many years is carried on, one of two years hardly', () => {
    const many = junes(40, 41, 42, 43, 44, 45, 46, 47);
    expect(learnMonthEnds(many, 2028)!.shares.get(6)).toBeGreaterThan(0.47);
    expect(learnMonthEnds(many, 2028)!.shares.get(6)).toBeLessThan(0.48);
    const two = learnMonthEnds(junes(40, 41), 2022)!.shares.get(6)!;
    expect(two).toBeLessThan(0.408);
    expect(learnMonthEnds(junes(40), 2021)!.shares.get(6)).toBeCloseTo(0.4, 12);
  });

  test('a year after a long gap is not carried further than three years', () => {
    const many = junes(40, 41, 42, 43, 44, 45, 46, 47);
    expect(learnMonthEnds(many, 2100)).toEqual(learnMonthEnds(many, 2090));
  });

  test('a missing month is shared out as in the other years, not by the calendar', () => {
    // November holds three quarters of what comes after October in the year that knows it: 110 of 120 by its end.
    const figures = { 2022: { ...even, 10: 80, 11: 110, 12: 120 }, 2023: { 9: 70, 10: 80, 12: 120 } };
    const november = learnMonthEnds(figures, 2024)!.shares.get(11)!;
    expect(november).toBeGreaterThan(0.89); // by days it would be 0.874
    expect(november).toBeLessThanOrEqual(110 / 120);
  });

  test('months that no year knows are filled by interpolation in days', () => {
    const shares = learnMonthEnds({ 2023: { 6: 181, 12: 365 } }, 2024)!.shares;
    expect(shares.get(3)).toBeCloseTo(90 / 365, 12);
    expect(shares.get(9)).toBeCloseTo(273 / 365, 12);
  });

  test('a year without a total, or with nothing but a total, teaches nothing', () => {
    expect(learnMonthEnds({ 2021: { 12: 100 }, 2022: { 6: 40, 11: 90 } }, 2024)).toBeNull();
  });
});

describe('the national curve', () => {
  test('a curve is learned only from earlier years, and says from which', () => {
    expect(nationalCurve(2026).source).toBe('NBS national online retail sales of 2023, 2024, 2025');
    expect(nationalCurve(2021).source).toContain('2017, 2019, 2020');
    expect(nationalCurve(2017).source).toBe('NBS national online retail sales of 2016');
    expect(nationalSeason(2016)).toBeNull();
    expect(nationalCurve(2015).source).toContain('2023, 2024, 2025');
  });

  test('its month ends lie near those of the last years, a little ahead of their mean', () => {
    const share = (year: number, month: number): number =>
      NATIONAL_ONLINE_RETAIL[year]![month]! / NATIONAL_ONLINE_RETAIL[year]![12]!;
    const mean = (share(2023, 2) + share(2024, 2) + share(2025, 2)) / 3;
    expect(at(2026, 2)).toBeGreaterThan(mean);
    expect(at(2026, 2)).toBeCloseTo(0.1424, 4);
    expect(at(2026, 9)).toBeCloseTo(0.7096, 4);
    expect(at(2026, 11)).toBeCloseTo(0.9064, 3);
  });

  test.each([2016, 2017, 2020, 2023, 2024, 2025, 2026, 2028, 2100])(
    'the curve of %d rises every day and is 1 at 31 December',
    (year) => {
      const { cumulative } = nationalCurve(year);
      expect(cumulative).toHaveLength(daysInYear(year));
      expect(cumulative[0]).toBeGreaterThan(0);
      cumulative.slice(1).forEach((share, index) => expect(share).toBeGreaterThan(cumulative[index]!));
      expect(cumulative.at(-1)).toBe(1);
    },
  );

  test('29 February belongs to February in leap years: month ends keep their shares', () => {
    const shares = new Map([[2, 0.14]]);
    const about = { source: 'test', spread: { deviation: 0.03, years: 2 }, ownYears: [] };
    const common = curveThrough(2026, shares, about).cumulative;
    const leap = curveThrough(2028, shares, about).cumulative;
    expect([common.length, common[58], common[364]]).toEqual([365, 0.14, 1]);
    expect([leap.length, leap[59], leap[365]]).toEqual([366, 0.14, 1]);
    expect(leap[58]).toBeCloseTo((0.14 * 59) / 60, 12);
  });

  test('the straight line gives every day the same', () => {
    expect(straightLine(2026).cumulative[181]).toBe(182 / 365);
    expect(straightLine(2028).cumulative.at(-1)).toBe(1);
    expect(straightLine(2028).cumulative).toHaveLength(366);
  });
});
