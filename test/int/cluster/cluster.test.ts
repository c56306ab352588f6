/** Orders over the shards of a cluster: nothing that anybody is shown differs from what one engine shows. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { z } from 'zod';
import { analyticsOf } from '../../../src/clickhouse/analytics';
import { type Database } from '../../../src/clickhouse/client';
import { listFiles } from '../../../src/clickhouse/ledger';
import { reachShards } from '../../../src/clickhouse/shards';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { backUp } from '../../../src/operations/back-up';
import { type Context } from '../../../src/operations/context';
import { ingestFile } from '../../../src/operations/ingest-file';
import { openContext, type OpenContext } from '../../../src/operations/open';
import { restoreBackup } from '../../../src/operations/restore-backup';
import { compactKept, withdrawFile } from '../../../src/operations/withdraw-file';
import { TestCluster } from '../../support/cluster';
import { failingDatabase } from '../../support/failing-database';
import { failureOf, answerOf, removeFolders, temporaryFolder } from '../../support/process';
import { readState } from '../../support/state';
import { DECISION } from '../files/exports';
import { type Exports, loadAll, ORDERS, releaseHeld, shown, SOUND, writeExports } from './story';

const DAY_MS = 86_400_000;
const ENV = { PACELINE_CLOCK: '2026-12-31 09:00:00', PACELINE_MAX_REJECT_SHARE: '1', PACELINE_HTTP_PORT: 'off' };

let cluster: TestCluster;
const opened: OpenContext[] = [];

beforeAll(async () => {
  cluster = await TestCluster.start(3, { of_1: [[0]], of_2: [[0], [1]], of_3: [[0], [1], [2]] });
}, 180_000);
afterAll(async () => {
  for (const context of opened) await context.close();
  cluster.remove();
  removeFolders();
});

/** None: at the first server alone. */
const named = (shards: number): string | null => (shards === 0 ? null : `of_${shards}`);
const deployment = (database: string, shards: number) => cluster.deployment(database, named(shards), ENV);

async function open(database: string, shards: number): Promise<OpenContext> {
  const context = await openContext(deployment(database, shards));
  opened.push(context);
  return context;
}

const VIEWED = (database: string) => ({
  name: 'orders of a test as analysts see them',
  sql: `SELECT platform, count() AS rows, toString(sum(net)) AS net FROM ${analyticsOf(database)}.orders
    GROUP BY platform ORDER BY platform`,
  row: z.object({ platform: z.string(), rows: z.string(), net: z.string() }),
});

const ON_SHARD = {
  name: 'orders of a shard',
  sql: `SELECT DISTINCT concat(platform, '/', shop, '/', order_id) AS id FROM (
    SELECT platform, shop, order_id FROM orders UNION ALL SELECT platform, shop, order_id FROM kept_rows
    UNION ALL SELECT platform, shop, order_id FROM destinations)`,
  row: z.object({ id: z.string() }),
};

const idsOn = async (shard: Database): Promise<string[]> => (await shard.rows(ON_SHARD)).map(({ id }) => id);

async function expectSpread({ db }: Context): Promise<void> {
  const ids = await Promise.all(db.shards.flat().map(idsOn));
  for (const own of ids) expect(own.length).toBeGreaterThan((ORDERS / db.shards.length) * 0.7);
  expect(new Set(ids.flat()).size).toBe(ids.flat().length);
}

