import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHistory } from '../../../src/intake/read-history';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'paceline-history-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string | Uint8Array) => {
  const path = join(folder, 'history.csv');
  writeFileSync(path, content);
  return readHistory(path);
};

describe('a csv of past sales', () => {
  test('is read by days, exactly, whatever other columns stand beside', async () => {
    expect(await read('\ufeffDay,note,Amount\r\n2025-01-01,x,0.1\r\n2025-01-02,,-90071992547409.93\r\n')).toEqual({
      kind: 'daily',
      days: new Map([
        ['2025-01-01', 100_000n],
        ['2025-01-02', -90_071_992_547_409_930_000n],
      ]),
    });
  });

  test('is read by months, in any order, with a cumulative column of any unit', async () => {
    expect(await read('grade,year,month,cumulative_100m_yuan\nA,2024,12,9\nB,2024,02,1.5\n')).toEqual({
      kind: 'monthly',
      years: new Map([
        [
          2024,
          new Map([
            [12, 9_000_000n],
            [2, 1_500_000n],
          ]),
        ],
      ]),
    });
  });

  test.each([
    ['a day that does not exist', 'day,amount\n2025-01-01,1\n\n2025-02-30,1\n', /line 4, column "day": "2025-02-30"/],
    ['a day that comes twice', 'day,amount\n2025-01-01,1\n2025-01-01,2\n', /line 3, column "day"/],
    ['an amount that is none', 'day,amount\n2025-01-01,abc\n', /line 2, column "amount": "abc"/],
    ['an amount that is missing', 'day,amount\n2025-01-01,\n', /line 2, column "amount": nothing stands here/],
    ['an amount with separators', 'day,amount\n2025-01-01,1,000\n', /line 2, column 3: the row has 3 cells/],
    ['a row cut short', 'day,amount\n2025-01-01\n', /line 2, column 2: the row has 1 cells/],
    ['a month that does not exist', 'year,month,cumulative\n2025,13,1\n', /line 2, column "month": "13"/],
    ['a year that is none', 'year,month,cumulative\n25,3,1\n', /line 2, column "year": "25"/],
    ['a month that comes twice', 'year,month,cumulative\n2025,3,1\n2025,03,2\n', /line 3, column "month"/],
    ['a cumulative figure that falls', 'year,month,cumulative\n2025,6,5\n2025,7,4\n', /line 3, column "cumulative"/],
    ['nothing cumulative', 'year,month,cumulative\n2025,6,0\n', /line 2, column "cumulative"/],
    ['other columns', 'a,b\n1,2\n', /line 1: the columns "a", "b"/],
    ['a quote that never closes', 'day,amount\n2025-01-01,"1\n', /line 2/],
  ])('is refused for %s, with the place', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'file-not-a-table',
      message: expect.stringMatching(message) as unknown,
      advice: expect.stringMatching(/\w/) as unknown,
    });
  });

  test('is refused when it is empty, has only a header, is no text or is not there', async () => {
    await expect(read('')).rejects.toMatchObject({ code: 'file-empty' });
    await expect(read('day,amount\n')).rejects.toMatchObject({ code: 'file-empty' });
    await expect(read(Uint8Array.of(0x64, 0xff, 0xfe))).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(readHistory(join(folder, 'nowhere.csv'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
