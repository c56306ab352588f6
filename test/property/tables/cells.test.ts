import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { formatYuan, parseYuan } from '../../../src/domain/money';
import { csvText } from '../../../src/tables/csv';
import { type Table } from '../../../src/tables/table';
import { xlsxBytes } from '../../../src/tables/xlsx';
import { cellsOf, reopenCsv, reopenXlsx } from '../../support/reopen';

const NASTY = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  '"',
  '",=1',
  ';=1',
  "'=1",
  '_x0041_',
  '\u0000',
  '\ufffe',
  '<&>',
];
const text = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.tuple(fc.constantFrom(...NASTY), fc.string({ maxLength: 10 })).map((parts) => parts.join('')),
);
const amount = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
const rows = fc.array(fc.record({ shop: text, net: amount, paidOrders: fc.nat() }), { minLength: 1, maxLength: 20 });

const tableOf = (lines: Table['rows']): Table => ({
  name: 'totals',
  columns: ['shop', 'net', 'paidOrders'],
  rows: lines,
  facts: {},
  about: [],
});

test('no cell of a csv is a formula, every text comes back, and every amount to the fen', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (lines) => {
      let csv = '';
      for await (const chunk of csvText(tableOf(lines), 'en')) csv += chunk;
      const [, ...read] = reopenCsv(Buffer.from(csv, 'utf8'));
      expect(read).toHaveLength(lines.length);
      for (const [index, { shop, net, paidOrders }] of lines.entries()) {
        const [cell = '', yuan = '', orders] = read[index] ?? [];
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        const plain =
          shop === 'unknown' ? shop : cell.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '').replace(/(?<=^\d{12,})\t$/, '');
        expect([plain, `'${plain}`]).toContain(shop.toWellFormed());
        expect(parseYuan(yuan)).toBe(net);
        expect(orders).toBe(String(paidOrders));
      }
    }),
    { numRuns: 200 },
  );
});

test('an xlsx opens whatever its texts are, holds no formula, and has every amount to the fen', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (lines) => {
      const book = reopenXlsx(await buffer(xlsxBytes(tableOf(lines), 'en')));
      const [, ...read] = cellsOf(book, 1);
      expect(read).toHaveLength(lines.length);
      for (const sheet of Object.values(book.Sheets)) {
        for (const cell of Object.values(sheet) as { f?: string }[]) expect(cell.f).toBeUndefined();
      }
      for (const [index, { shop, net, paidOrders }] of lines.entries()) {
        const [cell, yuan, orders] = read[index] ?? [];
        expect(cell ?? '').toBe(shop);
        expect(typeof yuan === 'number' ? yuan.toFixed(2) : yuan).toBe(formatYuan(net));
        expect(orders).toBe(paidOrders);
      }
    }),
    { numRuns: 60 },
  );
});
