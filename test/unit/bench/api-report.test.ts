import { describe, expect, it } from '@jest/globals';
import { type Answered } from '../../../bench/api/load';
import { neverAsked, TOTALS } from '../../../bench/api/questions';
import { apiReport, apiText, LOADS, type Served } from '../../../bench/api/report';

/** A hundred answers, of which the slowest two took `slowest`. */
const answered = (usual: number, slowest: number, errors = 0): Answered => ({
  ms: [...Array<number>(98).fill(usual), slowest, slowest],
  seconds: 20,
  errors,
});

const store = (id: string, orders: number, of: Answered, pageMs: number[] | null): Served => ({
  pageMs,
  id,
  orders,
  answered: Object.fromEntries(LOADS.map((load) => [load, of])) as Served['answered'],
});

describe('report of the API bench', () => {
  const report = apiReport(
    [
      store('small', 1_000_000, answered(10, 100), null),
      store('large', 50_000_000, answered(20, 300, 2), [2100, 1800, 700]),
    ],
    ['a caveat'],
  );

  it('holds what was asked before to its limits, in each store', () => {
    expect(report.figures['large']?.totals).toEqual({
      answers: 100,
      medianMs: 20,
      p99Ms: 300,
      perSecond: 5,
      errors: 2,
    });
    expect(report.missed).toEqual({
      'large, overview, p99 ms': 0.5,
      'large, totals, p99 ms': 0.5,
      'large, one call, p99 ms': 0.5,
      'large, first page, median ms': 0.2,
    });
  });

  it('compares each store with the smallest', () => {
    expect(report.ratios['large']?.overview).toEqual({ median: 2, p99: 3 });
    expect(report.ratios['small']).toBeUndefined();
  });

  it('says the same to people', () => {
    const lines = apiText(report).split('\n');
    expect(lines.find((line) => /^overview +large/.test(line))).toMatch(
      /50,000,000 +100 +20\.0 +300\.0 +5 +2 +2 \/ 3$/,
    );
    expect(lines).toContain('  large, overview, p99 ms: 300, at most 200: MISSED by 100 (50 %)');
    expect(lines).toContain('  small, first page, median ms: not measured (at most 1500)');
    expect(lines).toContain('  large, first page just after a start: 2100 ms');
    expect(lines).toContain('Note: a caveat');
  });
});

it('asks a hundred different questions again and again, and others that were never asked', () => {
  expect(new Set(TOTALS).size).toBe(TOTALS.length);
  expect(TOTALS.length).toBeGreaterThan(90);
  const questions = neverAsked(1);
  const asked = Array.from({ length: 5_000 }, () => questions.next().value);
  expect(new Set(asked.map((path) => path.replace(/&by=.*/, ''))).size).toBe(asked.length);
});