describe('a store over two shards', () => {
  let exports: Exports;
  let one: OpenContext;
  let two: OpenContext;

  beforeAll(async () => {
    exports = await writeExports();
    one = await open('one', 0);
    two = await open('two', 2);
    for (const context of [one, two]) await loadAll(context, exports);
  }, 120_000);

  test('shows what one engine shows of the same files, and has all lines of an order on one shard', async () => {
    const seen = await shown(two);
    expect(seen).toEqual(await shown(one));
    expect(seen).toMatchObject(SOUND);
    expect(await two.db.rows(VIEWED('two'))).toEqual(await one.db.rows(VIEWED('one')));
    await expectSpread(two);
  });

  test('is restored over three shards, onto one engine, and over two in the place of the three', async () => {
    const before = await shown(two);
    const layouts = [
      ['three', 3],
      ['back', 0],
      ['three', 2],
    ] as const;
    let from: OpenContext = two;
    for (const [database, shards] of layouts) {
      const folder = join(temporaryFolder(), 'backup');
      await backUp(from, folder);
      await restoreBackup(deployment(database, shards), folder, {
        replace: database === 'three' && shards === 2,
        checkOnly: false,
      });
      from = await open(database, shards);
      expect(await shown(from)).toEqual(before);
      if (shards > 0) await expectSpread(from);
    }
    await releaseHeld(from);
  }, 180_000);

  test('releases, withdraws, forgets and compacts as one engine does', async () => {
    for (const context of [one, two]) await releaseHeld(context);
    expect(await shown(two)).toEqual(await shown(one));
    for (const context of [one, two]) {
      const file = (await listFiles(context.db)).find(({ path }) => path === exports.second);
      await withdrawFile(context, { fileId: file?.fileId ?? '', decision: DECISION });
      await refreshTotals(context.db, context.now);
    }
    const withdrawn = await shown(two);
    expect(withdrawn).toEqual(await shown(one));
    expect(withdrawn).toMatchObject(SOUND);
    const later = new Date(two.now().getTime() + 100 * DAY_MS);
    const compacted = [];
    for (const context of [one, two]) {
      await ingestFile(context, { path: exports.second });
      compacted.push(await compactKept({ ...context, now: () => later }));
      await refreshTotals(context.db, context.now);
    }
    expect(compacted[1]).toEqual(compacted[0]);
    expect(compacted[1]?.rowsAfter).toBeLessThan(compacted[1]?.rowsBefore ?? 0);
    expect(await shown(two)).toEqual(await shown(one));
  }, 180_000);
});

describe('a commit over two shards', () => {
  let exports: Exports;
  let clean: Awaited<ReturnType<typeof readState>>;

  beforeAll(async () => {
    exports = await writeExports();
    const context = await open('clean', 2);
    for (const path of [exports.first, exports.second]) await ingestFile(context, { path });
    await refreshTotals(context.db, context.now);
    clean = await readState(context);
  }, 180_000);

  test('whose shard is killed in the middle of it says so, and is finished by the same command', async () => {
    const context = await open('killed', 2);
    await ingestFile(context, { path: exports.first });
    const server = cluster.servers[1]!;
    const db = whenShard(context.db, 1, 'keep the rows of a file', () => server.kill());
    const named = expect.stringContaining(`shard 2 (127.0.0.1:${server.port})`) as unknown;
    const unreachable = { code: 'store-unreachable', kind: 'transient', message: named };
    await expect(ingestFile({ ...context, db }, { path: exports.second })).rejects.toMatchObject(unreachable);
    await expect(reachShards(context.db)).rejects.toMatchObject(unreachable);
    const where = { home: temporaryFolder(), env: { ...ENV, ...cluster.env('of_2'), CLICKHOUSE_DATABASE: 'killed' } };
    expect(await failureOf(['ingest', exports.second], where)).toMatchObject({ code: 'store-unreachable' });
    await server.start();
    await reachShards(context.db);
    expect(await answerOf(['ingest', exports.second], where)).toMatchObject({ files: [{ status: 'committed' }] });
    expect(await readState(context)).toEqual(clean);
  }, 180_000);

  test('that ends at any step is as if it had not begun, or is finished when it is done again', async () => {
    const context = await open('cut', 2);
    let cuts = 0;
    for (let step = 1; ; step += 6) {
      const failing = failingDatabase(context.db, step, 'dead', 'changes');
      const report = await ingestFile({ ...context, db: failing.db }, { path: exports.first }).catch(() => null);
      if (report !== null) break;
      cuts += 1;
      const again = await ingestFile(context, { path: exports.first });
      expect(['committed', 'duplicate']).toContain(again.status);
      await withdrawFile(context, { fileId: again.fileId, decision: DECISION });
    }
    expect(cuts).toBeGreaterThan(2);
    await ingestFile(context, { path: exports.second });
    await refreshTotals(context.db, context.now);
    expect(await readState(context)).toEqual(clean);
  }, 180_000);
});

