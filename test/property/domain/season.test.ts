import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { daysInYear } from '../../../src/domain/calendar';
import { curveThrough, learnMonthEnds } from '../../../src/domain/season';

const ABOUT = { source: 'test', spread: { deviation: 0.03, years: 2 }, ownYears: [] };

/** A year of rising cumulative amounts of which some months are not known; December always is. */
const year = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 11, maxLength: 11 }),
    fc.subarray([2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 1 }),
  )
  .map(([steps, known]) => {
    const rising = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0));
    return Object.fromEntries([...known, 12].map((month) => [month, rising[month - 2]!]));
  });

describe('a learned season', () => {
  test('whatever months are missing, the curve rises every day and is 1 at 31 December', () => {
    fc.assert(
      fc.property(fc.array(year, { minLength: 1, maxLength: 6 }), fc.integer({ min: 2001, max: 2100 }), (years, of) => {
        const figures = Object.fromEntries(years.map((months, index) => [1990 + index, months]));
        const { cumulative } = curveThrough(of, learnMonthEnds(figures, of)!.shares, ABOUT);
        expect(cumulative).toHaveLength(daysInYear(of));
        expect(cumulative.findIndex((share, index) => share <= (cumulative[index - 1] ?? 0))).toBe(-1);
        expect(cumulative.at(-1)).toBe(1);
      }),
    );
  });

  test('the unit of the figures does not matter', () => {
    fc.assert(
      fc.property(year, fc.constantFrom(2, 1024), (months, unit) => {
        const scaled = Object.fromEntries(Object.entries(months).map(([month, amount]) => [month, amount * unit]));
        expect(learnMonthEnds({ 2000: scaled }, 2001)).toEqual(learnMonthEnds({ 2000: months }, 2001));
      }),
    );
  });
});
