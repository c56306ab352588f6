import { describe, expect, test } from '@jest/globals';
import { replaceChains } from '../../../src/clickhouse/chains';
import { type ReportMoment } from '../../../src/clickhouse/queries/sold-by';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { keepReport, reportOn } from '../../../src/clickhouse/reports';
import { registerShops } from '../../../src/clickhouse/shops';
import { currentTotals, GRAINS } from '../../../src/clickhouse/totals/coarse-totals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { ALWAYS, UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { checkTotals } from '../../../src/operations/check-totals';
import { compareYears } from '../../../src/operations/compare-years';
import { ingestFile } from '../../../src/operations/ingest-file';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';

const stores = useStores();

/** An order of a shop, in whole yuan. */
type Sale = readonly [shop: string, day: string, yuan: number];

async function load(store: TestStore, snapshotAt: string, sales: readonly Sale[]): Promise<void> {
  const rows = sales.map(([shop, day, yuan]): TemplateRow => {
    const orderId = `MT${day.replaceAll('-', '')}${shop.charCodeAt(0)}`;
    return {
      ...{ platform: 'meituan', shop, orderId, lineId: '', status: '待发货', createdAt: `${day} 10:00:00` },
      ...{ paidAt: `${day} 10:01:00`, shippedAt: '', completedAt: '', quantity: 1, title: '茶', province: '' },
      ...{ paid: yuan * 100, postage: 0, subsidy: 0, refunded: 0 },
    };
  });
  const path = await writeExport(store.folder, snapshotAt, { platform: 'template', of: 'meituan', rows });
  expect(await ingestFile(store, { path })).toMatchObject({ status: 'committed', rows: { loaded: rows.length } });
  await refreshTotals(store.db, store.now);
}

