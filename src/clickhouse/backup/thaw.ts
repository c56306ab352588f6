import { type Readable } from 'node:stream';
import { z } from 'zod';
import { analyticsOf } from '../analytics';
import {
  type Database,
  type DatabaseLocation,
  type NamedQuery,
  onServer,
  openDatabase,
  replicaLocations,
} from '../client';
import { layoutOf, rowsDatabase } from '../layout';
import { createStaging } from '../loading/stage';
import { type AppliedMigration, makeViews, migrateTo } from '../migrate';
import { count } from '../rows';
import { everywhere, isOnShards, isStagedTable } from '../shards';
import { type FrozenTable } from './freeze';
import {
  collapses,
  columnsOf,
  contentOf,
  createPlainCopy,
  itself,
  linkParts,
  type PlaceOf,
  type StoredTable,
  storedTables,
} from './plain-copy';

/** ThawedStore is a store that is being filled beside the one it is to become; nobody sees it before. */
export interface ThawedStore {
  /** Fills a table and says whether it holds what it should. */
  load(table: FrozenTable, body: Readable): Promise<boolean>;
  /** Puts it in the place of the store. */
  putInPlace(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

const beside = (location: DatabaseLocation, what: 'restoring' | 'replaced'): DatabaseLocation => ({
  ...location,
  database: `${location.database}_${what}`,
});

const FILLED: NamedQuery<{ tables: number }> = {
  name: 'tables with rows',
  sql: `SELECT count() AS tables FROM system.tables
    WHERE database = {database: String} AND name NOT IN ('migrations', 'layout', 'replicas') AND total_rows > 0`,
  row: z.object({ tables: count }),
};

/** isStoreEmpty says that a database is not there, or that nothing was ever put into it. */
export async function isStoreEmpty(location: DatabaseLocation): Promise<boolean> {
  return await onServer(location, async (db) => (await db.row(FILLED, { database: location.database })).tables === 0);
}

/**
 * thawStore begins a store beside that of a location, with the schema that the backup was made with. Rows that lie on
 * shards are filled into another database there than that in use, so that nothing on them has to be put in place.
 * @throws PipelineError `schema-newer`, `schema-changed` when this program does not know that schema
 */
export async function thawStore(
  location: DatabaseLocation,
  applied: readonly AppliedMigration[],
): Promise<ThawedStore> {
  const used = (await layoutOf(location))?.database;
  const restoring = over(beside(location, 'restoring'), rowsDatabase(location.database, used));
  await dropStore(restoring);
  await migrateTo(restoring, applied);
  const db = openDatabase(restoring);
  const known = await storedTables(db);
  const discard = async (): Promise<void> => {
    await db.close();
    await dropStore(restoring);
  };
  return {
    load: async (table, body) => await loadTable(db, known, table, body),
    discard,
    putInPlace: async () => {
      await db.close();
      await swap(location);
      if (used !== undefined) for (const place of replicaLocations(over(location, used))) await dropDatabase(place);
    },
  };
}

/** The same store with its rows in a certain database of the shards, if it has any. */
const over = ({ shards, ...head }: DatabaseLocation, database: string): DatabaseLocation =>
  shards === undefined ? head : { ...head, shards: { ...shards, database } };

/** What a restore that was cut off has left goes the same way. */
async function dropStore(location: DatabaseLocation): Promise<void> {
  for (const place of [location, viewsOf(location), ...replicaLocations(location)]) await dropDatabase(place);
}

const loading: PlaceOf = (database, table) => ({ database, table: `loading_${table}` });

const LOAD_SETTINGS = { max_insert_threads: '1', max_partitions_per_insert_block: '0' } as const;

/** What may collapse is loaded into a plain table first, whose rows can be compared, and linked from there. */
async function loadTable(
  db: Database,
  known: readonly StoredTable[],
  table: FrozenTable,
  body: Readable,
): Promise<boolean> {
  if (isStagedTable(table.name)) await createStaging(db, table.name);
  const collapsing = known.find((candidate) => candidate.name === table.name && collapses(candidate));
  const into = (collapsing ? loading : itself)(db.name, table.name).table;
  if (collapsing) await createPlainCopy(db, collapsing, loading);
  const statement = `INSERT INTO ${into} (${columnsOf(table)}) FORMAT Native`;
  await db.stream(`restore ${table.name}`, statement, body, {}, LOAD_SETTINGS, 'zstd');
  const { rows, digest } = await contentOf(db, into);
  if (rows !== table.rows || digest !== table.digest) return false;
  if (collapsing) {
    await linkParts(db, table.name, { from: loading, to: itself });
    for (const on of isOnShards(table.name) ? everywhere(db) : [db]) {
      await on.command('drop a plain copy', `DROP TABLE ${into} SYNC`);
    }
  }
  return true;
}

async function swap(location: DatabaseLocation): Promise<void> {
  const replaced = beside(location, 'replaced');
  if ((await found(location, [location])).length > 0) {
    await dropDatabase(replaced);
    await rename(location, replaced);
  } else {
    await rename(beside(location, 'restoring'), location);
  }
  await finishRestore(location);
}

/**
 * finishRestore takes a swap to its end, also one that was cut off. What was to be replaced may be out of the way, and
 * nothing in its place. Views name the database that they were made over, which was called otherwise: as long as those
 * are there, the store has none of its own.
 */
export async function finishRestore(location: DatabaseLocation): Promise<void> {
  const [replaced, restoring] = [beside(location, 'replaced'), beside(location, 'restoring')];
  const itsViews = viewsOf(restoring);
  const there = await found(location, [location, replaced, restoring, itsViews]);
  let isInPlace = there.includes(location) && !there.includes(restoring);
  if (there.includes(replaced)) {
    if (!there.includes(location)) {
      await rename(restoring, location);
      isInPlace = true;
    }
    await dropDatabase(replaced);
  }
  if (isInPlace && there.includes(itsViews)) {
    await makeViews(location);
    await dropDatabase(itsViews);
  }
}

const viewsOf = (location: DatabaseLocation): DatabaseLocation => ({
  ...location,
  database: analyticsOf(location.database),
});

const FOUND: NamedQuery<{ name: string }> = {
  name: 'databases of some names',
  sql: 'SELECT name FROM system.databases WHERE name IN {names: Array(String)}',
  row: z.object({ name: z.string() }),
};

/** Those of some databases of a server that are there. */
async function found(server: DatabaseLocation, some: readonly DatabaseLocation[]): Promise<DatabaseLocation[]> {
  const rows = await onServer(
    server,
    async (db) => await db.rows(FOUND, { names: some.map(({ database }) => database) }),
  );
  return some.filter(({ database }) => rows.some(({ name }) => name === database));
}

async function rename(from: DatabaseLocation, to: DatabaseLocation): Promise<void> {
  await onServer(from, async (db) => {
    await db.command('put a store in place', `RENAME DATABASE \`${from.database}\` TO \`${to.database}\``);
  });
}

async function dropDatabase(location: DatabaseLocation): Promise<void> {
  await onServer(location, async (db) => {
    await db.command('drop a database of a restore', `DROP DATABASE IF EXISTS \`${location.database}\` SYNC`);
  });
}
