import { describe, expect, test } from '@jest/globals';
import { yearEarlier } from '../../../src/domain/calendar';
import { levelOf, yearOnYearRows } from '../../../src/domain/growth';
import { type SalesTotals, type TotalsRow } from '../../../src/domain/measures';

const row = (dimensions: TotalsRow['dimensions'], gross: bigint): TotalsRow => ({
  dimensions,
  totals: { gross } as SalesTotals,
});

describe('year on year', () => {
  test('growth is a share of what was before, and none where nothing was', () => {
    expect(levelOf(150n, 100n)).toEqual({ now: 150n, before: 100n, growth: 0.5 });
    expect(levelOf(0n, 100n).growth).toBe(-1);
    expect(levelOf(150n, 0n).growth).toBeNull();
  });

  test('sets months and days of the year before beside those of the year, and leaves out no side', () => {
    const rows = yearOnYearRows(
      {
        now: [row({ month: '2026-01' }, 30n), row({ month: '2026-02' }, 5n)],
        before: [row({ month: '2025-01' }, 20n), row({ month: '2025-03' }, 7n)],
        comparableNow: [row({ month: '2026-01' }, 10n)],
        comparableBefore: [row({ month: '2025-01' }, 8n)],
      },
      'gross',
      2026,
    );
    expect(rows.map(({ dimensions, level, comparable }) => [dimensions.month, level, comparable])).toEqual([
      ['2026-01', { now: 30n, before: 20n, growth: 0.5 }, { now: 10n, before: 8n, growth: 0.25 }],
      ['2026-02', { now: 5n, before: 0n, growth: null }, { now: 0n, before: 0n, growth: null }],
      ['2026-03', { now: 0n, before: 7n, growth: -1 }, { now: 0n, before: 0n, growth: null }],
    ]);
  });

  test('adds a 29 February to the 28th, on either side', () => {
    expect(yearEarlier('2024-02-29')).toBe('2023-02-28');
    const none = { comparableNow: [], comparableBefore: [] };
    const leapBefore = {
      now: [row({ day: '2025-02-28' }, 1n)],
      before: [row({ day: '2024-02-28' }, 2n), row({ day: '2024-02-29' }, 3n)],
      ...none,
    };
    expect(yearOnYearRows(leapBefore, 'gross', 2025)).toMatchObject([
      { dimensions: { day: '2025-02-28' }, level: { now: 1n, before: 5n } },
    ]);
    const leapNow = {
      now: [row({ day: '2024-02-28' }, 2n), row({ day: '2024-02-29' }, 3n)],
      before: [row({ day: '2023-02-28' }, 1n)],
      ...none,
    };
    expect(yearOnYearRows(leapNow, 'gross', 2024).reduce((sum, { level }) => sum + level.now, 0n)).toBe(5n);
  });
});
