import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Database } from '../../../src/clickhouse/client';
import { filesUnderWay, listFiles } from '../../../src/clickhouse/ledger';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { recoverCommits } from '../../../src/clickhouse/loading/commit';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { verifyTotals } from '../../../src/clickhouse/totals/verify';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { type FileReport } from '../../../src/domain/order-file';
import { PipelineError } from '../../../src/errors';
import { ingestFile } from '../../../src/operations/ingest-file';
import { type Failure, failingDatabase } from '../../support/failing-database';
import { rejectsOf } from '../../support/load';
import { ALL_DAYS } from '../../support/state';
import { stepsToCut } from '../../support/steps';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();

const row = (id: string, paidAt: string, amount: string): string =>
  `douyin,云岫茶行,${id},,${paidAt},${paidAt},,,待发货,1,云岫茶,广东省,${amount},0.00,0.00,0.00\n`;
const header = `${TEMPLATE_COLUMNS.join(',')}\n`;
/** An older export, and a newer one that restates one of its orders, adds two and has a row that cannot be read. */
const OLDER = header + row('DY0001', '2026-05-31 23:59:59', '10.00') + row('DY0002', '2026-06-01 00:00:00', '20.00');
const NEWER =
  header +
  row('DY0002', '2026-06-01 00:00:00', '25.00') +
  row('DY0003', '2026-06-02 00:00:00', '300.00') +
  row('DY0004', '2026-07-02 00:00:00', 'gift') +
  row('DY0005', '2026-07-02 00:00:00', '4000.00');

/** What readers are shown, and whether the orders bear it out. */
async function shown({ db }: TestStore) {
  const { rows, total } = await readTotals(db, { ...ALL_DAYS, by: ['day'] });
  const { differences, stale } = await verifyTotals(db);
  return { rows, total, differences, stale };
}
type Shown = Awaited<ReturnType<typeof shown>>;

interface Files {
  readonly older: string;
  readonly newer: string;
}

function writeFiles({ folder }: TestStore): Files {
  const files = {
    older: join(folder, 'paceline_douyin_20260801000000.csv'),
    newer: join(folder, 'paceline_douyin_20260802000000.csv'),
  };
  writeFileSync(files.older, OLDER);
  writeFileSync(files.newer, NEWER);
  return files;
}

async function loadAndRefresh(store: TestStore, path: string): Promise<FileReport> {
  const report = await ingestFile(store, { path });
  await refreshTotals(store.db, store.now);
  return report;
}

/** What a store shows after the older file, and after both, when nothing fails; and how many calls the second takes. */
async function undisturbed(store: TestStore, files: Files): Promise<{ before: Shown; after: Shown; calls: number }> {
  await loadAndRefresh(store, files.older);
  const before = await shown(store);
  const counting = failingDatabase(store.db, 0, 'refused');
  await loadAndRefresh(store.with({ db: counting.db }), files.newer);
  const after = await shown(store);
  expect([before.total.gross, after.total.gross]).toEqual([3_000n, 433_500n]);
  expect(after).toMatchObject({ differences: [], stale: [] });
  return { before, after, calls: counting.calls() };
}

/** Loads the newer file with a call failing, and gives back what was thrown. */
async function interrupted(store: TestStore, path: string, nth: number, failure: Failure): Promise<unknown> {
  const { db } = failingDatabase(store.db, nth, failure);
  return await loadAndRefresh(store.with({ db }), path).then(
    () => null,
    (error: unknown) => error,
  );
}

const FAILURES: readonly Failure[] = ['dead', 'refused', 'unanswered'];

describe('a load that is cut off at any of its steps', () => {
  test.each(FAILURES)(
    'shows nothing or everything of the file, and a plain rerun makes it whole: call %s',
    async (failure) => {
      const store = await stores.open();
      const files = writeFiles(store);
      const { before, after, calls } = await undisturbed(store, files);
      expect(calls).toBeGreaterThan(10);
      for (const nth of stepsToCut(calls, FAILURES.indexOf(failure))) {
        const at = { failure, nth };
        await store.wipe();
        await loadAndRefresh(store, files.older);
        const error = await interrupted(store, files.newer, nth, failure);
        if (error !== null) expect(error).toBeInstanceOf(PipelineError);
        const { rows } = await readTotals(store.db, { ...ALL_DAYS, by: ['day'] });
        expect({ ...at, shown: [before.rows, after.rows] }).toEqual({ ...at, shown: expect.arrayContaining([rows]) });
        if (failure === 'dead') await reopen(store);
        const report = await loadAndRefresh(store, files.newer);
        expect({ ...at, ...report }).toMatchObject({ ...at, error: null, rows: { read: 4, loaded: 3, rejected: 1 } });
        expect({ ...at, shown: await shown(store) }).toEqual({ ...at, shown: after });
        expect(await rejectsOf(store, report)).toEqual([{ line: 4, reasons: ['amount-unreadable'] }]);
        await reopen(store);
        expect({ ...at, staging: await store.staging() }).toEqual({ ...at, staging: [] });
      }
    },
    240_000,
  );
});

