import { describe, expect, it } from '@jest/globals';
import { slippage } from '../../../src/demo/region';
import { seasonalShares } from '../../../src/demo/season';

const shares = new Map(seasonalShares(2026).map(({ day, share }) => [day, share]));
const share = (day: string): number => shares.get(day) ?? Number.NaN;
const usual = 1 / 365;

describe('the demo region’s year', () => {
  it('adds up to one, leap years included', () => {
    for (const year of [2026, 2028]) {
      const days = seasonalShares(year);
      expect(days).toHaveLength(year === 2028 ? 366 : 365);
      expect(days.reduce((sum, { share: part }) => sum + part, 0)).toBeCloseTo(1, 9);
    }
  });

  it('dips at Spring Festival and peaks at 618 and Double 11', () => {
    expect(share('2026-02-17')).toBeLessThan(0.5 * usual);
    expect(share('2026-06-18')).toBeGreaterThan(2 * usual);
    expect(share('2026-11-11')).toBeGreaterThan(3 * usual);
    expect(Math.max(...shares.values())).toBe(share('2026-11-11'));
  });

  it('moves the dip with the lunar calendar', () => {
    const early = new Map(seasonalShares(2025).map(({ day, share: part }) => [day, part]));
    expect(early.get('2025-01-29')).toBeLessThan(0.5 * usual);
    expect(early.get('2025-02-17')).toBeGreaterThan(0.8 * usual);
  });

  it('sells more at weekends than in the middle of an ordinary week', () => {
    expect(share('2026-08-16')).toBeGreaterThan(share('2026-08-19'));
  });

  it('slips from May on and lands 8 to 11 % under a year that meets its goal', () => {
    expect(slippage('2026-04-30')).toBe(0.99);
    expect(slippage('2026-05-31')).toBeLessThan(0.95);
    expect(slippage('2026-12-31')).toBe(slippage('2026-07-01'));
    const landed = [...shares].reduce((sum, [day, part]) => sum + part * slippage(day), 0);
    expect(landed).toBeGreaterThan(0.89);
    expect(landed).toBeLessThan(0.92);
  });
});
