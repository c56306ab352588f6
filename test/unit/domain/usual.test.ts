import { describe, expect, test } from '@jest/globals';
import { addDays, type BusinessDay, eachDay } from '../../../src/domain/calendar';
import {
  DEFAULT_USUAL_SETTINGS,
  isUsualSilence,
  judgeVolume,
  type Unusual,
  type Volume,
} from '../../../src/domain/usual';
import { Random } from '../../../src/demo/random';

/** A shop's sales of one day, in orders; a basket is 88 yuan. */
type Sales = (day: BusinessDay) => number;

const BASKET_FEN = 8_800;
const YEAR_BEGINS = '2025-01-01';

/** Weekends a quarter above, noise of 12 %, 618 and Double 11 at eight times on their day and three times before. */
function salesOf(perDay: number, seed: number): Sales {
  const random = new Random(seed, 'usual');
  const noise = new Map(eachDay(YEAR_BEGINS, '2026-12-31').map((day) => [day, 0.88 + 0.24 * random.next()]));
  return (day) => {
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? 1.25 : 1;
    return Math.max(1, Math.round(perDay * weekend * (noise.get(day) ?? 1) * promotionOf(day.slice(5))));
  };
}

function promotionOf(monthAndDay: string): number {
  if (monthAndDay === '06-18' || monthAndDay === '11-11') return 8;
  if (monthAndDay >= '06-15' && monthAndDay <= '06-20') return 3;
  if (monthAndDay >= '11-08' && monthAndDay <= '11-12') return 3;
  return 1;
}

interface Snapshot extends Volume {
  readonly days: number;
  readonly snapshotDay: BusinessDay;
}

/** The days that an export of a day holds: the last of them is the day before. */
type Window = (snapshotDay: BusinessDay) => BusinessDay;
const LAST_30_DAYS: Window = (day) => addDays(day, -30);
const YESTERDAY: Window = (day) => addDays(day, -1);
const YEAR_TO_DATE: Window = (day) => `${addDays(day, -1).slice(0, 4)}-01-01`;
const MONTH_TO_DATE: Window = (day) => `${addDays(day, -1).slice(0, 7)}-01`;

function snapshotOf(sales: Sales, window: Window, snapshotDay: BusinessDay): Snapshot {
  const days = eachDay(window(snapshotDay), addDays(snapshotDay, -1));
  const rows = days.reduce((sum, day) => sum + sales(day), 0);
  return { rows, gross: BigInt(rows) * BigInt(BASKET_FEN), days: days.length, snapshotDay };
}

const judge = (file: Snapshot, earlier: readonly Snapshot[]): Unusual | null =>
  judgeVolume(file, earlier, DEFAULT_USUAL_SETTINGS);

/** Judges every night of a period as it would have been, and lists the nights whose export is held. */
function heldNights(sales: Sales, window: Window, from: BusinessDay, to: BusinessDay): BusinessDay[] {
  const nights = eachDay(from, to).map((day) => snapshotOf(sales, window, day));
  return nights.filter((night, i) => judge(night, nights.slice(0, i)) !== null).map(({ snapshotDay }) => snapshotDay);
}

/** What goes wrong with a file. */
const FAULTS: Readonly<Record<string, (file: Snapshot) => Snapshot>> = {
  'a doubled file': (file) => ({ ...file, rows: file.rows * 2, gross: file.gross * 2n }),
  'a file cut to a third': (file) => ({ ...file, rows: Math.round(file.rows / 3), gross: file.gross / 3n }),
  'a zeroed amount column': (file) => ({ ...file, gross: 0n }),
  'amounts times ten': (file) => ({ ...file, gross: file.gross * 10n }),
  'amounts in fen taken for yuan': (file) => ({ ...file, gross: file.gross * 100n }),
};

const SHOPS: readonly (readonly [perDay: number, seed: number])[] = [
  [40, 1],
  [400, 2],
  [12_000, 3],
];

describe('a year of nights of ordinary shops', () => {
  test.each(SHOPS)('holds no export of the last 30 days: %i orders a day', (perDay, seed) => {
    expect(heldNights(salesOf(perDay, seed), LAST_30_DAYS, '2025-02-01', '2026-01-31')).toEqual([]);
  });

  test.each(SHOPS)('holds no export of a single day, promotions included: %i orders a day', (perDay, seed) => {
    expect(heldNights(salesOf(perDay, seed), YESTERDAY, '2025-01-02', '2026-01-31')).toEqual([]);
  });

  test.each(SHOPS)('holds an export of the year to date only where the year begins anew: %i a day', (perDay, seed) => {
    expect(heldNights(salesOf(perDay, seed), YEAR_TO_DATE, '2025-01-02', '2025-12-31')).toEqual([]);
    const held = heldNights(salesOf(perDay, seed), YEAR_TO_DATE, '2025-11-01', '2026-02-28');
    expect(held.every((day) => day.startsWith('2026-01-0'))).toBe(true);
  });

  test.each(SHOPS)(
    'holds an export of the month to date only the first time that it begins anew: %i a day',
    (perDay, seed) => {
      const held = heldNights(salesOf(perDay, seed), MONTH_TO_DATE, '2025-01-02', '2025-12-31');
      expect(held.filter((day) => day > '2025-02-02')).toEqual([]);
    },
  );

  test('holds no export with a day of three times the usual sales inside 30 days', () => {
    const sales: Sales = (day) => (day === '2025-03-20' ? 3 : 1) * 100;
    expect(heldNights(sales, LAST_30_DAYS, '2025-02-01', '2025-05-31')).toEqual([]);
  });
});

