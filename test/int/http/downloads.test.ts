import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LightMyRequestResponse as Response } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database } from '../../../src/clickhouse/client';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { isTable } from '../../../src/http/route';
import { ROUTES } from '../../../src/http/routes';
import { openTestApi, type TestApi } from '../../support/api';
import { loadText } from '../../support/load';
import { cellsOf, reopenCsv, reopenParquet, reopenXlsx } from '../../support/reopen';
import { type TestStore, useStores } from '../../support/store';
import { textOf } from '../../support/template-text';

const stores = useStores();
let store: TestStore;
let api: TestApi;
let analyst: string;
let fileId: string;

const SHOPS = [
  ['douyin', '云岫茶行'],
  ['douyin', '=HYPERLINK("http://x","y")'],
  ['kuaishou', '云岫茶行'],
] as const;
const DAY = '2026-06-06';

/** Orders of three shops; one row of each file cannot be read, and some are paid back. */
beforeEach(async () => {
  store = await stores.open();
  api = await openTestApi(store);
  analyst = await api.account('analyst', 'analyst');
  for (const [index, [platform, shop]] of SHOPS.entries()) {
    const rows = Array.from({ length: 40 }, (_, n) => {
      const day = `2026-0${5 + (n % 2)}-${String(1 + (n % 28)).padStart(2, '0')}`;
      const amount = n === 7 ? 'much' : `${n * 137}.${String((n * 13) % 100).padStart(2, '0')}`;
      return `${platform}|${shop}|2026060500000${index}${String(n).padStart(4, '0')}||${day} 10:00:00|${day} 23:59:59|||待发货|1|茶|${n % 3 === 0 ? '' : '广东省'}|${amount}|0.00|0.00|${n % 5 === 0 ? amount : '0.00'}`.split(
        '|',
      );
    });
    fileId = (await loadText(store, `template-${index}.csv`, textOf([TEMPLATE_COLUMNS, ...rows]))).fileId;
  }
  await refreshTotals(store.db, store.now);
});
afterEach(async () => await api.server.close());

const download = async (path: string, format: string, as = analyst): Promise<Response> =>
  await api.ask(`${path}${path.includes('?') ? '&' : '?'}format=${format}&language=en`, as);

interface Totals {
  readonly rows: { dimensions: Record<string, string>; totals: Record<string, string | number> }[];
  readonly total: Record<string, string>;
  readonly asOf: string | null;
}
const TOTALS = '/v1/totals?year=2026&by=platform,shop,province,day';
const MEASURES = ['paidOrders', 'quantity', 'gross', 'refunded', 'net', 'refundedAssumed', 'shopsSelling'] as const;
const TITLES = ['paid orders', 'quantity', 'gross', 'refunded', 'net', 'refunded, assumed', 'shops selling'] as const;

