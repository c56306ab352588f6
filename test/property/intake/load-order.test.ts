import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { ingestFile } from '../../../src/operations/ingest-file';
import { expectedOf, storedOf } from '../../support/order-model';
import { readState, type StoreState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';
import { type GeneratedFile, histories } from './histories';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

/** Loads are the numbers of files in the order of loading; a file may come more than once, and not before its time. */
const loadsOf = (files: readonly GeneratedFile[]): fc.Arbitrary<number[]> => {
  const all = files.map((_, index) => index);
  const repeats = fc.array(fc.constantFrom(...all), { maxLength: 2 });
  return repeats.chain((more) => fc.shuffledSubarray([...all, ...more], { minLength: all.length + more.length }));
};

const deliveries = (options: { readonly ties: boolean }) =>
  histories(options).chain((files) => fc.tuple(fc.constant(files), loadsOf(files), loadsOf(files), fc.nat()));

let folders = 0;

/** Loads files in an order, refreshing totals once on the way and once at the end, and reads what the store shows. */
async function stateAfter(
  store: TestStore,
  paths: readonly string[],
  files: readonly GeneratedFile[],
  loads: readonly number[],
  refreshAt: number,
): Promise<StoreState> {
  await store.wipe();
  for (const [position, index] of loads.entries()) {
    const { shop } = files[index]!.model;
    const report = await ingestFile(store, { path: paths[index]!, ...(shop === null ? {} : { shop }) });
    expect(report).toMatchObject({
      status: loads.indexOf(index) < position ? 'duplicate' : 'committed',
      rows: { rejected: 0, ignored: 0 },
    });
    if (position === refreshAt % loads.length) await refreshTotals(store.db, store.now);
  }
  await refreshTotals(store.db, store.now);
  return await readState(store);
}

async function written(store: TestStore, files: readonly GeneratedFile[]): Promise<string[]> {
  const folder = join(store.folder, String(folders++));
  return await Promise.all(
    files.map(({ model, content }, index) => writeExport(join(folder, String(index)), model.snapshotAt, content)),
  );
}

describe('overlapping snapshots, split into files, shuffled and repeated', () => {
  test(
    'give the orders and totals of a simple model, whatever the order of loading',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(deliveries({ ties: false }), async ([files, loads, others, refreshAt]) => {
          const paths = await written(store, files);
          const expected = expectedOf(files.map(({ model }) => model));
          const state = await stateAfter(store, paths, files, loads, refreshAt);
          expect(state).toEqual({ ...expected, differences: [], stale: 0 });
          expect(await stateAfter(store, paths, files, others, refreshAt + 1)).toEqual(state);
        }),
        runs(5),
      );
    },
    PROPERTY_TIMEOUT,
  );

  test(
    'give the same orders and totals in every order of loading when all are of the same second',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(deliveries({ ties: true }), async ([files, loads, others, refreshAt]) => {
          const paths = await written(store, files);
          const state = await stateAfter(store, paths, files, loads, refreshAt);
          expect(state).toMatchObject({ differences: [], stale: 0 });
          const shown = files.flatMap(({ model }) => model.lines.map(storedOf));
          for (const order of state.orders) expect(shown).toContainEqual(order);
          expect(await stateAfter(store, paths, files, others, refreshAt + 1)).toEqual(state);
        }),
        runs(3),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
