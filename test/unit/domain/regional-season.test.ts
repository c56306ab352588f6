import { describe, expect, test } from '@jest/globals';
import { addDays, dayOfYear } from '../../../src/domain/calendar';
import { springFestival } from '../../../src/domain/holidays';
import { type PastYear, regionalCurve, regionalSeason } from '../../../src/domain/regional-season';
import { nationalCurve, type SeasonalCurve } from '../../../src/domain/season';
import { dailyYear } from '../../support/daily-years';

const TOTAL = 10n ** 12n;
const past = (...years: number[]): PastYear[] => years.map((year) => dailyYear(year, TOTAL));
/** What a day brings against the day before it. */
const step = ({ cumulative }: SeasonalCurve, day: string): number => {
  const at = dayOfYear(day) - 1;
  const brought = (i: number): number => cumulative[i]! - (cumulative[i - 1] ?? 0);
  return brought(at) / brought(at - 1);
};

describe('a region’s own season', () => {
  test('without own years it is the national one, drawn straight inside months', () => {
    expect(regionalCurve(2026, [])).toEqual(nationalCurve(2026));
    expect(step(regionalCurve(2026, []), '2026-11-11')).toBeCloseTo(1, 9);
  });

  test('Double 11 stands out in it after one year', () => {
    const peak = step(regionalCurve(2026, past(2025)), '2026-11-11');
    expect(peak).toBeGreaterThan(3.5);
    expect(peak).toBeLessThan(5.5);
    expect(step(regionalCurve(2026, past(2023, 2024, 2025)), '2026-11-11')).toBeGreaterThan(4.4);
  });

  test('the quiet days of Spring Festival move with the lunar calendar', () => {
    const curve = regionalCurve(2026, past(2024, 2025)); // 10 February and 29 January teach 17 February
    const [festival, before] = [springFestival(2026), addDays(springFestival(2026), -3)];
    expect(curve.cumulative[dayOfYear(addDays(festival, -2)) - 1]).toBeDefined();
    expect(step(curve, addDays(before, 1))).toBeLessThan(0.6);
    expect(step(curve, addDays(festival, 5))).toBeGreaterThan(1.7);
    expect(step(curve, '2026-01-29')).toBeGreaterThan(0.85); // a festival day of 2025 is an ordinary one
  });

  test('weekends, holidays and make-up workdays are told apart', () => {
    const weekendOnly = (day: string): number => ([0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? 2 : 1);
    const years = [2024, 2025].map((year) => dailyYear(year, TOTAL, weekendOnly));
    const curve = regionalCurve(2026, years);
    expect(step(curve, '2026-08-15')).toBeGreaterThan(1.8); // a Saturday
    expect(step(curve, '2026-08-17')).toBeLessThan(0.6); // a Monday
  });

  test('its month ends lie between its own and the national ones, nearer to its own the more years it has', () => {
    const figures = (...years: number[]) => Object.fromEntries(years.map((year) => [year, { 2: 18, 6: 50, 12: 100 }]));
    const june = (...years: number[]): number => regionalSeason(figures(...years), 2026).monthEnds.get(6)!;
    const national = nationalCurve(2026).cumulative[180]!;
    expect(june(2025)).toBeCloseTo((0.5 + national) / 2, 6);
    expect(june(2023, 2024, 2025)).toBeGreaterThan(june(2024, 2025));
    expect(june(2023, 2024, 2025)).toBeLessThan(0.5);
  });

  test('a year in which shops began to report teaches nothing, nor does one with an empty month', () => {
    const late = dailyYear(2025, TOTAL);
    const began: PastYear = {
      year: 2025,
      dailyAmounts: new Map(
        [...late.dailyAmounts].map(([day, amount]) => [day, day < '2025-07-01' ? amount / 4n : amount]),
      ),
    };
    const gap: PastYear = {
      year: 2025,
      dailyAmounts: new Map([...late.dailyAmounts].filter(([day]) => !day.startsWith('2025-05'))),
    };
    expect(regionalCurve(2026, [began]).ownYears).toEqual([]);
    expect(regionalCurve(2026, [gap]).ownYears).toEqual([]);
    expect(regionalCurve(2026, [late]).ownYears).toEqual([2025]);
  });

  test('it says what it was learned from, and of more years the newest three', () => {
    expect(regionalCurve(2026, past(2022, 2023, 2024, 2025)).source).toBe(
      'own sales of 2023, 2024, 2025, with NBS national online retail sales of 2023, 2024, 2025',
    );
    expect(regionalCurve(2016, past(2014, 2015)).source).toBe('own sales of 2014, 2015');
  });

  test('a region whose years differ more than the nation’s has a wider spread', () => {
    const steady = { 2023: { 6: 46, 12: 100 }, 2024: { 6: 46, 12: 100 }, 2025: { 6: 46, 12: 100 } };
    const fickle = { 2023: { 6: 46, 12: 100 }, 2024: { 6: 40, 12: 100 }, 2025: { 6: 52, 12: 100 } };
    const spread = (figures: Parameters<typeof regionalSeason>[0]): number =>
      regionalSeason(figures, 2026).spread.deviation;
    expect(spread(fickle)).toBeGreaterThan(1.5 * spread(steady));
    expect(regionalSeason(fickle, 2026).spread.years).toBe(6);
  });
});
