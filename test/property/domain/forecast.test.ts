import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eachDay } from '../../../src/domain/calendar';
import { chancesOf, intervalsOf } from '../../../src/domain/forecast';
import { type Fen, wholeOfFen } from '../../../src/domain/money';
import { judgePace, DEFAULT_PACE_SETTINGS } from '../../../src/domain/pace';
import { type PastYear, regionalCurve } from '../../../src/domain/regional-season';
import { studentCdf, studentQuantile } from '../../../src/domain/student';

/** Probabilities are floats: right to twelve decimals. */
const ROUNDING = 1e-12;
const fen = fc.bigInt({ min: 1n, max: 10n ** 15n });
const share = fc.integer({ min: 1, max: 999 }).map((promille) => promille / 1000);
const spread = fc.record({
  deviation: fc.integer({ min: 5, max: 80 }).map((promille) => promille / 1000),
  years: fc.integer({ min: 1, max: 12 }),
});

/** Three whole years of a region with its own week, festival and events; amounts in fen. */
const region = fc
  .record({
    levels: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 3, maxLength: 3 }),
    week: fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 7, maxLength: 7 }),
    peak: fc.integer({ min: 1, max: 9 }),
    noise: fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 97, maxLength: 97 }),
  })
  .map(({ levels, week, peak, noise }) =>
    levels.map((level, index): PastYear => {
      const year = 2022 + index;
      return {
        year,
        dailyAmounts: new Map(
          eachDay(`${year}-01-01`, `${year}-12-31`).map((day, i) => [
            day,
            BigInt(level * week[i % 7]! * noise[i % 97]! * (day.endsWith('11-11') ? peak : 1)),
          ]),
        ),
      };
    }),
  );

describe('a regional curve', () => {
  test('rises every day, ends at 1, and hardly knows in which money it was learned', () => {
    fc.assert(
      fc.property(region, fc.bigInt({ min: 2n, max: 1000n }), (pastYears, times) => {
        const curve = regionalCurve(2025, pastYears);
        expect(curve.cumulative).toHaveLength(365);
        expect(curve.cumulative.findIndex((done, index) => done <= (curve.cumulative[index - 1] ?? 0))).toBe(-1);
        expect(curve.cumulative.at(-1)).toBe(1);
        const richer = pastYears.map(({ year, dailyAmounts }) => ({
          year,
          dailyAmounts: new Map([...dailyAmounts].map(([day, amount]) => [day, amount * times])),
        }));
        const scaled = regionalCurve(2025, richer);
        expect({ ...scaled, cumulative: [] }).toEqual({ ...curve, cumulative: [] });
        scaled.cumulative.forEach((done, index) => expect(done).toBeCloseTo(curve.cumulative[index]!, 12));
      }),
      { numRuns: 30 },
    );
  });

  test('is learned only from years before its own, in whatever order they come', () => {
    fc.assert(
      fc.property(region, (pastYears) => {
        const later: PastYear = { year: 2025, dailyAmounts: new Map([['2025-01-01', 1n]]) };
        expect(regionalCurve(2025, [later, ...[...pastYears].reverse()])).toEqual(regionalCurve(2025, pastYears));
        expect(regionalCurve(2024, pastYears).ownYears).not.toContain(2024);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a forecast', () => {
  test('its intervals hold the projection and each other, and never lie below what is done', () => {
    fc.assert(
      fc.property(fen, share, spread, (actual, done, strays) => {
        const projected = wholeOfFen(actual, done)!;
        let [low, high]: [Fen, Fen] = [projected, projected];
        for (const interval of intervalsOf({ actual, share: done, spread: strays })) {
          expect(interval.low <= low && high <= interval.high && actual <= interval.low).toBe(true);
          [low, high] = [interval.low, interval.high];
        }
      }),
    );
  });

  test('its intervals shrink to the total at the end of the year', () => {
    fc.assert(
      fc.property(fen, spread, (actual, strays) => {
        const widths = [0.95, 0.99, 0.999, 0.9999].map((done) => {
          const [, , widest] = intervalsOf({ actual, share: done, spread: { ...strays, years: 6 } });
          return widest!.high - widest!.low;
        });
        widths.slice(1).forEach((width, index) => expect(width <= widths[index]! + 1n).toBe(true));
        expect(Number(widths.at(-1)!)).toBeLessThanOrEqual(Number(actual) * 4e-4 + 2);
        for (const { low, high } of intervalsOf({ actual, share: 1, spread: strays })) {
          expect([low, high]).toEqual([actual, actual]);
        }
      }),
    );
  });

  test('more sold never lowers a chance, a higher goal never raises it, and doubt draws towards even odds', () => {
    fc.assert(
      fc.property(fen, fen, fen, share, spread, (goal, actual, more, done, strays) => {
        const of = (to: Fen, sold: Fen) => chancesOf({ goal: to, actual: sold, share: done, spread: strays });
        const { chance, guarded } = of(goal, actual);
        expect(of(goal, actual + more).chance).toBeGreaterThanOrEqual(chance - ROUNDING);
        expect(of(goal, actual + more).guarded).toBeGreaterThanOrEqual(guarded - ROUNDING);
        expect(of(goal + more, actual).chance).toBeLessThanOrEqual(chance + ROUNDING);
        if (actual < goal) expect(Math.abs(guarded - 0.5)).toBeLessThanOrEqual(Math.abs(chance - 0.5) + ROUNDING);
      }),
    );
  });

  test('what the events to come need is no more than what is missing, and what they will bring no more than the rest', () => {
    fc.assert(
      fc.property(region, fen, fc.integer({ min: 0, max: 363 }), (pastYears, goal, i) => {
        const days = eachDay('2025-01-01', '2025-12-31');
        const report = judgePace({
          goal: { year: 2025, measure: 'net', amount: goal, setOn: null },
          dailyAmounts: new Map(days.map((day) => [day, 100n])),
          coverage: [{ platform: 'p', shop: 'a', completeTo: days[i]! }],
          requestedAsOf: days[i]!,
          previous: null,
          curve: regionalCurve(2025, pastYears),
          settings: DEFAULT_PACE_SETTINGS,
        });
        const events = report.forecast!.events;
        const sum = (of: (event: (typeof events)[number]) => Fen): Fen =>
          events.reduce((all, one) => all + of(one), 0n);
        expect(sum(({ needed }) => needed) <= report.remaining + 4n).toBe(true);
        expect(sum(({ projected }) => projected) <= report.seasonal.projected! - report.actual + 4n).toBe(true);
        for (const { from, to } of events) expect(report.asOf! < from && from <= to).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("Student's distribution", () => {
  test('is symmetric, rises, and its quantiles lead back to their levels', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 98 }),
        (t, freedom, percent) => {
          expect(studentCdf(t, freedom) + studentCdf(-t, freedom)).toBeCloseTo(1, 12);
          expect(studentCdf(t + 0.1, freedom)).toBeGreaterThanOrEqual(studentCdf(t, freedom) - ROUNDING);
          const quantile = studentQuantile(percent / 100, freedom);
          expect(2 * studentCdf(quantile, freedom) - 1).toBeCloseTo(percent / 100, 9);
        },
      ),
    );
  });
});
