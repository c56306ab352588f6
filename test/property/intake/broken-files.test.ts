import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LAYOUTS } from '../../../src/platforms/registry';
import { readTable } from '../../support/csv-table';
import { type Fixture, listFixtures } from '../../support/fixtures';
import { loadText, shopOf } from '../../support/load';
import { useStores } from '../../support/store';
import { expectAccount, storedRows } from './account';
import { cutAt, firstLines, type Mutant, mutate, mutations, rawRecords } from './mutations';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

/**
 * The csv fixtures, under names that say their snapshot: else a changed date would change the file's own time. Not those
 * of 1688, where the rows of an order hang on its first one.
 */
const CASES = listFixtures()
  .filter(({ name, expect: { platform } }) => name.endsWith('.csv') && platform !== '1688')
  .map((fixture) => ({ fixture, text: textOf(fixture) }));

function textOf({ path, expect: { encoding } }: Fixture): string {
  return new TextDecoder(encoding === 'gb18030' ? 'gb18030' : 'utf-8', { ignoreBOM: true }).decode(readFileSync(path));
}

const nameFor = ({ expect: { platform } }: Fixture): string =>
  platform === 'pinduoduo' ? 'orders_export2026-06-09-12-00-00.csv' : `paceline_${platform}_20260609120000.csv`;

const cases = fc.constantFrom(...CASES.map(({ fixture }) => fixture.id));
const caseOf = (id: string): (typeof CASES)[number] => CASES.find(({ fixture }) => fixture.id === id)!;

/**
 * Order numbers of the records that a mutation leaves alone and that load as they are; not those of an order of which
 * another record is changed or rejected, since an order loads whole or not at all.
 */
function untouched({ fixture, text }: (typeof CASES)[number], mutant: Mutant): string[] {
  const table = readTable(text) ?? { header: [], records: [] };
  const rejected = fixture.rejects.map(({ line }) => line);
  const names = LAYOUTS.find(({ id }) => id === fixture.expect.layout)?.line.orderId.names ?? [];
  const column = table.header.findIndex((name) => names.includes(name.trim()));
  expect(column).toBeGreaterThanOrEqual(0);
  const lines = firstLines(text);
  const orders = table.records.map((cells, index) => ({
    id: (cells[column] ?? '').replaceAll(/[\t'"=` ]/g, ''),
    good: !mutant.touched.includes(index + 1) && !rejected.includes(lines[index + 1] ?? 0),
  }));
  const spoilt = new Set(orders.filter(({ good }) => !good).map(({ id }) => id));
  return orders.filter(({ id }) => /\d{4}/.test(id) && !spoilt.has(id)).map(({ id }) => id);
}

describe('a broken csv', () => {
  test(
    'is accounted for row by row, and its good rows load whatever is wrong with one of them',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(cases, mutations, async (id, mutation) => {
          await store.wipe();
          const { fixture, text } = caseOf(id);
          const mutant = mutate(text, mutation);
          const report = await loadText(store, nameFor(fixture), mutant.text, shopOf(fixture.shop));
          await expectAccount(store, report, mutant.text);
          // A last row that ends within its quotes looks like a file that was cut, and is refused as one.
          if (report.error?.code === 'file-cut' && mutant.touched.includes(rawRecords(text).length - 1)) return;
          // Where the only good row is broken there is nothing to load.
          if (report.error?.code === 'no-orders' && untouched(caseOf(id), mutant).length === 0) return;
          expect(report.status).toBe('committed');
          // The first row of a template names the platform that every row must name.
          if (report.platform !== fixture.expect.platform) return;
          const loaded = (await store.db.rows(storedRows)).map(({ orderId }) => orderId);
          expect(untouched(caseOf(id), mutant).filter((order) => !loaded.includes(order))).toEqual([]);
        }),
        runs(30),
      );
    },
    PROPERTY_TIMEOUT,
  );

  test(
    'is accounted for when several of its rows are broken at once and it is cut anywhere',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(
          cases,
          fc.array(mutations, { minLength: 2, maxLength: 5 }),
          fc.option(fc.nat(100_000)),
          async (id, several, cut) => {
            await store.wipe();
            const { fixture, text } = caseOf(id);
            const broken = several.reduce((so, mutation) => mutate(so, mutation).text, text);
            const content = cut === null ? broken : cutAt(broken, cut);
            const report = await loadText(store, nameFor(fixture), content, shopOf(fixture.shop));
            await expectAccount(store, report, content);
          },
        ),
        runs(15),
      );
    },
    PROPERTY_TIMEOUT,
  );

  test.each(CASES.map(({ fixture, text }) => [fixture.id, fixture, text] as const))(
    'is refused when a byte of it is NUL: %s',
    async (_, fixture, text) => {
      const store = await stores.open();
      const at = Math.floor(text.length / 2);
      const content = `${text.slice(0, at)}\0${text.slice(at)}`;
      const report = await loadText(store, nameFor(fixture), content, shopOf(fixture.shop));
      expect(report).toMatchObject({ status: 'refused', error: { code: 'file-not-a-table' } });
      expect(await store.db.rows(storedRows)).toEqual([]);
    },
  );
});
