/** The states of a file after staging, and what each command does to a file in each of them. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database } from '../../../src/clickhouse/client';
import { fileHistory, filesUnderWay, findFile, recordFile } from '../../../src/clickhouse/ledger';
import { clearOldStaging } from '../../../src/clickhouse/loading/held';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { operationsOf } from '../../../src/operations/operations-of';
import { deliveriesOfShops } from '../../../src/clickhouse/queries/deliveries';
import { recoverCommits } from '../../../src/clickhouse/loading/commit';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { PipelineError } from '../../../src/errors';
import { refuseFile, releaseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { compactKept, replaceFile, withdrawFile } from '../../../src/operations/withdraw-file';
import { rejectsOf } from '../../support/load';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { DECISION, NEWER, OLDER, STRICT, writeTemplateFile } from './exports';

const stores = useStores();

type State = 'held' | 'held without shop' | 'refused' | 'committed' | 'withdrawn';
type Action = 'ingest' | 'release' | 'refuse' | 'withdraw';

/** What an action answers, and the state of the ledger after it; an error by its code leaves the state as it was. */
const TRANSITIONS: Readonly<Record<State, Readonly<Record<Action, string>>>> = {
  held: { ingest: 'held', release: 'committed', refuse: 'refused', withdraw: 'file-state' },
  'held without shop': { ingest: 'held', release: 'held', refuse: 'refused', withdraw: 'file-state' },
  refused: { ingest: 'held', release: 'file-state', refuse: 'refused', withdraw: 'file-state' },
  committed: { ingest: 'duplicate', release: 'committed', refuse: 'file-state', withdraw: 'withdrawn' },
  withdrawn: { ingest: 'held', release: 'file-state', refuse: 'file-state', withdraw: 'withdrawn' },
};

interface Subject {
  readonly store: TestStore;
  readonly path: string;
  readonly fileId: string;
}

async function subjectIn(state: State): Promise<Subject> {
  const store = (await stores.open()).with(STRICT);
  const path =
    state === 'held without shop'
      ? join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv')
      : writeTemplateFile(store, '20260802000000', NEWER);
  const { fileId, status } = await ingestFile(store, { path });
  expect(status).toBe('held');
  const decided = { fileId, decision: DECISION };
  if (state === 'refused') await refuseFile(store, decided);
  if (state === 'committed' || state === 'withdrawn') await releaseFile(store, decided);
  if (state === 'withdrawn') await withdrawFile(store, decided);
  await refreshTotals(store.db, store.now);
  return { store, path, fileId };
}

async function act({ store, path, fileId }: Subject, action: Action): Promise<string> {
  const decided = { fileId, decision: DECISION };
  try {
    switch (action) {
      case 'ingest':
        return (await ingestFile(store, { path })).status;
      case 'release':
        return (await releaseFile(store, decided)).status;
      case 'refuse':
        return (await refuseFile(store, decided)).status;
      case 'withdraw':
        return (await withdrawFile(store, decided)).status;
    }
  } catch (error) {
    if (error instanceof PipelineError) return error.code;
    throw error;
  }
}

const GROSS_OF_NEWER = 433_500n;

describe('a file in each state', () => {
  const cases = Object.entries(TRANSITIONS).flatMap(([state, actions]) =>
    Object.entries(actions).map(([action, outcome]) => [state, action, outcome] as [State, Action, string]),
  );
  test.each(cases)('that is %s answers %s with %s, now and when asked again', async (state, action, outcome) => {
    const subject = await subjectIn(state);
    const { store, fileId } = subject;
    const before = (await findFile(store.db, fileId))?.status;
    const after = outcome === 'file-state' || outcome === 'duplicate' ? before : outcome;
    for (const again of [false, true]) {
      // A file that was refused and handed in again is held from then on.
      expect({ again, outcome: await act(subject, action) }).toEqual({ again, outcome });
      expect((await findFile(store.db, fileId))?.status).toBe(after);
    }
    await refreshTotals(store.db, store.now);
    const { total, differences, stale } = await readState(store);
    expect({ gross: total.gross, differences, stale }).toEqual({
      gross: after === 'committed' ? GROSS_OF_NEWER : 0n,
      differences: [],
      stale: 0,
    });
    expect(await store.staging()).toEqual([]);
    expect(await store.held()).toHaveLength(after === 'held' && state !== 'held without shop' ? 1 : 0);
  });
});

