import { z } from 'zod';
import { type PipelineError, terminal } from '../errors';
import { type Database, type DatabaseLocation, type NamedQuery, onServer, openDatabase } from './client';
import { count } from './rows';
import { allOf, eachShard, headOf } from './shards';

/** Cluster is what a deployment says of the cluster over which rows of orders are to be spread. */
export interface Cluster {
  readonly name: string;
  /** HTTP addresses of its shards, by their numbers. */
  readonly urls: readonly string[];
}

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

const PLACE: NamedQuery<{ number: number }> = {
  name: 'place of a shard in its cluster',
  sql: 'SELECT toUInt32(max(number)) AS number FROM place',
  row: z.object({ number: z.number() }),
};

const ROWS_LEFT: NamedQuery<{ rows: number }> = {
  name: 'rows that an earlier store left on a shard',
  sql: `SELECT sum(total_rows) AS rows FROM system.tables WHERE database = currentDatabase() AND name IN ('orders', 'kept_rows')`,
  row: z.object({ rows: count }),
};

/**
 * keepLayout writes down, once, over what a store is made and on every shard its number, and makes sure that they are
 * what they were: an order is looked for on the shard that its number says. One database needs no word.
 * @throws PipelineError `shards-changed`
 */
export async function keepLayout(db: Database): Promise<void> {
  if (db.spread === null) return;
  await db.command(
    'create the table of the layout',
    'CREATE TABLE IF NOT EXISTS layout (cluster String, shards UInt16, database String) ENGINE = MergeTree ORDER BY cluster',
  );
  const isNew = (await db.rows(OWN_LAYOUT)).length === 0;
  await allOf(
    db.shards.map(async (shard, index) => {
      if (isNew) await takePlace(shard, index + 1);
      const { number } = await shard.row(PLACE);
      if (number !== index + 1) throw otherPlace(index + 1, number);
    }),
  );
  if (isNew) await db.insert('layout', [{ ...db.spread, shards: db.shards.length }]);
}

async function takePlace(shard: Database, number: number): Promise<void> {
  if ((await shard.row(ROWS_LEFT)).rows > 0) {
    throw terminal(
      'shards-changed',
      `shard ${number} has rows of orders in its database "${shard.name}", and there is no store yet that they could be of`,
      `Drop that database on every shard if nothing in it is needed, or choose another CLICKHOUSE_DATABASE.`,
    );
  }
  await shard.command(
    'create the table of the place',
    'CREATE TABLE IF NOT EXISTS place (number UInt16) ENGINE = MergeTree ORDER BY number',
  );
  await shard.insert('place', [{ number }]);
}

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

const inWords = (over: Pick<Layout, 'cluster' | 'shards'> | null): string =>
  over === null ? 'one server without CLICKHOUSE_CLUSTER' : `${over.shards} shards of the cluster "${over.cluster}"`;

/** rowsDatabase is a database for the rows of a store on its shards: another one than that in use. */
export const rowsDatabase = (database: string, inUse?: string): string =>
  inUse === `${database}_shard` ? `${database}_shard_2` : `${database}_shard`;

const SHARDS: NamedQuery<{ shard: number; replicas: number }> = {
  name: 'shards of a cluster',
  sql: `SELECT shard_num AS shard, toUInt32(count()) AS replicas FROM system.clusters WHERE cluster = {cluster: String}
    GROUP BY shard_num ORDER BY shard_num`,
  row: z.object({ shard: z.number(), replicas: z.number() }),
};

const SERVER = `concat(hostName(), ':', toString(tcpPort()), ' ', toString(serverUUID()))`;

const serversOf = (from: string): NamedQuery<{ server: string }> => ({
  name: 'servers of a cluster',
  sql: `SELECT ${SERVER} AS server FROM ${from} ORDER BY shardNum()`,
  row: z.object({ server: z.string() }),
});

/**
 * overCluster makes sure that a cluster can be worked with: every shard answers at its address, and the servers know each
 * other as Paceline knows them.
 * @throws PipelineError `cluster-invalid`, `store-unreachable`
 */
export async function overCluster(head: DatabaseLocation, { name, urls }: Cluster): Promise<DatabaseLocation> {
  const probe = openDatabase({ ...head, database: 'default', shards: { cluster: name, urls, database: 'default' } });
  const one = async (db: Database, from: string): Promise<string> => (await db.row(serversOf(from))).server;
  try {
    const shards = await probe.rows(SHARDS, { cluster: name });
    refuseCluster(name, shards, urls);
    const own = await eachShard(probe, async (shard) => await one(shard, 'system.one'));
    const seen = (await probe.rows(serversOf(`cluster('${name}', system.one)`))).map(({ server }) => server);
    if (own.join() !== seen.join()) throw otherServers(name);
    const self = await one(probe, 'system.one');
    await eachShard(probe, async (shard) => {
      const known = await shard.rows(SHARDS, { cluster: headOf(name) });
      if (known.length !== 1 || (await one(shard, `cluster('${headOf(name)}', system.one)`)) !== self) {
        throw withoutHead(name);
      }
    });
  } finally {
    await probe.close();
  }
  const database = (await layoutOf(head))?.database ?? rowsDatabase(head.database);
  return { ...head, shards: { cluster: name, urls, database } };
}

const HOW = 'docs/operation/grow-to-a-cluster.md shows how a cluster is set up.';

function refuseCluster(
  name: string,
  shards: readonly { readonly shard: number; readonly replicas: number }[],
  urls: readonly string[],
): void {
  const invalid = (what: string, advice: string): PipelineError =>
    terminal('cluster-invalid', what, `${advice} ${HOW}`, { cluster: name });
  if (shards.length === 0) {
    throw invalid(
      `the server at CLICKHOUSE_URL knows no cluster "${name}"`,
      'Name it in <remote_servers> of every server, or correct CLICKHOUSE_CLUSTER.',
    );
  }
  if (shards.length !== urls.length) {
    throw invalid(
      `the cluster "${name}" has ${shards.length} shards, and CLICKHOUSE_SHARDS names ${urls.length}`,
      'Name the HTTP address of each shard once.',
    );
  }
  const replicated = shards.find(({ replicas }) => replicas > 1);
  if (replicated) {
    throw invalid(
      `shard ${replicated.shard} of the cluster "${name}" has ${replicated.replicas} replicas, of which only one would get rows`,
      'Name one server a shard; Paceline does not work on replicas.',
    );
  }
}

const otherServers = (name: string) =>
  terminal(
    'cluster-invalid',
    `CLICKHOUSE_SHARDS does not lead to the servers of the cluster "${name}" in their order`,
    `Name the HTTP address of each shard once, in the order of the cluster. ${HOW}`,
    { cluster: name },
  );

const withoutHead = (name: string) =>
  terminal(
    'cluster-invalid',
    `a shard does not know the server at CLICKHOUSE_URL as the cluster "${headOf(name)}"`,
    `Add a cluster of that name with this one server to <remote_servers> of every shard. ${HOW}`,
    { cluster: headOf(name) },
  );
