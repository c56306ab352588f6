import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { loadText } from '../../support/load';
import { expectedOf } from '../../support/order-model';
import { readState, type StoreState, unexplainedDays } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { CLOCK_ORDER, grainHistories, type MadeFile } from './grains';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

async function stateAfter(store: TestStore, files: readonly MadeFile[]): Promise<StoreState> {
  await store.wipe();
  for (const [position, { name, text }] of files.entries()) {
    const report = await loadText(store, name, text, { shop: '云岫店' });
    expect(report.rows.rejected).toBe(0);
    if (position === Math.floor(files.length / 2)) await refreshTotals(store.db, store.now);
  }
  await refreshTotals(store.db, store.now);
  const state = await readState(store);
  return { ...state, orders: state.orders.filter(({ orderId }) => orderId !== CLOCK_ORDER) };
}

test(
  'orders whose money stands on each row, on each item or once are those of a simple model, in any order of loading',
  async () => {
    const store = await stores.open();
    const deliveries = grainHistories.chain((files) => fc.shuffledSubarray(files, { minLength: files.length }));
    await fc.assert(
      fc.asyncProperty(deliveries, async (files) => {
        const state = await stateAfter(store, files);
        const expected = expectedOf(files.map(({ model }) => model));
        expect(state).toEqual({ ...expected, differences: [], stale: 0 });
        expect(await unexplainedDays(store)).toEqual([]);
      }),
      runs(4),
    );
  },
  PROPERTY_TIMEOUT,
);
