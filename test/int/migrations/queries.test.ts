import { describe, expect, test } from '@jest/globals';
import { appendFileSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertWords, recordWord } from '../../../src/clickhouse/alert-words';
import {
  findAlert,
  lastDecisions,
  newestAlerts,
  paceOf,
  raisedAlerts,
  standingOf,
} from '../../../src/clickhouse/alerts';
import { claimDelivery, deliveriesOf, giveUpClaim, claimAge } from '../../../src/clickhouse/deliveries';
import { confirmationsOf } from '../../../src/clickhouse/confirmations';
import { rowsOfFiles } from '../../../src/clickhouse/queries/file-rows';
import { listRecipients, recordRecipient } from '../../../src/clickhouse/recipients';
import { freezeStore } from '../../../src/clickhouse/backup/freeze';
import { type Database, type NamedQuery, type QueryParams, serverVersion } from '../../../src/clickhouse/client';
import { listAcceptedDays, listExpectations, setExpectation } from '../../../src/clickhouse/expectations';
import { goalOf } from '../../../src/clickhouse/goals';
import { fileHistory, findFile, listFiles, pageOfFiles } from '../../../src/clickhouse/ledger';
import { clearOldStaging } from '../../../src/clickhouse/loading/held';
import { recoverCommits } from '../../../src/clickhouse/loading/commit';
import { deliveriesOfShops } from '../../../src/clickhouse/queries/deliveries';
import { storeFigures } from '../../../src/clickhouse/queries/figures';
import { dataVersion } from '../../../src/clickhouse/queries/data-version';
import { listRejects, pageOfRejects } from '../../../src/clickhouse/queries/rejects';
import { placesOf, recordOriginals } from '../../../src/clickhouse/originals';
import { explainFigure, linesOfFigure } from '../../../src/clickhouse/queries/explain';
import { currentTotals } from '../../../src/clickhouse/totals/coarse-totals';
import { readTotals, readTotalsPage, streamTotals } from '../../../src/clickhouse/queries/totals';
import { reachShards } from '../../../src/clickhouse/shards';
import { isNightDone, latestNights, recordNight } from '../../../src/clickhouse/nights';
import { replaceChains } from '../../../src/clickhouse/chains';
import { readLogistics } from '../../../src/clickhouse/queries/logistics';
import { keepReport, reportOn, restatementsSince } from '../../../src/clickhouse/reports';
import { sellsRetail } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { verifyTotals } from '../../../src/clickhouse/totals/verify';
import { DIMENSIONS } from '../../../src/domain/measures';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { refuseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { dropOldAudit, listAccounts, listTokens, readAudit } from '../../../src/clickhouse/accounts';
import { addAccount, makeToken, sessionOf, signIn, tokenOf } from '../../../src/operations/accounts';
import { compactKept, withdrawFile } from '../../../src/operations/withdraw-file';
import { type TestStore, useStores } from '../../support/store';
import { type Line, writeTemplateFile } from '../files/exports';

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
  const own: Database = {
    name: db.name,
    spread: null,
    get shards() {
      return [[own]];
    },
    rows: async (query, params = {}) => {
      await explain(query, params);
      return await db.rows(query, params);
    },
    each: async function* (query, params = {}) {
      await explain(query, params);
      yield* db.each(query, params);
    },
    row: async (query, params = {}) => {
      await explain(query, params);
      return await db.row(query, params);
    },
    command: (...args) => db.command(...args),
    insert: (...args) => db.insert(...args),
    stream: (...args) => db.stream(...args),
    parquet: (...args) => db.parquet(...args),
    read: (...args) => db.read(...args),
    ping: () => db.ping(),
    close: () => db.close(),
  };
  return own;
}

/** Asked by `migrate`, which every store of these tests has run, and by a restore, over clients of their own. */
const ASKED_OF_SERVERS = ['applied migrations', 'tables with rows', 'databases of some names'];

/** Asked of clusters alone, and when a store is opened: test/int/cluster asks them. */
const ASKED_OF_CLUSTERS = [
  'tables of the schema',
  'layout of the store',
  'shards of a cluster',
  'servers of a cluster',
  'ledger that a shard sees',
  'rows of orders on a shard',
  'place of a replica in its cluster',
  'replicas of the store',
  'digests of the rows on a replica',
  'rows that an earlier store left on a shard',
];