describe('totals are to the fen those of the JSON answer', () => {
  let wanted: string[][];
  beforeEach(async () => {
    const { rows } = (await api.ask(TOTALS, analyst)).json<Totals>();
    wanted = rows.map(({ dimensions, totals }) => [
      ...['platform', 'shop', 'province', 'day'].map((name) => dimensions[name] ?? ''),
      ...MEASURES.map((name) => String(totals[name])),
    ]);
    expect(wanted.length).toBeGreaterThan(60);
  });

  test('in a csv', async () => {
    const answer = await download(TOTALS, 'csv');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain(
      'filename="totals-platform-shop-province-day-2026-01-01-2026-12-31.csv"',
    );
    const [head = [], ...rows] = reopenCsv(answer.rawPayload);
    const columns = ['platform', 'shop', 'province', 'day', ...TITLES].map((title) => head.indexOf(title));
    const unguarded = (cell: string): string => cell.replace(/^'=/, '=');
    expect(rows.map((row) => columns.map((at) => unguarded(row[at] ?? '')))).toEqual(wanted);
    expect(answer.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  });

  test('in an xlsx, as numbers and days, behind a cover that says what they are', async () => {
    const answer = await download(TOTALS, 'xlsx');
    const book = reopenXlsx(answer.rawPayload);
    const [head = [], ...rows] = cellsOf(book, 1);
    const at = (title: string): number => head.indexOf(title);
    const money = new Set(['gross', 'refunded', 'net', 'refunded, assumed']);
    const shown = rows.map((row) => [
      ...['platform', 'shop', 'province'].map((title) => row[at(title)]),
      (row[at('day')] as Date).toISOString().slice(0, 10),
      ...TITLES.map((title) => (money.has(title) ? (row[at(title)] as number).toFixed(2) : String(row[at(title)]))),
    ]);
    expect(shown).toEqual(wanted);
    const said = new Map(cellsOf(book, 0).map(([name, value]) => [name, value]));
    const { total, asOf } = (await api.ask(TOTALS, analyst)).json<Totals>();
    expect(book.SheetNames).toEqual(['definitions', 'totals']);
    expect(said.get('asked')).toBe(TOTALS);
    expect(said.get('complete to the end of') ?? null).toBe(asOf);
    expect(said.get('total net')).toBe(total['net']);
    expect(said.get('measure of the goal')).toBe('net');
    expect(said.get('data version')).toMatch(/^[\w-]{16}\.2027-01-01$/);
    expect(said.get('how to trace')).toContain('paceline explain');
    expect(said.get('net')).toBe('yuan, exact to the fen');
  });

  test('in a Parquet file, with decimals', async () => {
    const answer = await download(TOTALS, 'parquet');
    const { types, rows } = await reopenParquet(answer.rawPayload, store.folder);
    expect(types).toMatchObject({ net: 'DECIMAL(18,2)', paid_orders: 'BIGINT', day: 'DATE', shop: 'VARCHAR' });
    const names = MEASURES.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    const shown = rows.map((row) => ['platform', 'shop', 'province', 'day', ...names].map((name) => row[name]));
    expect(shown).toEqual(wanted);
  });
});

test('no more than eight downloads are under way at once, and the ninth is told so', async () => {
  let begun = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const slow: Pick<Database, 'each'> = {
    each: async function* (query, params) {
      begun += 1;
      await opened;
      yield* store.db.each(query, params);
    },
  };
  const other = await openTestApi(store.with({ db: Object.assign(Object.create(store.db) as Database, slow) }));
  try {
    const one = async () => (await other.ask(`${TOTALS}&format=csv`, analyst)).statusCode;
    const first = Array.from({ length: 8 }, one);
    while (begun < first.length) await delay(10);
    const ninth = await other.ask(`${TOTALS}&format=xlsx`, analyst);
    expect([ninth.statusCode, ninth.json<{ code: string }>().code]).toEqual([503, 'too-many-downloads']);
    expect((await other.ask('/v1/totals', analyst)).statusCode).toBe(200);
    open();
    expect(await Promise.all(first)).toEqual(Array(8).fill(200));
    expect(await one()).toBe(200);
  } finally {
    open();
    await other.server.close();
  }
});

test('a Chinese file has Chinese titles, words and a name that says what it holds', async () => {
  const answer = await api.ask('/v1/totals?year=2026&by=province&format=csv', analyst);
  const [head, ...rows] = reopenCsv(answer.rawPayload);
  expect(head?.slice(0, 3)).toEqual(['收货省份', '支付订单', '件数']);
  expect(rows.map(([province]) => province)).toContain('未知');
  expect(decodeURIComponent(String(answer.headers['content-disposition']))).toContain(
    "UTF-8''网络零售额汇总-收货省份-2026-01-01-2026-12-31.csv",
  );
});

test('every table can be had in every format, whole, with the rows of all pages', async () => {
  const paths: Readonly<Record<string, string>> = {
    '/v1/totals': '/v1/totals?by=platform&running=true',
    '/v1/growth': '/v1/growth?year=2026&by=platform',
    '/v1/logistics': '/v1/logistics?by=platform',
    '/v1/files/:fileId/rejects': `/v1/files/${fileId}/rejects`,
    '/v1/explain': `/v1/explain?day=${DAY}&platform=douyin&lines=true`,
  };
  const operator = await api.account('operator', 'operator');
  const tables = ROUTES.filter(isTable);
  expect(tables.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/v1/totals', '/v1/files', '/v1/explain', '/v1/goals', '/v1/completeness', '/v1/alerts']),
  );
  for (const { path } of tables) {
    const asked = paths[path] ?? path;
    const csv = await download(asked, 'csv', operator);
    const xlsx = await download(asked, 'xlsx', operator);
    const parquet = await download(asked, 'parquet', operator);
    expect({ path, statuses: [csv, xlsx, parquet].map(({ statusCode }) => statusCode) }).toEqual({
      path,
      statuses: [200, 200, 200],
    });
    const rows = reopenCsv(csv.rawPayload).length - 1;
    const sheet = cellsOf(reopenXlsx(xlsx.rawPayload), 1).length - 1;
    const read = (await reopenParquet(parquet.rawPayload, store.folder)).rows.length;
    expect({ path, sheet, read }).toEqual({ path, sheet: rows, read: rows });
    if (path !== '/v1/alerts') expect({ path, any: rows > 0 }).toEqual({ path, any: true });
  }
});

test('a list of files is downloaded over the end of its pages', async () => {
  for (let n = 0; n < 5; n++) await loadText(store, `more-${n}.csv`, textOf([TEMPLATE_COLUMNS, [`no row ${n}`]]));
  const { files } = (await api.ask('/v1/files?limit=1000', analyst)).json<{ files: { fileId: string }[] }>();
  const { rows } = await reopenParquet((await download('/v1/files', 'parquet')).rawPayload, store.folder);
  expect(rows.map((row) => row['file_id'])).toEqual(files.map((file) => file.fileId));
});

test('the answer says how many lines there are behind a figure, and gives them in pages', async () => {
  const path = `/v1/explain?day=${DAY}&platform=kuaishou`;
  expect((await api.ask(path, analyst)).json()).toMatchObject({ lineCount: null, lines: null });
  const { lineCount, lines } = (await api.ask(`${path}&lines=true`, analyst)).json<{
    lineCount: number;
    lines: { orderId: string; gross: string }[];
  }>();
  expect(lineCount).toBe(2);
  expect(lines).toHaveLength(2);
  const paged: unknown[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await api.ask(`${path}&lines=true&limit=1${from}`, analyst);
    const page = answer.json<{ lines: unknown[]; next: string | null }>();
    expect(page).toMatchObject({ lineCount: 2, lines: [expect.anything()] });
    paged.push(...page.lines);
    cursor = page.next;
  }
  expect(paged).toEqual(lines);
  const { rows } = await reopenParquet((await download(`${path}&lines=true`, 'parquet')).rawPayload, store.folder);
  expect(rows.map((row) => [row['order_id'], row['gross']])).toEqual(
    lines.map(({ orderId, gross }) => [orderId, gross]),
  );
});

describe('downloads are kept to what the account may see', () => {
  test('a limited account gets its part of the region, and no file that it does not see', async () => {
    const limited = await api.account('limited', 'analyst', { platform: 'kuaishou' });
    for (const path of ['/v1/totals?by=platform,shop', '/v1/files', '/v1/completeness']) {
      const text = (await download(path, 'csv', limited)).body;
      expect(text).toContain('kuaishou');
      expect(text).not.toContain('douyin');
    }
    expect((await download(`/v1/explain?day=${DAY}&platform=douyin`, 'xlsx', limited)).statusCode).toBe(403);
    expect((await download('/v1/goals', 'csv', limited)).statusCode).toBe(403);
  });

  test('a viewer gets no files, and nobody gets anything', async () => {
    const viewer = await api.account('viewer', 'viewer');
    expect((await download('/v1/files', 'parquet', viewer)).statusCode).toBe(403);
    expect((await download('/v1/totals', 'csv', '')).statusCode).toBe(401);
  });

  test('what was downloaded is written down', async () => {
    await download('/v1/totals', 'xlsx');
    await api.server.doorkeeper.close();
    const operator = await api.account('operator', 'operator');
    const { entries } = (await api.ask('/v1/audit', operator)).json<{ entries: { user: string; target: string }[] }>();
    expect(entries).toContainEqual(
      expect.objectContaining({ user: 'analyst', target: '/v1/totals?format=xlsx&language=en', status: 200 }),
    );
  });
});

test('a file is of the whole table: a page of it is refused, and so is an unknown format', async () => {
  for (const query of ['format=csv&limit=5', 'format=pdf', 'format=csv&language=mn']) {
    const answer = await api.ask(`/v1/totals?${query}`, analyst);
    expect({ query, status: answer.statusCode }).toEqual({ query, status: 400 });
    expect(answer.headers['content-type']).toContain('problem+json');
  }
});

test('a file has the same tag until the data changes', async () => {
  const first = await download('/v1/totals', 'csv');
  const again = await api.ask('/v1/totals?format=csv&language=en', analyst, {
    headers: { 'if-none-match': String(first.headers.etag) },
  });
  expect(again.statusCode).toBe(304);
});
