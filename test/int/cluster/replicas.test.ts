/** Shards with two replicas each: the rows of orders are written to both, and either of them answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { listFiles } from '../../../src/clickhouse/ledger';
import { explainFigure, linesOfFigure } from '../../../src/clickhouse/queries/explain';
import { rowsOnReplicas } from '../../../src/clickhouse/shards';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { verifyTotals } from '../../../src/clickhouse/totals/verify';
import { backUp } from '../../../src/operations/back-up';
import { ingestFile } from '../../../src/operations/ingest-file';
import { openContext, type OpenContext } from '../../../src/operations/open';
import { restoreBackup } from '../../../src/operations/restore-backup';
import { compactKept, withdrawFile } from '../../../src/operations/withdraw-file';
import { type Shards, TestCluster } from '../../support/cluster';
import { answerOf, failureOf, paceline, removeFolders, temporaryFolder } from '../../support/process';
import { readState } from '../../support/state';
import { DECISION } from '../files/exports';
import { type Exports, loadAll, ORDERS, releaseHeld, shown, SOUND, writeExports } from './story';

const DAY_MS = 86_400_000;
const ENV = { PACELINE_CLOCK: '2026-12-31 09:00:00', PACELINE_MAX_REJECT_SHARE: '1', PACELINE_HTTP_PORT: 'off' };
const TWICE: Shards = [
  [0, 1],
  [2, 3],
];
const WITHOUT_THE_LAST: Shards = [[0, 1], [2]];

let cluster: TestCluster;
let opened: OpenContext[] = [];
let exports: Exports;

async function open(database: string, name: string | null): Promise<OpenContext> {
  const context = await openContext(cluster.deployment(database, name, ENV));
  opened.push(context);
  return context;
}

async function close(): Promise<void> {
  for (const context of opened) await context.close();
  opened = [];
}

/** Work while some servers are down. */
async function without(down: readonly number[], work: () => Promise<void>): Promise<void> {
  for (const server of down) cluster.servers[server]?.kill();
  try {
    await work();
  } finally {
    for (const server of down) await cluster.servers[server]?.start();
  }
}

/** What is read from the orders themselves. */
const linesShown = async ({ db }: OpenContext) =>
  await Promise.all([
    explainFigure(db, { platform: 'meituan', day: '2026-01-31' }),
    linesOfFigure(db, { platform: 'meituan', day: '2026-02-28' }, { limit: 10_000 }),
    linesOfFigure(db, { platform: 'taobao', day: '2026-06-01' }, { limit: 10_000 }),
  ]);

beforeAll(async () => {
  cluster = await TestCluster.start(4, { twice: TWICE, copying: TWICE });
  exports = await writeExports();
}, 180_000);
afterAll(async () => {
  await close();
  cluster.remove();
  removeFolders();
});

