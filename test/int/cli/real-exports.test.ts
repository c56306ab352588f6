/** The two real exports, read where they lie: they are other people's and never part of the project. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { answerOf, removeFolders, type Surroundings, temporaryFolder } from '../../support/process';

const EXPORTS = join(packageRoot(), '../shared/exports');
const present = existsSync(EXPORTS);
if (!present) process.stderr.write(`skipped: the real exports are not at ${EXPORTS}\n`);

const PINDUODUO = {
  paidOrders: 4334,
  gross: '652613.79',
  booked: '743083.38',
  refunded: '197525.43',
  net: '455088.36',
};
const WECHAT = { paidOrders: 397, gross: '71473.00', refunded: '10140.00', net: '61333.00' };
const FILES = [
  {
    path: join(EXPORTS, 'pinduoduo/orders_export2026-06-08-13-20-43.csv'),
    platform: 'pinduoduo',
    layout: 'pinduoduo/orders',
    shop: 'demo-shop',
    snapshotAt: '2026-06-08 13:20:43',
    rows: { read: 4815, loaded: 4815, rejected: 0, ignored: 0 },
    ...PINDUODUO,
  },
  {
    path: join(EXPORTS, 'wechat-shop/微信小店订单_2026年06月07日15时54分21秒_1.xlsx'),
    platform: 'wechat-shop',
    layout: 'wechat-shop/orders',
    shop: 'demo-shop',
    snapshotAt: '2026-06-07 15:54:21',
    rows: { read: 404, loaded: 404, rejected: 0, ignored: 0 },
    ...WECHAT,
  },
];

interface Files {
  readonly files: readonly { readonly status: string }[];
}

(present ? describe : describe.skip)('the real exports', () => {
  const server = join(temporaryFolder(), 'engine');
  let engine: EngineLease;
  beforeAll(async () => {
    engine = await leaseEngine(server);
  });
  afterAll(() => {
    engine.release();
    removeFolders();
  });

  const stores: readonly (readonly [string, () => Surroundings])[] = [
    ['in the embedded engine', () => ({ home: temporaryFolder() })],
    [
      'in a server at CLICKHOUSE_URL',
      () => {
        const url = new URL(engine.url);
        url.username = engine.user;
        url.password = engine.password;
        const env = { CLICKHOUSE_URL: url.href, CLICKHOUSE_DATABASE: 'paceline_of_a_test' };
        return { home: temporaryFolder(), env };
      },
    ],
  ];

  test.each(stores)('give the figures that are known of them, once, %s', async (_, surroundingsOf) => {
    const surroundings = surroundingsOf();
    const ingest = ['ingest', EXPORTS, '--shop', 'demo-shop'];
    const first = await answerOf<Files>(ingest, surroundings);
    expect(first.files).toMatchObject(FILES.map((file) => ({ status: 'committed', ...file })));
    const totals = await answerOf(['totals', '--by', 'platform'], surroundings);
    expect(totals).toMatchObject({
      rows: [
        { platform: 'pinduoduo', ...PINDUODUO },
        { platform: 'wechat-shop', ...WECHAT },
      ],
      total: { paidOrders: 4731, gross: '724086.79', refunded: '207665.43', net: '516421.36' },
    });

    const second = await answerOf<Files>(ingest, surroundings);
    expect(second.files).toMatchObject(FILES.map((file) => ({ status: 'duplicate', ...file })));
    expect(await answerOf(['totals', '--by', 'platform'], surroundings)).toEqual(totals);
    expect(await answerOf(['verify'], surroundings)).toMatchObject({ ok: true });
    expect((await answerOf<Files>(['files'], surroundings)).files).toHaveLength(2);
  });
});
