import { describe, expect, test } from '@jest/globals';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { loadText, rowsNotLoaded } from '../../support/load';
import { readState } from '../../support/state';
import { useStores } from '../../support/store';

const stores = useStores();
const NAME = 'paceline_douyin_20260609120000.csv';

/** A template of orders of 10 yuan; each row may be changed, and its title stands as it is given. */
const textOf = (
  rows: readonly { readonly id: string; readonly title?: string; readonly change?: [string, string] }[],
) =>
  [
    TEMPLATE_COLUMNS.join(','),
    ...rows.map(({ id, title = '云岫茶', change: [from, to] = ['', ''] }) =>
      `douyin,云岫茶行,${id},,2026-06-05 10:00:00,2026-06-05 10:00:30,,,待发货,1,${title},广东省,10.00,0.00,0.00,0.00`.replace(
        from,
        to,
      ),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');

describe('a file whose rows must be taken apart', () => {
  test('loses no good row between a quote that never closes and the next quoted cell', async () => {
    const store = await stores.open();
    const text = textOf([
      { id: 'DY0001', title: '"云岫茶' },
      { id: 'DY0002' },
      { id: 'DY0003', title: '"云岫茶, 礼盒"' },
      { id: 'DY0004' },
    ]);
    const report = await loadText(store, NAME, text);
    expect(report).toMatchObject({ status: 'committed', rows: { read: 4, loaded: 3, rejected: 1, ignored: 0 } });
    expect((await readState(store)).orders.map(({ orderId }) => orderId)).toEqual(['DY0002', 'DY0003', 'DY0004']);
    expect(await rowsNotLoaded(store, report)).toMatchObject([{ line: 2, reasons: ['quoting-broken'] }]);
  });

  test('reads a quote inside an unquoted cell as text, whether or not another row is broken', async () => {
    const store = await stores.open();
    const good = { id: 'DY0001', title: '云岫 12" 茶盘' };
    const alone = await loadText(store, NAME, textOf([good]));
    expect(alone.rows).toEqual({ read: 1, loaded: 1, rejected: 0, ignored: 0 });
    await store.wipe();
    const report = await loadText(store, NAME, textOf([good, { id: 'DY0002', title: '"云岫茶' }, { id: 'DY0003' }]));
    expect(report.rows).toEqual({ read: 3, loaded: 2, rejected: 1, ignored: 0 });
    expect(await rowsNotLoaded(store, report)).toMatchObject([{ line: 3, reasons: ['quoting-broken'] }]);
  });

  test('names the physical line of a row that the file repeats', async () => {
    const store = await stores.open();
    const text = textOf([
      { id: 'DY0001', title: '"两行\n标题"' },
      { id: 'DY0002' },
      { id: 'DY0002' },
      { id: 'DY0003', title: '"云岫茶' },
    ]);
    const report = await loadText(store, NAME, text);
    expect(report.rows).toEqual({ read: 4, loaded: 2, rejected: 1, ignored: 1 });
    expect(await rowsNotLoaded(store, report)).toMatchObject([
      { line: 4, outcome: 'ignored', reasons: ['repeated-row'] },
      { line: 6, outcome: 'rejected', reasons: ['quoting-broken'] },
    ]);
  });
});

describe('a value that only looks right', () => {
  test.each([
    ['amount-unreadable', '10.00', '"1,23"', 'a comma that separates no thousands'],
    ['amount-unreadable', '10.00', '1e3', 'an amount in e-notation'],
    ['amount-unreadable', '10.00', '10.001', 'a third decimal'],
    ['amount-unreadable', '10.00', '10元5角', 'an amount in words'],
    ['amount-unreadable', '10.00', '99999999999999', 'more than any order can cost'],
    ['amount-negative', '10.00', '-10.00', 'a negative payment'],
    ['quantity-unreadable', '待发货,1', '待发货,4294967297', 'a quantity that does not fit'],
    ['quantity-unreadable', '待发货,1', '待发货,-1', 'a negative quantity'],
    ['time-unreadable', '2026-06-05 10:00:30', '2026-02-30 10:00:30', 'a day that does not exist'],
    ['time-unreadable', '2026-06-05 10:00:30', '2026-06-05 24:00:00', 'an hour that does not exist'],
    ['time-unreadable', '2026-06-05 10:00:30', '2106-06-05 10:00:30', 'a year that does not fit'],
    ['time-unreadable', '2026-06-05 10:00:30', '1066-06-05 10:00:30', 'a year before all exports'],
    ['order-id-unreadable', 'DY0001', '1.23E+18', 'an order number in e-notation'],
  ])('is rejected with its line as %s: %s -> %s (%s)', async (reason, from, to) => {
    const store = await stores.open();
    const report = await loadText(store, NAME, textOf([{ id: 'DY0001', change: [from, to] }, { id: 'DY0002' }]));
    expect(report.rows).toEqual({ read: 2, loaded: 1, rejected: 1, ignored: 0 });
    expect(await rowsNotLoaded(store, report)).toMatchObject([{ line: 2, reasons: expect.arrayContaining([reason]) }]);
    expect((await readState(store)).orders.map(({ orderId }) => orderId)).toEqual(['DY0002']);
  });

  test.each([
    ['"1,299.90"', 129_990n],
    ['¥10.5', 1_050n],
    ['１０．００元', 1_000n],
    ["'10.00", 1_000n],
    ['="10.00"', 1_000n],
    ['999999999999.99', 99_999_999_999_999n],
  ])('is read for what it means: %s yuan', async (written, fen) => {
    const store = await stores.open();
    const report = await loadText(store, NAME, textOf([{ id: 'DY0001', change: ['10.00', written] }]));
    expect(report).toMatchObject({ rows: { loaded: 1 }, figures: { gross: fen } });
  });
});