describe('a faulty file among ordinary ones', () => {
  const cases = Object.keys(FAULTS)
    .flatMap(
      (fault) =>
        [
          ['the last 30 days', LAST_30_DAYS],
          ['the year to date', YEAR_TO_DATE],
          ['a single day', YESTERDAY],
        ].map(([name, window]) => [fault, name as string, window as Window] as const),
      // A shop whose days differ by half may well sell twice as much on one of them.
    )
    .filter(([fault, , window]) => fault !== 'a doubled file' || window !== YESTERDAY);
  test.each(cases)('is held: %s, in an export of %s', (fault, _, window) => {
    for (const [perDay, seed] of SHOPS) {
      const sales = salesOf(perDay, seed);
      for (const day of ['2025-03-03', '2025-05-05', '2025-08-15', '2025-10-10']) {
        const earlier = eachDay(addDays(day, -40), addDays(day, -1)).map((night) => snapshotOf(sales, window, night));
        const faulty = FAULTS[fault]!(snapshotOf(sales, window, day));
        expect({ perDay, day, unusual: judge(faulty, earlier) !== null }).toEqual({ perDay, day, unusual: true });
      }
    }
  });

  test('is held in a promotion season too when its amounts rise alone', () => {
    const sales = salesOf(400, 2);
    const earlier = eachDay('2025-10-01', '2025-11-10').map((night) => snapshotOf(sales, YESTERDAY, night));
    const file = FAULTS['amounts times ten']!(snapshotOf(sales, YESTERDAY, '2025-11-11'));
    expect(judge(file, earlier)).toMatchObject({ measure: 'gross' });
  });

  test('does not make the right one after it strange', () => {
    const sales = salesOf(400, 2);
    const earlier = eachDay('2025-02-01', '2025-03-09').map((night) => snapshotOf(sales, LAST_30_DAYS, night));
    const released = FAULTS['a doubled file']!(snapshotOf(sales, LAST_30_DAYS, '2025-03-10'));
    expect(judge(snapshotOf(sales, LAST_30_DAYS, '2025-03-11'), [...earlier, released])).toBeNull();
  });
});

describe('a shop of which little is known', () => {
  test('has nothing held before its fifteenth snapshot', () => {
    const file = { rows: 1000, gross: 1n, days: 30, snapshotDay: '2025-03-03' };
    const earlier = Array.from({ length: 13 }, () => ({ rows: 10, gross: 1000n }));
    expect(judgeVolume(file, earlier, DEFAULT_USUAL_SETTINGS)).toBeNull();
    expect(judgeVolume(file, [...earlier, ...earlier], DEFAULT_USUAL_SETTINGS)).toMatchObject({
      measure: 'rows',
      times: expect.closeTo(100, 6),
    });
  });

  test('says how many times the usual the file has, and 0 where nothing is left', () => {
    const earlier = Array.from({ length: 20 }, () => ({ rows: 10, gross: 1000n }));
    const file = { rows: 10, days: 30, snapshotDay: '2025-03-03' };
    const judged = (gross: bigint) => judgeVolume({ ...file, gross }, earlier, DEFAULT_USUAL_SETTINGS);
    expect(judged(0n)).toEqual({ measure: 'gross', times: 0 });
    expect(judged(10_000n)?.times).toBeCloseTo(10, 6);
    expect(judged(1_599n)).toBeNull();
    expect(judged(1_601n)).not.toBeNull();
    expect(judged(626n)).toBeNull();
    expect(judged(624n)).not.toBeNull();
  });
});

describe('a silence', () => {
  test('is usual up to the longest one before it', () => {
    const days = ['2026-02-27', '2026-03-05', '2026-03-01'];
    expect(['2026-03-06', '2026-03-09'].map((day) => isUsualSilence(days, day))).toEqual([true, true]);
    expect(isUsualSilence(days, '2026-03-10')).toBe(false);
  });

  test('is never usual where nothing is known of any', () => {
    expect(isUsualSilence([], '2026-03-06')).toBe(false);
    expect(isUsualSilence(['2026-03-05'], '2026-03-06')).toBe(false);
  });
});