describe('a held file', () => {
  test('keeps its staged rows when the store is opened anew, and its rejects can be looked up', async () => {
    const { store, path, fileId } = await subjectIn('held');
    await recoverCommits(store.db, store.now, true);
    expect(await store.held()).toHaveLength(1);
    const report = await ingestFile(store, { path });
    expect(report).toMatchObject({ status: 'held', error: { code: 'rejects-over-limit' }, rows: { loaded: 4 } });
    expect(await rejectsOf(store, report)).toEqual([{ line: 5, reasons: ['amount-unreadable'] }]);
    expect((await fileHistory(store.db, fileId)).map(({ status }) => status)).toEqual(['held']);
  });

  test('tells in its history who released it and why, and does not need its file any more', async () => {
    const { store, path, fileId } = await subjectIn('held');
    rmSync(path);
    await releaseFile(store, { fileId: fileId.slice(0, 8), decision: DECISION });
    const history = await fileHistory(store.db, fileId);
    expect(history.map(({ status, decision }) => [status, decision])).toEqual([
      ['held', null],
      ['committing', DECISION],
      ['committed', DECISION],
    ]);
  });

  test('is released or refused, never both, when both are asked for at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const subject = await subjectIn('held');
      const outcomes = await Promise.all([act(subject, 'release'), act(subject, 'refuse'), act(subject, 'release')]);
      const { store, fileId } = subject;
      const status = (await findFile(store.db, fileId))?.status;
      await refreshTotals(store.db, store.now);
      const { total, differences } = await readState(store);
      expect({ outcomes, differences, gross: total.gross }).toEqual({
        outcomes: expect.arrayContaining([status]),
        differences: [],
        gross: status === 'committed' ? GROSS_OF_NEWER : 0n,
      });
    }
  });

  test('whose shop nobody knew is read again with the shop, from where it still lies unchanged', async () => {
    const { store, fileId } = await subjectIn('held without shop');
    const report = await releaseFile(store, { fileId, decision: DECISION, shop: 'a shop' });
    expect(report).toMatchObject({ status: 'committed', shop: 'a shop', rows: { loaded: 10 } });
  });

  test('whose shop nobody knew must be handed in again when its file is gone or has changed', async () => {
    const store = await stores.open();
    const path = join(store.folder, 'orders.csv');
    copyFileSync(join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv'), path);
    const { fileId } = await ingestFile(store, { path });
    const release = releaseFile.bind(null, store, { fileId, decision: DECISION, shop: 'a shop' });
    writeFileSync(path, 'something else');
    await expect(release()).rejects.toMatchObject({ code: 'file-state', advice: expect.stringContaining('ingest') });
    rmSync(path);
    await expect(release()).rejects.toMatchObject({
      code: 'file-unreadable',
      advice: expect.stringContaining('again'),
    });
    expect(await findFile(store.db, fileId)).toMatchObject({ status: 'held' });
  });
});

