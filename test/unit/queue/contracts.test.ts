import { describe, expect, test } from '@jest/globals';
import { catalog, jobNames } from '../../../src/queue/contracts';
import { checkPolicy } from '../../../src/queue/redis';
import { paceReport } from '../../../src/queue/wire';
import { reportBehind } from '../mail/alerts';

describe('the catalog of jobs', () => {
  test('lists every kind of job once', () => {
    expect([...jobNames].sort()).toEqual(Object.keys(catalog).sort());
  });

  test('still understands what the first version has queued', () => {
    const queued = {
      night: { nightId: '2026-10-01', inbox: '/inbox' },
      ingest: { nightId: '2026-10-01', path: '/inbox/a.csv' },
      totals: { nightId: '2026-10-01' },
      pace: { nightId: '2026-10-01' },
      report: { nightId: '2026-10-01' },
      alert: { nightId: '2026-10-01', alertId: 'a', recipient: 'one@bureau.example' },
      housekeeping: { nightId: '2026-10-01' },
    };
    for (const name of jobNames) expect(catalog[name].payload.parse(queued[name])).toEqual(queued[name]);
  });

  test('takes fields that a newer version has added, and leaves them out', () => {
    expect(catalog.totals.payload.parse({ nightId: 'n', later: true })).toEqual({ nightId: 'n' });
  });

  test.each([
    ['a colon in the night', catalog.night, { nightId: '2026:10', inbox: '/inbox' }],
    ['a day that does not exist', catalog.pace, { nightId: 'n', asOf: '2026-02-30' }],
    ['no path', catalog.ingest, { nightId: 'n', path: '' }],
  ])('refuses %s', (_, contract, payload) => {
    expect(contract.payload.safeParse(payload).success).toBe(false);
  });
});

describe('the policy of Redis', () => {
  test('is accepted only as noeviction, since any other drops jobs when memory is short', () => {
    expect(() => checkPolicy('maxmemory:0\r\nmaxmemory_policy:noeviction\r\n')).not.toThrow();
    expect(() => checkPolicy('maxmemory_policy:volatile-lru\r\n')).toThrow('volatile-lru');
    expect(() => checkPolicy('')).toThrow('unknown');
  });
});

describe('a pace report on the wire', () => {
  test('of a version that knew no forecast is still understood', () => {
    const written = JSON.stringify(paceReport.encode(reportBehind));
    expect(written).not.toContain('forecast');
    expect(paceReport.parse(JSON.parse(written))).toEqual(reportBehind);
  });
});