/** The same store, with something that happens before a statement is sent to one of its shards. */
function whenShard(db: Database, index: number, statement: string, happens: () => void): Database {
  const proxied = (of: Database, own: Partial<Database>): Database =>
    new Proxy(of, {
      get: (target, key) => {
        const value: unknown = Reflect.get(own, key) ?? Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const command: Database['command'] = async (name, ...rest) => {
    if (name === statement) happens();
    await db.shards[index]?.[0]?.command(name, ...rest);
  };
  return proxied(db, {
    shards: db.shards.map((replicas, at) => replicas.map((one) => (at === index ? proxied(one, { command }) : one))),
  });
}

describe('a cluster that cannot be worked with is refused', () => {
  const at = (shards: number, env: Record<string, string>) =>
    cluster.deployment('refused', named(shards), { ...ENV, ...env });
  const port = (index: number): number => cluster.servers[index]?.port ?? 0;

  test.each<[string, number, () => Record<string, string>, object]>([
    [
      'with other shards than are named',
      2,
      () => ({ CLICKHOUSE_CLUSTER: 'of_3' }),
      { code: 'cluster-invalid', message: 'the cluster "of_3" has 3 shards, and CLICKHOUSE_SHARDS names 2' },
    ],
    [
      'that the server does not know',
      2,
      () => ({ CLICKHOUSE_CLUSTER: 'of_9' }),
      { code: 'cluster-invalid', message: 'the server at CLICKHOUSE_URL knows no cluster "of_9"' },
    ],
    [
      'at addresses of other servers',
      2,
      () => ({ CLICKHOUSE_SHARDS: `http://127.0.0.1:${port(0)},http://127.0.0.1:${port(2)}` }),
      {
        code: 'cluster-invalid',
        message: 'CLICKHOUSE_SHARDS does not lead to the servers of the cluster "of_2" in their order',
      },
    ],
    [
      'at addresses in another order',
      2,
      () => ({ CLICKHOUSE_SHARDS: `http://127.0.0.1:${port(1)},http://127.0.0.1:${port(0)}` }),
      {
        code: 'cluster-invalid',
        message: 'CLICKHOUSE_SHARDS does not lead to the servers of the cluster "of_2" in their order',
      },
    ],
    [
      'with a shard that does not answer',
      2,
      () => ({ CLICKHOUSE_SHARDS: `http://127.0.0.1:${port(0)},http://127.0.0.1:1` }),
      { code: 'store-unreachable', message: expect.stringContaining('shard 2 (127.0.0.1:1)') },
    ],
    [
      'whose head is another server',
      2,
      () => ({ CLICKHOUSE_URL: cluster.servers[1]?.url ?? '' }),
      {
        code: 'cluster-invalid',
        message: 'a shard does not know the server at CLICKHOUSE_URL as the cluster "of_2_head"',
      },
    ],
  ])('%s', async (_, shards, env, error) => {
    await expect(openContext(at(shards, env()))).rejects.toMatchObject(error);
  });

  test('and so is a store that was made over something else', async () => {
    const advice = expect.stringContaining('backup') as unknown;
    for (const [database, shards, message] of [
      ['one', 2, 'made over one server without CLICKHOUSE_CLUSTER'],
      ['two', 0, 'made over 2 shards of the cluster "of_2"'],
      ['two', 3, 'made over 2 shards of the cluster "of_2"'],
    ] as const) {
      await expect(openContext(deployment(database, shards))).rejects.toMatchObject({
        code: 'shards-changed',
        message: expect.stringContaining(message) as unknown,
        advice,
      });
    }
    const [server, [[first] = []]] = [(await open('one', 0)).db, (await open('two', 2)).db.shards];
    await first?.insert('place', [{ number: 2 }]);
    await expect(openContext(deployment('two', 2))).rejects.toMatchObject({ code: 'shards-changed' });
    await first?.command('move back', 'ALTER TABLE place DELETE WHERE number = 2');
    await server.command('lose the head', 'RENAME DATABASE two TO two_lost');
    await expect(openContext(deployment('two', 2))).rejects.toMatchObject({
      code: 'shards-changed',
      message: expect.stringContaining('has rows of orders in its database "two_shard"') as unknown,
    });
    await server.command('drop what was begun', 'DROP DATABASE two SYNC');
    await server.command('find it again', 'RENAME DATABASE two_lost TO two');
    const where = { home: temporaryFolder(), env: { ...ENV, ...cluster.env('of_2'), CLICKHOUSE_DATABASE: 'two' } };
    const { findings } = await answerOf<{ findings: { check: string; found: string }[] }>(['doctor'], where);
    expect(findings.find(({ check }) => check === 'shards')?.found).toContain(`127.0.0.1:${port(1)}`);
  }, 60_000);
});
