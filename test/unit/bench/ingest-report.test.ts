import { describe, expect, it } from '@jest/globals';
import { type Form, type Measured } from '../../../bench/ingest/contestant';
import { type Entry, ratiosOf, reportOf, reportText } from '../../../bench/ingest/report';

const run = (seconds: number, cpuSeconds: number, peakMemoryMiB: number): Measured => ({
  seconds,
  apart: {},
  node: { cpuSeconds: cpuSeconds / 2, peakMemoryMiB },
  engine: { cpuSeconds: cpuSeconds / 2, peakMemoryMiB: peakMemoryMiB * 2 },
});

const entry = (id: string, form: Form, runs: readonly Measured[], rest: Partial<Entry> = {}): Entry => ({
  contestant: { id, means: `what ${id} does` },
  form,
  scale: 1,
  runs,
  problem: null,
  ...rest,
});

const ENTRIES: readonly Entry[] = [
  entry('paceline', 'utf8', [run(9, 8, 100), run(3, 4, 120), run(4, 5, 110)]),
  entry('paceline', 'gb18030', [run(5, 5, 130)]),
  entry('paceline', 'gz', [], { problem: { kind: 'failed', reason: 'it is a gzip archive' } }),
  entry('paceline', 'rejects1pct', [run(6, 10, 90)]),
  entry('bareEngine', 'utf8', [run(2, 4, 1)]),
  entry('bareEngine', 'gb18030', [run(2.5, 4, 1)]),
  entry('bareEngine', 'gz', [run(3, 4, 1)]),
  entry('duckDB', 'utf8', [run(5, 9, 1)]),
  entry('naive', 'utf8', [run(4, 4, 1)], { scale: 10 }),
  entry('postgres', 'utf8', [], { problem: { kind: 'skipped', reason: 'no server' } }),
];
const report = reportOf(2_000_000, 1e9, ENTRIES, ['a caveat']);

describe('report of the ingest bench', () => {
  it('takes medians, and scales a contestant that loaded a part of the rows', () => {
    expect(report.seconds).toMatchObject({ pacelineUtf8: 4, bareEngineUtf8: 2, naive: 40 });
    expect(report.spread).toMatchObject({ pacelineUtf8: [3, 9], naive: [40, 40] });
    expect(report.cpuSeconds).toMatchObject({ pacelineUtf8: 5, naive: 40 });
  });

  it('compares each form with the bare engine on the same form, and rejects with the clean file', () => {
    expect(report.ratios).toEqual({
      toBareEngine: { utf8: 2, gb18030: 2, gz: null },
      toNaive: 0.1,
      toDuckDB: 0.8,
      toPostgres: null,
      rejects1pct: 1.5,
    });
    expect(report.cpuRatios).toMatchObject({ toBareEngine: { utf8: 1.25 }, rejects1pct: 2 });
  });

  it('gives null and the reason for what failed or was skipped', () => {
    expect(report.seconds).toMatchObject({ pacelineGz: null, postgres: null });
    expect(report.failed).toEqual({ pacelineGz: 'it is a gzip archive' });
    expect(report.skipped).toEqual({ postgres: 'no server' });
  });

  it('tells by how much targets are missed, and Paceline’s highest memory', () => {
    expect(report.missed).toEqual({ 'toBareEngine.utf8': 0.25, 'toBareEngine.gb18030': 0.1111, toNaive: 0.5 });
    expect(report.peakMemoryMiB).toEqual({ node: 130, engine: 260 });
  });

  it('says the same to people', () => {
    const lines = reportText(report, ENTRIES).split('\n');
    expect(lines).toContain('  toBareEngine.utf8: 2, at most 1.6: MISSED by 0.4 (25 %); by CPU 1.25');
    expect(lines).toContain('  toDuckDB: 0.8, at most 1: kept; by CPU 0.5556');
    expect(lines).toContain('  toBareEngine.gz: not measured (at most 2.2)');
    expect(lines).toContain('pacelineGz failed: it is a gzip archive');
    expect(lines).toContain('postgres skipped: no server');
    expect(lines).toContain('Note: a caveat');
    expect(lines.find((line) => line.startsWith('naive '))).toMatch(/40\.00 +40\.00 to 40\.00 +40\.00 +1$/);
  });

  it('a ratio without figures is null, not an error', () => {
    expect(ratiosOf({})).toEqual({
      toBareEngine: { utf8: null, gb18030: null, gz: null },
      toNaive: null,
      toDuckDB: null,
      toPostgres: null,
      rejects1pct: null,
    });
  });
});
