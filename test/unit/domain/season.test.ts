import { describe, expect, test } from '@jest/globals';
import { dayOfYear, daysInYear, lastDayOfMonth } from '../../../src/domain/calendar';
import { NATIONAL_ONLINE_RETAIL } from '../../../src/domain/national-season';
import { curveThrough, learnMonthEnds, nationalCurve, straightLine } from '../../../src/domain/season';

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

  test('a month end that is known in every year is the plain mean of the three newest years', () => {
    const figures = {
      2020: { 6: 90, 12: 100 },
      2021: { 6: 40, 12: 100 },
      2022: { 6: 500, 12: 1000 },
      2023: { 6: 6, 12: 10 },
      2024: { 6: 70, 12: 100 },
    };
    expect(learnMonthEnds(figures, 2024)!.years).toEqual([2021, 2022, 2023]);
    expect(learnMonthEnds(figures, 2024)!.shares.get(6)).toBeCloseTo(0.5, 12);
    expect(learnMonthEnds(figures, 2025)!.shares.get(6)).toBeCloseTo(0.6, 12);
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
    expect(nationalCurve(2026).source).toBe('NBS national online retail sales, mean of 2023, 2024, 2025');
    expect(nationalCurve(2021).source).toContain('2017, 2019, 2020');
    expect(nationalCurve(2017).source).toContain('mean of 2016');
    expect(nationalCurve(2015).source).toContain('2023, 2024, 2025');
  });

  test('its month ends are the means of the published shares', () => {
    const share = (year: number, month: number): number =>
      NATIONAL_ONLINE_RETAIL[year]![month]! / NATIONAL_ONLINE_RETAIL[year]![12]!;
    // February is known in all three years; September is missing in 2024 and lies inside what is known around it.
    expect(at(2026, 2)).toBeCloseTo((share(2023, 2) + share(2024, 2) + share(2025, 2)) / 3, 12);
    expect(at(2023, 6)).toBeCloseTo((share(2020, 6) + share(2021, 6) + share(2022, 6)) / 3, 12);
    expect(at(2026, 9)).toBeCloseTo(0.7038, 4);
    expect(at(2026, 11)).toBeCloseTo(0.9042, 4);
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
    const common = curveThrough(2026, shares, 'test').cumulative;
    const leap = curveThrough(2028, shares, 'test').cumulative;
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

describe('projecting past years from earlier years only', () => {
  /** Mean absolute error, in percent, of actual ÷ share as a projection of the year, over 2017 to 2025. */
  const error = (month: number, share: (year: number) => number): number => {
    const errors = Object.entries(NATIONAL_ONLINE_RETAIL).flatMap(([year, months]) => {
      const [actual, total] = [months[month], months[12]];
      if (Number(year) < 2017 || actual === undefined || total === undefined) return [];
      return [Math.abs(actual / share(Number(year)) / total - 1) * 100];
    });
    return errors.reduce((sum, one) => sum + one, 0) / errors.length;
  };

  test.each([
    { month: 2, national: 5.68, straight: 18.45 },
    { month: 6, national: 2.19, straight: 8.77 },
    { month: 9, national: 1.17, straight: 7.19 },
    { month: 11, national: 0.36, straight: 1.7 },
  ])('at the end of month $month the curve is $national % off, the straight line $straight %', (row) => {
    const line = (year: number): number =>
      straightLine(year).cumulative[dayOfYear(lastDayOfMonth(year, row.month)) - 1]!;
    expect(error(row.month, (year) => at(year, row.month))).toBeCloseTo(row.national, 2);
    expect(error(row.month, line)).toBeCloseTo(row.straight, 2);
  });
});
