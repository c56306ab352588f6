import { describe, expect, it } from '@jest/globals';
import { type Sample, soakReport, soakText } from '../../../bench/soak/report';

const sample = (night: number, heapMiB: number, jobs: number): Sample => ({
  ...{ night, msPerNight: 900, nodeMiB: 300, heapMiB, engineMiB: null, handles: 10, openFiles: 40 },
  ...{ engineFiles: null, parts: 100, totalsParts: night, partsOfPartition: 2, jobs },
});

describe('report of the soak', () => {
  const samples = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((night) => sample(night, night * 10, night < 3 ? night : 3));
  const report = soakReport(samples, ['a caveat']);

  it('holds what must come to rest to its limit, by the last third of the nights against the middle one', () => {
    expect(report.growth).toMatchObject({ heapMiB: 1.6, jobs: 1, engineMiB: null });
    expect(report.missed).toEqual({ heapMiB: 0.3333 });
    expect([report.start.night, report.middle.night, report.end.night]).toEqual([1, 5, 9]);
  });

  it('is not made of fewer than three samples', () => {
    expect(() => soakReport(samples.slice(0, 2), [])).toThrow('three samples');
  });

  it('says the same to people', () => {
    const lines = soakText(report).split('\n');
    expect(lines.find((line) => line.startsWith('heapMiB'))).toMatch(/10 +50 +90 +1\.60$/);
    expect(lines).toContain('  heapMiB: 1.6, at most 1.2: MISSED by 0.4 (33 %)');
    expect(lines).toContain('  engineMiB: not measured (at most 1.2)');
    expect(lines).toContain('Note: a caveat');
  });
});
