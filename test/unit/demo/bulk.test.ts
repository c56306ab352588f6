import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { bulkExportName, writeBulkPinduoduo } from '../../../src/demo/bulk';
import { formatYuan, parseYuan } from '../../../src/domain/money';
import { readCsv } from './read-back';

it('a bulk export holds as many different orders as asked for, and the figures that it claims', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'paceline-bulk-'));
  try {
    const path = join(folder, bulkExportName(2025));
    expect(path.endsWith('orders_export2026-01-01-02-14-33.csv')).toBe(true);
    const bulk = await writeBulkPinduoduo({ path, rows: 8_000, seed: 7, year: 2025 });
    const { rows } = await readCsv(path);
    expect(rows).toHaveLength(8_000);
    expect(new Set(rows.map((row) => row['订单号'])).size).toBe(8_000);
    for (const row of rows) expect(row['订单号']).toMatch(/^25\d{4}-\d{15}$/);
    const paid = rows.filter((row) => row['支付时间'] !== '\t');
    const sum = (of: typeof rows, column: string): string =>
      formatYuan(of.reduce((total, row) => total + parseYuan((row[column] ?? '').trim()), 0n));
    const refunded = paid.filter((row) => row['售后状态'] === '退款成功');
    expect(bulk.figures.paidOrders).toBe(paid.length);
    expect(formatYuan(bulk.figures.gross)).toBe(sum(paid, '用户实付金额(元)'));
    expect(formatYuan(bulk.figures.booked)).toBe(sum(paid, '商家实收金额(元)'));
    expect(formatYuan(bulk.figures.refunded)).toBe(sum(refunded, '用户实付金额(元)'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