describe('a withdrawn file', () => {
  test('leaves orders, destinations, totals and coverage as they were before it came', async () => {
    const store = await stores.open();
    await ingestFile(store, { path: writeTemplateFile(store, '20260801000000', OLDER) });
    await refreshTotals(store.db, store.now);
    const before = { state: await readState(store), coverage: await deliveriesOfShops(store.db, '2026-01-01') };
    const { fileId } = await ingestFile(store, { path: writeTemplateFile(store, '20260802000000', NEWER) });
    await refreshTotals(store.db, store.now);
    expect((await readState(store)).total.gross).toBe(GROSS_OF_NEWER);
    for (const table of ['orders', 'destinations', 'kept_rows']) {
      await store.db.command('merge', `OPTIMIZE TABLE ${table} FINAL`);
    }
    await withdrawFile(store, { fileId, decision: DECISION });
    await refreshTotals(store.db, store.now);
    expect({ state: await readState(store), coverage: await deliveriesOfShops(store.db, '2026-01-01') }).toEqual(
      before,
    );
  });

  test('cannot be withdrawn after its retention, nor once its rows were compacted', async () => {
    const store = await stores.open({ now: '2026-08-03 00:00:00' });
    const later = (day: string): TestStore => store.with({ now: () => new Date(`${day}T12:00:00Z`) });
    const { fileId } = await ingestFile(store, { path: writeTemplateFile(store, '20260801000000', OLDER) });
    const asked = { fileId, decision: DECISION };
    await expect(withdrawFile(later('2026-10-03'), asked)).rejects.toMatchObject({ code: 'retention-over' });
    await compactKept(later('2026-10-05'));
    const longer = later('2026-10-05').with({ settings: { keepDays: 365 } });
    await expect(withdrawFile(longer, asked)).rejects.toMatchObject({ code: 'retention-over' });
    expect(await findFile(store.db, fileId)).toMatchObject({ status: 'committed' });
  });

  test('loses no commit that goes on in the same partitions meanwhile', async () => {
    const store = await stores.open();
    const paths = Array.from({ length: 5 }, (_, i) =>
      writeTemplateFile(store, `2026080${i + 1}000000`, [...OLDER, [`DY01${i}`, '2026-06-03 00:00:00', `${i + 1}.00`]]),
    );
    const [first = '', ...others] = paths;
    const { fileId } = await ingestFile(store, { path: first });
    await Promise.all([
      withdrawFile(store, { fileId, decision: DECISION }),
      ...others.map((path) => ingestFile(store, { path })),
    ]);
    await refreshTotals(store.db, store.now);
    const { total, differences } = await readState(store);
    expect({ gross: total.gross, differences }).toEqual({ gross: 3_000n + 200n + 300n + 400n + 500n, differences: [] });
  });

  test('and another one of the same partitions can go at once', async () => {
    const store = await stores.open();
    const ids: string[] = [];
    for (let i = 1; i <= 3; i += 1) {
      const path = writeTemplateFile(store, `2026080${i}000000`, [[`DY020${i}`, '2026-06-03 00:00:00', `${i}.00`]]);
      ids.push((await ingestFile(store, { path })).fileId);
    }
    await Promise.all(ids.slice(0, 2).map((fileId) => withdrawFile(store, { fileId, decision: DECISION })));
    await refreshTotals(store.db, store.now);
    const { total, differences } = await readState(store);
    expect({ gross: total.gross, differences }).toEqual({ gross: 300n, differences: [] });
  });
});

describe('a corrected file', () => {
  test('takes the place of the one that it replaces', async () => {
    const store = await stores.open();
    const { fileId } = await ingestFile(store, { path: writeTemplateFile(store, '20260801000000', NEWER) });
    const corrected = writeTemplateFile(store, '20260801000001', OLDER);
    const report = await replaceFile(store, { path: corrected }, { fileId, decision: DECISION });
    await refreshTotals(store.db, store.now);
    expect([report.status, (await readState(store)).total.gross]).toEqual(['committed', 3_000n]);
    expect(await findFile(store.db, fileId)).toMatchObject({ status: 'withdrawn', decision: DECISION });
  });

  test('that is held leaves the old one in place, and the same file replaces nothing', async () => {
    const store = await stores.open();
    const path = writeTemplateFile(store, '20260801000000', OLDER);
    const { fileId } = await ingestFile(store, { path });
    const asked = { fileId, decision: DECISION };
    await expect(replaceFile(store, { path }, asked)).rejects.toMatchObject({ code: 'usage' });
    const doubtful = writeTemplateFile(store, '20260801000001', NEWER);
    expect(await replaceFile(store.with(STRICT), { path: doubtful }, asked)).toMatchObject({ status: 'held' });
    expect(await findFile(store.db, fileId)).toMatchObject({ status: 'committed' });
  });
});

