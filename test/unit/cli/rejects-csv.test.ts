import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type RejectedRow } from '../../../src/clickhouse/queries/rejects';
import { rejectsCsv } from '../../../src/cli/rejects-csv';
import { REJECT_MEANINGS } from '../../../src/cli/texts';
import { REJECT_COLUMNS_ZH, REJECT_MEANINGS_ZH } from '../../../src/cli/texts-zh';

const row = (part: Partial<RejectedRow>): RejectedRow => ({
  record: 1,
  line: 2,
  outcome: 'rejected',
  reasons: ['amount-unreadable'],
  columns: ['商家实收金额(元)'],
  cells: {},
  ...part,
});

const reopened = (rows: readonly RejectedRow[]): string[][] =>
  parse(rejectsCsv('/inbox/pinduoduo/a shop/orders, "May".csv', rows), { bom: true, record_delimiter: '\r\n' });

describe('the rejected rows of a file, as a csv for the seller', () => {
  test('begin with the mark by which Excel knows UTF-8, and end every line with CR LF', () => {
    const text = rejectsCsv('a.csv', [row({})]);
    expect(text.startsWith('\uFEFF文件,行号,')).toBe(true);
    expect(text.match(/\r\n/g)).toHaveLength(2);
  });

  test('have a line for each reason, with its column, its meaning and the cell', () => {
    const cells = { '商家实收金额(元)': '9,9', 订单号: '260607-123456789012345', 商品数量: '两件' };
    const two = row({
      reasons: ['amount-unreadable', 'quantity-unreadable'],
      columns: ['商家实收金额(元)', '商品数量'],
      cells,
    });
    const [header, first, second] = reopened([two]);
    expect(header).toEqual([...REJECT_COLUMNS_ZH]);
    expect(first).toEqual([
      'orders, "May".csv',
      '2',
      '',
      '未入库',
      '商家实收金额(元)',
      'amount-unreadable',
      '不是金额：应为元，最多两位小数',
      '9,9',
      '订单号：260607-123456789012345；商品数量：两件',
    ]);
    expect(second?.slice(4, 8)).toEqual(['商品数量', 'quantity-unreadable', '不是整数件数', '两件']);
  });

  test('name the record where it is not the line after the header', () => {
    expect(reopened([row({ record: 7, line: 12 })])[1]?.slice(1, 3)).toEqual(['12', '7']);
  });

  test.each(['=1+1', '+86', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1+1', '=cmd|"/c calc"!A1'])(
    'hold no cell that a spreadsheet takes for a formula: %j',
    (cell) => {
      const [, line] = reopened([row({ columns: ['=列'], cells: { '=列': cell } })]);
      expect(line?.[7]).toBe(`'${cell}`);
      for (const value of line ?? []) expect(value).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    },
  );

  test('keep long order numbers text', () => {
    expect(reopened([row({ columns: ['订单号'], cells: { 订单号: '690012345678901234' } })])[1]?.[7]).toBe(
      '690012345678901234\t',
    );
  });

  test('are a header alone when every row was loaded', () => {
    expect(reopened([])).toEqual([[...REJECT_COLUMNS_ZH]]);
  });

  test('explain in Chinese every code that is explained in English', () => {
    expect(Object.keys(REJECT_MEANINGS_ZH)).toEqual(Object.keys(REJECT_MEANINGS));
  });
});
