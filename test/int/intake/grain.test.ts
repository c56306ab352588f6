import { describe, expect, test } from '@jest/globals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { parseYuan } from '../../../src/domain/money';
import { writeTable } from '../../support/csv-table';
import { loadText } from '../../support/load';
import { type Cells, madeExport, rowUnder } from '../../support/made-export';
import { readState, type StoreState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();

interface File {
  readonly name: string;
  readonly text: string;
}

function ordersOf(files: readonly File[]): File[][] {
  if (files.length < 2) return [[...files]];
  return files.flatMap((file, index) => ordersOf(files.toSpliced(index, 1)).map((rest) => [file, ...rest]));
}

/** Loads files in every order, with the totals refreshed after each file, and gives what all orders agree on. */
async function stateInAnyOrder(store: TestStore, files: readonly File[]): Promise<StoreState> {
  const states: StoreState[] = [];
  for (const order of ordersOf(files)) {
    await store.wipe();
    for (const { name, text } of order) {
      expect(await loadText(store, name, text, { shop: '云岫店' })).toMatchObject({
        status: 'committed',
        rows: { rejected: 0 },
      });
      await refreshTotals(store.db, store.now);
    }
    states.push(await readState(store));
    expect(states.at(-1)).toMatchObject({ differences: [], stale: 0 });
  }
  const [first] = states;
  if (!first) throw new Error('no files');
  for (const state of states) expect(state).toEqual(first);
  return first;
}

const sums = ({ total: { paidOrders, gross, refunded } }: StoreState) => ({ paidOrders, gross, refunded });
const by = (values: Readonly<Record<string, { paidOrders: number; gross: bigint }>>) =>
  Object.fromEntries(Object.entries(values).map(([value, totals]) => [value, [totals.paidOrders, totals.gross]]));

const taobaoOrder = (cells: Cells): Cells => ({
  买家应付邮费: '0.00',
  退款金额: '0.00',
  订单状态: '交易成功',
  订单创建时间: '2026-06-01 10:00:00',
  订单付款时间: '2026-06-01 10:00:09',
  宝贝总数量: '1',
  ...cells,
});
const taobaoLine = (cells: Cells): Cells => ({
  购买数量: '1',
  退款状态: '没有申请退款',
  退款金额: '无退款申请',
  订单状态: '交易成功',
  订单创建时间: '2026-06-01 10:00:00',
  订单付款时间: '2026-06-01 10:00:09',
  ...cells,
});
const douyin = (cells: Cells): Cells => ({
  选购商品: '云岫白茶',
  商品数量: '1',
  运费: '0.00',
  售后状态: '-',
  订单状态: '已发货',
  订单提交时间: '2026-06-05 23:00:00',
  支付完成时间: '2026-06-05 23:00:10',
  ...cells,
});
const jd = (cells: Cells): Cells => ({
  商品ID: '1',
  商品名称: '云岫香皂',
  订购数量: '1',
  运费金额: '0.00',
  下单时间: '2026-06-01 10:00:00',
  付款确认时间: '2026-06-01 10:00:09',
  订单状态: '等待出库',
  ...cells,
});

describe('one order counts once', () => {
  test('in an order list and a list of sub-orders of the same shop: as a whole, with postage and refund', async () => {
    const store = await stores.open();
    const list = madeExport('taobao/orders', '2020', [
      taobaoOrder({ 订单编号: '3300000000000001', 买家应付货款: '265.00', 买家应付邮费: '8.00', 退款金额: '58.00' }),
      taobaoOrder({
        订单编号: '3300000000000002',
        买家应付货款: '40.00',
        订单付款时间: '',
        订单状态: '交易关闭',
      }),
    ]);
    const lines = madeExport('taobao/sub-orders', 'present', [
      taobaoLine({ 主订单编号: '3300000000000001', 子订单编号: '3300000000000011', 买家应付货款: '55.00' }),
      taobaoLine({
        主订单编号: '3300000000000001',
        子订单编号: '3300000000000012',
        买家应付货款: '210.00',
        退款状态: '退款成功',
        退款金额: '50.00',
      }),
      // Paid as its line says; the order list knows better, whichever is newer.
      taobaoLine({ 主订单编号: '3300000000000002', 子订单编号: '3300000000000002', 买家应付货款: '40.00' }),
      // Known by its lines alone: two of them, one order.
      taobaoLine({ 主订单编号: '3300000000000003', 子订单编号: '3300000000000031', 买家应付货款: '1.00' }),
      taobaoLine({ 主订单编号: '3300000000000003', 子订单编号: '3300000000000032', 买家应付货款: '2.00' }),
    ]);
    const files = [
      { name: 'ExportOrderList202606021000.csv', text: list },
      { name: 'ExportOrderDetailList202606031000.csv', text: lines },
    ];
    expect(sums(await stateInAnyOrder(store, files))).toEqual({
      paidOrders: 2,
      gross: parseYuan('276.00'),
      refunded: parseYuan('58.00'),
    });
  });

  test('in rows of whole orders and in rows of sub-orders of one platform', async () => {
    const store = await stores.open();
    const id = '6900000000000000001';
    const joined = douyin({ 主订单编号: id, 子订单编号: `${id}；${id}2`, 商品数量: '3', 订单应付金额: '90.00' });
    const single = [
      douyin({ 主订单编号: id, 子订单编号: id, 订单应付金额: '30.00' }),
      douyin({ 主订单编号: id, 子订单编号: `${id}2`, 商品数量: '2', 订单应付金额: '60.00' }),
    ];
    const state = await stateInAnyOrder(store, [
      { name: 'joined.csv', text: madeExport('douyin/orders', '74', [joined]) },
      { name: 'single.csv', text: madeExport('douyin/orders', '75', single) },
    ]);
    expect(state.total).toMatchObject({ paidOrders: 1, quantity: 3, gross: parseYuan('90.00') });
  });

  test('when its lines are paid on different days or go to different provinces', async () => {
    const store = await stores.open();
    const line = (cells: Cells): Cells => ({
      平台: 'suning',
      店铺: '云岫店',
      订单编号: 'SN0001',
      下单时间: '2026-05-31 10:00:00',
      付款时间: '2026-05-31 23:59:59',
      订单状态: '待发货',
      数量: '1',
      买家实付金额: '10.00',
      已退款金额: '0',
      收货省份: '湖南省',
      ...cells,
    });
    const text = (rows: readonly Cells[]): string =>
      writeTable({ header: TEMPLATE_COLUMNS, records: rows.map((cells) => rowUnder(TEMPLATE_COLUMNS, cells)) });
    const state = await stateInAnyOrder(store, [
      {
        name: 'paceline_suning_20260601000000.csv',
        text: text([line({ 子订单编号: '1' }), line({ 子订单编号: '2', 付款时间: '2026-06-01 00:00:00' })]),
      },
      {
        name: 'paceline_suning_20260602000000.csv',
        text: text([line({ 子订单编号: '1', 收货省份: '广东省' })]),
      },
    ]);
    expect(sums(state)).toMatchObject({ paidOrders: 1, gross: 2000n });
    expect(by(state.by.day)).toEqual({ '2026-05-31': [1, 1000n], '2026-06-01': [0, 1000n] });
    expect(by(state.by.province)).toEqual({ 广东: [1, 2000n] });
  });

  test('when its money stands on each of its rows, and when it was split since an earlier export', async () => {
    const store = await stores.open();
    const whole = [
      jd({ 订单号: '11700000010', 应付金额: '300.00' }),
      jd({ 订单号: '11700000010', 商品ID: '2', 应付金额: '300.00' }),
    ];
    const split = [
      jd({ 订单号: '11700000010', 应付金额: '300.00', 订单状态: '(删除)等待出库' }),
      jd({ 订单号: '11700000010', 商品ID: '2', 应付金额: '300.00', 订单状态: '（删除）等待出库' }),
      jd({ 订单号: '11700000011', 应付金额: '120.00', 订单完成时间: '2026-06-03 10:00:00', 订单状态: '完成' }),
      jd({ 订单号: '11700000012', 商品ID: '2', 应付金额: '180.00' }),
    ];
    const state = await stateInAnyOrder(store, [
      { name: 'first.csv', text: madeExport('jd/orders', '2015', whole) },
      { name: 'second.csv', text: madeExport('jd/orders', '2026', split) },
    ]);
    expect(state.total).toMatchObject({ paidOrders: 2, quantity: 2, gross: parseYuan('300.00') });
  });

  test('in exports of three days: the newest holds, refunds and all', async () => {
    const store = await stores.open();
    const on = (day: string, cells: Cells): File => ({
      name: `ExportOrderList202606${day}0900.csv`,
      text: madeExport('taobao/orders', '2026', [
        taobaoOrder({ 订单编号: '3300000000000009', 买家应付货款: '100.00', 店铺名称: '云岫旗舰店', ...cells }),
      ]),
    });
    const state = await stateInAnyOrder(store, [
      on('02', { 订单付款时间: '', 订单状态: '等待买家付款', 宝贝总数量: '0' }),
      on('03', { 订单状态: '买家已付款,等待卖家发货' }),
      on('04', { 退款金额: '40.00' }),
    ]);
    expect(sums(state)).toEqual({ paidOrders: 1, gross: parseYuan('100.00'), refunded: parseYuan('40.00') });
  });
});

describe('a province that was known once', () => {
  test('outlives masked exports in any order, for whole orders and for sub-orders', async () => {
    const store = await stores.open();
    const [one, two] = ['6900000000000000001', '6900000000000000002'];
    const rows = (province: string, cells: Cells = {}) => [
      douyin({ 主订单编号: one, 子订单编号: one, 订单应付金额: '30.00', 省: province, ...cells }),
      douyin({ 主订单编号: one, 子订单编号: `${one}1`, 订单应付金额: '20.00', 省: '****', ...cells }),
      douyin({ 主订单编号: two, 子订单编号: `${two};${two}1`, 订单应付金额: '7.00', 省: province, ...cells }),
    ];
    const masked = { 订单完成时间: '2026-06-09 10:00:00' };
    const state = await stateInAnyOrder(store, [
      { name: 'open.csv', text: madeExport('douyin/orders', '74', rows('湖北省')) },
      { name: 'masked.csv', text: madeExport('douyin/orders', '74', rows('****', masked)) },
      { name: 'older.csv', text: madeExport('douyin/orders', '75', rows('-')) },
    ]);
    expect(by(state.by.province)).toEqual({ 湖北: [2, 5700n] });
  });
});
