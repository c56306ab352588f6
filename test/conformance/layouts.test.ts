import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type CellText, type Layout } from '../../src/domain/layout';
import { type FileReport } from '../../src/domain/order-file';
import { ingestFile } from '../../src/operations/ingest-file';
import { registerShops } from '../../src/clickhouse/shops';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { columnNames, normaliseHeader } from '../../src/platforms/recognise';
import { LAYOUTS, platformOf } from '../../src/platforms/registry';
import {
  type CsvTable,
  readTable,
  reordered,
  withMark,
  withoutColumns,
  withoutMark,
  withUnknownColumns,
  writeTable,
} from '../support/csv-table';
import { htmlOf, rowsXml, utf16Of, workbookOf, zipOf, zstOf } from '../support/containers';
import { type Fixture, figuresOf, listFixtures, reportOf } from '../support/fixtures';
import { loadText, rejectsOf, shopOf, toGb18030 } from '../support/load';
import { retailShop } from '../support/shops';
import { countOrders, readState } from '../support/state';
import { type TestStore, useStores } from '../support/store';

const stores = useStores();
const fixtures = listFixtures();

describe('every layout', () => {
  test.each(LAYOUTS.map((layout) => layout.id))('%s has fixtures in the folder of its platform', (id) => {
    const layout = LAYOUTS.find((candidate) => candidate.id === id);
    const own = fixtures.filter(({ expect: { layout: expected } }) => expected === id);
    expect(own).not.toHaveLength(0);
    const folder = layout && platformOf(layout).id;
    expect(own.filter((fixture) => !fixture.id.startsWith(`${folder}/`))).toEqual([]);
  });

  test.each(LAYOUTS.map((layout) => layout.id))('%s has a fixture in csv, which can be turned about', (id) => {
    const own = fixtures.filter(({ name, expect: { layout } }) => layout === id && name.endsWith('.csv'));
    expect(own).not.toHaveLength(0);
  });

  test('is one of the registry, so that no fixture is left untested', () => {
    const known = LAYOUTS.map((layout) => layout.id);
    expect(fixtures.filter((fixture) => !known.includes(fixture.expect.layout))).toEqual([]);
  });
});

/** The shop of a fixture is registered as selling retail where its platform is one for wholesale. */
async function registerRetail({ db, now }: TestStore, fixture: Fixture): Promise<void> {
  if (layoutOf(fixture).channel === 'retail') return;
  const { platform } = fixture.expect;
  await registerShops(db, [retailShop(platform, fixture.shop ?? '', 'yes')], now());
}

describe.each(fixtures.map((fixture) => [fixture.id, fixture] as const))('%s', (_, fixture) => {
  const request = { path: fixture.path, ...shopOf(fixture.shop) };

  test('is recognised; figures, account of rows and rejects are as expected; a second load changes nothing', async () => {
    const store = await stores.open();
    await registerRetail(store, fixture);
    const first = await ingestFile(store, request);
    expect(first).toMatchObject({ status: 'committed', error: null });
    expect(reportOf(first)).toEqual(fixture.expect);
    expect(await rejectsOf(store, first)).toEqual(fixture.rejects);
    await refreshTotals(store.db, store.now);
    const [before, rows] = [await readState(store), await countOrders(store)];
    expect({ differences: before.differences, net: before.total.net, orders: before.total.paidOrders }).toEqual({
      differences: [],
      net: first.figures.net,
      orders: first.figures.paidOrders,
    });
    const second = await ingestFile(store, request);
    expect({ ...second, status: 'committed' }).toEqual(first);
    expect(second.status).toBe('duplicate');
    expect(await refreshTotals(store.db, store.now)).toEqual([]);
    expect(await readState(store)).toEqual(before);
    expect(await countOrders(store)).toBe(rows);
  });

  if (layoutOf(fixture).channel === 'retail') return;

  test('is held as wholesale until the shop is registered as selling retail', async () => {
    const store = await stores.open();
    const held = await ingestFile(store, request);
    expect(held).toMatchObject({ status: 'held', error: { code: 'wholesale-not-retail' } });
    expect(await countOrders(store)).toBe(0);
    await registerRetail(store, fixture);
    expect(await ingestFile(store, request)).toMatchObject({ status: 'committed' });
    if (!fixture.name.endsWith('.csv')) return;
    await registerShops(store.db, [retailShop('1688', fixture.shop ?? '', 'no')], store.now());
    const later = Buffer.concat([readFileSync(fixture.path), Buffer.from('\n')]);
    expect(await loadText(store, 'later.csv', later, shopOf(fixture.shop))).toMatchObject({ status: 'held' });
  });
});

