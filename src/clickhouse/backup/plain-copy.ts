import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { count } from '../rows';
import { eachReplica, isOnShards, nameOf, onShard, type Place, spread } from '../shards';

/** StoredTable is a table as the engine keeps it. */
export interface StoredTable {
  readonly name: string;
  /** Its engine with keys and settings, as the engine writes it. */
  readonly engine: string;
  /** Columns that are written, in their order; those that the engine works out are not among them. */
  readonly columns: readonly string[];
}

const STORED_TABLES: NamedQuery<StoredTable> = {
  name: 'tables and their columns',
  sql: `SELECT t.name AS name, any(t.engine_full) AS engine,
      arrayMap(c -> c.2, arraySort(groupArray((c.position, c.name)))) AS columns
    FROM system.tables AS t JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
    WHERE t.database = currentDatabase() AND c.default_kind NOT IN ('MATERIALIZED', 'ALIAS')
    GROUP BY name ORDER BY name`,
  row: z.object({ name: z.string(), engine: z.string(), columns: z.array(z.string()) }),
};

/** storedTables lists the tables of a store by name. Those that lie on its shards are as each of their replicas keeps them. */
export async function storedTables(db: Database): Promise<StoredTable[]> {
  const [[replica] = []] = db.shards;
  const own = await db.rows(STORED_TABLES);
  if (db.spread === null || replica === undefined) return own;
  const onShards = new Map((await replica.rows(STORED_TABLES)).map((table) => [table.name, table]));
  return own.flatMap((table) => {
    if (!isOnShards(table.name)) return [table];
    const kept = onShards.get(onShard(db, table.name));
    return kept === undefined ? [] : [{ ...kept, name: table.name }];
  });
}

/** collapses says that rows of a table may go when parts are merged. */
export const collapses = ({ engine }: StoredTable): boolean => !engine.startsWith('MergeTree');

/** columnsOf lists the columns of a table for a statement. */
export const columnsOf = ({ columns }: Pick<StoredTable, 'columns'>): string =>
  columns.map((column) => `\`${column}\``).join(', ');

/** PlaceOf says where something of a table is: in which database beside the one given, and under which name. */
export type PlaceOf = (database: string, table: string) => Place;

/** itself is the place of the table. */
export const itself: PlaceOf = (database, table) => ({ database, table });

/** Does work wherever the parts of a table are. */
async function whereItLies(db: Database, table: string, work: (on: Database, table: string) => Promise<void>) {
  if (isOnShards(table)) await eachReplica(db, async (replica) => await work(replica, onShard(db, table)));
  else await work(db, table);
}

/**
 * createPlainCopy makes an empty table that takes the parts of another one as they are. Its rows never collapse, so that
 * they can be counted.
 */
export async function createPlainCopy(db: Database, { name, engine }: StoredTable, copy: PlaceOf): Promise<void> {
  const plain = engine.replace(/^\w+(\(.*?\))?/, 'MergeTree');
  await whereItLies(db, name, async (on, table) => {
    const [to, from] = [copy, itself].map((place) => nameOf(place(on.name, table)));
    await on.command('create a plain copy', `CREATE TABLE ${to} AS ${from} ENGINE = ${plain}`);
  });
  if (db.spread !== null && isOnShards(name)) {
    await spread(db, copy(db.name, name), copy(db.spread.database, onShard(db, name)));
  }
}

/** linkParts puts all rows of one table into another of the same structure, by hard links: at once or not at all on a server. */
export async function linkParts(db: Database, name: string, places: { from: PlaceOf; to: PlaceOf }): Promise<void> {
  await whereItLies(db, name, async (on, table) => {
    const [to, from] = [places.to, places.from].map((place) => nameOf(place(on.name, table)));
    await on.command('link the parts of a table', `ALTER TABLE ${to} ATTACH PARTITION ALL FROM ${from}`);
  });
}

/** Content is what a table holds, as it can be compared. */
export interface Content {
  readonly rows: number;
  /** A sum over the rows, whatever their order. */
  readonly digest: string;
}

const CONTENT = (table: string): NamedQuery<Content> => ({
  name: 'content of a table',
  sql: `SELECT count() AS rows, toString(sum(sipHash64(formatRow('RowBinary', *)))) AS digest FROM ${table}`,
  row: z.object({ rows: count, digest: z.string() }),
});

/** contentOf reads a whole table. */
export async function contentOf(db: Database, table: string): Promise<Content> {
  return await db.row(CONTENT(table));
}
