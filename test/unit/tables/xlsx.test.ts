import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parquetName } from '../../../src/tables/columns';
import { type Table } from '../../../src/tables/table';
import { fileName } from '../../../src/tables/texts';
import { xlsxBytes } from '../../../src/tables/xlsx';
import { cellsOf, reopenXlsx } from '../../support/reopen';

const files = (rows: Table['rows']): Table => ({
  name: 'files',
  columns: ['path', 'snapshotAt', 'status'],
  rows,
  facts: { asOf: '2026-06-30' },
  about: [],
});

test('times of Shanghai are times, and words of ours are in the language asked for', async () => {
  const table = files([{ path: 'a.csv', snapshotAt: '2026-06-10 13:05:09', status: 'held' }]);
  const [, row] = cellsOf(reopenXlsx(await buffer(xlsxBytes(table, 'zh'))), 1);
  // Excel keeps a time as a share of a day.
  expect(Math.round((row?.[1] as Date).getTime() / 1000)).toBe(Date.parse('2026-06-10T13:05:09Z') / 1000);
  expect([row?.[0], row?.[2]]).toEqual(['a.csv', '待处理']);
});

test('a text that is too long for a cell ends in an ellipsis', async () => {
  const [, row] = cellsOf(reopenXlsx(await buffer(xlsxBytes(files([{ path: 'x'.repeat(40_000) }]), 'en'))), 1);
  expect(row?.[0]).toBe(`${'x'.repeat(32_766)}…`);
});

test('rows that fail on the way fail the file', async () => {
  async function* failing() {
    yield await Promise.resolve({ path: 'a.csv' });
    throw new Error('the store has gone');
  }
  await expect(buffer(xlsxBytes(files(failing()), 'en'))).rejects.toThrow('the store has gone');
});

test('rows are let go of when nobody reads the file any more', async () => {
  const letGo: string[] = [];
  async function* endless() {
    try {
      for (;;) yield await Promise.resolve({ path: randomBytes(20_000).toString('hex') });
    } finally {
      letGo.push('rows');
    }
  }
  const bytes = xlsxBytes(files(endless()), 'en');
  await once(bytes, 'readable');
  bytes.destroy();
  for (let waited = 0; letGo.length === 0 && waited < 100; waited += 1) await delay(10);
  expect(letGo).toEqual(['rows']);
});

test('a file is named for what it holds, by nothing that a path can be made of', () => {
  const about = ['platform', 'a/../b:c*', '2026-01-01-2026-12-31'];
  expect(fileName({ name: 'totals', about }, 'xlsx', 'en')).toBe(
    'totals-platform-a-..-b-c--2026-01-01-2026-12-31.xlsx',
  );
  expect(fileName({ name: 'totals', about: ['month'] }, 'csv', 'zh')).toBe('网络零售额汇总-月.csv');
});

test('columns are named for programs in small letters', () => {
  expect(['paidOrders', 'live-stream', 'refundedAssumed'].map((name) => parquetName(name as 'paidOrders'))).toEqual([
    'paid_orders',
    'live_stream',
    'refunded_assumed',
  ]);
});
