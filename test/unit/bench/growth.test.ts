import { describe, expect, it } from '@jest/globals';
import { STORES, stretchesOf } from '../../../bench/growth/plan';
import { type Grown, growthReport, growthText } from '../../../bench/growth/report';

describe('plan of the growth bench', () => {
  it.each(STORES)('$id is divided to the last order, over every day of its years and platforms', (plan) => {
    const stretches = stretchesOf(plan);
    const sum = (figure: (stretch: (typeof stretches)[number]) => number): number =>
      stretches.reduce((total, stretch) => total + figure(stretch), 0);
    expect(sum(({ orders }) => orders)).toBe(plan.orders);
    const days = plan.years.reduce((total, year) => total + (year === 2024 ? 366 : 365), 0);
    expect(sum((stretch) => stretch.days)).toBe(days * plan.platforms.length);
    // Building the totals of a stretch must fit into memory.
    expect(Math.max(...stretches.map(({ orders }) => orders))).toBeLessThan(5_000_000);
  });

  it('a year too large to fill at once is filled by months', () => {
    const stretches = stretchesOf({ id: 'leap', orders: 36_600_000, years: [2024], platforms: ['pinduoduo'] });
    expect(stretches).toHaveLength(12);
    expect(stretches[1]).toEqual({
      platform: 'pinduoduo',
      from: '2024-02-01',
      days: 29,
      orders: 2_900_000,
      shops: 146,
    });
    expect(stretches[11]).toMatchObject({ from: '2024-12-01', days: 31 });
  });
});

const store = (id: string, orders: number, seconds: readonly number[], totalsMs: number): Grown => ({
  plan: { id, orders, years: [2026], platforms: ['pinduoduo'] },
  runs: seconds.map((value) => ({
    seconds: value,
    node: { cpuSeconds: value / 2, peakMemoryMiB: 1 },
    engine: { cpuSeconds: value / 4, peakMemoryMiB: 1 },
  })),
  totalsMs: { day: [totalsMs], league: [totalsMs - 1, totalsMs + 1, totalsMs + 1] },
});

describe('report of the growth bench', () => {
  const report = growthReport(
    [store('small', 1_000, [2, 9, 1], 4), store('large', 50_000, [2.5, 2, 3], 5), store('hard', 50_000, [3], 80)],
    { rows: 10, bytes: [1_000_000, 1_250_000] },
    ['a caveat'],
  );

  it('compares medians with the smallest store and tells what is missed', () => {
    expect(report.seconds).toEqual({ small: 2, large: 2.5, hard: 3 });
    expect(report.ratios).toEqual({ large: 1.25, hard: 1.5 });
    expect(report.cpuRatios).toEqual({ large: 1.25, hard: 1.5 });
    expect(report.yearToDateMs).toEqual({
      small: { day: 4, league: 5 },
      large: { day: 5, league: 6 },
      hard: { day: 80, league: 81 },
    });
    expect(report.yearToDateRatios).toEqual({ large: 1.25, hard: 20 });
    expect(report.slowestMs).toEqual({ small: 5, large: 6, hard: 81 });
    expect(report.missed).toEqual({ hard: 0.2, 'year to date, hard': 15, 'year to date ms, hard': 1.7 });
  });

  it('says the same to people', () => {
    const lines = growthText(report, 3).split('\n');
    expect(lines).toContain('A day of 10 rows, 1.00 to 1.25 MB; medians of 3, the stores in turn.');
    expect(lines).toContain('  large: 1.25, at most 1.25: kept; by CPU 1.25');
    expect(lines).toContain('  hard: 1.5, at most 1.25: MISSED by 0.25 (20 %); by CPU 1.5');
    expect(lines).toContain('league    5.0    6.0  81.0');
    expect(lines).toContain('  year to date, large: 1.25, at most 1.25: kept');
    expect(lines).toContain('Note: a caveat');
  });
});
