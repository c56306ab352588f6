import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { keepReport, reportOn, restatementsSince } from '../../../src/clickhouse/reports';
import { registerShops, shopHistories, shopKey } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { type TotalsRow } from '../../../src/domain/measures';
import { runningTotals } from '../../../src/domain/running';
import { type ShopStatement, traitsOn, UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { ingestFile } from '../../../src/operations/ingest-file';
import { withdrawFile } from '../../../src/operations/withdraw-file';
import { type ModelLine } from '../../support/order-model';
import { ALL_DAYS, unexplainedDays } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';
import { type GeneratedFile, histories } from '../intake/histories';
import { PROPERTY_TIMEOUT, runs } from '../intake/runs';

const stores = useStores({ lingers: true });
const START = Date.parse('2027-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const EVERYTHING = ['platform', 'shop', 'day', 'province'] as const;
const dayOf = (night: number): string => new Date(START + night * DAY_MS).toISOString().slice(0, 10);

const asReported = async ({ db }: TestStore, night: number) => {
  const report = await reportOn(db, dayOf(night));
  return await readTotals(db, { ...ALL_DAYS, by: EVERYTHING, asReported: report! });
};
const asKnown = async ({ db }: TestStore) => await readTotals(db, { ...ALL_DAYS, by: EVERYTHING });

let folders = 0;

/** A file comes each night; with a number, that earlier one is withdrawn first. */
const scenarios = histories({ ties: false }).chain((files) =>
  fc.tuple(
    fc.constant(files),
    fc.array(fc.option(fc.nat(files.length - 1)), { minLength: files.length, maxLength: files.length }),
  ),
);

/** Days on which orders of some files were paid, as any file knows it. */
function daysOf(files: readonly GeneratedFile[], nights: readonly number[]): Set<string> {
  const lines = (night: number): readonly ModelLine[] => files[night]?.model.lines ?? [];
  const orders = new Set(nights.flatMap(lines).map(({ orderId }) => orderId));
  const seen = files.flatMap(({ model }) => model.lines).filter(({ orderId }) => orders.has(orderId));
  return new Set(seen.map(({ paidAt }) => paidAt?.slice(0, 10) ?? ''));
}

/** Days of which something was said otherwise than before. */
function movedDays(before: readonly TotalsRow[], after: readonly TotalsRow[]): string[] {
  const text = ({ dimensions, totals }: TotalsRow): string =>
    JSON.stringify([dimensions, totals], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const [was, is] = [new Map(before.map((row) => [text(row), row])), new Map(after.map((row) => [text(row), row]))];
  const moved = [...was, ...is]
    .filter(([key]) => was.has(key) !== is.has(key))
    .map(([, row]) => row.dimensions.day ?? '');
  return [...new Set(moved)].sort();
}

describe('reported figures', () => {
  test(
    'stay as they were said, differ from what is known by exactly the restatements, and rest on files that add up',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(scenarios, async ([files, withdrawals]) => {
          await store.wipe();
          const folder = join(store.folder, String(folders++));
          const said: Awaited<ReturnType<typeof asKnown>>[] = [];
          const ids: string[] = [];
          for (const [night, { model, content }] of files.entries()) {
            const at = store.with({ now: () => new Date(START + night * DAY_MS) });
            const withdrawn = ids[withdrawals[night] ?? -1];
            if (withdrawn !== undefined) {
              await withdrawFile(at, { fileId: withdrawn, decision: { by: 'a test', reason: 'a property' } });
            }
            const path = await writeExport(join(folder, String(night)), model.snapshotAt, content);
            ids.push(createHash('sha256').update(readFileSync(path)).digest('hex'));
            await ingestFile(at, { path, ...(model.shop === null ? {} : { shop: model.shop }) });
            await refreshTotals(store.db, at.now);
            await keepReport(store.db, at.now);
            said.push(await asKnown(store));
          }
          for (const [night, then] of said.entries()) {
            // Cells that fell back to nothing are zero in the journal and absent from the rollup.
            const { rows, total } = await asReported(store, night);
            expect(total).toEqual(then.total);
            expect(rows.filter(({ totals }) => totals.paidOrders + totals.quantity > 0 || totals.gross > 0n)).toEqual(
              then.rows.filter(({ totals }) => totals.paidOrders + totals.quantity > 0 || totals.gross > 0n),
            );
            const restated = await restatementsSince(store.db, (await reportOn(store.db, dayOf(night)))!, ALL_DAYS);
            const moved = restated.reduce((sum, { gross }) => sum + gross, 0n);
            expect(moved).toBe(said.at(-1)!.total.gross - then.total.gross);
            expect(restated.every((restatement) => restatement.files.length > 0)).toBe(true);
          }
          for (const night of said.keys()) {
            const withdrawn = withdrawals[night] ?? null;
            const touched = daysOf(files, withdrawn === null || withdrawn >= night ? [night] : [night, withdrawn]);
            expect(
              movedDays(said[night - 1]?.rows ?? [], said[night]!.rows).filter((day) => !touched.has(day)),
            ).toEqual([]);
          }
          expect(await unexplainedDays(store)).toEqual([]);
          const byDay = (await readTotals(store.db, { ...ALL_DAYS, by: ['day'] })).rows;
          const running = runningTotals(byDay, ['day']).map((row) => row.running.gross);
          expect([...running].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))).toEqual(running);
          expect(running.at(-1) ?? 0n).toBe(said.at(-1)!.total.gross);
        }),
        runs(6),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

const days = fc.integer({ min: 0, max: 60 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));

describe('the register of shops', () => {
  test(
    'restates no day before the one from which it speaks, and the engine reads it as the rules say',
    async () => {
      const store = await stores.open();
      const path = await writeExport(store.folder, '2026-06-10 08:00:00', {
        platform: 'template',
        of: 'meituan',
        rows: [1, 15, 31, 45, 60].map((n): TemplateRow => {
          const day = new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);
          return {
            ...{ platform: 'meituan', shop: '一店', orderId: `MT2026000${n}`, lineId: '', status: '待发货' },
            ...{ createdAt: `${day} 10:00:00`, paidAt: `${day} 10:01:00`, shippedAt: '', completedAt: '' },
            ...{ quantity: 1, title: '茶', province: '', paid: n * 100, postage: 0, subsidy: 0, refunded: 0 },
          };
        }),
      });
      expect(await ingestFile(store, { path })).toMatchObject({ status: 'committed' });
      await refreshTotals(store.db, store.now);
      const leagueOf = async () =>
        new Map(
          (await readTotals(store.db, { ...ALL_DAYS, by: ['day', 'league'] })).rows.map(
            ({ dimensions }) => [dimensions.day ?? '', dimensions.league ?? ''] as const,
          ),
        );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('包头市', '兴安盟', ''), days, async (league, validFrom) => {
          const before = await leagueOf();
          const said: ShopStatement = { ...UNKNOWN_TRAITS, platform: 'meituan', shop: '一店', league, validFrom };
          await registerShops(store.db, [said], store.now());
          const after = await leagueOf();
          const statements = (await shopHistories(store.db)).get(shopKey(said))?.statements ?? [];
          for (const [day, shown] of after) {
            expect(shown).toBe(traitsOn(statements, day).league);
            if (day < validFrom) expect(shown).toBe(before.get(day));
          }
        }),
        runs(20),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
