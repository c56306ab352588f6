import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replaceChains } from '../../../src/clickhouse/chains';
import { readLogistics } from '../../../src/clickhouse/queries/logistics';
import {
  readTotals,
  readTotalsAt,
  readTotalsPage,
  streamTotals,
  type TotalsAnswer,
  type TotalsPage,
  type TotalsQuestion,
} from '../../../src/clickhouse/queries/totals';
import { registerShops } from '../../../src/clickhouse/shops';
import { atCurrentTotals } from '../../../src/clickhouse/totals/coarse-totals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { addDays } from '../../../src/domain/calendar';
import { type Dimension, DIMENSIONS, type TotalsRow } from '../../../src/domain/measures';
import { PROVINCES } from '../../../src/domain/provinces';
import { runningTotals } from '../../../src/domain/running';
import { type ShopStatement, traitsOn, UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { ingestFile } from '../../../src/operations/ingest-file';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';
import { PROPERTY_TIMEOUT, runs } from '../intake/runs';

const stores = useStores({ lingers: true });

/** An order as the questions see it. */
interface Order {
  readonly platform: string;
  readonly shop: string;
  readonly day: string;
  readonly province: string;
  readonly gross: bigint;
  /** Hours to dispatch, the last one begun; null while it is not known. */
  readonly hours: number | null;
}

const PLATFORMS = ['meituan', 'eleme'] as const;
/** The same names on both platforms, which are different shops. */
const SHOPS = ['一店', '二店', '三店'];
const FIRST = '2025-12-20';
const DAYS = 110;
const PLACES = ['广东省', '北京市', ''];

/** Some shops are registered; one moves in the middle of a month, one at the first of one, one is known late. */
const REGISTER: readonly ShopStatement[] = [
  {
    platform: 'meituan',
    shop: '一店',
    validFrom: '2026-01-01',
    league: '包头市',
    chain: '奶粉',
    rural: 'yes' as const,
  },
  { platform: 'meituan', shop: '一店', validFrom: '2026-02-10', league: '兴安盟', chain: '', rural: 'no' as const },
  { platform: 'meituan', shop: '二店', validFrom: '2025-01-01', league: '包头市', chain: '奶粉', brand: '云岫' },
  { platform: 'meituan', shop: '二店', validFrom: '2026-03-01', league: '赤峰市', chain: '', kind: 'goods' as const },
  { platform: 'eleme', shop: '三店', validFrom: '2026-03-31', league: '乌海市', liveStream: 'yes' as const },
].map((said) => ({ ...UNKNOWN_TRAITS, ...said }));

const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** A few hundred orders without a pattern: most cells of a month hold something, many cells of a day nothing. */
const SAMPLE = Array.from({ length: 400 }, (_, index) => {
  const draw = (salt: number, of: number): number => (((index + 7) * 7919 + salt * 104_729) % 99_991) % of;
  const day = addDays(FIRST, draw(1, DAYS));
  const paid = Date.parse(`${day}T00:00:00Z`) / 1000 + draw(2, 86_400);
  const wait = draw(3, 5) === 0 ? null : draw(4, 300_000);
  const platform = PLATFORMS[draw(5, 2)] ?? '';
  const row: TemplateRow = {
    ...{
      platform,
      shop: SHOPS[draw(6, 3)] ?? '',
      orderId: `T2026${index}`,
      lineId: '',
      status: wait === null ? '待发货' : '已发货',
    },
    ...{
      createdAt: clock(paid),
      paidAt: clock(paid),
      shippedAt: wait === null ? '' : clock(paid + wait),
      completedAt: '',
    },
    ...{ quantity: 1, title: '茶', province: PLACES[draw(7, 3)] ?? '', paid: 1 + draw(8, 9_999), postage: 0 },
    ...{ subsidy: 0, refunded: 0 },
  };
  const province = PROVINCES.find(([, official]) => official === row.province)?.[0] ?? '';
  const { shop } = row;
  const hours = wait === null ? null : Math.ceil(wait / 3600);
  return { row, order: { platform, shop, day, province, gross: BigInt(row.paid), hours } satisfies Order };
});

const traitOf = ({ platform, shop, day }: Order) =>
  traitsOn(
    REGISTER.filter((said) => said.platform === platform && said.shop === shop),
    day,
  );

const VALUE: Readonly<Record<Dimension, (order: Order) => string>> = {
  platform: ({ platform }) => platform,
  month: ({ day }) => day.slice(0, 7),
  day: ({ day }) => day,
  shop: ({ shop }) => shop,
  province: ({ province }) => province,
  league: (order) => traitOf(order).league,
  cluster: (order) => (traitOf(order).chain === '' ? '' : '乳业'),
  chain: (order) => traitOf(order).chain,
  brand: (order) => traitOf(order).brand,
  kind: (order) => traitOf(order).kind,
  rural: (order) => traitOf(order).rural,
  agricultural: (order) => traitOf(order).agricultural,
  'live-stream': (order) => traitOf(order).liveStream,
};

async function load(store: TestStore): Promise<void> {
  for (const of of PLATFORMS) {
    const rows = SAMPLE.map(({ row }) => row).filter(({ platform }) => platform === of);
    const path = await writeExport(store.folder, '2026-06-10 08:00:00', { platform: 'template', of, rows });
    expect(await ingestFile(store, { path })).toMatchObject({ status: 'committed', rows: { loaded: rows.length } });
    // One after the other, so that the second refresh copies coarse totals of the first.
    await refreshTotals(store.db, store.now);
  }
  await replaceChains(store.db, [{ cluster: '乳业', chain: '奶粉' }], store.now());
  await registerShops(store.db, REGISTER, store.now());
}

const day = fc.integer({ min: -5, max: DAYS + 5 }).map((n) => addDays(FIRST, n));
const bounds = fc
  .oneof(fc.constant(['2025-01-01', '2026-12-31']), fc.constant(['2026-01-01', '2026-03-31']), fc.tuple(day, day))
  .map((days) => [...days].sort());
/** One dimension, as most questions have it, or several. */
const dimensions = fc.oneof(
  fc.constantFrom(...DIMENSIONS).map((one) => [one]),
  fc.subarray([...DIMENSIONS], { maxLength: 3 }),
);
const narrowed = fc.option(
  fc.tuple(fc.constantFrom(...DIMENSIONS), fc.constantFrom(...SAMPLE.map(({ order }) => order))),
  { nil: null },
);

/** Questions that are read from each kind of sums, of whole months and of divided ones, so that none is left to chance. */
const EVERY_GRAIN = (
  [
    ['platform', 'day'],
    ['shop'],
    ['province'],
    ['shop', 'day'],
    ['shop', 'province'],
    ['day', 'province'],
    ['shop', 'day', 'province'],
  ] as Dimension[][]
).flatMap((by) =>
  [
    ['2025-01-01', '2026-12-31'],
    ['2025-12-25', '2026-03-10'],
  ].map((period): [string[], Dimension[], null] => [period, by, null]),
);

describe('an answer', () => {
  test(
    'to any question of days, dimensions and values is what the orders say, whichever sums it is read from',
    async () => {
      const store = await stores.open();
      await load(store);
      await fc.assert(
        fc.asyncProperty(bounds, dimensions, narrowed, async ([from = '', to = ''], by, only) => {
          const where = only === null ? {} : { [only[0]]: VALUE[only[0]](only[1]) };
          const asked = SAMPLE.map(({ order }) => order).filter(
            (order) =>
              from <= order.day && order.day <= to && (only === null || VALUE[only[0]](order) === where[only[0]]),
          );
          const keyOf = (values: readonly string[]): string => JSON.stringify(values);
          const groups = new Map<string, Order[]>();
          for (const order of asked) {
            const key = keyOf(by.map((dimension) => VALUE[dimension](order)));
            groups.set(key, [...(groups.get(key) ?? []), order]);
          }
          const question = { from, to, by, where };
          const { rows, total } = await readTotals(store.db, question);
          const shown = rows.map(
            (row) => [keyOf(by.map((dimension) => row.dimensions[dimension] ?? '')), figuresOf(row.totals)] as const,
          );
          const known = by.length === 0 ? [] : [...groups].map(([key, orders]) => [key, sums(orders)] as const);
          expect(new Map(shown)).toEqual(new Map(known));
          expect(shown).toHaveLength(known.length);
          expect(figuresOf(total)).toEqual(sums(asked));
          expect(await streamed(store, question)).toEqual({ rows, total });
          const most = (limit: number) =>
            atCurrentTotals(store.db, (current) => readTotalsAt(store.db, question, current, limit));
          expect(await most(rows.length)).toEqual({ rows, total });
          if (rows.length > 0) await expect(most(rows.length - 1)).rejects.toMatchObject({ code: 'usage' });
          const size = Math.ceil(rows.length / 3);
          expect(await inPages(store, question, size)).toEqual({ rows, total, rowCounts: rows.length });
          const { total: logistics } = await readLogistics(store.db, question);
          expect(logistics).toMatchObject({ paidOrders: asked.length, dispatch: hoursOf(asked) });
        }),
        { ...runs(60), examples: EVERY_GRAIN },
      );
      const byDay = (await readTotals(store.db, { from: FIRST, to: '2026-12-31', by: ['platform', 'day'] })).rows;
      for (const platform of PLATFORMS) {
        const own = runningTotals(byDay, ['platform', 'day']).filter((row) => row.dimensions.platform === platform);
        own.forEach((row, index) => {
          expect(row.running.gross).toBe((own[index - 1]?.running.gross ?? 0n) + row.totals.gross);
          expect(row.totals.gross).toBeGreaterThan(0n);
        });
      }
    },
    PROPERTY_TIMEOUT,
  );
});

async function streamed({ db }: TestStore, question: TotalsQuestion): Promise<TotalsAnswer> {
  return await atCurrentTotals(db, async (current) => {
    const { rows, total } = await streamTotals(db, question, current);
    const all: TotalsRow[] = [];
    for await (const row of rows) all.push(row);
    return { rows: all, total };
  });
}

/** An answer had page after page, of which each must say the same total and number of rows. */
async function inPages({ db }: TestStore, question: TotalsQuestion, size: number): Promise<unknown> {
  return await atCurrentTotals(db, async (current) => {
    const pages: TotalsPage[] = [];
    let after: string[] | null = null;
    do {
      const page = await readTotalsPage(db, question, current, { after, limit: size });
      pages.push(page);
      expect(page.rows.length).toBeLessThanOrEqual(size);
      const last: TotalsRow | undefined = page.rows.at(-1);
      after = page.isLast || last === undefined ? null : question.by.map((name) => last.dimensions[name] ?? '');
    } while (after !== null);
    const totals = [...new Set(pages.map((page) => JSON.stringify(page.total, withFen)))].slice(1);
    const [rowCounts, ...counts] = new Set(pages.map((page) => page.rowCount));
    expect([totals, counts]).toEqual([[], []]);
    return { rows: pages.flatMap(({ rows }) => rows), total: pages[0]?.total, rowCounts };
  });
}

const withFen = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value} fen` : value);

interface Figures {
  readonly paidOrders: number;
  readonly gross: bigint;
  readonly shopsSelling: number;
}

const figuresOf = ({ paidOrders, gross, shopsSelling }: Figures): Figures => ({ paidOrders, gross, shopsSelling });

const sums = (orders: readonly Order[]): Figures => ({
  paidOrders: orders.length,
  gross: orders.reduce((sum, { gross }) => sum + gross, 0n),
  shopsSelling: new Set(orders.map(({ platform, shop }) => `${platform}/${shop}`)).size,
});

function hoursOf(orders: readonly Order[]): { orders: number; median: number | null; ninetieth: number | null } {
  const hours = orders.flatMap((order) => order.hours ?? []).sort((a, b) => a - b);
  const within = (share: number): number | null => hours[Math.ceil(hours.length * share) - 1] ?? null;
  return { orders: hours.length, median: within(0.5), ninetieth: within(0.9) };
}
