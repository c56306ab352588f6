import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replaceChains } from '../../../src/clickhouse/chains';
import { registerShops } from '../../../src/clickhouse/shops';
import { type ShopStatement, UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { DIMENSIONS, type Totals } from '../../../src/domain/measures';
import { ingestFile } from '../../../src/operations/ingest-file';
import { ALL_DAYS, plain, readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';
import { histories } from './histories';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

/** Ten to the twelfth yuan, in fen: 17 times the goal in a single row. */
const LARGEST = 100_000_000_000_000;
const fen = fc.oneof(
  fc.constantFrom(0, 1, 99, 101, LARGEST, LARGEST - 1),
  fc.integer({ min: 0, max: 100_000 }),
  fc.maxSafeInteger().map((number) => Math.abs(number) % LARGEST),
);
const lines = fc.array(
  fc.record({ paid: fen, subsidy: fen, refundShare: fc.constantFrom(0, 0, 3, 1), day: fc.nat(2) }),
  {
    minLength: 1,
    maxLength: 40,
  },
);

const rowsOf = (drawn: readonly { paid: number; subsidy: number; refundShare: number; day: number }[]): TemplateRow[] =>
  drawn.map(({ paid, subsidy, refundShare, day }, index) => ({
    platform: 'kuaishou',
    shop: '云岫茶行',
    orderId: `KS${String(index).padStart(6, '0')}`,
    lineId: '',
    createdAt: `2026-06-0${day + 1} 10:00:00`,
    paidAt: `2026-06-0${day + 1} 10:00:00`,
    shippedAt: '',
    completedAt: '',
    status: '待发货',
    quantity: 1,
    title: '云岫茶',
    province: '广东省',
    paid,
    postage: Math.floor(paid / 7),
    subsidy,
    refunded: refundShare === 0 ? 0 : Math.floor(paid / refundShare),
  }));

const sumOf = (rows: readonly TemplateRow[], amount: (row: TemplateRow) => number): bigint =>
  rows.reduce((sum, row) => sum + BigInt(amount(row)), 0n);

describe('money', () => {
  test(
    'up to 10^12 yuan an order adds up to the fen, from the file to the totals',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(lines, async (drawn) => {
          await store.wipe();
          const rows = rowsOf(drawn);
          const content = { platform: 'template', of: 'kuaishou', rows } as const;
          const report = await ingestFile(store, {
            path: await writeExport(store.folder, '2026-06-09 12:00:00', content),
          });
          await refreshTotals(store.db, store.now);
          const gross = sumOf(rows, ({ paid }) => paid);
          const [subsidy, refunded] = [sumOf(rows, (row) => row.subsidy), sumOf(rows, (row) => row.refunded)];
          const expected = {
            gross,
            shipping: sumOf(rows, ({ postage }) => postage),
            subsidy,
            booked: gross + subsidy,
            refunded,
            net: gross - refunded,
          };
          expect(report).toMatchObject({ status: 'committed', figures: { ...expected, paidOrders: rows.length } });
          const { total, by, differences } = await readState(store);
          expect(differences).toEqual([]);
          expect(total).toMatchObject({ ...expected, paidOrders: rows.length });
          for (const [day, totals] of Object.entries(by.day)) {
            const own = rows.filter(({ paidAt }) => paidAt.startsWith(day));
            expect(totals.gross).toBe(sumOf(own, ({ paid }) => paid));
          }
        }),
        runs(8),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

const add = (a: Totals, b: Totals): Totals => ({
  paidOrders: a.paidOrders + b.paidOrders,
  quantity: a.quantity + b.quantity,
  gross: a.gross + b.gross,
  shipping: a.shipping + b.shipping,
  subsidy: a.subsidy + b.subsidy,
  booked: a.booked + b.booked,
  refunded: a.refunded + b.refunded,
  net: a.net + b.net,
});
const NOTHING: Totals = {
  paidOrders: 0,
  quantity: 0,
  gross: 0n,
  shipping: 0n,
  subsidy: 0n,
  booked: 0n,
  refunded: 0n,
  net: 0n,
};

/** Loads several draws of orders with their histories, so that every dimension has many values. */
async function loadSample(store: TestStore): Promise<void> {
  const drawn = fc.sample(histories({ ties: false }), { numRuns: 4, seed: 20_260_609 });
  for (const [number, files] of drawn.entries()) {
    for (const [index, { model, content }] of files.entries()) {
      const path = await writeExport(join(store.folder, `${number}-${index}`), model.snapshotAt, content);
      const shop = model.shop === null ? {} : { shop: `${model.shop} ${number}` };
      expect(await ingestFile(store, { path, ...shop })).toMatchObject({ status: 'committed', error: null });
    }
  }
  await refreshTotals(store.db, store.now);
  await registerHalf(store);
}

/** Registers every other shop, some of them with a move in the middle, so that known and unknown traits mix. */
async function registerHalf(store: TestStore): Promise<void> {
  const { rows } = await readTotals(store.db, { ...ALL_DAYS, by: ['platform', 'shop'] });
  await replaceChains(store.db, [{ cluster: '乳业', chain: '奶粉' }], store.now());
  const statements = rows
    .filter((_, index) => index % 2 === 0)
    .flatMap(({ dimensions: { platform = '', shop = '' } }, index): ShopStatement[] => {
      const first = { ...UNKNOWN_TRAITS, platform, shop, validFrom: '2026-02-01', league: '包头市', chain: '奶粉' };
      const moved = { ...first, validFrom: '2026-03-15', league: '兴安盟', chain: '', rural: 'yes' as const };
      return index % 2 === 0 ? [first, moved] : [first];
    });
  await registerShops(store.db, statements, store.now());
}

describe('totals', () => {
  test(
    'by any dimensions, over any days, add up to the total of those days',
    async () => {
      const store = await stores.open();
      await loadSample(store);
      const whole = await readTotals(store.db, { ...ALL_DAYS, by: [...DIMENSIONS] });
      expect(whole.rows.length).toBeGreaterThan(5);
      const day = fc.integer({ min: 0, max: 160 }).map((days) => new Date(Date.UTC(2026, 0, 1 + days)));
      const days = fc.tuple(day, day).map((pair) => pair.map((date) => date.toISOString().slice(0, 10)).sort());
      await fc.assert(
        fc.asyncProperty(fc.subarray([...DIMENSIONS]), days, async (by, [from = '', to = '']) => {
          const { rows, total } = await readTotals(store.db, { from, to, by });
          const within = whole.rows.filter(({ dimensions: d }) => from <= (d.day ?? '') && (d.day ?? '') <= to);
          expect(plain(total)).toEqual(within.reduce((sum, row) => add(sum, plain(row.totals)), NOTHING));
          if (by.length > 0)
            expect(rows.reduce((sum, row) => add(sum, plain(row.totals)), NOTHING)).toEqual(plain(total));
        }),
        runs(60),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
