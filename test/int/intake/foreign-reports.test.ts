import { describe, expect, test } from '@jest/globals';
import { FOREIGN_REPORTS } from '../../../src/platforms/foreign-reports';
import { ingestFile } from '../../../src/operations/ingest-file';
import { writeXlsx } from '../../../src/demo/writers/xlsx';
import { FOREIGN_HEADERS } from '../../support/headers';
import { loadText, toGb18030 } from '../../support/load';
import { countOrders } from '../../support/state';
import { useStores } from '../../support/store';
import { join } from 'node:path';

const stores = useStores();

/** What stands above the header of an Alipay account flow, which is on line 5. */
const ALIPAY_PREAMBLE = [
  '#支付宝账务明细查询',
  '#账号：[P-account]',
  '#起始日期：[2026年06月01日 00:00:00]   终止日期：[2026年06月02日 00:00:00]',
  '#-----账务明细列表-----',
];
/** And above that of a Pinduoduo one, with a blank line among it. */
const PINDUODUO_PREAMBLE = ['账务明细', '店铺：P-shop', '', '起止时间：2026-06-01 至 2026-06-02'];
const PREAMBLES: Readonly<Record<string, readonly string[]>> = {
  'alipay-account-flow': ALIPAY_PREAMBLE,
  'pinduoduo-account-flow': PINDUODUO_PREAMBLE,
  'jd-settlement': ['货款明细'],
};
/** A second line that explains the columns, group titles above the header, a footer. */
const AFTER_HEADER: Readonly<Record<string, readonly string[]>> = {
  settlement: [' , , , ,收入+支出, '],
  'jd-refunds': ['退款编号,申请时间,退款金额,订单号,商品名称,商品编号'],
};

/** A made-up file of a report: its header with what stands around it, and one row. */
function fileOf(report: string, columns: string): string {
  const row = columns.split(',').map((name, index) => (name === '' ? '' : `P-${index}\t`));
  const lines = [...(PREAMBLES[report] ?? []), columns, ...(AFTER_HEADER[report] ?? []), row.join(',')];
  return `${lines.join('\r\n')}\r\n#导出时间：[2026年06月02日 10:00:00]\r\n`;
}

describe('a report that would count sales twice', () => {
  test('is refused by the name of what it is, in every encoding and container, and nothing of it is stored', async () => {
    const store = await stores.open();
    for (const [index, { is, columns }] of FOREIGN_HEADERS.entries()) {
      const text = fileOf(is, columns);
      const path = join(store.folder, `${index}.xlsx`);
      const rows = text.split('\r\n').map((line) => line.split(','));
      // The writer takes as many cells as the first row has.
      const blank = Array<string>(Math.max(...rows.map((row) => row.length))).fill('');
      await writeXlsx(path, '明细', blank, rows);
      const reports = [
        await loadText(store, `${index}-utf8.csv`, text, { shop: '云岫店' }),
        await loadText(store, `${index}-gb.csv`, await toGb18030(store, text), { shop: '云岫店' }),
        await ingestFile(store, { path, shop: '云岫店' }),
      ];
      const title = FOREIGN_REPORTS.find(({ id }) => id === is)?.title ?? 'no such report';
      for (const report of reports) {
        expect(report).toMatchObject({ status: 'refused', error: { code: 'layout-not-orders' } });
        expect(report.error?.message).toContain(`${title}, not an order export`);
      }
    }
    expect(await countOrders(store)).toBe(0);
    expect(await store.staging()).toEqual([]);
  });
});
