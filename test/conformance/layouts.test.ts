import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type CellText, type Layout } from '../../src/domain/layout';
import { type FileReport } from '../../src/domain/order-file';
import { ingestFile } from '../../src/operations/ingest-file';
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
import { type Fixture, figuresOf, listFixtures, reportOf } from '../support/fixtures';
import { loadText, rejectsOf, shopOf, toGb18030 } from '../support/load';
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

  test('is one of the registry, so that no fixture is left untested', () => {
    const known = LAYOUTS.map((layout) => layout.id);
    expect(fixtures.filter((fixture) => !known.includes(fixture.expect.layout))).toEqual([]);
  });
});

describe.each(fixtures.map((fixture) => [fixture.id, fixture] as const))('%s', (_, fixture) => {
  test('is recognised, and its figures, its account of rows and its rejects are as expected', async () => {
    const store = await stores.open();
    const report = await ingestFile(store, { path: fixture.path, ...shopOf(fixture.shop) });
    expect(report).toMatchObject({ status: 'committed', error: null });
    expect(reportOf(report)).toEqual(fixture.expect);
    expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
  });

  test('changes nothing when it is loaded again', async () => {
    const store = await stores.open();
    const request = { path: fixture.path, ...shopOf(fixture.shop) };
    const first = await ingestFile(store, request);
    await refreshTotals(store.db, store.now);
    const [before, rows] = [await readState(store), await countOrders(store)];
    expect({ differences: before.differences, net: before.total.net }).toEqual({
      differences: [],
      net: first.figures.net,
    });
    const second = await ingestFile(store, request);
    expect({ ...second, status: 'committed' }).toEqual(first);
    expect(second.status).toBe('duplicate');
    expect(await refreshTotals(store.db, store.now)).toEqual([]);
    expect(await readState(store)).toEqual(before);
    expect(await countOrders(store)).toBe(rows);
  });
});

const texts = fixtures.filter((fixture) => fixture.name.endsWith('.csv'));
const contentOf = (fixture: Fixture): string => readFileSync(fixture.path, 'utf8');

describe.each(texts.map((fixture) => [fixture.id, fixture] as const))('%s', (_, fixture) => {
  const load = async (store: TestStore, content: string | Uint8Array): Promise<FileReport> =>
    await loadText(store, fixture.name, content, shopOf(fixture.shop));

  test.each([
    ['utf-8', withoutMark],
    ['utf-8-bom', withMark],
  ] as const)('reads the same as %s', async (encoding, recode) => {
    const store = await stores.open();
    const report = await load(store, recode(contentOf(fixture)));
    expect(reportOf(report)).toEqual({ ...fixture.expect, encoding });
    expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
  });

  test('reads the same as gb18030', async () => {
    const store = await stores.open();
    const report = await load(store, await toGb18030(store, withoutMark(contentOf(fixture))));
    expect(reportOf(report)).toEqual({ ...fixture.expect, encoding: 'gb18030' });
    expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
  });

  test('reads the same with Windows line ends', async () => {
    const store = await stores.open();
    const report = await load(store, contentOf(fixture).replaceAll(/\r?\n/g, '\r\n'));
    expect(reportOf(report)).toEqual(fixture.expect);
    expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
  });

  const table = readTable(contentOf(fixture));
  const { platform, layout, rows: counted } = fixture.expect;
  if (!table) return;

  test.each([
    ['its columns in another order', reordered],
    ['unknown columns added', withUnknownColumns],
  ] as const)('gives the same figures and rejects with %s', async (_change, change) => {
    const store = await stores.open();
    const report = await load(store, writeTable(change(table)));
    expect(reportOf(report)).toMatchObject({ platform, layout, rows: counted, ...pick(fixture) });
    expect(await rejectsOf(store, report)).toEqual(fixture.rejects);
  });

  if (fixture.rejects.length > 0) return;

  test('gives the same figures without the columns that are optional', async () => {
    const layout = layoutOf(fixture);
    const store = await stores.open();
    const losses = [...timeColumns(layout, table).map((name) => [name]), optionalColumns(layout, table)];
    for (const lost of losses) {
      await store.wipe();
      const content = writeTable(withoutColumns(table, (name) => lost.includes(normaliseHeader(name))));
      const report = await load(store, content);
      expect({ lost, rows: report.rows, ...figuresOf(report) }).toEqual({
        lost,
        rows: fixture.expect.rows,
        ...pick(fixture),
      });
    }
  });
});

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
