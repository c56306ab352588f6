import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type BusinessDay, eachDay } from '../../../src/domain/calendar';
import { type Fen } from '../../../src/domain/money';
import {
  DEFAULT_PACE_SETTINGS,
  judgePace,
  type PaceInput,
  type PaceReport,
  type PaceState,
  type ShopCoverage,
} from '../../../src/domain/pace';
import { nationalCurve } from '../../../src/domain/season';

const YEAR = 2025;
const DAYS = eachDay(`${YEAR}-01-01`, `${YEAR}-12-31`);
const CURVE = nationalCurve(YEAR);
const GOAL: Fen = 6_000_000_000_000n;

const dayIndex = fc.integer({ min: 0, max: DAYS.length - 1 });
/** Daily amounts around those of a year that just meets the goal: 85 to 115 % of the season, another part each week. */
const year = fc.array(fc.integer({ min: 850, max: 1150 }), { minLength: 53, maxLength: 53 }).map(
  (promilles) =>
    new Map(
      DAYS.map((day, i) => {
        const share = (CURVE.cumulative[i] ?? 0) - (CURVE.cumulative[i - 1] ?? 0);
        return [day, BigInt(Math.round(share * 6e9)) * BigInt(promilles[Math.floor(i / 7)]!)];
      }),
    ),
);
const state = fc.constantFrom<PaceState | null>(null, 'on-track', 'at-risk', 'behind', 'no-data');
const WORSE: Readonly<Record<PaceState, number>> = { 'on-track': 0, 'at-risk': 1, behind: 2, 'no-data': 3 };

const shop = (name: string, completeTo: BusinessDay | null): ShopCoverage => ({
  platform: 'p',
  shop: name,
  completeTo,
});
const judge = (change: Partial<PaceInput>): PaceReport =>
  judgePace({
    goal: { year: YEAR, measure: 'net', amount: GOAL, setOn: null },
    dailyAmounts: new Map(),
    coverage: [shop('a', `${YEAR}-12-31`)],
    requestedAsOf: `${YEAR}-09-30`,
    previous: null,
    curve: CURVE,
    settings: DEFAULT_PACE_SETTINGS,
    ...change,
  });

/** Judges nights in order; each remembers the last state that was judged on data, as an alert's standing does. */
function nights(
  dailyAmounts: ReadonlyMap<BusinessDay, Fen>,
  deliveries: readonly (readonly ShopCoverage[])[],
  from: number,
) {
  let previous: PaceState | null = null;
  return deliveries.map((coverage, night) => {
    const report = judge({ dailyAmounts, coverage, requestedAsOf: DAYS[from + night]!, previous });
    if (report.state !== 'no-data') previous = report.state;
    return report;
  });
}