const texts = fixtures.filter((fixture) => fixture.name.endsWith('.csv'));
const contentOf = ({ path, expect: { encoding } }: Fixture): string =>
  new TextDecoder(encoding === 'gb18030' ? 'gb18030' : 'utf-8', { ignoreBOM: true }).decode(readFileSync(path));

describe.each(texts.map((fixture) => [fixture.id, fixture] as const))('%s', (_, fixture) => {
  const content = contentOf(fixture);
  const load = async (store: TestStore, changed: string | Uint8Array): Promise<FileReport> => {
    await store.wipe();
    await registerRetail(store, fixture);
    return await loadText(store, fixture.name, changed, shopOf(fixture.shop));
  };

  test('reads the same in every encoding, and with Windows line ends', async () => {
    const store = await stores.open();
    const forms = [
      ['utf-8', withoutMark(content)],
      ['utf-8-bom', withMark(content)],
      ['gb18030', await toGb18030(store, withoutMark(content))],
      ['utf-8', withoutMark(content).replaceAll(/\r?\n/g, '\r\n')],
    ] as const;
    for (const [encoding, form] of forms) {
      const report = await load(store, form);
      expect(reportOf(report)).toEqual({ ...fixture.expect, encoding });
      expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
    }
  });

  const table = readTable(withoutMark(content));
  const { platform, layout, rows: counted } = fixture.expect;
  // A container changes nothing of what is in it: one file of each layout is enough.
  const ofLayout = texts.filter(({ expect }) => expect.layout === layout);
  if (ofLayout[0] === fixture) testContainers(fixture, content);
  if (!table) return;
  if (ofLayout.find(isEven) === fixture) testForms(fixture, content, table);

  test('gives the same figures and rejects with its columns in another order or unknown ones added', async () => {
    const store = await stores.open();
    for (const change of [reordered, withUnknownColumns]) {
      const report = await load(store, writeTable(change(table)));
      expect(reportOf(report)).toMatchObject({ platform, layout, rows: counted, ...pick(fixture) });
      expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
    }
  });

  if (fixture.rejects.length > 0) return;

  test('gives the same figures without the columns that are optional', async () => {
    const layout = layoutOf(fixture);
    const store = await stores.open();
    const losses = [...timeColumns(layout, table).map((name) => [name]), optionalColumns(layout, table)];
    for (const lost of losses) {
      const report = await load(
        store,
        writeTable(withoutColumns(table, (name) => lost.includes(normaliseHeader(name)))),
      );
      expect({ lost, rows: report.rows, ...figuresOf(report) }).toEqual({
        lost,
        rows: fixture.expect.rows,
        ...pick(fixture),
      });
    }
  });
});

/** A row of a sheet has as many cells as its header: others have no counterpart there. */
function isEven(fixture: Fixture): boolean {
  const table = readTable(withoutMark(contentOf(fixture)));
  return table?.records.every((cells) => cells.length === table.header.length) ?? false;
}

