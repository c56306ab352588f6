import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { PINDUODUO_FULL, PINDUODUO_SHORT } from '../../../src/demo/writers/pinduoduo';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { WECHAT_SHOP_COLUMNS } from '../../../src/demo/writers/wechat-shop';
import { writeXlsx } from '../../../src/demo/writers/xlsx';
import { registerShops } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type FileReport } from '../../../src/domain/order-file';
import { lineLogger } from '../../../src/log';
import { ingestFile } from '../../../src/operations/ingest-file';
import { cellsOf } from '../../../src/platforms/layout-cells';
import { LAYOUTS } from '../../../src/platforms/registry';
import { ORDER_HEADERS } from '../../support/headers';
import { loadText } from '../../support/load';
import { type Cells } from '../../support/made-export';
import { PLAIN_ORDERS } from '../../support/plain-orders';
import { retailShop } from '../../support/shops';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();

/** Stands in every cell that is personal or that nobody asked for; nothing that Paceline writes may hold it. */
const MARKER = 'PERSONAL';

/** What an order's row says in the columns that are read; all other columns hold the marker. */
const PINDUODUO = plainOrder('pinduoduo/orders');
const WECHAT = plainOrder('wechat-shop/orders');
const TEMPLATE = {
  平台: 'douyin',
  店铺: '云岫茶行',
  订单编号: 'DY0001',
  子订单编号: '',
  下单时间: '2026-06-07 20:15:00',
  付款时间: '2026-06-07 20:15:09',
  发货时间: '',
  完成时间: '',
  订单状态: '待发货',
  数量: '1',
  商品标题: '云岫茶',
  买家实付金额: '83.99',
  其中运费: '0.00',
  平台补贴金额: '5.01',
  已退款金额: '0.00',
};

function plainOrder(layout: string): Cells {
  const cells = PLAIN_ORDERS[layout];
  if (!cells) throw new Error(`no plain order of ${layout}`);
  return cells;
}
/** The cells of a plain order under each of the names that a column has had. */
function underEveryName(layoutId: string): Cells {
  const cells: Record<string, string> = { ...plainOrder(layoutId) };
  for (const layout of LAYOUTS.filter(({ id }) => id === layoutId)) {
    for (const { names } of cellsOf(layout)) {
      const value = names.map((name) => cells[name]).find((cell) => cell !== undefined);
      if (value !== undefined) for (const name of names) cells[name] = value;
    }
  }
  return cells;
}
const rowOf = (columns: readonly string[], cells: Cells): string[] =>
  columns.map((name) => cells[name.trim()] ?? MARKER);

/** Every way in which a row goes out of line with its header. */
const MISALIGNED: Readonly<Record<string, (cells: string[]) => string>> = {
  'cells are missing': (cells) => cells.slice(0, -5).join(','),
  'a cell is too many': (cells) => [MARKER, ...cells].join(','),
  'a quote never closes': (cells) => `"${cells.join(',')}`,
  'a quote closes too early': (cells) => `"${cells[0]}"${cells.join(',')}`,
  'cells stand one to the right': (cells) => [MARKER, ...cells.slice(0, -1)].join(','),
  'cells stand one to the left': (cells) => [...cells.slice(1), MARKER].join(','),
  'cells stand in another order': (cells) => [...cells].reverse().join(','),
  'cells stand five to the right': (cells) => [...Array<string>(5).fill(MARKER), ...cells.slice(0, -5)].join(','),
};

const CSV_LAYOUTS = [
  ['Pinduoduo, full', 'orders_export2026-06-09-09-30-15.csv', PINDUODUO_FULL, PINDUODUO],
  ['Pinduoduo, short', 'orders_export2026-06-09-09-30-15.csv', PINDUODUO_SHORT, PINDUODUO],
  ['the template', 'paceline_douyin_20260609093015.csv', ['买家姓名', ...TEMPLATE_COLUMNS, '手机'], TEMPLATE],
] as const satisfies readonly (readonly [string, string, readonly string[], Cells])[];

/** Tables of a store in which the marker stands, in whatever column. */
async function tablesWithMarker({ db }: TestStore): Promise<string[]> {
  const tables = await db.rows({
    name: 'tables',
    sql: 'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    row: z.object({ name: z.string() }),
  });
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await db.rows({
      name: `marker in ${name}`,
      sql: `SELECT toString(tuple(*)) AS text FROM ${name} WHERE position(text, '${MARKER}') > 0`,
      row: z.object({ text: z.string() }),
    });
    found.push(...rows.map(({ text }) => `${name}: ${text}`));
  }
  return found;
}

/** Files of the engine's folder in which the marker stands in clear: logs, crash reports, parts. */
function filesWithMarker(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(MARKER));
}

/** Opens a store whose log is kept. */
async function watched(): Promise<{ store: TestStore; log: string[] }> {
  const log: string[] = [];
  const store = (await stores.open()).with({ log: lineLogger({ write: (line) => log.push(line) }) });
  return { store, log };
}

