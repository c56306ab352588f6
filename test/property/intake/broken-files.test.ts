import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { refreshTotals } from '../../../src/clickhouse/totals';
import { type FileReport } from '../../../src/domain/order-file';
import { readTable, type CsvTable } from '../../support/csv-table';
import { type Fixture, listFixtures } from '../../support/fixtures';
import { loadText, rowsNotLoaded, shopOf } from '../../support/load';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { type Mutant, mutantOf, rawRecords } from './mutations';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores();

/** The csv fixtures, under names that say their snapshot: else a changed date would change the file's own time. */
const CASES = listFixtures()
  .filter(({ name }) => name.endsWith('.csv'))
  .map((fixture) => ({ fixture, text: readFileSync(fixture.path, 'utf8') }));

const nameFor = ({ expect: { platform } }: Fixture): string =>
  platform === 'pinduoduo' ? 'orders_export2026-06-09-12-00-00.csv' : `paceline_${platform}_20260609120000.csv`;

const mutants = fc.constantFrom(...CASES).chain(({ fixture, text }) => fc.tuple(fc.constant(fixture), mutantOf(text)));

const storedRows = {
  name: 'rows of a file in the table of orders',
  sql: `SELECT order_id AS orderId, line_id AS lineId, rows, gross FROM orders FINAL`,
  row: z.object({ orderId: z.string(), lineId: z.string(), rows: z.number(), gross: z.string() }),
};

/** What must hold of a file however broken: a clear answer, a whole account, and totals that agree with it. */
async function expectAccount(store: TestStore, report: FileReport, text: string): Promise<void> {
  const { read, loaded, rejected, ignored } = report.rows;
  expect(read).toBe(loaded + rejected + ignored);
  const stored = await store.db.rows(storedRows);
  if (report.status !== 'committed') {
    expect(report).toMatchObject({ status: 'refused', error: { code: expect.stringMatching(/^[a-z-]+$/) } });
    expect(stored).toEqual([]);
    return;
  }
  expect(stored.reduce((sum, { rows }) => sum + rows, 0)).toBe(loaded);
  const others = await rowsNotLoaded(store, report);
  expect(others.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(rejected);
  expect(others.filter(({ outcome }) => outcome === 'ignored')).toHaveLength(ignored);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  for (const { line, reasons } of others) {
    expect(line).toBeGreaterThan(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(reasons).not.toHaveLength(0);
  }
  await refreshTotals(store.db, store.now);
  const state = await readState(store);
  expect(state).toMatchObject({ differences: [], stale: 0 });
  expect(state.total.gross).toBe(report.figures.gross);
}

/** Every physical line that is not a row of its own belongs to a record that spans lines. */
const linesOf = (record: string): number => record.split('\n').length - (record.endsWith('\n') ? 1 : 0);

function firstLines(text: string): number[] {
  let line = 1;
  return rawRecords(text).map((record) => {
    const first = line;
    line += linesOf(record);
    return first;
  });
}

/** Order numbers of the records that a mutation leaves alone and that load as they are. */
function untouched(fixture: Fixture, table: CsvTable, text: string, mutant: Mutant): string[] {
  const rejected = fixture.rejects.map(({ line }) => line);
  const column = table.header.findIndex((name) => ['订单号', '订单编号'].includes(name.trim()));
  const lines = firstLines(text);
  return table.records.flatMap((cells, index) => {
    const id = (cells[column] ?? '').trim();
    const good = id !== '' && !mutant.touched.includes(index + 1) && !rejected.includes(lines[index + 1] ?? 0);
    return good ? [id] : [];
  });
}

describe('a broken csv', () => {
  test(
    'is accounted for row by row, and its good rows load whatever is wrong with one of them',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(mutants, async ([fixture, mutant]) => {
          await store.wipe();
          const report = await loadText(store, nameFor(fixture), mutant.text, shopOf(fixture.shop));
          await expectAccount(store, report, mutant.text);
          expect(report.status).toBe('committed');
          // The first row of a template names the platform that every row must name.
          if (report.platform !== fixture.expect.platform) return;
          const { text } = CASES.find((one) => one.fixture === fixture)!;
          const loaded = (await store.db.rows(storedRows)).map(({ orderId }) => orderId);
          const lost = untouched(fixture, readTable(text)!, text, mutant).filter((id) => !loaded.includes(id));
          expect({ what: mutant.what, lost }).toEqual({ what: mutant.what, lost: [] });
        }),
        runs(30),
      );
    },
    PROPERTY_TIMEOUT,
  );

  test(
    'is accounted for when several of its rows are broken at once, or it is cut anywhere',
    async () => {
      const store = await stores.open();
      const twice = mutants.chain(([fixture, mutant]) =>
        fc.tuple(fc.constant(fixture), fc.oneof(mutantOf(mutant.text), cutOf(mutant.text)).chain((m) => mutantOf(m.text))),
      );
      await fc.assert(
        fc.asyncProperty(twice, async ([fixture, { text }]) => {
          await store.wipe();
          const report = await loadText(store, nameFor(fixture), text, shopOf(fixture.shop));
          await expectAccount(store, report, text);
        }),
        runs(15),
      );
    },
    PROPERTY_TIMEOUT,
  );

  test.each(CASES.map(({ fixture, text }) => [basename(fixture.id), fixture, text] as const))(
    'is refused when a byte of it is NUL: %s',
    async (_, fixture, text) => {
      const store = await stores.open();
      const at = Math.floor(text.length / 2);
      const report = await loadText(store, nameFor(fixture), `${text.slice(0, at)}\0${text.slice(at)}`, shopOf('x'));
      expect(report).toMatchObject({ status: 'refused', error: { code: 'file-not-a-table' } });
      expect(await store.db.rows(storedRows)).toEqual([]);
    },
  );
});

/** Cuts a text at any character after its first record, as a broken transfer does. */
function cutOf(text: string): fc.Arbitrary<Mutant> {
  const [header = '', first = ''] = rawRecords(text);
  return fc
    .integer({ min: header.length + first.length, max: text.length })
    .map((at) => ({ text: text.slice(0, at).toWellFormed(), touched: [], what: `cut at ${at}` }));
}
