import { type Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { terminal, transient } from '../../errors';
import { type Database, type NamedQuery } from '../client';
import { isMissingTable } from '../errors';
import { filesUnderWay, heldFiles, IS_UNDER_WAY } from '../ledger';
import { heldTable } from '../loading/held';
import { stagingTable } from '../loading/stage';
import { count } from '../rows';
import { everywhere, isOnShards, isStagedTable, nameOf } from '../shards';
import {
  columnsOf,
  type Content,
  contentOf,
  createPlainCopy,
  itself,
  linkParts,
  type PlaceOf,
  type StoredTable,
  storedTables,
} from './plain-copy';

/** FrozenTable is a table as it was at the moment of the freeze. */
export type FrozenTable = Content & { readonly name: string; readonly columns: readonly string[] };

/** FrozenStore is all tables of a store at one moment; changes that come later are not in it. */
export interface FrozenStore {
  readonly tables: readonly StoredTable[];
  /** What a table holds; reads the whole of it. */
  describe(table: StoredTable): Promise<FrozenTable>;
  /** The rows of a table in the engine's native format, packed with zstd. */
  read(table: FrozenTable): Promise<Readable>;
  release(): Promise<void>;
}

/** What a commit and a withdrawal change. Linked at a moment at which none is under way, the ledger first. */
const isCommittedTo = (table: string): boolean => table === 'files' || isOnShards(table);

/**
 * Linked last: what the tables before name is there, and what is there without being named counts for nothing. The rest
 * is linked first, and `compactions` after the rows that may be gone from the moment that it says.
 */
const NAMED_BY_OTHERS = ['rejects', 'compactions', 'daily_totals', 'coarse_totals', 'reported', 'deliveries'];

const GIVE_UP_MS = 2 * 60_000;
const RETRY_MS = 20;

const ANNOUNCED: NamedQuery<{ changes: number }> = {
  name: 'changes that were announced',
  sql: `SELECT countIf(${IS_UNDER_WAY}) AS changes FROM files`,
  row: z.object({ changes: count }),
};

const frozen: PlaceOf = (database, table) => ({ database: `${database}_backup`, table });

/**
 * freezeStore links all tables of a store into a database of its own, which takes no room and no time. It is done at a
 * moment at which no file is being committed or withdrawn, and again when one began meanwhile: so no file is in it by
 * half. Others go on working.
 * @throws PipelineError `store-busy` when no such moment comes within two minutes
 */
export async function freezeStore(db: Database): Promise<FrozenStore> {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (;;) {
    const tables = await linkedAtOneMoment(db);
    if (tables !== null) return frozenStore(db, tables);
    if (Date.now() > giveUpAt) {
      await dropFrozen(db);
      throw transient(
        'store-busy',
        'for two minutes there was no moment at which no file was being committed',
        'Run the command again, when fewer files are coming in.',
      );
    }
    await wait(RETRY_MS);
  }
}

/** Null when a change was under way, or began meanwhile. */
async function linkedAtOneMoment(db: Database): Promise<StoredTable[] | null> {
  const tables = await tablesToCopy(db);
  const link = async (of: (name: string) => boolean): Promise<void> => {
    for (const { name } of tables.filter((table) => of(table.name))) {
      await linkParts(db, name, { from: itself, to: frozen });
    }
  };
  const isLast = (name: string): boolean => NAMED_BY_OTHERS.includes(name);
  try {
    await dropFrozen(db);
    for (const on of everywhere(db)) {
      await on.command('create the database of a backup', `CREATE DATABASE \`${frozen(on.name, '').database}\``);
    }
    for (const table of tables) await createPlainCopy(db, table, frozen);
    await link((name) => !isLast(name) && !isCommittedTo(name));
    const before = await momentOf(db);
    if (before === null) return null;
    await link(isCommittedTo);
    if ((await momentOf(db)) !== before) return null;
    await link(isLast);
    return tables;
  } catch (error) {
    // The rows of a held file were decided on in between.
    if (isMissingTable(error)) return null;
    throw error;
  }
}

/** Tells moments apart by what has been announced and what is held; null while a change is under way. */
async function momentOf(db: Database): Promise<string | null> {
  // Asked first: a change that is announced between both questions is under way.
  const { changes } = await db.row(ANNOUNCED);
  if ((await filesUnderWay(db)).length > 0) return null;
  return [changes, ...(await heldFiles(db)).map(({ staging }) => staging)].join(' ');
}

/** All tables but what makes the schema, what is under way, and the staging of files that are being loaded. */
async function tablesToCopy(db: Database): Promise<StoredTable[]> {
  const held = new Set((await heldFiles(db)).flatMap(({ staging }) => [heldTable(staging), stagingTable(staging)]));
  return (await storedTables(db)).filter(({ name }) =>
    isStagedTable(name) ? held.has(name) : !['migrations', 'layout', 'replicas', 'under_way'].includes(name),
  );
}

async function dropFrozen(db: Database): Promise<void> {
  for (const on of everywhere(db)) {
    const { database } = frozen(on.name, '');
    await on.command('drop the database of a backup', `DROP DATABASE IF EXISTS \`${database}\` SYNC`);
  }
}

function frozenStore(db: Database, tables: readonly StoredTable[]): FrozenStore {
  const place = (table: string): string => nameOf(frozen(db.name, table));
  return {
    tables,
    describe: async ({ name, columns }) => {
      try {
        return { name, columns, ...(await contentOf(db, place(name))) };
      } catch (error) {
        if (!isMissingTable(error)) throw error;
        throw terminal('store-in-use', 'another backup has begun and ended this one', 'Let one of them run at a time.');
      }
    },
    read: async (table) =>
      await db.read(`read ${table.name}`, `SELECT ${columnsOf(table)} FROM ${place(table.name)} FORMAT Native`),
    release: async () => await dropFrozen(db),
  };
}
