/** Exports that are loaded into stores of different layouts, and what these show of them. */
import { expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { listFiles } from '../../../src/clickhouse/ledger';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { explainFigure, linesOfFigure } from '../../../src/clickhouse/queries/explain';
import { readLogistics } from '../../../src/clickhouse/queries/logistics';
import { listRejects } from '../../../src/clickhouse/queries/rejects';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow, TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { type Context } from '../../../src/operations/context';
import { refuseFile, releaseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { madeExport } from '../../support/made-export';
import { temporaryFolder } from '../../support/process';
import { ALL_DAYS, readState } from '../../support/state';
import { writeExport } from '../../support/write-export';
import { DECISION } from '../files/exports';

/** Orders of the first export. */
export const ORDERS = 400;

/** An export of so many orders in two shops over two months; a later one masks, refunds, adds, and repeats a row. */
function rowsOf(snapshot: 0 | 1): TemplateRow[] {
  const rows = Array.from({ length: ORDERS + snapshot * 50 }, (_, i): TemplateRow => {
    const day = ['2026-01-31', '2026-02-28'][i % 2]!;
    const isPaid = i % 9 !== 0 || snapshot === 1;
    return {
      ...{ platform: 'meituan', shop: `云岫${i % 2}店`, orderId: `MT${1000 + i}`, lineId: i % 5 === 0 ? `L${i}` : '' },
      ...{
        status: isPaid ? '已发货' : '待付款',
        createdAt: `${day} 23:50:00`,
        paidAt: isPaid ? `${day} 23:59:5${i % 10}` : '',
      },
      ...{
        shippedAt: isPaid ? `2026-03-0${1 + (i % 4)} 08:00:00` : '',
        completedAt: '',
        quantity: 1 + (i % 3),
        title: '茶',
      },
      ...{
        province: snapshot === 1 && i % 2 === 0 ? '' : ['吉林省', '广东省'][i % 2]!,
        paid: 1001 + i * 7,
        postage: i % 2,
      },
      ...{ subsidy: i % 11, refunded: snapshot === 1 && i % 13 === 0 ? 500 : 0 },
    };
  });
  return [...rows, ...rows.slice(0, snapshot * 3)];
}

/** Orders that an order list knows as wholes, and a list of sub-orders line by line. */
const WHOLES = madeExport(
  'taobao/orders',
  '',
  Array.from({ length: 30 }, (_, i) => ({
    ...{
      订单编号: `330000000000000${1000 + i}`,
      买家应付货款: '30.00',
      买家应付邮费: '5.00',
      退款金额: '0.00',
      订单状态: '交易成功',
    },
    ...{
      订单创建时间: '2026-06-01 10:00:00',
      订单付款时间: '2026-06-01 10:00:09',
      宝贝总数量: '1',
      店铺名称: '云岫店',
    },
  })),
);
const LINES = madeExport(
  'taobao/sub-orders',
  '',
  Array.from({ length: 80 }, (_, i) => ({
    ...{
      主订单编号: `330000000000000${1000 + (i >> 1)}`,
      子订单编号: `440000000000000${1000 + i}`,
      买家应付货款: '15.00',
      购买数量: '1',
      订单状态: '交易成功',
    },
    ...{ 退款状态: '没有申请退款', 退款金额: '无退款申请' },
    ...{ 订单创建时间: '2026-06-01 10:00:00', 订单付款时间: `2026-06-01 10:00:${i % 2 === 0 ? '08' : '09'}` },
  })),
);

const FIXTURES = ['pinduoduo/bad-rows.csv'];

/** Where the exports of the story lie. */
export interface Exports {
  readonly folder: string;
  readonly first: string;
  readonly second: string;
  /** Orders of the first under other names of their shops. */
  readonly renamed: string;
  readonly doubtful: string;
  readonly doubtful2: string;
  readonly all: readonly string[];
}

/** writeExports writes them, each time into another folder. */
export async function writeExports(): Promise<Exports> {
  const folder = temporaryFolder();
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const meituan = async (at: string, snapshot: 0 | 1): Promise<string> =>
    await writeExport(folder, at, { platform: 'template', of: 'meituan', rows: rowsOf(snapshot) });
  const first = await meituan('2026-06-10 08:00:00', 0);
  const second = await meituan('2026-06-11 08:00:00', 1);
  const renamed = await writeExport(folder, '2026-06-12 08:00:00', {
    platform: 'template',
    of: 'meituan',
    rows: rowsOf(0).map((row) => ({ ...row, shop: `${row.shop}铺` })),
  });
  const line = (id: string, amount: string): string =>
    `douyin,云岫茶行,${id},,2026-06-01 00:00:00,2026-06-01 00:00:00,,,待发货,1,云岫茶,广东省,${amount},0.00,0.00,0.00\n`;
  const doubt = (at: string): string =>
    put(
      `paceline_douyin_${at}.csv`,
      `${TEMPLATE_COLUMNS.join(',')}\n${line(`A${at}`, '10.00')}${line('B0002', 'gift')}${line('C0003', '3.00')}`,
    );
  const all = [
    ...FIXTURES.map((name) => join(packageRoot(), 'fixtures', name)),
    put('ExportOrderList202606021200.csv', WHOLES),
    put('ExportOrderDetailList202606021300.csv', LINES),
  ];
  return { folder, first, second, renamed, doubtful: doubt('20260802000000'), doubtful2: doubt('20260803000000'), all };
}

/** loadAll loads everything; at its end one file is held still. */
export async function loadAll(context: Context, exports: Exports): Promise<void> {
  const refuse = async (fileId: string): Promise<void> => {
    expect(await refuseFile(context, { fileId, decision: DECISION })).toMatchObject({ status: 'refused' });
  };
  const strict: Context = { ...context, settings: { ...context.settings, maxRejectShare: 0.1 } };
  // The later one first, so that an older row arrives where a newer one is.
  for (const path of [exports.second, ...exports.all, exports.first]) {
    expect(await ingestFile(context, { path, shop: '云岫店' })).toMatchObject({ status: 'committed', path });
    if (path === exports.second) await refreshTotals(context.db, context.now);
  }
  const renamed = await ingestFile(context, { path: exports.renamed });
  expect(renamed).toMatchObject({ status: 'held', error: { code: 'shop-doubtful' } });
  await refuse(renamed.fileId);
  const held = await ingestFile(strict, { path: exports.doubtful });
  expect(held).toMatchObject({ status: 'held' });
  const refused = await ingestFile(strict, { path: exports.doubtful2 });
  await refuse(refused.fileId);
  await refreshTotals(context.db, context.now);
}

const heldOf = async ({ db }: Context): Promise<string> =>
  (await listFiles(db)).find(({ status }) => status === 'held')?.fileId ?? '';

/** releaseHeld releases the file that is held. */
export async function releaseHeld(context: Context): Promise<void> {
  const report = await releaseFile(context, { fileId: await heldOf(context), decision: DECISION });
  expect(report).toMatchObject({ status: 'committed', rows: { loaded: 2 } });
  await refreshTotals(context.db, context.now);
}

const KEPT = {
  name: 'kept rows and destinations of a test',
  sql: `SELECT * FROM (SELECT 'kept' AS of, count() AS rows, toString(sum(sipHash64(platform, shop, order_id, line_id, version, record))) AS digest
      FROM kept_rows
    UNION ALL SELECT 'known', count(), toString(sum(sipHash64(platform, shop, order_id, version, province)))
      FROM destinations FINAL) ORDER BY of`,
  row: z.object({ of: z.string(), rows: z.string(), digest: z.string() }),
};

/** shown is all that anybody can be shown of a store. */
export async function shown(context: Context) {
  const { db } = context;
  const files = await listFiles(db);
  const days = await readTotals(db, { ...ALL_DAYS, by: ['platform', 'day', 'province'] });
  const lines = [];
  for (const figure of FIGURES)
    lines.push(await explainFigure(db, figure), await linesOfFigure(db, figure, { limit: 10_000 }));
  const rejects = [];
  for (const file of files) rejects.push(await listRejects(db, file));
  return {
    state: await readState(context),
    logistics: await readLogistics(db, { ...ALL_DAYS, by: ['platform', 'shop'] }),
    files: files.map((file) => ({ ...file, staging: '' })).sort((a, b) => (a.fileId < b.fileId ? -1 : 1)),
    rejects: rejects
      .flat()
      .map((row) => JSON.stringify(row))
      .sort(),
    days,
    lines,
    kept: await db.rows(KEPT),
  };
}

/** Of a store whose totals are what the orders say. */
export const SOUND = { state: { differences: [], stale: 0 } };
const FIGURES = [
  { platform: 'meituan', day: '2026-01-31' },
  { platform: 'taobao', day: '2026-06-01' },
];
