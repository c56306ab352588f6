import { describe, expect, test } from '@jest/globals';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { writeXlsx } from '../../../src/demo/writers/xlsx';
import { formatYuan } from '../../../src/domain/money';
import { ingestFile } from '../../../src/operations/ingest-file';
import { join } from 'node:path';
import { writeTable } from '../../support/csv-table';
import { loadText, rejectsOf } from '../../support/load';
import { type Cells, madeExport, rowUnder } from '../../support/made-export';
import { readState } from '../../support/state';
import { useStores } from '../../support/store';

const stores = useStores();

const order = (number: number, cells: Cells): Cells => ({
  平台: 'suning',
  店铺: '云岫店',
  订单编号: `SN${String(number).padStart(6, '0')}`,
  下单时间: '2026-06-01 10:00:00',
  付款时间: '2026-06-01 10:00:09',
  订单状态: '待发货',
  数量: '1',
  买家实付金额: '10.00',
  已退款金额: '0',
  ...cells,
});

const textOf = (rows: readonly Cells[]): string =>
  writeTable({
    header: TEMPLATE_COLUMNS,
    records: rows.map((cells, index) => rowUnder(TEMPLATE_COLUMNS, order(index, cells))),
  });

const AMOUNTS = [
  ['10.5', '10.50'],
  ['\t10.50', '10.50'],
  ['10.50\t', '10.50'],
  ["'10.50", '10.50'],
  ["10.50'", '10.50'],
  ['`10.50', '10.50'],
  ['="10.50"', '10.50'],
  ['¥1,299.90', '1299.90'],
  ['￥1299.9', '1299.90'],
  ['1,234,567.80', '1234567.80'],
  ['１２．５０', '12.50'],
  ['12.50元', '12.50'],
  ['12.50 元', '12.50'],
  ['12.5000', '12.50'],
  ['\u200b12.50\ufeff', '12.50'],
  ['\u00a012.50', '12.50'],
  ['\u300012.50', '12.50'],
  ['9999999999999.99', '9999999999999.99'],
] as const;

const NO_AMOUNTS = [
  ['12.345', 'amount-unreadable'],
  ['1,23', 'amount-unreadable'],
  ['12,50.00', 'amount-unreadable'],
  ['1.2E+3', 'amount-unreadable'],
  ['1e3', 'amount-unreadable'],
  ['12.50美元', 'amount-unreadable'],
  ['12.50-', 'amount-unreadable'],
  ['99999999999999.99', 'amount-unreadable'],
  ['无退款', 'amount-unreadable'],
  ['-12.50', 'amount-negative'],
  ['', 'amount-missing'],
  ['-', 'amount-missing'],
  ['--', 'amount-missing'],
  ['—', 'amount-missing'],
  ['／', 'amount-missing'],
  ['/', 'amount-missing'],
  ['无', 'amount-missing'],
  ['\u3000', 'amount-missing'],
  ['数据将于第二天更新', 'amount-missing'],
] as const;

const TIMES = [
  ['2026-06-07 20:15:09', '2026-06-07 20:15:09'],
  ['2026-06-07 20:15', '2026-06-07 20:15:00'],
  ['2026/6/7 9:05', '2026-06-07 09:05:00'],
  ['2026/06/07 20:15:09', '2026-06-07 20:15:09'],
  ['2026-06-07 20:15:09.0', '2026-06-07 20:15:09'],
  ['2026-06-07T20:15:09', '2026-06-07 20:15:09'],
  ['2026-06-07T20:15:09+08:00', '2026-06-07 20:15:09'],
  ['2026-06-07T12:15:09Z', '2026-06-07 20:15:09'],
  ['2026-06-07T12:15:09.123Z', '2026-06-07 20:15:09'],
  ['2026-06-30T23:30:00-0130', '2026-07-01 09:00:00'],
  ['2026-06-07 20:15:09+0800', '2026-06-07 20:15:09'],
  ['2026年06月07日20时15分09秒', '2026-06-07 20:15:09'],
  ['2026年6月7日 20:15', '2026-06-07 20:15:00'],
  ['\t2026-06-07 20:15:09\t', '2026-06-07 20:15:09'],
  ['２０２６-06-07 20：15：09', '2026-06-07 20:15:09'],
  ['2026-06-07', '2026-06-07 00:00:00'],
  ['', null],
  ['-', null],
  ['0001-01-01 00:00:00', null],
  ['0001/1/1 0:00', null],
  ['0000-00-00 00:00:00', null],
] as const;

const NO_TIMES = [
  '2026-02-30 10:00:00',
  '2026-02-30T10:00:00Z',
  '2026-06-07 24:15:09',
  '2026-13-07 20:15:09',
  '6/7/2026 8:15 PM',
  '46180.84',
  '1906-06-07 20:15:09',
  '2126-06-07 20:15:09',
  '明天',
];

