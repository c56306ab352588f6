import { describe, expect, test } from '@jest/globals';
import { utils, write } from '@e965/xlsx';
import { rowsXml, workbookOf } from '../../support/containers';
import { useIntakeFolder } from '../../support/intake';
import { TEMPLATE_ROWS } from '../../support/template-text';

const folder = useIntakeFolder();
const [HEADER = [], ...ORDERS] = TEMPLATE_ROWS;
const DATE = 1;

/** A sheet of the template's header and rows of cells as XML without references, so that each follows the last. */
const sheetOf = (...rows: readonly (readonly string[])[]): string =>
  `<dimension ref="A1:B2"/><sheetData>${[HEADER.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`), ...rows]
    .map((cells) => `<row>${cells.join('')}</row>`)
    .join('')}</sheetData>`;
const STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>';
/** An order's cells: strings shared, inline and typed, an id and an amount as numbers, and times as serial days. */
const orderAs = (id: string, created: string, paid = '<c><v>10.5</v></c>'): string[] => [
  '<c t="s"><v>0</v></c>',
  '<c t="str"><v>云岫茶行</v></c>',
  id,
  '<c/>',
  created,
  '<c t="d"><v>2026-06-05T10:00:30.000</v></c>',
  '<c/>',
  '<c/>',
  '<c t="inlineStr"><is><r><t>待</t></r><r><t>发货</t></r><rPh><t>dai</t></rPh></is></c>',
  '<c><v>1</v></c>',
  '<c t="s"><v>1</v></c>',
  '<c/>',
  paid,
  '<c><v>0</v></c>',
  '<c><v>0</v></c>',
  '<c><v>0</v></c>',
];
const SHARED = '<si><t>douyin</t></si><si><r><t>云岫</t></r><r><t>茶</t></r></si>';

describe('an xlsx is read by what its cells mean', () => {
  test.each([
    [false, '46178.416666666664'],
    [true, '44716.416666666664'],
  ])('strings of every kind, numbers and serial days, with 1904 as the first year: %s', async (date1904, serial) => {
    const order = orderAs('<c><v>3700000000000000123</v></c>', `<c s="${DATE}"><v>${serial}</v></c>`);
    const path = folder.write(
      'a.xlsx',
      workbookOf({ sheets: { a: sheetOf(order) }, shared: SHARED, styles: STYLES, date1904 }),
    );
    const { rows } = await folder.read(path);
    expect(rows).toContain('douyin');
    for (const part of [
      '3700000000000000123',
      '2026-06-05 10:00:00',
      '2026-06-05 10:00:30',
      '待发货',
      '云岫茶',
      '10.5',
    ])
      expect(rows).toContain(part);
    expect(rows).not.toContain('dai');
  });

  test('numbers that have lost digits stay in e-notation, to be refused; a serial day that is none stays as it is', async () => {
    const order = orderAs('<c><v>3.7E+18</v></c>', `<c s="${DATE}"><v>1e300</v></c>`, '<c><v>1.05E1</v></c>');
    const path = folder.write('b.xlsx', workbookOf({ sheets: { a: sheetOf(order) }, shared: SHARED, styles: STYLES }));
    const { rows } = await folder.read(path);
    expect(rows).toContain('3.7E+18');
    expect(rows).toContain('1e300');
  });

  test('all sheets with the header, each row by its own number; others are named', async () => {
    const notes = rowsXml([['说明'], ['共两页']]);
    const [first = [], second = [], third = []] = ORDERS;
    const path = folder.write(
      'c.xlsx',
      workbookOf({
        sheets: { 一: rowsXml([HEADER, first]), 说明: notes, 二: rowsXml([['title'], HEADER, second, third]) },
      }),
    );
    const report = await folder.read(path);
    expect(report.skippedSheets).toEqual(['说明']);
    expect(report.rows.split('\n').map((line) => line.split(',').slice(0, 2).join())).toEqual([
      '1,2',
      '2,3',
      '3,4',
      '',
    ]);
  });

  test('a sheet that goes on with the orders without a header is not passed over', async () => {
    const path = folder.write('d.xlsx', workbookOf({ sheets: { 一: rowsXml(TEMPLATE_ROWS), 二: rowsXml(ORDERS) } }));
    await expect(folder.read(path)).rejects.toMatchObject({
      code: 'layout-unknown',
      message: expect.stringContaining('sheet "二"'),
    });
  });

  test('a large sheet that is left after its header is read anew without harm', async () => {
    const rows = [
      HEADER,
      ...Array.from({ length: 20_000 }, (_, n) => (ORDERS[0] ?? []).map((cell) => `${cell}${(n * 7919) % 10_007}`)),
    ];
    const { rows: read } = await folder.read(folder.write('large.xlsx', workbookOf({ sheets: { 一: rowsXml(rows) } })));
    expect(read.trimEnd().split('\n')).toHaveLength(20_000);
  });

  test('sheets with the same columns in another order are refused', async () => {
    const turned = TEMPLATE_ROWS.map((row) => [...row].reverse());
    const path = folder.write('e.xlsx', workbookOf({ sheets: { 一: rowsXml(TEMPLATE_ROWS), 二: rowsXml(turned) } }));
    await expect(folder.read(path)).rejects.toMatchObject({ code: 'layout-ambiguous' });
  });
});

describe('an old xls is read by what its cells mean', () => {
  test.each([false, true])('times are times and ids are text, with 1904 as the first year: %s', async (date1904) => {
    const [first = []] = ORDERS;
    const serial = date1904 ? 44716.416666666664 : 46178.416666666664;
    const sheet = utils.aoa_to_sheet([
      [...HEADER],
      first.map((cell, i) => (i === 4 ? serial : i === 2 ? 3.7e18 : cell)),
    ]);
    sheet['E2'] = { t: 'n', v: serial, z: 'yyyy-mm-dd hh:mm:ss' };
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, 'export');
    book.Workbook = { WBProps: { date1904 } };
    const path = folder.write('a.xls', write(book, { type: 'buffer', bookType: 'biff8' }) as Buffer);
    const { rows, encoding } = await folder.read(path);
    expect(encoding).toBe('xls');
    expect(rows).toContain('2026-06-05 10:00:00');
    expect(rows).toContain('3.7e+18');
  });
});
