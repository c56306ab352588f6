import { describe, expect, it } from '@jest/globals';
import { type Loaded, memoryReport, memoryText } from '../../../bench/memory/report';

const load = (id: Loaded['id'], rows: number, seconds: number, node: number, engine: number): Loaded => ({
  id,
  of: { bytes: rows * 100, rows, cells: rows * 10 },
  run: {
    seconds,
    node: { cpuSeconds: 1, peakMemoryMiB: node },
    engine: { cpuSeconds: 1, peakMemoryMiB: engine },
  },
});

describe('report of the memory bench', () => {
  const loads = [
    load('csvSmall', 1_000, 2, 100, 500),
    load('csvLarge', 11_000, 10, 150, 1_200.4),
    load('xlsx', 600, 4, 300, 400),
  ];
  const report = memoryReport(loads, ['a caveat']);

  it('compares Node’s peaks and holds each to its limit', () => {
    expect(report.nodeLargeToSmall).toBe(1.5);
    expect(report.peakMemoryMiB).toMatchObject({ csvLarge: { node: 150, engine: 1_200 }, xlsx: { node: 300 } });
    expect(report.targets).toMatchObject({ 'engineMiB.csvLarge': 1_144, 'nodeMiB.xlsx': 572 });
    expect(report.missed).toEqual({ nodeLargeToSmall: 0.25, 'engineMiB.csvLarge': 0.04895 });
  });

  it('gives rates in rows and in cells', () => {
    expect(report.rowsPerSecond).toEqual({ csvSmall: 500, csvLarge: 1_100, xlsx: 150 });
    expect(report.cellsPerSecond).toMatchObject({ xlsx: 1_500 });
  });

  it('a peak that the system does not tell is not measured, not zero', () => {
    const blind = loads.map((one) => ({ ...one, run: { ...one.run, node: null, engine: null } }));
    expect(memoryReport(blind, [])).toMatchObject({ nodeLargeToSmall: null, missed: {} });
    expect(memoryText(memoryReport(blind, []))).toContain('nodeMiB.xlsx: not measured (at most 572)');
  });

  it('says the same to people', () => {
    const lines = memoryText(report).split('\n');
    expect(lines).toContain('  nodeLargeToSmall: 1.5, at most 1.2: MISSED by 0.3 (25 %)');
    expect(lines).toContain('  engineMiB.csvSmall: 500, at most 1144: kept');
    expect(lines.find((line) => line.startsWith('xlsx '))).toMatch(/600 +4\.0 +150 +1,500 +300 +400$/);
    expect(lines).toContain('Note: a caveat');
  });
});
