import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { terminal } from '../errors';
import { type Database, type DatabaseLocation, type NamedQuery, onServer } from './client';
import { type Cluster, requireCluster } from './cluster';
import { count } from './rows';
import { allOf } from './shards';

/** Layout is over what a store was made. */
interface Layout {
  readonly cluster: string;
  readonly shards: number;
  /** Database of the rows on every shard. */
  readonly database: string;
}

const TABLES: NamedQuery<{ name: string }> = {
  name: 'tables of the schema',
  sql: `SELECT name FROM system.tables WHERE database = {database: String} AND name IN ('layout', 'migrations')`,
  row: z.object({ name: z.string() }),
};

const LAYOUT: NamedQuery<Layout> = {
  name: 'layout of the store',
  sql: 'SELECT cluster, shards, database FROM {database: Identifier}.layout LIMIT 1',
  row: z.object({ cluster: z.string(), shards: z.number(), database: z.string() }),
};

/** layoutOf tells over what the store of a location was made: null for one database, undefined when none was made yet. */
export async function layoutOf(location: DatabaseLocation): Promise<Layout | null | undefined> {
  const { database } = location;
  return await onServer(location, async (server) => {
    const names = (await server.rows(TABLES, { database })).map(({ name }) => name);
    const [layout] = names.includes('layout') ? await server.rows(LAYOUT, { database }) : [];
    return layout ?? (names.includes('migrations') ? null : undefined);
  });
}

const OWN_LAYOUT: NamedQuery<Layout> = { ...LAYOUT, sql: 'SELECT cluster, shards, database FROM layout LIMIT 1' };

/** Place is which shard a replica has the rows of; 0 and blank: none. */
interface Place {
  readonly number: number;
  /** By which the store knows it. */
  readonly member: string;
}

const PLACE: NamedQuery<Place> = {
  name: 'place of a replica in its cluster',
  sql: 'SELECT toUInt32(max(number)) AS number, max(member) AS member FROM place',
  row: z.object({ number: z.number(), member: z.string() }),
};

const MEMBERS: NamedQuery<{ member: string; isIn: boolean }> = {
  name: 'replicas of the store',
  sql: 'SELECT member, argMax(is_in, at) AS latest FROM replicas GROUP BY member',
  row: z
    .object({ member: z.string(), latest: z.boolean() })
    .transform(({ member, latest }) => ({ member, isIn: latest })),
};

const ROWS_LEFT: NamedQuery<{ rows: number }> = {
  name: 'rows that an earlier store left on a shard',
  sql: `SELECT sum(total_rows) AS rows FROM system.tables WHERE database = currentDatabase() AND name IN ('orders', 'kept_rows')`,
  row: z.object({ rows: count }),
};

/**
 * keepLayout writes down, once, over what a store is made and on every replica which shard it has the rows of, and makes
 * sure that they are what they were: an order is looked for on the shard that its number says. A replica that is no
 * longer named misses what is loaded from then on, so it does not come back. One database needs no word.
 * @throws PipelineError `shards-changed`
 */
export async function keepLayout(db: Database): Promise<void> {
  if (db.spread === null) return;
  await db.command(
    'create the table of the layout',
    'CREATE TABLE IF NOT EXISTS layout (cluster String, shards UInt16, database String) ENGINE = MergeTree ORDER BY cluster',
  );
  await db.command(
    'create the table of replicas',
    `CREATE TABLE IF NOT EXISTS replicas (member String, shard UInt16, is_in Bool, at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = MergeTree ORDER BY member`,
  );
  const isNew = (await db.rows(OWN_LAYOUT)).length === 0;
  const members = await db.rows(MEMBERS);
  const named = await allOf(
    db.shards.flatMap((replicas, index) =>
      replicas.map(async (replica) => await placeOf(db, replica, { shard: index + 1, isNew, members })),
    ),
  );
  if (isNew) await db.insert('layout', [{ ...db.spread, shards: db.shards.length }]);
  const left = isNew ? [] : members.filter(({ member, isIn }) => isIn && !named.includes(member));
  await db.insert(
    'replicas',
    left.map(({ member }) => ({ member, shard: 0, is_in: false })),
  );
}

/** What a replica is to be in its store. */
interface Expected {
  readonly shard: number;
  readonly isNew: boolean;
  readonly members: readonly { readonly member: string; readonly isIn: boolean }[];
}

