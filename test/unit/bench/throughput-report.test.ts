import { describe, expect, it } from '@jest/globals';
import { type Night, throughputReport, throughputText } from '../../../bench/throughput/report';

describe('report of the throughput bench', () => {
  const exports = { files: 500, rows: 5_000_000, bytes: 2_500_000_000, paidOrders: 500_000 };
  const workbooks = { files: 10, rows: 300_000, bytes: 90_000_000 };
  const night = (id: Night['id'], files: number): Night => ({
    ...{ id, files, all: files + 1 },
    of: id.includes('xlsx') ? workbooks : exports,
  });
  const nights = [
    night('loop', 50),
    night('embedded, one at a time', 60),
    night('embedded', 40),
    night('Redis, two workers', 27),
    night('Redis, one worker, xlsx', 15),
    night('Redis, two workers, xlsx', 12),
    night('Redis, one worker, xlsx, half a core', 25),
    night('Redis, two workers, xlsx, half a core', 15),
  ];
  const report = throughputReport(exports, workbooks, nights, ['a caveat']);

  it('says what the queue adds to a file, and holds both figures to their limits', () => {
    expect(report.queueMsPerFile).toBe(20);
    expect(report.twoWorkers).toBe(0.6);
    expect(report.missed).toEqual({ queueMsPerFile: 0.3333 });
    expect(report.rowsPerSecond).toMatchObject({ loop: 100_000, embedded: 125_000 });
    expect(report.ratios).toMatchObject({ loop: 1, embedded: 0.8, 'Redis, two workers, xlsx': null });
    expect(report.filesPerSecond['Redis, one worker, xlsx']).toBe(0.6667);
  });

  it('measures nothing of two workers where there is no Redis', () => {
    const { twoWorkers, missed } = throughputReport(exports, workbooks, nights.slice(0, 2), []);
    expect([twoWorkers, missed]).toEqual([null, { queueMsPerFile: 0.3333 }]);
  });

  it('says the same to people', () => {
    const lines = throughputText(report).split('\n');
    expect(lines.find((line) => line.startsWith('Redis, two workers '))).toMatch(
      /27\.0 +28\.0 +18\.5 +185,185 +0\.54$/,
    );
    expect(lines).toContain('  queueMsPerFile: 20, at most 15: MISSED by 5 (33 %)');
    expect(lines).toContain('  twoWorkers: 0.6, at most 0.667: kept');
    expect(lines).toContain('Note: a caveat');
  });
});