function testContainers(fixture: Fixture, content: string): void {
  test('reads the same out of every container', async () => {
    const store = await stores.open();
    const bytes = readFileSync(fixture.path);
    const { name, expect: expected, rejects } = fixture;
    const packed: readonly (readonly [name: string, encoding: string, content: Uint8Array])[] = [
      [`${name}.gz`, `${expected.encoding}+gz`, gzipSync(bytes)],
      [`${name}.zst`, `${expected.encoding}+zst`, zstOf(bytes)],
      [`a.zip!${name}`, `${expected.encoding}+zip`, zipOf({ name, content: bytes })],
      [name, 'utf-16le', utf16Of(withoutMark(content))],
    ];
    for (const [delivered, encoding, form] of packed) {
      await store.wipe();
      await registerRetail(store, fixture);
      const [file = '', member] = delivered.split('!');
      const path = join(store.folder, file);
      writeFileSync(path, form);
      const request = { path: member === undefined ? path : `${path}!${member}`, ...shopOf(fixture.shop) };
      const report = await ingestFile(store, request);
      expect(reportOf(report)).toEqual({ ...expected, encoding });
      expect({ encoding, rejects: await rejectsOf(store, report) }).toEqual({ encoding, rejects });
    }
  });
}

function testForms(fixture: Fixture, content: string, table: CsvTable): void {
  test('reads the same rows as tab-separated text, web page and workbook', async () => {
    const rows = [table.header, ...table.records];
    const byLine = rows.length === content.trimEnd().split('\n').length;
    const base = fixture.name.replace(/\.csv$/, '');
    const forms: readonly (readonly [name: string, encoding: string, content: string | Uint8Array])[] = [
      [`${base}.tsv`, 'utf-8', rows.map((cells) => `${cells.map(tabCell).join('\t')}\n`).join('')],
      [`${base}.xls`, 'utf-8+html', htmlOf(rows)],
      [`${base}.xlsx`, 'xlsx', workbookOf({ sheets: { export: rowsXml(rows) } })],
    ];
    const store = await stores.open();
    for (const [name, encoding, form] of forms) {
      await store.wipe();
      await registerRetail(store, fixture);
      const report = await loadText(store, name, form, shopOf(fixture.shop));
      expect({ name, ...reportOf(report) }).toEqual({ name, ...fixture.expect, encoding });
      if (byLine) expect({ name, rejects: await rejectsOf(store, report) }).toEqual({ name, rejects: fixture.rejects });
    }
  });
}

const tabCell = (cell: string): string => (/[\t"\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const pick = ({ expect: { paidOrders, gross, booked, refunded, net } }: Fixture) => ({
  paidOrders,
  gross,
  booked,
  refunded,
  net,
});

function layoutOf(fixture: Fixture): Layout {
  const layout = LAYOUTS.find(({ id }) => id === fixture.expect.layout);
  if (!layout) throw new Error(`no layout ${fixture.expect.layout}`);
  return layout;
}

/** Columns of a file that may be absent and that no figure, key or moment of the order rests on. */
function optionalColumns(layout: Layout, { header }: CsvTable): string[] {
  const { line, shop, platform } = layout;
  const { gross, subsidy, refunded, lineId, createdAt, paidAt } = line;
  const needed = columnsIn([gross, subsidy, refunded, lineId, createdAt, paidAt, shop, platform]);
  return absentable(layout, header).filter((name) => !needed.includes(name));
}

/** Columns of the moments of creation and payment: any one of them may be absent where another tells the same. */
function timeColumns(layout: Layout, { header }: CsvTable): string[] {
  const moments = columnsIn([layout.line.createdAt, layout.line.paidAt]);
  return absentable(layout, header).filter((name) => moments.includes(name));
}

function absentable(layout: Layout, header: readonly string[]): string[] {
  const required = layout.requires.flatMap(columnNames).map(normaliseHeader);
  return header.map(normaliseHeader).filter((name) => !required.includes(name));
}

function columnsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('kind' in node && node.kind === 'cell') return (node as CellText).names.map(normaliseHeader);
  return Object.values(node).flatMap(columnsIn);
}
