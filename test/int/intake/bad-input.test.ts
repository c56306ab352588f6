import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exportsUnder } from '../../../src/cli/commands/exports-under';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { PINDUODUO_SHORT } from '../../../src/demo/writers/pinduoduo';
import { WECHAT_SHOP_COLUMNS } from '../../../src/demo/writers/wechat-shop';
import { writeXlsx } from '../../../src/demo/writers/xlsx';
import { type FileReport } from '../../../src/domain/order-file';
import { findExports } from '../../../src/intake/find-files';
import { silentLogger } from '../../../src/log';
import { ingestFile } from '../../../src/operations/ingest-file';
import { FIXTURES } from '../../support/fixtures';
import { loadText, toGb18030 } from '../../support/load';
import { countOrders, readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();
const fixture = (name: string): string => join(FIXTURES, name);
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb', 'hex');
/** An account flow as the platform writes it: GB18030, lines above the header and below the last row. */
const ACCOUNT_FLOW =
  '#拼多多账务明细查询\r\n#账号：[云岫山货铺子]\r\n\r\n#-----明细列表-----\r\n' +
  '商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账务类型,备注,业务描述\r\n' +
  '260607-100000000000001,2026-06-07 20:15:09,83.99,0.00,交易收入,,0010002|交易收入-订单收入\r\n' +
  '#-----列表结束-----\r\n';
const SETTLEMENT =
  '订单编号,父单号,订单状态,订单下单时间,订单完成时间,费用名称,应结金额,币种,收支方向,结算状态\n' +
  '7001,0,完成,2026-06-01 10:00:00,2026-06-05 10:00:00,货款,80.00,CNY,收入,已结算\n';

/** A refusal says what is wrong in a code, in words and in advice, and leaves nothing behind that counts. */
async function expectRefused(
  store: TestStore,
  report: FileReport,
  code: string,
  words: RegExp,
  status: FileReport['status'] = 'refused',
): Promise<void> {
  expect(report).toMatchObject({ status, error: { code, message: expect.stringMatching(words) } });
  expect(report.error?.advice).toMatch(/\w.{10,}\.$/);
  await expectNothing(store);
}

async function expectNothing(store: TestStore): Promise<void> {
  expect(await refreshTotals(store.db, store.now)).toEqual([]);
  expect(await countOrders(store)).toBe(0);
  expect(await readState(store)).toMatchObject({ orders: [], total: { paidOrders: 0, gross: 0n }, differences: [] });
  expect(await store.staging()).toEqual([]);
}

describe('nothing is loaded and the reason is told of', () => {
  test('an empty file', async () => {
    const store = await stores.open();
    await expectRefused(store, await loadText(store, 'a.csv', ''), 'file-empty', /a\.csv is empty \(0 bytes\)/);
  });

  test('a file of blank lines', async () => {
    const store = await stores.open();
    await expectRefused(store, await loadText(store, 'a.csv', '\n \n\n'), 'file-empty', /holds no text/);
  });

  test('a folder in which no export lies, and one that does not exist', async () => {
    const store = await stores.open();
    mkdirSync(join(store.folder, 'inbox', 'notes'), { recursive: true });
    writeFileSync(join(store.folder, 'inbox', 'notes', 'readme.md'), 'nothing');
    const deployment = { log: silentLogger, settings: {} } as unknown as Parameters<typeof exportsUnder>[0];
    await expect(exportsUnder(deployment, [join(store.folder, 'inbox')])).rejects.toMatchObject({
      code: 'nothing-found',
      message: expect.stringContaining('inbox'),
      advice: expect.stringContaining('.csv'),
    });
    await expect(exportsUnder(deployment, [join(store.folder, 'nowhere')])).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('nowhere'),
    });
    await expectNothing(store);
  });

  test('a picture under the name of a csv', async () => {
    const store = await stores.open();
    await expectRefused(store, await loadText(store, 'a.csv', JPEG), 'file-not-a-table', /is a JPEG picture/);
  });

  test('bytes that are text in no encoding', async () => {
    const store = await stores.open();
    const broken = Buffer.concat([readFileSync(fixture('template/basic.csv')), Buffer.from([0xc3, 0x28, 0xff, 0x0a])]);
    await expectRefused(store, await loadText(store, 'a.csv', broken), 'encoding-unknown', /neither UTF-8 \(byte \d+/);
  });

  test('columns that nobody knows, with the nearest layout and how the columns differ', async () => {
    const store = await stores.open();
    const header = TEMPLATE_COLUMNS.filter((name) => name !== '付款时间' && name !== '数量');
    const text = `${[...header, '会员等级'].join(',')}\n${'x,'.repeat(header.length)}x\n`;
    const report = await loadText(store, 'a.csv', text);
    await expectRefused(store, report, 'layout-unknown', /nearest is Paceline template.*\(template\/orders\)/);
    expect(report.error?.message).toContain('missing 付款时间, 数量');
    expect(report.error?.message).toContain('not known there: 会员等级');
  });

  test('columns that have nothing in common with any layout', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'a.csv', 'temperature,wind\n21,3\n');
    await expectRefused(store, report, 'layout-unknown', /has no (header row of a )?known/);
  });

  test('a column that is there twice', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'a.csv', `${[...TEMPLATE_COLUMNS, '数量'].join(',')}\n`);
    await expectRefused(store, report, 'layout-ambiguous', /column "数量" more than once/);
  });

  test.each([0.2, 0.5, 0.9, 0.99])('an xlsx cut to %d of its length', async (share) => {
    const store = await stores.open();
    const whole = readFileSync(fixture('wechat-shop/basic.xlsx'));
    const report = await loadText(store, 'a.xlsx', whole.subarray(0, whole.length * share), { shop: 's' });
    await expectRefused(store, report, 'file-truncated', /damaged or truncated xlsx/);
  });

  test('an xlsx that is damaged in the middle of its rows', async () => {
    const store = await stores.open();
    const path = join(store.folder, '微信小店订单_2026年06月09日10时05分06秒_1.xlsx');
    const rows = Array.from({ length: 5_000 }, (_, n) => WECHAT_SHOP_COLUMNS.map((name) => `${name}${n * 7919}`));
    await writeXlsx(path, '快递订单', WECHAT_SHOP_COLUMNS, rows);
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xff, middle, middle + 64);
    writeFileSync(path, bytes);
    await expectRefused(store, await ingestFile(store, { path, shop: 's' }), 'file-truncated', /damaged/);
  });

  test('a zip that is no workbook', async () => {
    const store = await stores.open();
    const empty = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
    await expectRefused(store, await loadText(store, 'a.xlsx', empty), 'file-not-a-table', /not an xlsx workbook/);
  });

  test('a file that cannot be read: a folder named like one, a link to nothing', async () => {
    const store = await stores.open();
    mkdirSync(join(store.folder, 'x.csv'));
    symlinkSync(join(store.folder, 'gone'), join(store.folder, 'link.csv'));
    const folder = await ingestFile(store, { path: join(store.folder, 'x.csv'), shop: 's' });
    await expectRefused(store, folder, 'file-unreadable', /x\.csv cannot be read/);
    const link = await ingestFile(store, { path: join(store.folder, 'link.csv'), shop: 's' });
    await expectRefused(store, link, 'file-unreadable', /link\.csv cannot be read/);
    expect([folder.fileId, link.fileId]).toEqual(['', '']);
    await expect(findExports(join(store.folder, 'link.csv'), store.log)).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });

  test('a settlement', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'orders.csv', SETTLEMENT, { shop: 's' });
    await expectRefused(store, report, 'layout-not-orders', /is a JD settlement \(货款明细\), not an order export/);
  });

  test.each(['utf-8', 'gb18030'])('an account flow with lines above its header, in %s', async (encoding) => {
    const store = await stores.open();
    const content = encoding === 'utf-8' ? ACCOUNT_FLOW : await toGb18030(store, ACCOUNT_FLOW);
    const report = await loadText(store, 'orders_export2026-06-08-13-20-43.csv', content, { shop: 's' });
    await expectRefused(store, report, 'layout-not-orders', /Pinduoduo account flow \(账务明细\)/);
  });

  test.each(['a.csv', 'orders_export2026-06-08-13-20-43.csv'])('a header without a single row: %s', async (name) => {
    const store = await stores.open();
    const report = await loadText(store, name, `${PINDUODUO_SHORT.join(',')}\n`, { shop: 's' });
    expect({ name, status: report.status, rows: report.rows.read }).toEqual({ name, status: 'refused', rows: 0 });
    expect(report.error?.message).toMatch(/no orders/);
    await expectNothing(store);
  });

  test('an export of another platform than its folder says', async () => {
    const store = await stores.open();
    const request = { path: fixture('pinduoduo/full-variant.csv'), platform: 'wechat-shop', shop: 's' };
    const report = await ingestFile(store, request);
    await expectRefused(store, report, 'platform-mismatch', /handed in as wechat-shop but is an export of pinduoduo/);
  });

  test('a template file for a platform whose own exports are read', async () => {
    const store = await stores.open();
    const text = readFileSync(fixture('template/basic.csv'), 'utf8').replaceAll('douyin', 'pinduoduo');
    const report = await loadText(store, 'a.csv', text);
    await expectRefused(
      store,
      report,
      'platform-mismatch',
      /an order delivered both ways|delivers pinduoduo by template/,
    );
  });

  test('a snapshot that is still to come', async () => {
    const store = await stores.open({ now: '2026-06-09 09:00:00' });
    const report = await ingestFile(store, {
      path: fixture('pinduoduo/orders_export2026-06-09-09-30-15.csv'),
      shop: 's',
    });
    await expectRefused(store, report, 'snapshot-in-future', /claims to be of 2026-06-09 09:30:15/, 'held');
    const later = store.with({ now: () => new Date('2026-06-09T10:00:00+08:00') });
    const path = fixture('pinduoduo/orders_export2026-06-09-09-30-15.csv');
    expect((await ingestFile(later, { path, shop: 's' })).status).toBe('committed');
  });

  test('more rejects than are allowed waits for an operator, and the rejects can be looked up all the same', async () => {
    const store = (await stores.open()).with({ settings: { maxRejectShare: 0.5 } });
    const report = await ingestFile(store, { path: fixture('pinduoduo/bad-rows.csv'), shop: 's' });
    const words = /8 of 10 rows cannot be read, more than the 50 % allowed/;
    await expectRefused(store, report, 'rejects-over-limit', words, 'held');
    expect(report.rows).toEqual({ read: 12, loaded: 2, rejected: 8, ignored: 2 });
  });

  test('an export that does not say its shop waits for the shop, then loads', async () => {
    const store = await stores.open();
    const path = fixture('pinduoduo/full-variant.csv');
    await expectRefused(store, await ingestFile(store, { path }), 'shop-unknown', /which shop/, 'held');
    expect(await ingestFile(store, { path, shop: 's' })).toMatchObject({ status: 'committed', rows: { loaded: 10 } });
  });
});