async function expectNoMarker(store: TestStore, log: readonly string[], ...answers: readonly unknown[]): Promise<void> {
  await refreshTotals(store.db, store.now);
  expect(await tablesWithMarker(store)).toEqual([]);
  expect(filesWithMarker(stores.engineFolder())).toEqual([]);
  expect(log.join('')).not.toContain(MARKER);
  const text = JSON.stringify(answers, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  expect(text).not.toContain(MARKER);
}

describe('what is personal in an export is stored nowhere', () => {
  test.each(CSV_LAYOUTS)(
    '%s: not of rows that load, not of rows that are rejected',
    async (_, name, columns, cells) => {
      const { store, log } = await watched();
      const good = rowOf(columns, cells);
      const bad = rowOf(columns, { ...cells, 订单状态: '已揽收' });
      const text = [columns, good, bad].map((row) => `${row.join(',')}\n`).join('');
      const report = await loadText(store, name, text, { shop: '云岫店' });
      expect(report.rows).toMatchObject({ read: 2, loaded: 1, rejected: 1 });
      await expectNoMarker(store, log, report);
    },
  );

  test.each(
    CSV_LAYOUTS.flatMap(([title, name, columns, cells]) =>
      Object.entries(MISALIGNED).map(([how, misalign]) => [title, how, name, columns, cells, misalign] as const),
    ),
  )('%s: not of a row in which %s', async (_title, _how, name, columns, cells, misalign) => {
    const { store, log } = await watched();
    const good = rowOf(columns, cells);
    const text = `${columns.join(',')}\n${good.join(',')}\n${misalign(good)}\n${good.join(',')}\n`;
    const report = await loadText(store, name, text, { shop: '云岫店' });
    expect(report.rows.loaded).toBe(1);
    await expectNoMarker(store, log, report);
  });

  test.each(Object.keys(PLAIN_ORDERS))(
    '%s: not of rows that load, that are rejected, that are out of line',
    async (layout) => {
      const { store, log } = await watched();
      await registerShops(store.db, [retailShop('1688', '云岫店', 'yes')], store.now());
      const cells = underEveryName(layout);
      const answers: FileReport[] = [];
      for (const [index, { is, columns }] of ORDER_HEADERS.entries()) {
        if (is !== layout) continue;
        const header = columns.split(',');
        const good = rowOf(header, cells);
        // An order of its own, since a row that can't be read keeps back the rows of its order.
        const [id = ''] = LAYOUTS.find((one) => one.id === layout)?.line.orderId.names ?? [];
        const other = rowOf(header, { ...cells, [id]: `${(cells[id] ?? '').slice(0, -1)}9` });
        const unreadable = header.map((name, at) => (name.includes('时间') ? '昨天' : (other[at] ?? '')));
        const rows = Object.values(MISALIGNED).map((misalign) => misalign(other));
        const lines = [header.join(','), unreadable.join(','), ...rows, good.join(',')];
        const report = await loadText(store, `${index}.csv`, `${lines.join('\n')}\n`, { shop: '云岫店' });
        expect(report).toMatchObject({ status: 'committed', layout });
        expect(report.rows.rejected).toBeGreaterThanOrEqual(Object.keys(MISALIGNED).length);
        answers.push(report);
      }
      expect(answers).not.toHaveLength(0);
      await expectNoMarker(store, log, answers);
    },
  );

  test('of every layout is tried', () => {
    const tried = [...Object.keys(PLAIN_ORDERS), 'template/orders'].sort();
    expect(tried).toEqual(LAYOUTS.map(({ id }) => id).sort());
  });

  test('WeChat shop: not of rows that load, not of rows that are rejected', async () => {
    const { store, log } = await watched();
    const rows = [
      rowOf(WECHAT_SHOP_COLUMNS, WECHAT),
      rowOf(WECHAT_SHOP_COLUMNS, { ...WECHAT, 订单号: '3700000000000000002', 订单状态: '已揽收' }),
      [...rowOf(WECHAT_SHOP_COLUMNS, { ...WECHAT, 订单号: '3700000000000000003' }), MARKER],
      [MARKER, ...rowOf(WECHAT_SHOP_COLUMNS, WECHAT).slice(0, -1)],
    ];
    // The writer takes as many cells as the header has: the header gets a blank one for the row that is too long.
    const path = join(store.folder, '微信小店订单_2026年06月09日10时05分06秒_1.xlsx');
    await writeXlsx(path, '快递订单', [...WECHAT_SHOP_COLUMNS, ''], rows);
    const report = await ingestFile(store, { path, shop: '云岫店' });
    expect(report.rows).toMatchObject({ read: 4, loaded: 2, rejected: 2 });
    await expectNoMarker(store, log, report);
  });

  test.each([
    ['has no header', (rows: string[]) => rows.slice(1)],
    ['lacks a column', ([, ...rows]: string[]) => [PINDUODUO_FULL.slice(0, 40).join(','), ...rows]],
    [
      'has a title that is a column’s name',
      ([, ...rows]: string[]) => rows.map((row) => row.replace('云岫香菇', '商品')),
    ],
  ])('not in the refusal of an export that %s', async (_, spoil) => {
    const { store, log } = await watched();
    const rows = [PINDUODUO_FULL, rowOf(PINDUODUO_FULL, PINDUODUO), rowOf(PINDUODUO_FULL, PINDUODUO)];
    const text = spoil(rows.map((row) => row.join(','))).join('\n');
    const report = await loadText(store, 'orders.csv', text, { shop: '云岫店' });
    expect(report).toMatchObject({ status: 'refused', error: { code: 'layout-unknown' } });
    await expectNoMarker(store, log, report);
  });
});
