import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveriesOf, raisedAlerts, standingOf } from '../../../src/clickhouse/alerts';
import { type Database, type NamedQuery, type QueryParams, serverVersion } from '../../../src/clickhouse/client';
import { listAcceptedDays, listExpectations, setExpectation } from '../../../src/clickhouse/expectations';
import { goalOf } from '../../../src/clickhouse/goals';
import { fileHistory, findFile, listFiles } from '../../../src/clickhouse/ledger';
import { recoverCommits } from '../../../src/clickhouse/loading/commit';
import { deliveriesOfShops } from '../../../src/clickhouse/queries/deliveries';
import { storeFigures } from '../../../src/clickhouse/queries/figures';
import { listRejects } from '../../../src/clickhouse/queries/rejects';
import { placesOf, recordOriginals } from '../../../src/clickhouse/originals';
import { explainFigure, linesOfFigure } from '../../../src/clickhouse/queries/explain';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { listShops } from '../../../src/clickhouse/shops';
import { isNightDone, recordNight } from '../../../src/clickhouse/nights';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { verifyTotals } from '../../../src/clickhouse/totals/verify';
import { DIMENSIONS } from '../../../src/domain/measures';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { refuseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { compactKept, withdrawFile } from '../../../src/operations/withdraw-file';
import { useStores } from '../../support/store';

const ROOM = join(packageRoot(), 'src/clickhouse');

/** The names of all queries that the room with SQL declares. */
function declaredNames(): string[] {
  const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((file) =>
    [...readFileSync(join(ROOM, file), 'utf8').matchAll(/\bname: '([^']+)',\s*sql:/g)].map((match) => match[1] ?? ''),
  );
}

/** The same database, with every query also explained by the engine and its name noted. */
function explaining(db: Database, explained: Set<string>): Database {
  const explain = async (query: NamedQuery<unknown>, params: QueryParams): Promise<void> => {
    await db.command(`explain ${query.name}`, `EXPLAIN ${query.sql}`, params);
    explained.add(query.name);
  };
  return {
    name: db.name,
    rows: async (query, params = {}) => {
      await explain(query, params);
      return await db.rows(query, params);
    },
    row: async (query, params = {}) => {
      await explain(query, params);
      return await db.row(query, params);
    },
    command: (...args) => db.command(...args),
    insert: (...args) => db.insert(...args),
    stream: (...args) => db.stream(...args),
    ping: () => db.ping(),
    close: () => db.close(),
  };
}

/** Asked by `migrate`, which every store of these tests has run. */
const ASKED_BY_MIGRATE = ['applied migrations'];

describe('named queries', () => {
  const stores = useStores();

  test('are all understood by the engine on the migrated schema, and their rows are as declared', async () => {
    const store = await stores.open({ now: '2026-06-10 12:00:00' });
    const explained = new Set<string>(ASKED_BY_MIGRATE);
    const db = explaining(store.db, explained);
    const context = { ...store, db };
    const path = join(packageRoot(), 'fixtures/pinduoduo/bad-rows.csv');
    const report = await ingestFile(context, { path, shop: 'a shop' });
    expect(report).toMatchObject({ status: 'committed', error: null });
    await refreshTotals(db, store.now);
    await recoverCommits(db, store.now, true);
    expect((await verifyTotals(db)).differences).toEqual([]);
    for (const by of [[], [...DIMENSIONS]]) await readTotals(db, { from: '2026-01-01', to: '2026-12-31', by });
    expect(await deliveriesOfShops(db, '2026-01-01')).toHaveLength(1);
    const figure = { day: '2026-06-07', platform: 'pinduoduo' };
    await explainFigure(db, figure);
    await linesOfFigure(db, figure);
    expect(await isNightDone(db, '2026-06-10', store.now())).toBe(false);
    await recordNight(db, { nightId: '2026-06-10', due: '2026-06-10' }, store.now());
    expect(await isNightDone(db, '2026-06-10', store.now())).toBe(true);
    expect(await isNightDone(db, '2026-06-10', new Date(store.now().getTime() - 1))).toBe(false);
    await recordOriginals(db, [{ fileId: report.fileId, path }], store.now());
    expect(await placesOf(db, report.fileId)).toEqual([path]);
    const [listed] = await listFiles(db);
    const entry = await findFile(db, report.fileId);
    expect(entry).toEqual(listed);
    expect(await listRejects(db, entry!)).not.toEqual([]);
    const decision = { by: 'a test', reason: 'to ask every query' };
    await withdrawFile(context, { fileId: report.fileId, decision });
    expect(await fileHistory(db, report.fileId)).toMatchObject([
      { status: 'committing', decision: null },
      { status: 'committed', decision: null },
      { status: 'withdrawing', decision },
      { status: 'withdrawn', decision },
    ]);
    await compactKept(context);
    const strict = { ...context, settings: { ...store.settings, maxRejectShare: 0 } };
    expect(await ingestFile(strict, { path, shop: 'a shop' })).toMatchObject({ status: 'held' });
    expect(await ingestFile(strict, { path, shop: 'a shop' })).toMatchObject({ status: 'held' });
    expect(await refuseFile(context, { fileId: report.fileId, decision })).toMatchObject({ status: 'refused' });
    expect(await listShops(db)).toEqual([]);
    const decided = { by: 'a test', reason: '' };
    const shop = { platform: 'jd', shop: 'a shop' };
    await setExpectation(db, { ...shop, everyDays: 7, since: '2026-06-01' }, decided, store.now());
    expect(await listExpectations(db)).toEqual([{ ...shop, everyDays: 7, since: '2026-06-01', saidOn: '2026-06-10' }]);
    expect(await listAcceptedDays(db)).toEqual([]);
    expect(await storeFigures(db)).toMatchObject({
      loads: [{ platform: 'pinduoduo', files: 1 }],
      filesByStatus: [{ kind: 'refused', number: 1 }],
      mailsByOutcome: [],
    });
    await standingOf(db, await goalOf(db, 2026));
    await raisedAlerts(db);
    await deliveriesOf(db, '2026-net-pace-behind-2026-06-10');
    expect(await serverVersion(db)).toMatch(/^\d+\.\d+/);

    const names = declaredNames();
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !explained.has(name))).toEqual([]);
  });
});