describe('a snapshot far from what its shop delivers', () => {
  const NIGHTS = 14;
  const orders = (night: number, count: number): [string, string, string][] =>
    Array.from({ length: count }, (_, i) => [
      `DY${night}${String(i).padStart(4, '0')}`,
      '2026-06-01 00:00:00',
      '10.00',
    ]);
  const snapshotOf = (night: number): string => `202607${String(night + 1).padStart(2, '0')}000000`;

  test('is held once there are fourteen earlier ones, and is loaded when it is like them', async () => {
    const store = await stores.open();
    for (let night = 0; night < NIGHTS; night += 1) {
      const path = writeTemplateFile(store, snapshotOf(night), orders(night, night % 2 === 0 ? 30 : 60));
      expect((await ingestFile(store, { path })).status).toBe('committed');
    }
    const doubled = writeTemplateFile(store, snapshotOf(NIGHTS), orders(NIGHTS, 600));
    expect(await ingestFile(store, { path: doubled })).toMatchObject({
      status: 'held',
      error: { code: 'rows-unusual' },
    });
    const usual = writeTemplateFile(store, snapshotOf(NIGHTS + 1), orders(NIGHTS + 1, 45));
    expect(await ingestFile(store, { path: usual })).toMatchObject({ status: 'committed' });
  });
});

describe('what a process left behind that was killed or frozen', () => {
  test('a worker that was frozen before its commit brings nothing back that was withdrawn meanwhile', async () => {
    const store = await stores.open();
    const path = writeTemplateFile(store, '20260802000000', NEWER);
    const before = await readState(store);
    let isFrozen = true;
    const change: Pick<Database, 'insert'> = {
      insert: async (table, rows, token) => {
        const [row] = rows as { status?: string }[];
        if (isFrozen && table === 'files' && row?.status === 'committing') {
          isFrozen = false;
          const { fileId } = await ingestFile(store, { path });
          await withdrawFile(store, { fileId, decision: DECISION });
        }
        await store.db.insert(table, rows, token);
      },
    };
    const frozen = store.with({ db: Object.assign(Object.create(store.db) as Database, change) });
    await expect(ingestFile(frozen, { path })).rejects.toMatchObject({ code: 'file-taken', kind: 'transient' });
    await refreshTotals(store.db, store.now);
    expect((await readState(store)).orders).toEqual(before.orders);
    expect(await store.staging()).toEqual([]);
    expect(await filesUnderWay(store.db)).toEqual([]);
    expect((await readTotals(store.db, { from: '2026-01-01', to: '2026-12-31', by: [] })).total.paidOrders).toBe(0);
  });

  test('a withdrawal that was cut off long ago is finished by the totals of the next night', async () => {
    const store = await stores.open();
    const { fileId } = await ingestFile(store, { path: writeTemplateFile(store, '20260802000000', NEWER) });
    const operations = operationsOf(store);
    await operations.refreshTotals();
    const entry = await findFile(store.db, fileId);
    const longAgo = new Date(Date.now() - 3_600_000);
    await recordFile(store.db, { ...entry!, seq: entry!.seq + 1, status: 'withdrawing', decision: DECISION }, longAgo);
    await operations.refreshTotals();
    expect((await findFile(store.db, fileId))?.status).toBe('withdrawn');
    expect((await readTotals(store.db, { from: '2026-01-01', to: '2026-12-31', by: [] })).total.paidOrders).toBe(0);
  });

  test('staging goes after a day, and that of a held file stays', async () => {
    const { store } = await subjectIn('held');
    const [held] = await store.held();
    await store.db.command('leave staging behind', 'CREATE TABLE staging_00000000deadbeef AS orders');
    await clearOldStaging(store.db);
    expect(await store.staging()).toEqual(['staging_00000000deadbeef']);
    await delay(1_100);
    await clearOldStaging(store.db, 0);
    expect([await store.staging(), await store.held()]).toEqual([[], [held]]);
  });
});