/** The member that a replica is. Those of a store that was made before it knew its replicas become members. */
async function placeOf(db: Database, replica: Database, { shard, isNew, members }: Expected): Promise<string> {
  await replica.command(
    'create the table of the place',
    'CREATE TABLE IF NOT EXISTS place (number UInt16, member String) ENGINE = MergeTree ORDER BY number',
  );
  if (members.length === 0) {
    await replica.command('tell replicas apart', 'ALTER TABLE place ADD COLUMN IF NOT EXISTS member String');
  }
  if (isNew) await refuseRowsLeft(replica, shard);
  const isOld = !isNew && members.length === 0 && (await replica.row(PLACE)).number === shard;
  if (isNew || isOld) await takePlace(db, replica, shard);
  const { number, member } = await replica.row(PLACE);
  if (number !== 0 && number !== shard) throw otherPlace(shard, number);
  if (number === 0 || members.some((known) => known.member === member && !known.isIn)) throw notOfTheStore(shard);
  return member;
}

async function refuseRowsLeft(replica: Database, shard: number): Promise<void> {
  if ((await replica.row(ROWS_LEFT)).rows === 0) return;
  throw terminal(
    'shards-changed',
    `shard ${shard} has rows of orders in its database "${replica.name}", and there is no store yet that they could be of`,
    `Drop that database on every shard if nothing in it is needed, or choose another CLICKHOUSE_DATABASE.`,
  );
}

/** The store knows a member before the replica says that it is one. */
async function takePlace(db: Database, replica: Database, number: number): Promise<void> {
  const member = randomUUID();
  await db.insert('replicas', [{ member, shard: number, is_in: true }]);
  await replica.insert('place', [{ number, member }]);
}

const notOfTheStore = (number: number) =>
  terminal(
    'shards-changed',
    `a replica of shard ${number} has not all rows of the store: it is new, or was left out for a while`,
    'Name the others only, in <remote_servers> and CLICKHOUSE_SHARDS; or write a backup, name all, and restore it with --replace (docs/operation/grow-to-a-cluster.md).',
  );

const otherPlace = (number: number, was: number) =>
  terminal(
    'shards-changed',
    `what is shard ${number} of the cluster now was its shard ${was}, and has the rows of that`,
    'Name the shards in <remote_servers> and CLICKHOUSE_SHARDS in the order in which the store was made.',
  );

/**
 * locateRows says where the rows of orders lie, or are to lie.
 * @throws PipelineError `shards-changed` when the store was made over something else, and as overCluster does
 */
export async function locateRows(head: DatabaseLocation, cluster: Cluster | null): Promise<DatabaseLocation> {
  const layout = await layoutOf(head);
  const asked = cluster && { cluster: cluster.name, shards: cluster.urls.length };
  if (layout !== undefined && (layout?.cluster !== asked?.cluster || layout?.shards !== asked?.shards)) {
    throw terminal(
      'shards-changed',
      `the database "${head.database}" was made over ${inWords(layout)}, and is to be opened over ${inWords(asked)}`,
      'Set CLICKHOUSE_CLUSTER and CLICKHOUSE_SHARDS as they were, write a backup, change them, and restore it into another CLICKHOUSE_DATABASE (docs/operation/grow-to-a-cluster.md).',
      { database: head.database },
    );
  }
  return cluster === null ? head : await overCluster(head, cluster);
}

/**
 * overCluster locates a store whose rows of orders lie on a cluster, in a database of theirs.
 * @throws PipelineError `cluster-invalid`, `store-unreachable`
 */
export async function overCluster(head: DatabaseLocation, cluster: Cluster): Promise<DatabaseLocation> {
  await requireCluster(head, cluster);
  const database = (await layoutOf(head))?.database ?? rowsDatabase(head.database);
  return { ...head, shards: { cluster: cluster.name, urls: cluster.urls, database } };
}

const inWords = (over: Pick<Layout, 'cluster' | 'shards'> | null): string =>
  over === null ? 'one server without CLICKHOUSE_CLUSTER' : `${over.shards} shards of the cluster "${over.cluster}"`;

/** rowsDatabase is a database for the rows of a store on its shards: another one than that in use. */
export const rowsDatabase = (database: string, inUse?: string): string =>
  inUse === `${database}_shard` ? `${database}_shard_2` : `${database}_shard`;