describe('a store over two shards of two replicas', () => {
  let one: OpenContext;
  let twice: OpenContext;

  beforeAll(async () => {
    one = await open('one', null);
    twice = await open('twice', 'twice');
    for (const context of [one, twice]) await loadAll(context, exports);
  }, 120_000);

  test('shows what one engine shows, whichever replicas answer', async () => {
    const seen = await shown(twice);
    expect(seen).toEqual(await shown(one));
    expect(seen).toMatchObject(SOUND);
    expect(await verifyTotals(twice.db)).toMatchObject({ differences: [], coarse: [], replicas: [] });
    const lines = await linesShown(twice);
    for (const down of [
      [1, 3],
      [1, 2],
    ]) {
      await without(down, async () => {
        expect(await linesShown(twice)).toEqual(lines);
        await expect(verifyTotals(twice.db)).rejects.toMatchObject({ code: 'store-unreachable' });
      });
    }
  }, 180_000);

  test('releases, withdraws and compacts on every replica', async () => {
    const later = new Date(twice.now().getTime() + 100 * DAY_MS);
    const compacted = [];
    for (const context of [one, twice]) {
      await releaseHeld(context);
      const file = (await listFiles(context.db)).find(({ path }) => path === exports.second);
      await withdrawFile(context, { fileId: file?.fileId ?? '', decision: DECISION });
      await refreshTotals(context.db, context.now);
      await ingestFile(context, { path: exports.second });
      compacted.push(await compactKept({ ...context, now: () => later }));
      await refreshTotals(context.db, context.now);
    }
    expect(compacted[1]).toEqual(compacted[0]);
    expect(await shown(twice)).toEqual(await shown(one));
    expect(await verifyTotals(twice.db)).toMatchObject({ replicas: [] });
  }, 180_000);

  test('loads nothing while a replica does not answer, and the same command finishes what was begun', async () => {
    const context = await open('killed', 'twice');
    const where = { home: temporaryFolder(), env: { ...ENV, ...cluster.env('twice'), CLICKHOUSE_DATABASE: 'killed' } };
    await ingestFile(context, { path: exports.first });
    await refreshTotals(context.db, context.now);
    const before = await readState(context);
    await without([3], async () => {
      await expect(ingestFile(context, { path: exports.second })).rejects.toMatchObject({
        code: 'store-unreachable',
        kind: 'transient',
      });
      expect(await failureOf(['ingest', exports.second], where)).toMatchObject({
        code: 'store-unreachable',
        message: expect.stringContaining(`shard 2 (127.0.0.1:${cluster.servers[3]?.port})`) as unknown,
      });
    });
    expect(await readState(context)).toEqual(before);
    expect(await answerOf(['ingest', exports.second], where)).toMatchObject({ files: [{ status: 'committed' }] });
    await refreshTotals(context.db, context.now);
    expect(await verifyTotals(context.db)).toMatchObject({ differences: [], replicas: [] });
  }, 180_000);

  test('is found out where its replicas differ', async () => {
    const where = { home: temporaryFolder(), env: { ...ENV, ...cluster.env('twice'), CLICKHOUSE_DATABASE: 'killed' } };
    const context = await open('killed', 'twice');
    await context.db.shards[1]?.[1]?.command(
      'falsify a replica',
      `ALTER TABLE orders UPDATE gross = gross + 1 WHERE order_day < '2026-02-01'`,
    );
    const replicas = [{ shard: 2, platform: 'meituan', month: '2026-01-01' }];
    expect(await verifyTotals(context.db)).toMatchObject({ replicas });
    expect(await paceline(['verify'], where)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('replicas of shard 2 hold different orders: meituan 2026-01') as unknown,
    });
  }, 120_000);
});

describe('a replica that is left out', () => {
  test('does not come back but by a restore, and the others go on without it', async () => {
    const whole = await open('left', 'twice');
    await ingestFile(whole, { path: exports.first });
    await refreshTotals(whole.db, whole.now);
    await close();
    await cluster.regroup({ twice: WITHOUT_THE_LAST });
    const less = await open('left', 'twice');
    await ingestFile(less, { path: exports.second });
    await refreshTotals(less.db, less.now);
    const before = await readState(less);
    expect(before).toMatchObject(SOUND.state);
    const folder = join(temporaryFolder(), 'backup');
    await backUp(less, folder);
    await close();

    await cluster.regroup({ twice: TWICE, copying: TWICE });
    await expect(open('left', 'twice')).rejects.toMatchObject({
      code: 'shards-changed',
      message: 'a replica of shard 2 has not all rows of the store: it is new, or was left out for a while',
    });
    await restoreBackup(cluster.deployment('left', 'twice', ENV), folder, { replace: true, checkOnly: false });
    const again = await open('left', 'twice');
    expect(await readState(again)).toEqual(before);
    expect(await verifyTotals(again.db)).toMatchObject({ differences: [], replicas: [] });
    const [a, b, c, d] = await rowsOnReplicas(again.db);
    expect([a, c]).toEqual([b, d]);
    expect(Math.min(a ?? 0, c ?? 0)).toBeGreaterThan(ORDERS / 4);
  }, 240_000);
});

describe('replicas that cannot be worked with are refused', () => {
  test('of which not all are named', async () => {
    const named = { CLICKHOUSE_SHARDS: 'http://127.0.0.1:1,http://127.0.0.1:2' };
    await expect(openContext(cluster.deployment('refused', 'twice', { ...ENV, ...named }))).rejects.toMatchObject({
      code: 'cluster-invalid',
      message: 'shard 1 of the cluster "twice" has 2 replicas, and CLICKHOUSE_SHARDS names 1 of it',
    });
  });

  test('that are told to copy from each other', async () => {
    await expect(openContext(cluster.deployment('refused', 'copying', ENV))).rejects.toMatchObject({
      code: 'cluster-invalid',
      message: expect.stringContaining('internal_replication') as unknown,
    });
  });
});
