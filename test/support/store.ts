import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { z } from 'zod';
import { type Database, type NamedQuery, openDatabase } from '../../src/clickhouse/client';
import { type EngineLease, leaseEngine } from '../../src/clickhouse/engine/launch';
import { migrate } from '../../src/clickhouse/migrate';
import { DEFAULT_ALERT_SETTINGS } from '../../src/domain/alert-settings';
import { instantOf } from '../../src/domain/calendar';
import { DEFAULT_PACE_SETTINGS } from '../../src/domain/pace';
import { DEFAULT_USUAL_SETTINGS } from '../../src/domain/usual';
import { silentLogger } from '../../src/log';
import { type Context, type OperationSettings } from '../../src/operations/context';

/** A database made for a test, and nothing else, has such a name. */
const TEST_DATABASE = /^paceline_test_[0-9a-f]{12}$/;

/** Memory in place of a disk, where there is enough: the engine waits for the disk after every insert. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 ** 31;

/** A moment after every fixture and every generated export, so that no snapshot lies in the future. */
const NOW = '2027-01-01 00:00:00';

/** TestStore is a context of its own for one test, with the ways to look behind it. */
export interface TestStore extends Context {
  /** Where files of the test may be written. */
  readonly folder: string;
  /** Names of the staging tables that are there. */
  staging(): Promise<string[]>;
  /** Names of the tables with the rows of held files. */
  held(): Promise<string[]>;
  /** Empties every table, for the next run of a property. */
  wipe(): Promise<void>;
  /** The same store seen through another database or with other settings. */
  with(
    changes: Partial<Pick<Context, 'db' | 'now' | 'log'>> & { readonly settings?: Partial<OperationSettings> },
  ): TestStore;
}

/** StoreOptions set a test's context apart from the usual one. */
export interface StoreOptions {
  /** Asia/Shanghai wall clock at which the test plays. */
  readonly now?: string;
  readonly settings?: Partial<OperationSettings>;
}

/** StoreSource opens databases on the suite's engine. */
export interface StoreSource {
  open(options?: StoreOptions): Promise<TestStore>;
  /** The folder under which the engine keeps everything that it writes. */
  readonly engineFolder: () => string;
}

/**
 * useStores gives a suite one engine, started before its first test and ended after its last. Every store that a test
 * opens has a database of its own while the test runs; then it is emptied and serves a later test, since making all
 * tables takes longer than most tests do.
 *
 * `lingers` says that work may go on after a test has ended, as that of a property does whose time is up: then each test
 * gets a database that no other has had.
 */
export function useStores({ lingers = false }: { readonly lingers?: boolean } = {}): StoreSource {
  const home = mkdtempSync(join(scratch(), 'paceline-test-'));
  const engineFolder = join(home, 'engine');
  let lease: EngineLease | null = null;
  const opened: Database[] = [];
  const free: Database[] = [];

  beforeAll(async () => {
    lease = await leaseEngine(engineFolder);
  });
  afterEach(async () => {
    for (const db of opened.splice(0)) {
      if (lingers) {
        refuseOtherThanTests(db.name);
        await db.command('drop the database of a test', `DROP DATABASE IF EXISTS ${db.name} SYNC`);
        await db.close();
      } else {
        await emptyTestDatabase(db);
        free.push(db);
      }
    }
  });
  afterAll(async () => {
    for (const db of free) await db.close();
    lease?.release();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  return {
    engineFolder: () => engineFolder,
    open: async (options = {}) => {
      if (!lease) throw new Error('open a store inside a test');
      const db = free.pop() ?? (await makeTestDatabase(lease));
      opened.push(db);
      const folder = mkdtempSync(join(home, 'store-'));
      const now = new Date(instantOf(options.now ?? NOW));
      return storeOf(
        {
          db,
          alone: true,
          now: () => now,
          log: silentLogger,
          settings: settingsOf(folder, options),
          analyst: { url: lease.url, ...lease.analyst },
        },
        folder,
      );
    },
  };
}

/** scratch is where folders of engines lie. */
export function scratch(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir();
}

/** refuseOtherThanTests throws for a database whose name does not say that a test made it. */
export function refuseOtherThanTests(database: string): void {
  if (!TEST_DATABASE.test(database)) throw new Error(`"${database}" is not a database of a test: it is left alone`);
}

function settingsOf(folder: string, { settings = {} }: StoreOptions): OperationSettings {
  return {
    region: '云岫省',
    pace: DEFAULT_PACE_SETTINGS,
    maxRejectShare: 1,
    usual: DEFAULT_USUAL_SETTINGS,
    keepDays: 60,
    alerts: DEFAULT_ALERT_SETTINGS,
    mailFrom: 'Paceline <paceline@localhost.invalid>',
    smtpUrl: undefined,
    outboxDir: join(folder, 'outbox'),
    watching: { quietMs: 60_000, betweenMs: 20, withinMs: 1_000 },
    inbox: join(folder, 'inbox'),
    archiveDir: join(folder, 'archive'),
    refusedDir: join(folder, 'refused'),
    archiveDays: 30,
    ...settings,
  };
}

function storeOf(context: Context, folder: string): TestStore {
  const { db } = context;
  return {
    ...context,
    folder,
    staging: async () => await namesOf(db, `name LIKE 'staging\\_%'`),
    held: async () => await namesOf(db, `name LIKE 'held\\_%'`),
    wipe: async () => {
      await emptyTestDatabase(db);
    },
    with: ({ settings = {}, ...changes }) =>
      storeOf({ ...context, ...changes, settings: { ...context.settings, ...settings } }, folder),
  };
}

async function namesOf(db: Database, where: string): Promise<string[]> {
  const tables: NamedQuery<{ name: string }> = {
    name: 'tables of a test',
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND (${where}) ORDER BY name`,
    row: z.object({ name: z.string() }),
  };
  return (await db.rows(tables)).map(({ name }) => name);
}

async function makeTestDatabase({ url, user, password }: EngineLease): Promise<Database> {
  const location = { url, user, password, database: `paceline_test_${randomBytes(6).toString('hex')}` };
  await migrate(location);
  return openDatabase(location);
}

async function emptyTestDatabase(db: Database): Promise<void> {
  refuseOtherThanTests(db.name);
  for (const table of await namesOf(db, `name LIKE 'staging\\_%' OR name LIKE 'held\\_%'`))
    await db.command('drop staging', `DROP TABLE ${table} SYNC`);
  for (const table of await namesOf(db, `name != 'migrations' AND total_rows > 0`))
    await db.command('wipe', `TRUNCATE TABLE ${table}`);
}