/** What a command does first, when no other is at work: it finishes or clears what was left. */
async function reopen({ db, now }: TestStore): Promise<void> {
  const recovered = await recoverCommits(db, now, true);
  if (recovered.length > 0) await refreshTotals(db, now);
}

test('commits nothing of a file that has gone to another worker, and leaves no staging', async () => {
  const store = await stores.open();
  const { older } = writeFiles(store);
  const taken = { code: 'file-taken', kind: 'transient' };
  const lost = { turn: 1, isHeld: () => Promise.resolve(false) };
  await expect(ingestFile(store, { path: older, lease: lost })).rejects.toMatchObject(taken);
  expect(await store.staging()).toEqual([]);
  expect((await shown(store)).rows).toEqual([]);

  // The other worker is done before this one looks.
  const held = { turn: 2, isHeld: () => Promise.resolve(true) };
  const overtaken = {
    turn: 1,
    isHeld: async () => {
      expect(await ingestFile(store, { path: older, lease: held })).toMatchObject({ status: 'committed' });
      return false;
    },
  };
  await expect(ingestFile(store, { path: older, lease: overtaken })).rejects.toMatchObject(taken);
  expect(await ingestFile(store, { path: older, lease: held })).toMatchObject({ status: 'duplicate' });
  await refreshTotals(store.db, store.now);
  expect((await shown(store)).total).toMatchObject({ paidOrders: 2, gross: 3000n });
  expect(await store.staging()).toEqual([]);
});

test('commits nothing of a file that another worker has loaded meanwhile, though the lease still seems held', async () => {
  const store = await stores.open();
  const { older } = writeFiles(store);
  const lease = { turn: 1, isHeld: () => Promise.resolve(true) };
  const behind = Object.create(store.db, {
    stream: {
      value: async (...args: Parameters<Database['stream']>) => {
        const read = await store.db.stream(...args);
        expect(await ingestFile(store, { path: older, lease })).toMatchObject({ status: 'committed' });
        return read;
      },
    },
  }) as Database;
  const taken = { code: 'file-taken', kind: 'transient' };
  await expect(ingestFile(store.with({ db: behind }), { path: older, lease })).rejects.toMatchObject(taken);
  const [entry, ...others] = await listFiles(store.db);
  expect([entry?.seq, entry?.status, others]).toEqual([2, 'committed', []]);
  expect(await store.staging()).toEqual([]);
});

test('lists as under way only what is, and forgets what a crash has left on the list', async () => {
  const store = await stores.open();
  const { older } = writeFiles(store);
  const { fileId } = await ingestFile(store, { path: older });
  expect(await listedUnderWay(store)).toEqual([]);
  // Killed after the ledger said that the commit had ended, or before it said that one had begun.
  const left = [
    { change: `${fileId}-1`, file_id: fileId },
    { change: 'of-no-file-1', file_id: 'of-no-file' },
  ];
  await store.db.insert('under_way', left);
  expect(await filesUnderWay(store.db)).toEqual([]);
  expect(await recoverCommits(store.db, store.now, true)).toEqual([]);
  expect(await listedUnderWay(store)).toEqual([]);
});

test('finishes a commit that was announced, wherever it was cut off, without the file being handed in again', async () => {
  const store = await stores.open();
  const { older } = writeFiles(store);
  const met = new Set<string>();
  for (let nth = 1; ; nth += 1) {
    await store.wipe();
    const { db } = failingDatabase(store.db, nth, 'dead', 'changes');
    const report = await ingestFile(store.with({ db }), { path: older }).catch(() => null);
    if (report) break;
    const [entry] = await listFiles(store.db);
    const isUnderWay = entry?.status === 'committing';
    met.add(entry?.status ?? 'not in the ledger');
    const listed = await filesUnderWay(store.db);
    expect({ nth, listed: listed.map(({ fileId }) => fileId) }).toEqual({
      nth,
      listed: isUnderWay ? [entry.fileId] : [],
    });
    await reopen(store);
    expect({ nth, status: (await listFiles(store.db))[0]?.status }).toEqual({
      nth,
      status: isUnderWay ? 'committed' : entry?.status,
    });
    expect(await listedUnderWay(store)).toEqual([]);
  }
  expect([...met].sort()).toEqual(['committed', 'committing', 'not in the ledger']);
}, 60_000);

const listedUnderWay = async ({ db }: TestStore): Promise<string[]> => {
  const row = z.object({ change: z.string() });
  return (await db.rows({ name: 'changes under way', sql: 'SELECT change FROM under_way', row })).map((r) => r.change);
};
