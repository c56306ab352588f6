import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceChains } from '../../../src/clickhouse/chains';
import { keepReport } from '../../../src/clickhouse/reports';
import { registerShops } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { ingestFile } from '../../../src/operations/ingest-file';
import { openTestApi, type TestApi } from '../../support/api';
import { type TestStore, useStores } from '../../support/store';
import { textOf } from '../../support/template-text';

const EXPORTED_AT = new Date('2026-06-19T01:00:00Z');

const stores = useStores();
let store: TestStore;
let api: TestApi;
let operator: string;

const order = (shop: string, day: string, gross: string): string[] =>
  `douyin|${shop}|NO${day.replaceAll('-', '')}${shop === '甲' ? 1 : 2}||${day} 10:00:00|${day} 10:00:30|${day} 15:00:30||待发货|1|茶|广东省|${gross}|0.00|0.00|0.00`.split(
    '|',
  );

/** 甲 sold in both years, 乙 only in the later one; 甲 is at home in 包头市. */
beforeEach(async () => {
  store = await stores.open({ now: '2026-06-20 09:00:00' });
  api = await openTestApi(store);
  operator = await api.account('bayar', 'operator');
  const rows = [
    order('甲', '2025-06-05', '100.00'),
    order('甲', '2026-06-05', '110.00'),
    order('乙', '2026-06-05', '40.00'),
    // Up to the day before these both shops are complete.
    order('甲', '2026-06-10', '1.00'),
    order('乙', '2026-06-10', '1.00'),
  ];
  const path = join(store.folder, 'both.csv');
  writeFileSync(path, textOf([TEMPLATE_COLUMNS, ...rows]));
  // The age of a file says when it was exported.
  utimesSync(path, EXPORTED_AT, EXPORTED_AT);
  expect(await ingestFile(store, { path })).toMatchObject({ error: null, status: 'committed' });
  await refreshTotals(store.db, store.now);
  const home = { platform: 'douyin', shop: '甲', validFrom: '2025-01-01', league: '包头市' };
  await registerShops(store.db, [{ ...UNKNOWN_TRAITS, ...home }], store.now());
  await replaceChains(store.db, [{ cluster: '肉业', chain: '羊肉' }], store.now());
});
afterEach(async () => await api.server.close());

const asked = async (path: string, as = operator) => (await api.ask(path, as)).json<Record<string, unknown>>();
const set = async (body: object) => await api.ask('/v1/goals', operator, { method: 'POST', payload: body });

test('a period is compared with the year before, as it is and for the shops that sold in both', async () => {
  expect(await asked('/v1/growth?from=2026-06-01&to=2026-06-15&by=shop&measure=gross')).toMatchObject({
    before: { from: '2025-06-01', to: '2025-06-09' },
    comparableShops: 1,
    total: {
      level: { now: '150.00', before: '100.00', growth: 0.5 },
      comparable: { now: '110.00', before: '100.00', growth: 0.1 },
    },
    rows: [
      { dimensions: { shop: '乙' }, level: { now: '40.00', before: '0.00', growth: null } },
      { dimensions: { shop: '甲' }, comparable: { now: '110.00', growth: 0.1 } },
    ],
  });
  expect((await api.ask('/v1/growth?from=2025-06-01&to=2026-06-15', operator)).statusCode).toBe(400);
});

test('two years are no period, and the parameter is named', async () => {
  expect(await asked('/v1/growth?from=2025-06-01&to=2026-06-05')).toMatchObject({
    status: 400,
    faults: [{ in: 'query', parameter: 'to' }],
  });
});

test('a comparison as it was known then does not move with what comes later', async () => {
  const then = store.with({ now: () => new Date('2026-06-19T18:30:00Z') });
  await keepReport(store.db, then.now);
  const path = join(store.folder, 'later.csv');
  writeFileSync(path, textOf([TEMPLATE_COLUMNS, order('甲', '2025-06-07', '900.00')]));
  expect(await ingestFile(store, { path })).toMatchObject({ error: null, status: 'committed' });
  await refreshTotals(store.db, store.now);
  const question = '/v1/growth?from=2026-06-01&to=2026-06-15&measure=gross';
  expect(await asked(question)).toMatchObject({ asKnown: null, total: { level: { before: '1000.00' } } });
  expect(await asked(`${question}&asKnown=2026-06-20`)).toMatchObject({
    asKnown: { reportedOn: '2026-06-20' },
    comparableShops: 1,
    total: { level: { now: '150.00', before: '100.00' }, comparable: { now: '110.00', before: '100.00' } },
  });
  expect((await api.ask(`${question}&asKnown=2026-06-19`, operator)).statusCode).toBe(404);
});

test.each(['totals', 'growth', 'logistics'])('a period of %s that ends before it begins is refused', async (route) => {
  const answer = await api.ask(`/v1/${route}?from=2026-06-15&to=2026-06-01`, operator);
  expect([answer.statusCode, answer.json()]).toMatchObject([400, { faults: [{ parameter: 'to' }] }]);
});

test('how long orders took is told with how many orders it is known of', async () => {
  expect(await asked('/v1/logistics?year=2026&by=shop')).toMatchObject({
    rowCount: 2,
    total: { paidOrders: 4, dispatch: { orders: 4, median: 5, ninetieth: 5 }, receipt: { orders: 0, median: null } },
    rows: [{ dimensions: { shop: '乙' } }, { dimensions: { shop: '甲' } }],
  });
});

test('goals of parts stand below the region’s, each with its own pace and what it lacks of the whole', async () => {
  const goal = { year: 2026, measure: 'gross' };
  expect((await set({ ...goal, amount: '1000.00' })).statusCode).toBe(201);
  expect((await set({ ...goal, amount: '600.00', scope: { league: '包头市' } })).statusCode).toBe(201);
  expect((await set({ ...goal, amount: '50.00', scope: { month: '2026-06' } })).statusCode).toBe(201);
  const standing = await asked('/v1/goals/standing?year=2026');
  expect(standing).toMatchObject({
    goals: [
      {
        depth: 0,
        done: '152.00',
        splits: [
          { dimension: 'league', goals: 1, sum: '600.00', difference: '-400.00' },
          { dimension: 'month', goals: 1 },
        ],
      },
      { depth: 1, done: '111.00', goal: { scope: { league: '包头市' } }, pace: { state: expect.any(String) } },
      { depth: 1, done: '152.00', goal: { scope: { month: '2026-06' } }, pace: null },
    ],
  });
  const league = await api.account('league', 'viewer', { league: '包头市' });
  expect(await asked('/v1/goals/standing?year=2026', league)).toMatchObject({
    goals: [{ depth: 0, done: '111.00', goal: { scope: { league: '包头市' } } }],
  });
});

test.each([[{ league: '火星市' }], [{ chain: '月球尘' }], [{ platform: '' }], [{ month: '2025-06' }]])(
  'a goal of %j is refused',
  async (scope) => {
    expect((await set({ year: 2026, measure: 'net', amount: '5.00', scope })).statusCode).toBe(400);
  },
);