describe('an amount', () => {
  test('is read to the fen in every form that exports have', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'a.csv', textOf(AMOUNTS.map(([written]) => ({ 买家实付金额: written }))));
    expect(await rejectsOf(store, report)).toEqual([]);
    const { orders } = await readState(store);
    expect(orders.map(({ gross }) => formatYuan(gross))).toEqual(AMOUNTS.map(([, read]) => read));
  });

  test('is rejected with its reason where it is none, and never read as zero', async () => {
    const store = await stores.open();
    const rows = [{}, ...NO_AMOUNTS.map(([written]) => ({ 买家实付金额: written }))];
    const report = await loadText(store, 'a.csv', textOf(rows));
    expect(await rejectsOf(store, report)).toEqual(
      NO_AMOUNTS.map(([, reason], index) => ({ line: index + 3, reasons: reason.split(' ') })),
    );
  });
});

describe('a time', () => {
  test('is the wall clock of Shanghai in every form that exports have, or never', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'a.csv', textOf(TIMES.map(([written]) => ({ 付款时间: written }))));
    expect(await rejectsOf(store, report)).toEqual([]);
    const { orders } = await readState(store);
    expect(orders.map(({ paidAt }) => paidAt)).toEqual(TIMES.map(([, read]) => read));
  });

  test('is rejected where it is none, and never read as now', async () => {
    const store = await stores.open();
    const report = await loadText(store, 'a.csv', textOf([{}, ...NO_TIMES.map((written) => ({ 付款时间: written }))]));
    expect(await rejectsOf(store, report)).toEqual(
      NO_TIMES.map((_, index) => ({ line: index + 3, reasons: ['time-unreadable'] })),
    );
  });
});

describe('a number of an order', () => {
  test('stays text, whatever is put around it or into it', async () => {
    const store = await stores.open();
    const numbers = ['\tA0000001', "'A0000002", '="A0000003"', 'A0000\u200b004', '\ufeffA0000005', 'Ａ０００６'];
    await loadText(store, 'a.csv', textOf(numbers.map((number) => ({ 订单编号: number }))));
    const { orders } = await readState(store);
    expect(orders.map(({ orderId }) => orderId)).toEqual([
      'A0000001',
      'A0000002',
      'A0000003',
      'A0000004',
      'A0000005',
      'A0006',
    ]);
  });

  test('is rejected once a spreadsheet has cut it, as text, as a number of a sheet, and as that of a sub-order', async () => {
    const store = await stores.open();
    const rows = [
      {},
      { 订单编号: '1.23457E+18' },
      { 订单编号: '123E18' },
      { 订单编号: '1.23456789012346E+18' },
      { 子订单编号: '1.23457E+18' },
    ];
    const report = await loadText(store, 'a.csv', textOf(rows));
    const rejected = rows.slice(1).map((_, index) => ({ line: index + 3, reasons: ['order-id-unreadable'] }));
    expect(await rejectsOf(store, report)).toEqual(rejected);
    const path = join(store.folder, 'a.xlsx');
    const asNumber = rowUnder(TEMPLATE_COLUMNS, order(1, {})).map((cell, index) =>
      TEMPLATE_COLUMNS[index] === '订单编号' ? 1.23456789012346e30 : cell,
    );
    await writeXlsx(path, '订单', TEMPLATE_COLUMNS, [rowUnder(TEMPLATE_COLUMNS, order(2, {})), asNumber]);
    expect(await rejectsOf(store, await ingestFile(store, { path }))).toEqual(rejected.slice(0, 1));
  });
});

describe('a status', () => {
  test('is known whatever its punctuation, width and spaces, and kept as written', async () => {
    const store = await stores.open();
    const statuses = [
      '卖家已发货，等待买家确认',
      '卖家已发货,等待买家确认',
      '卖家已发货｜｜｜等待买家确认',
      '卖家已发货/等待买家确认',
      '卖家已发货， 等待买家确认\u200b',
      '买家已签收（货到付款）',
      '买家已签收(货到付款)',
      '０元购合约中',
    ];
    const rows = statuses.map((status, index) => ({
      订单编号: `330000000000000${index}`,
      买家应付货款: '1.00',
      买家应付邮费: '0.00',
      退款金额: '0.00',
      订单状态: status,
      订单创建时间: '2026-06-01 10:00:00',
      订单付款时间: '2026-06-01 10:00:09',
      宝贝总数量: '1',
    }));
    const report = await loadText(store, 'a.csv', madeExport('taobao/orders', '2020', rows), { shop: '云岫店' });
    expect(await rejectsOf(store, report)).toEqual([]);
    const { orders } = await readState(store);
    expect(orders.map(({ status }) => status)).toEqual(statuses);
  });
});

describe('a count of pieces', () => {
  test('is whole, with separators and decimals that say nothing', async () => {
    const store = await stores.open();
    const written = ['3', '3.0', '1,600', '\t2', '０３', '1.5', '-1', '二'];
    const report = await loadText(store, 'a.csv', textOf(written.map((count) => ({ 数量: count }))));
    expect(await rejectsOf(store, report)).toEqual(
      [7, 8, 9].map((line) => ({ line, reasons: ['quantity-unreadable'] })),
    );
    const { orders } = await readState(store);
    expect(orders.map(({ quantity }) => quantity)).toEqual([3, 3, 1600, 2, 3]);
  });
});