describe('pace', () => {
  test('what each remaining day needs, brought every day, meets the goal with less than a fen a day too much', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 14n }),
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 14n }),
        dayIndex,
        (amount, sold, i) => {
          const report = judge({
            goal: { year: YEAR, measure: 'gross', amount, setOn: null },
            dailyAmounts: new Map([[DAYS[0]!, sold]]),
            requestedAsOf: DAYS[i]!,
          });
          const days = BigInt(report.remainingDays);
          expect(report.remaining).toBe(amount > sold ? amount - sold : 0n);
          if (days === 0n) {
            expect(report.dailyNeeded).toBe(0n);
            return;
          }
          const surplus = report.dailyNeeded * days - report.remaining;
          expect(surplus >= 0n && surplus < days).toBe(true);
        },
      ),
    );
  });

  test('who sold more on any day is projected to sell more, has no worse chance and no worse state', () => {
    const sale = fc.tuple(dayIndex, fc.bigInt({ min: 0n, max: GOAL }));
    fc.assert(
      fc.property(year, dayIndex, sale, state, (dailyAmounts, i, [soldOn, more], previous) => {
        const requestedAsOf = DAYS[i]!;
        const less = judge({ dailyAmounts, requestedAsOf, previous });
        const richer = new Map(dailyAmounts).set(DAYS[soldOn]!, (dailyAmounts.get(DAYS[soldOn]!) ?? 0n) + more);
        const better = judge({ dailyAmounts: richer, requestedAsOf, previous });
        expect(better.seasonal.projected! >= less.seasonal.projected!).toBe(true);
        expect(better.straightLine.projected! >= less.straightLine.projected!).toBe(true);
        expect(better.forecast!.chance).toBeGreaterThanOrEqual(less.forecast!.chance - 1e-12);
        expect(WORSE[better.state]).toBeLessThanOrEqual(WORSE[less.state]);
      }),
    );
  });

  test('a constant observation never flaps: the state it leads to is the state it stays in', () => {
    const chances = fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { minLength: 3, maxLength: 3 });
    const settings = fc.tuple(chances, fc.integer({ min: 1, max: 20 })).map(([percents, minDays]) => {
      const [behindBelow = 0, atRiskBelow = 0, onTrackAbove = 0] = percents.sort((a, b) => a - b).map((p) => p / 100);
      return { ...DEFAULT_PACE_SETTINGS, behindBelow, atRiskBelow, onTrackAbove, minDays };
    });
    fc.assert(
      fc.property(year, dayIndex, state, settings, (dailyAmounts, i, previous, chosen) => {
        const observation = { dailyAmounts, requestedAsOf: DAYS[i]!, settings: chosen };
        const first = judge({ ...observation, previous });
        expect(judge({ ...observation, previous: first.state }).state).toBe(first.state);
      }),
    );
  });

  test('a late shop only moves the question back: the figures are those of its last day, or there is no data', () => {
    fc.assert(
      fc.property(year, dayIndex, fc.integer({ min: 0, max: 20 }), state, (dailyAmounts, i, late, previous) => {
        const requestedAsOf = DAYS[i]!;
        const completeTo = addDays(requestedAsOf, -late);
        const coverage = [shop('a', requestedAsOf), shop('late', completeTo)];
        const held = judge({ dailyAmounts, coverage, requestedAsOf, previous });
        if (late > DEFAULT_PACE_SETTINGS.maxLagDays) expect(held.state).toBe('no-data');
        if (completeTo < DAYS[0]! || held.state === 'no-data') return;
        const then = judge({ dailyAmounts, requestedAsOf: completeTo, previous });
        expect({ ...held, requestedAsOf: '', waitingFor: [], shops: 0 }).toEqual({
          ...then,
          requestedAsOf: '',
          waitingFor: [],
          shops: 0,
        });
      }),
    );
  });

  test('a shop that stops delivering never turns on track into behind, whatever the others sell', () => {
    fc.assert(
      fc.property(year, year, fc.integer({ min: 0, max: 330 }), state, (before, after, i, previous) => {
        const stopped = DAYS[i]!;
        const amounts = new Map(
          [...before].map(([day, amount]) => [day, day <= stopped ? amount : (after.get(day) ?? 0n)]),
        );
        let last = judge({ dailyAmounts: before, requestedAsOf: stopped, previous }).state;
        if (last !== 'on-track') return;
        for (let night = 1; night <= 30; night++) {
          const asked = addDays(stopped, night);
          const coverage = [shop('a', asked), shop('silent', stopped)];
          const { state: now } = judge({ dailyAmounts: amounts, coverage, requestedAsOf: asked, previous: last });
          expect(now).toBe(night > DEFAULT_PACE_SETTINGS.maxLagDays ? 'no-data' : 'on-track');
          if (now !== 'no-data') last = now;
        }
      }),
    );
  });

  test('late exports raise behind for no day for which timely exports do not', () => {
    fc.assert(
      fc.property(
        year,
        fc.integer({ min: 55, max: 320 }),
        fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 40, maxLength: 40 }),
        (dailyAmounts, from, lags) => {
          const timely = nights(
            dailyAmounts,
            lags.map((_, night) => [shop('a', DAYS[from + night]!)]),
            from,
          );
          // What was delivered stays delivered, so the last complete day never moves back.
          let completeTo = DAYS[from]!;
          const late = nights(
            dailyAmounts,
            lags.map((lag, night) => {
              const reached = DAYS[from + Math.max(0, night - lag)]!;
              if (reached > completeTo) completeTo = reached;
              return [shop('a', DAYS[from + night]!), shop('late', completeTo)];
            }),
            from,
          );
          const behind = new Set(timely.filter((report) => report.state === 'behind').map((report) => report.asOf));
          late
            .filter((report, night) => report.state === 'behind' && late[night - 1]?.state === 'on-track')
            .forEach((report) => expect(behind).toContain(report.asOf));
        },
      ),
    );
  });

  test('the order in which shops and days are handed in changes nothing', () => {
    const coverage = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(dayIndex)), { maxLength: 6 });
    fc.assert(
      fc.property(year, coverage, dayIndex, (dailyAmounts, deliveries, i) => {
        const shops = deliveries.map(([name, index]) => shop(name, index === null ? null : DAYS[index]!));
        const one = judge({ dailyAmounts, coverage: shops, requestedAsOf: DAYS[i]! });
        const other = judge({
          dailyAmounts: new Map([...dailyAmounts].reverse()),
          coverage: [...shops].reverse(),
          requestedAsOf: DAYS[i]!,
        });
        expect(other).toEqual(one);
      }),
    );
  });
});