/** Of a file whose orders another shop has, a query more is asked. */
async function askOfOtherShops(store: TestStore, path: string, explained: Set<string>): Promise<void> {
  const context = { ...store, db: explaining(store.db, explained) };
  await ingestFile(context, { path, shop: 'a shop' });
  const again = join(store.folder, 'again.csv');
  copyFileSync(path, again);
  appendFileSync(again, '\n');
  const report = await ingestFile(context, { path: again, shop: 'another shop' });
  expect(report).toMatchObject({ status: 'held', error: { code: 'shop-doubtful' } });
}

/** Of a file that comes again under a later name, a query more is asked. */
async function askOfTheSameAgain(store: TestStore, explained: Set<string>): Promise<void> {
  const context = { ...store, db: explaining(store.db, explained) };
  const lines = ['01', '05'].map((day): Line => [`DY${day}`, `2026-06-${day} 10:00:00`, '1.00']);
  const path = writeTemplateFile(store, '20260606020000', lines);
  expect(await ingestFile(context, { path })).toMatchObject({ status: 'committed' });
  const again = await ingestFile(context, { path: writeTemplateFile(store, '20260607020000', lines) });
  expect(again).toMatchObject({ status: 'duplicate' });
  expect(await confirmationsOf(context.db, again.fileId)).toHaveLength(1);
  expect(await deliveriesOfShops(context.db, '2026-01-01')).toMatchObject([{ last: '2026-06-06' }]);
}