describe('a comparison of years', () => {
  test('keeps growth of the shops of both years apart from that of shops that came or went', async () => {
    const store = await stores.open();
    await load(store, '2026-07-01 08:00:00', [
      ['老店', '2025-03-10', 100],
      ['老店', '2026-03-10', 110],
      ['去店', '2025-03-11', 50],
      ['新店', '2026-04-01', 500],
      ['老店', '2025-11-11', 9_999],
    ]);
    const question = { from: '2026-01-01', to: '2026-06-30', by: ['month'] } as const;
    const { before, rows, total, comparableShops } = await compareYears(store, question, 'gross');
    expect(before).toEqual({ from: '2025-01-01', to: '2025-06-30' });
    expect(comparableShops).toBe(1);
    expect(total).toEqual({
      level: { now: 61_000n, before: 15_000n, growth: 3.066666666 },
      comparable: { now: 11_000n, before: 10_000n, growth: 0.1 },
    });
    expect(rows.map(({ dimensions, level, comparable }) => [dimensions.month, level.now, comparable.now])).toEqual([
      ['2026-03', 11_000n, 11_000n],
      ['2026-04', 50_000n, 0n],
    ]);
    await expect(compareYears(store, { ...question, from: '2025-12-01' }, 'gross')).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

describe('totals that were read before', () => {
  const sales: readonly Sale[] = [
    ['老店', '2026-03-10', 100],
    ['老店', '2026-03-11', 101],
    ['老店', '2026-05-01', 102],
  ];
  const paidBy = (upTo: number): bigint[] => sales.slice(0, upTo).map(([, , yuan]) => BigInt(yuan) * 100n);
  const grossByDay = async ({ db }: TestStore): Promise<bigint[]> => {
    const { rows } = await readTotals(db, { from: '2026-01-01', to: '2026-12-31', by: ['day'] });
    return rows.map(({ totals }) => totals.gross);
  };

  test('are those of the next load as soon as it has ended', async () => {
    const store = await stores.open();
    for (let upTo = 1; upTo <= sales.length; upTo++) {
      await load(store, `2026-07-0${upTo} 08:00:00`, sales.slice(0, upTo));
      expect(await grossByDay(store)).toEqual(paidBy(upTo));
    }
  });

  test('are those before or those after while a load is at work', async () => {
    const store = await stores.open();
    for (let upTo = 1; upTo <= sales.length; upTo++) {
      const work = { ended: false };
      const loaded = load(store, `2026-07-0${upTo} 08:00:00`, sales.slice(0, upTo)).finally(() => (work.ended = true));
      while (!work.ended) expect([paidBy(upTo - 1), paidBy(upTo)]).toContainEqual(await grossByDay(store));
      await loaded;
    }
  });
});

describe('totals by industry cluster', () => {
  test('go by the table of chains that was known: now, or when a report was made', async () => {
    const store = await stores.open();
    const { db, now } = store;
    const later = (days: number): Date => new Date(now().getTime() + days * 86_400_000);
    const clusters = async (asReported?: ReportMoment): Promise<Record<string, bigint>> => {
      const asked = { from: '2026-02-01', to: '2026-03-31', by: ['cluster'] } as const;
      const { rows } = await readTotals(db, asReported ? { ...asked, asReported } : asked);
      return Object.fromEntries(rows.map(({ dimensions, totals }) => [dimensions.cluster ?? '', totals.gross]));
    };
    await load(store, '2026-07-01 08:00:00', [
      ['老店', '2026-02-10', 1],
      ['新店', '2026-03-11', 4],
    ]);
    const register = { platform: 'meituan', shop: '老店', validFrom: ALWAYS, ...UNKNOWN_TRAITS, chain: '奶粉' };
    await registerShops(db, [register], now());
    expect(await clusters()).toEqual({ '': 500n });
    await replaceChains(db, [{ cluster: '乳业', chain: '奶粉' }], now());
    expect(await clusters()).toEqual({ '': 400n, 乳业: 100n });
    await keepReport(db, () => later(1));
    await replaceChains(db, [{ cluster: '食品', chain: '奶粉' }], later(2));
    expect(await clusters()).toEqual({ '': 400n, 食品: 100n });
    const report = await reportOn(db, '2027-01-02');
    expect(await clusters(report ?? undefined)).toEqual({ '': 400n, 乳业: 100n });
  });
});

describe('shops that sold to a destination', () => {
  test('count once, in months and in parts of them', async () => {
    const store = await stores.open();
    await load(store, '2026-07-01 08:00:00', [
      ['老店', '2026-02-10', 1],
      ['老店', '2026-03-10', 2],
      ['老店', '2026-03-11', 3],
      ['新店', '2026-03-11', 4],
      ['晚店', '2026-03-12', 5],
    ]);
    const sellers = async (from: string, to: string): Promise<number[]> => {
      const { rows, total } = await readTotals(store.db, { from, to, by: ['province'] });
      return [...rows.map(({ totals }) => totals.shopsSelling), total.shopsSelling];
    };
    expect(await sellers('2026-03-10', '2026-03-11')).toEqual([2, 2]);
    expect(await sellers('2026-02-01', '2026-03-11')).toEqual([2, 2]);
    expect(await sellers('2026-02-01', '2026-03-31')).toEqual([3, 3]);
  });
});

describe('totals after a load', () => {
  const ofMarch = { from: '2026-03-01', to: '2026-03-31', by: ['shop'] } as const;
  const grossByShop = async ({ db }: TestStore): Promise<Record<string, bigint>> =>
    Object.fromEntries(
      (await readTotals(db, ofMarch)).rows.map(({ dimensions, totals }) => [dimensions.shop ?? '', totals.gross]),
    );

  test('are summed again for the shops and days of the file alone', async () => {
    const store = await stores.open();
    // Its name must reach the engine as it is.
    const shop = `老'店\\`;
    await load(store, '2026-07-01 08:00:00', [
      [shop, '2026-03-10', 100],
      [shop, '2026-03-11', 10],
      ['新店', '2026-03-10', 1],
    ]);
    // What was not touched is seen to be copied by that its orders no longer say what its totals say.
    await store.db.command('tamper', `ALTER TABLE orders UPDATE gross = gross + 1000 WHERE true`);
    await load(store, '2026-07-02 08:00:00', [[shop, '2026-03-10', 200]]);
    expect(await grossByShop(store)).toEqual({ [shop]: 21_000n, 新店: 100n });
    const { wrong, differences } = await checkTotals(store);
    expect(wrong).toEqual(['meituan 2026-03-10', 'meituan 2026-03-11']);
    expect(differences.map((each) => `${each.shop} ${each.day}`)).toEqual(['新店 2026-03-10', `${shop} 2026-03-11`]);
  });

  test('are right for more names of shops than a request can hold', async () => {
    const store = await stores.open();
    const shops = Array.from({ length: 500 }, (_, index) => `${String(index).padStart(3, '0')}${'店'.repeat(97)}`);
    const expected = Object.fromEntries(shops.map((shop) => [shop, 0n]));
    const rows = shops.map((shop, index): TemplateRow => {
      expected[shop] = BigInt(index + 1);
      return {
        ...{ platform: 'meituan', shop, orderId: `MT20260310${index}`, lineId: '', status: '待发货' },
        ...{ createdAt: '2026-03-10 10:00:00', paidAt: '2026-03-10 10:01:00', shippedAt: '', completedAt: '' },
        ...{ quantity: 1, title: '茶', province: '', paid: index + 1, postage: 0, subsidy: 0, refunded: 0 },
      };
    });
    const path = await writeExport(store.folder, '2026-07-01 08:00:00', { platform: 'template', of: 'meituan', rows });
    expect(await ingestFile(store, { path })).toMatchObject({ status: 'committed', rows: { loaded: 500 } });
    await refreshTotals(store.db, store.now);
    expect(await grossByShop(store)).toEqual(expected);
  });
});

describe('the check of all totals', () => {
  test('finds a total that the orders do not bear out, at every grain, and changes none', async () => {
    const store = await stores.open();
    await load(store, '2026-07-01 08:00:00', [
      ['老店', '2026-03-10', 100],
      ['新店', '2026-03-10', 1],
    ]);
    await load(store, '2026-07-02 08:00:00', [['老店', '2026-04-01', 7]]);
    expect(await checkTotals(store)).toMatchObject({ sound: true, wrong: [], stale: [], partitions: 2 });
    expect((await currentTotals(store.db)).months).toMatchObject([
      { month: '2026-03-01', first: '2026-03-10', last: '2026-03-10' },
      { month: '2026-04-01', first: '2026-04-01', last: '2026-04-01' },
    ]);
    for (const grain of GRAINS) {
      const tamper = (by: string) =>
        store.db.command(
          'tamper',
          `ALTER TABLE coarse_totals UPDATE gross = gross ${by} WHERE grain = {grain: String}`,
          {
            grain,
          },
        );
      await tamper('+ 0.01');
      const { sound, coarse, differences } = await checkTotals(store);
      expect({ sound, differences }).toEqual({ sound: false, differences: [] });
      expect(new Set(coarse.map((cell) => cell.grain))).toEqual(new Set([grain]));
      await tamper('- 0.01');
      expect(await checkTotals(store)).toMatchObject({ sound: true });
    }
    await store.db.command('tamper', `ALTER TABLE daily_totals UPDATE gross = gross + 1 WHERE day = '2026-04-01'`);
    expect(await checkTotals(store)).toMatchObject({
      sound: false,
      wrong: ['meituan 2026-04-01'],
      differences: [{ day: '2026-04-01', rollup: { gross: 800n }, orders: { gross: 700n } }],
    });
  });
});
