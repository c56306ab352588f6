import { describe, expect, test } from '@jest/globals';
import { FOREIGN_REPORTS } from '../../../src/platforms/foreign-reports';
import { normaliseHeader, recogniseHeader } from '../../../src/platforms/recognise';
import { LAYOUTS } from '../../../src/platforms/registry';
import { FOREIGN_HEADERS, type HeaderCase, ORDER_HEADERS } from '../../support/headers';

const named = (cases: readonly HeaderCase[]) =>
  cases.map(({ is, form, columns }) => [is, form, columns.split(',')] as const);
const layoutIdOf = (header: readonly string[]): string => {
  const recognition = recogniseHeader(header);
  return recognition.kind === 'layout' ? recognition.layout.id : recognition.kind;
};
const halfWidth = (header: readonly string[]): string[] => header.map((name) => name.normalize('NFKC'));
const fullWidth = (header: readonly string[]): string[] =>
  header.map((name) => name.replaceAll('(', '（').replaceAll(')', '）'));

describe('an order export', () => {
  test.each(named(ORDER_HEADERS))('%s is recognised by its header: %s', (id, _, header) => {
    expect(layoutIdOf(header)).toBe(id);
  });

  test.each(named(ORDER_HEADERS))(
    '%s is recognised in any order of columns, with either kind of brackets and with unknown columns: %s',
    (id, _, header) => {
      const forms = [[...header].reverse(), halfWidth(header), fullWidth(header), ['新列', ...header, '另一列(元)']];
      expect(forms.map(layoutIdOf)).toEqual(forms.map(() => id));
    },
  );

  test('is known of every layout but the template, which is Paceline’s own', () => {
    const known = new Set(ORDER_HEADERS.map(({ is }) => is));
    expect(LAYOUTS.map(({ id }) => id).filter((id) => !known.has(id))).toEqual(['template/orders']);
  });
});

describe('a report that is no order export', () => {
  test.each(named(FOREIGN_HEADERS))('is recognised as %s: %s', (id, _, header) => {
    for (const form of [header, [...header].reverse(), halfWidth(header), fullWidth(header)]) {
      expect(recogniseHeader(form)).toMatchObject({ kind: 'foreign', report: { id } });
    }
  });

  test('has a header here for every one that is refused', () => {
    const known = new Set(FOREIGN_HEADERS.map(({ is }) => is));
    expect(FOREIGN_REPORTS.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('a column’s name', () => {
  test.each([
    ['订单付款时间 ', '订单付款时间'],
    ['\uFEFF订单编号', '订单编号'],
    ['订单\u200b编号', '订单编号'],
    ['\t主订单编号\t', '主订单编号'],
    ['="订单编号"', '订单编号'],
    ["'订单编号", '订单编号'],
    ['商家应收金额(元)（支付金额）', '商家应收金额(元)(支付金额)'],
    ['动帐类型', '动账类型'],
    ['ＳＫＵ名称', 'SKU名称'],
    ['达人名称(待下线)', '达人名称'],
    ['达人名称（待下线）', '达人名称'],
  ])('%j is read as %s', (written, read) => {
    expect(normaliseHeader(written)).toBe(read);
  });
});