describe('named queries', () => {
  const stores = useStores();

  test('are all understood by the engine on the migrated schema, and their rows are as declared', async () => {
    const store = await stores.open({ now: '2026-06-10 12:00:00' });
    const explained = new Set<string>([...ASKED_OF_SERVERS, ...ASKED_OF_CLUSTERS]);
    const db = explaining(store.db, explained);
    const context = { ...store, db };
    const path = join(packageRoot(), 'fixtures/pinduoduo/bad-rows.csv');
    const lease = { turn: 1, isHeld: () => Promise.resolve(true) };
    const report = await ingestFile(context, { path, shop: 'a shop', lease });
    await askOfOtherShops(await stores.open(), path, explained);
    await askOfTheSameAgain(await stores.open(), explained);
    expect(report).toMatchObject({ status: 'committed', error: null });
    await refreshTotals(db, store.now);
    expect(await rowsOfFiles(db, '2026-01-01')).toMatchObject([
      [{ fileId: report.fileId, rejected: report.rows.rejected }],
    ]);
    await recoverCommits(db, store.now, true);
    expect((await verifyTotals(db)).differences).toEqual([]);
    for (const by of [[], [...DIMENSIONS]]) await readTotals(db, { from: '2026-01-01', to: '2026-12-31', by });
    const byDay = { from: '2026-01-01', to: '2026-12-31', by: ['day', 'shop'] } as const;
    const page = { after: ['2026-01-01', ''], limit: 10 };
    await readTotalsPage(db, byDay, await currentTotals(db), page);
    const { rows } = await streamTotals(db, byDay, await currentTotals(db));
    for await (const row of rows) expect(Object.keys(row.dimensions)).toEqual(['day', 'shop']);
    expect(await deliveriesOfShops(db, '2026-01-01')).toHaveLength(1);
    const figure = { day: '2026-06-07', platform: 'pinduoduo' };
    await explainFigure(db, figure);
    await linesOfFigure(db, figure, { limit: 10_000 });
    expect(await isNightDone(db, '2026-06-10', store.now())).toBe(false);
    await recordNight(db, { nightId: '2026-06-10', due: '2026-06-10' }, store.now());
    expect(await isNightDone(db, '2026-06-10', store.now())).toBe(true);
    expect(await isNightDone(db, '2026-06-10', new Date(store.now().getTime() - 1))).toBe(false);
    await recordOriginals(db, [{ fileId: report.fileId, path }], store.now());
    expect(await placesOf(db, report.fileId)).toEqual([path]);
    await readTotals(db, { from: '2026-01-01', to: '2026-12-31', by: ['league'] });
    await readLogistics(db, { from: '2026-01-01', to: '2026-12-31', by: [...DIMENSIONS] });
    await replaceChains(db, [{ cluster: 'a cluster', chain: 'a chain' }], store.now());
    await keepReport(db, store.now);
    const [listed] = await listFiles(db);
    const entry = await findFile(db, report.fileId);
    expect(entry).toEqual(listed);
    expect(await listRejects(db, entry!)).not.toEqual([]);
    const asked = { statuses: [], platform: '', shop: '', path: '', after: null, limit: 1 } as const;
    expect(await pageOfFiles(db, asked)).toMatchObject([{ fileId: report.fileId }]);
    expect(await pageOfRejects(db, entry!, { after: { line: 0, record: 0 }, limit: 1 })).toHaveLength(1);
    expect(await latestNights(db, 1)).toMatchObject([{ nightId: '2026-06-10', byClock: true }]);
    const version = await dataVersion(db);
    await addAccount(context, { name: 'bayar', role: 'analyst', limit: {}, password: 'long enough for it' }, 'a test');
    expect(await dataVersion(db)).toMatchObject({ data: version.data });
    expect(await listAccounts(db)).toMatchObject([{ name: 'bayar', role: 'analyst' }]);
    const session = await signIn(context, 'bayar', 'long enough for it');
    expect(await sessionOf(context, session!.secret)).toMatchObject({ account: { name: 'bayar' } });
    const { token } = await makeToken(context, session!.account, { label: 'a test', role: 'operator', days: 1 });
    expect(await tokenOf(context, token)).toMatchObject({ account: { role: 'analyst' } });
    expect(await listTokens(db, 'bayar')).toMatchObject([{ label: 'a test', lastUsedAt: null }]);
    const newest = { at: '2299-01-01 00:00:00.000', listed: 0 };
    expect(await readAudit(db, { user: '', onlyChanges: false, after: newest, limit: 1 })).toEqual([]);
    await dropOldAudit(db, '2020-01-01');
    await clearOldStaging(db);
    const decision = { by: 'a test', reason: 'to ask every query' };
    await withdrawFile(context, { fileId: report.fileId, decision });
    expect(await fileHistory(db, report.fileId)).toMatchObject([
      { status: 'committing', decision: null },
      { status: 'committed', decision: null },
      { status: 'withdrawing', decision },
      { status: 'withdrawn', decision },
    ]);
    await refreshTotals(db, store.now);
    const reported = await reportOn(db, '2026-06-10');
    expect(await restatementsSince(db, reported!, { from: '2026-01-01', to: '2026-12-31' })).toMatchObject([
      { reportedOn: null, shop: 'a shop', files: [{ fileId: report.fileId, path, status: 'withdrawn' }] },
    ]);
    await compactKept(context);
    const strict = { ...context, settings: { ...store.settings, maxRejectShare: 0 } };
    expect(await ingestFile(strict, { path, shop: 'a shop' })).toMatchObject({ status: 'held' });
    expect(await ingestFile(strict, { path, shop: 'a shop' })).toMatchObject({ status: 'held' });
    expect(await refuseFile(context, { fileId: report.fileId, decision })).toMatchObject({ status: 'refused' });
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
    expect(await standingOf(db, paceOf(await goalOf(db, 2026, { on: '2026-06-10' })))).toBeNull();
    expect(await lastDecisions(db)).toEqual([]);
    expect(await raisedAlerts(db, new Date(0))).toEqual([]);
    expect(await newestAlerts(db, { after: { at: 1_800_000_000_000, id: 'x' }, limit: 10 })).toEqual([]);
    const key = { alertId: '2026-net-pace-behind-2026-06-10', recipient: 'a@b.cn' };
    expect(await findAlert(db, key.alertId)).toBeNull();
    expect(await deliveriesOf(db, [key.alertId])).toEqual([]);
    const claim = await claimDelivery(db, key);
    expect(await claimDelivery(db, key)).toBeNull();
    expect(await claimAge(db, key)).toBeLessThan(60);
    await giveUpClaim(db, key, claim!);
    expect(await claimAge(db, key)).toBeNull();
    const word = { word: 'mute', subject: 'data', spell: null, from: '2026-06-10', until: '2026-06-12' } as const;
    await recordWord(db, { ...word, ...decision });
    expect(await alertWords(db)).toEqual([{ ...word, ...decision }]);
    const rule = { recipient: 'a@b.cn', kind: 'data', scope: '' } as const;
    await recordRecipient(db, rule, true, decided);
    expect(await listRecipients(db)).toEqual([rule]);
    await recordRecipient(db, rule, false, decided);
    expect(await listRecipients(db)).toEqual([]);
    expect(await sellsRetail(db, { platform: '1688', shop: 'a shop' }, '2026-06-10')).toBe(false);
    const frozen = await freezeStore(db);
    for (const table of frozen.tables) await frozen.describe(table);
    await frozen.release();
    await reachShards(db);
    expect(await serverVersion(db)).toMatch(/^\d+\.\d+/);

    const names = declaredNames();
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !explained.has(name))).toEqual([]);
  });
});
