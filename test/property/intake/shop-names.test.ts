import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { ingestFile } from '../../../src/operations/ingest-file';
import { readState } from '../../support/state';
import { useStores } from '../../support/store';
import { type Line, writeTemplateFile } from '../../int/files/exports';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

/** An order of a platform by its day and its number on that day. */
const order = fc.record({ day: fc.integer({ min: 1, max: 9 }), number: fc.nat(2) });
const idOf = ({ day, number }: { day: number; number: number }): string => `DY0${day}${number}`;
const file = fc.record({
  shop: fc.constantFrom('甲', '乙', '丙'),
  orders: fc.uniqueArray(order, { minLength: 1, maxLength: 6, selector: idOf }),
});

test(
  'whatever shops deliver, in whatever order, no order counts under two of them',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async (files) => {
        const store = await stores.open();
        const owners = new Map<string, string>();
        for (const [night, { shop, orders }] of files.entries()) {
          const lines = orders.map((one): Line => [idOf(one), `2026-06-0${one.day} 10:00:00`, '1.00']);
          const isElsewhere = lines.some(([id]) => (owners.get(id) ?? shop) !== shop);
          const path = writeTemplateFile(store, `2026070${night + 1}000000`, lines, shop);
          const report = await ingestFile(store, { path });
          expect([report.status, report.error?.code ?? null]).toEqual(
            isElsewhere ? ['held', 'shop-doubtful'] : ['committed', null],
          );
          if (!isElsewhere) lines.forEach(([id]) => owners.set(id, shop));
        }
        await refreshTotals(store.db, store.now);
        expect((await readState(store)).total.gross).toBe(BigInt(owners.size) * 100n);
      }),
      runs(15),
    );
  },
  PROPERTY_TIMEOUT,
);
