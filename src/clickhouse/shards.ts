import { z } from 'zod';
import { type Database, type NamedQuery } from './client';
import { count } from './rows';

/** The tables with rows of orders. Where a store is spread, they lie on its shards and all others in the database itself. */
const ROWS_OF_ORDERS = ['orders', 'kept_rows', 'destinations'];

/** isOnShards says that a table lies on the shards of a store that has some. */
export const isOnShards = (table: string): boolean => ROWS_OF_ORDERS.includes(table) || isStagedTable(table);

/** isStagedTable says that a table holds the rows of one file that is not committed. */
export const isStagedTable = (name: string): boolean => /^(staging|held)_[0-9a-f]+$/.test(name);

/**
 * onShard names a table of the store as it is called on its shards. Whether the rows of a file are staged or held is
 * decided by the one name that the store's own database has for them; on the shards they are staged until they are dropped.
 */
export const onShard = ({ spread }: Database, table: string): string =>
  spread === null ? table : table.replace(/^held_/, 'staging_');

/** Place is a table by its database and name. */
export interface Place {
  readonly database: string;
  readonly table: string;
}

/** nameOf is how a statement names a table of whatever database. */
export const nameOf = ({ database, table }: Place): string => `\`${database}\`.\`${table}\``;

/** everywhere are a store's own database and, where it has some, those of the replicas of its shards. */
export const everywhere = (db: Database): readonly Database[] =>
  db.spread === null ? [db] : [db, ...db.shards.flat()];

/** eachReplica does work on all replicas of all shards at once, as allOf does: what changes one changes all. */
export async function eachReplica<T>(db: Database, work: (replica: Database) => Promise<T>): Promise<T[]> {
  return await allOf(db.shards.flat().map(work));
}

/** allOf waits for works at once. When one fails, the others have ended as well. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(works);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** spreadTable makes the table through which those of the shards are read and written; anew when they have changed. */
export async function spreadTable(db: Database, table: string): Promise<void> {
  if (db.spread === null) return;
  await spread(db, { database: db.name, table }, { database: db.spread.database, table: onShard(db, table) });
}

/** spread is spreadTable for a table of whatever database. All lines of an order lie on one shard: there they collapse and count. */
export async function spread(db: Database, at: Place, rows: Place): Promise<void> {
  await db.command(
    'spread a table over the shards',
    `CREATE OR REPLACE TABLE ${nameOf(at)}
     ENGINE = Distributed({cluster: String}, {database: String}, {table: String}, sipHash64(platform, shop, order_id))`,
    { cluster: db.spread?.cluster, ...rows },
  );
}

/** headOf is the cluster of one server that holds everything but the rows of orders. */
export const headOf = (cluster: string): string => `${cluster}_head`;

const SHOWN: NamedQuery<{ shown: boolean }> = {
  name: 'ledger that a shard sees',
  sql: `SELECT count() > 0 AS shown FROM system.tables WHERE database = currentDatabase() AND name = 'files'
    AND startsWith(engine_full, format('Distributed(\\'{0}\\', \\'{1}\\', ', {cluster: String}, {database: String}))`,
  row: z.object({ shown: z.coerce.boolean() }),
};

/** showLedger lets statements on the shards ask the ledger, which lies in the store's own database. */
export async function showLedger(db: Database, anew: boolean): Promise<void> {
  if (db.spread === null) return;
  const ledger = { cluster: headOf(db.spread.cluster), database: db.name };
  await eachReplica(db, async (replica) => {
    if (!anew && (await replica.row(SHOWN, ledger)).shown) return;
    await replica.command(
      'show the ledger to a shard',
      `CREATE OR REPLACE TABLE files ENGINE = Distributed({cluster: String}, {database: String}, 'files')`,
      ledger,
    );
  });
}

const ANSWER: NamedQuery<unknown> = { name: 'does it answer', sql: 'SELECT 1 AS answers', row: z.unknown() };

/** reachShards asks every server with rows of orders to answer. @throws PipelineError `store-unreachable`, which names the shard */
export async function reachShards(db: Database): Promise<void> {
  await eachReplica(db, async (replica) => await replica.row(ANSWER));
}

const ROWS: NamedQuery<{ rows: number }> = {
  name: 'rows of orders on a shard',
  sql: 'SELECT count() AS rows FROM orders',
  row: z.object({ rows: count }),
};

/** rowsOnReplicas counts the rows of orders on each replica of each shard, whatever version they are. */
export async function rowsOnReplicas(db: Database): Promise<number[]> {
  return await eachReplica(db, async (replica) => (await replica.row(ROWS)).rows);
}

/**
 * perShard is a SELECT that runs on one replica of every shard, over the rows that lie there: only what it selects
 * travels. Its tables are named by `of`.
 */
export function perShard({ spread: over }: Database, select: (of: (table: string) => string) => string): string {
  if (over === null) return select((table) => table);
  const rows = select((table) => nameOf({ database: over.database, table }));
  return `SELECT * FROM cluster('${over.cluster}', view(${rows}))`;
}
