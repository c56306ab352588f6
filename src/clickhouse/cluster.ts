import { z } from 'zod';
import { type PipelineError, terminal } from '../errors';
import { type Database, type DatabaseLocation, type NamedQuery, openDatabase } from './client';
import { eachReplica, headOf } from './shards';

/** Cluster is what a deployment says of the cluster over which rows of orders are to be spread. */
export interface Cluster {
  readonly name: string;
  /** HTTP addresses of the replicas of its shards, by their numbers. */
  readonly urls: readonly (readonly string[])[];
}

/** A shard as the servers know it. */
interface KnownShard {
  readonly shard: number;
  readonly replicas: number;
  /** Whether it is told that its replicas copy from each other. */
  readonly copies: boolean;
}

const SHARDS: NamedQuery<KnownShard> = {
  name: 'shards of a cluster',
  sql: `SELECT shard_num AS shard, toUInt32(count()) AS replicas, max(internal_replication) > 0 AS copies
    FROM system.clusters WHERE cluster = {cluster: String} GROUP BY shard_num ORDER BY shard_num`,
  row: z.object({ shard: z.number(), replicas: z.number(), copies: z.coerce.boolean() }),
};

const SERVER = `concat(hostName(), ':', toString(tcpPort()), ' ', toString(serverUUID()))`;

const serversOf = (from: string): NamedQuery<{ server: string }> => ({
  name: 'servers of a cluster',
  sql: `SELECT ${SERVER} AS server FROM ${from} ORDER BY shardNum()`,
  row: z.object({ server: z.string() }),
});

/**
 * requireCluster makes sure that a cluster can be worked with: every replica answers at its address, and the servers know
 * each other as Paceline knows them.
 * @throws PipelineError `cluster-invalid`, `store-unreachable`
 */
export async function requireCluster(head: DatabaseLocation, { name, urls }: Cluster): Promise<void> {
  const probe = openDatabase({ ...head, database: 'default', shards: { cluster: name, urls, database: 'default' } });
  const one = async (db: Database, from: string): Promise<string> => (await db.row(serversOf(from))).server;
  try {
    refuseCluster(name, await probe.rows(SHARDS, { cluster: name }), urls);
    const own = await eachReplica(probe, async (replica) => await one(replica, 'system.one'));
    const seen = await probe.rows(serversOf(`clusterAllReplicas('${name}', system.one)`));
    if (own.join() !== seen.map(({ server }) => server).join()) throw otherServers(name);
    const self = await one(probe, 'system.one');
    await eachReplica(probe, async (replica) => {
      const known = await replica.rows(SHARDS, { cluster: headOf(name) });
      if (known.length !== 1 || (await one(replica, `cluster('${headOf(name)}', system.one)`)) !== self) {
        throw withoutHead(name);
      }
    });
  } finally {
    await probe.close();
  }
}

const HOW = 'docs/operation/grow-to-a-cluster.md shows how a cluster is set up.';

function refuseCluster(name: string, shards: readonly KnownShard[], urls: Cluster['urls']): void {
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
  for (const [index, { shard, replicas, copies }] of shards.entries()) {
    const named = urls[index]?.length ?? 0;
    if (replicas !== named) {
      throw invalid(
        `shard ${shard} of the cluster "${name}" has ${replicas} replicas, and CLICKHOUSE_SHARDS names ${named} of it`,
        'Name the HTTP address of each replica once, those of one shard with | between them: rows are written to each of them.',
      );
    }
    if (copies && replicas > 1) {
      throw invalid(
        `shard ${shard} of the cluster "${name}" has internal_replication: its replicas are expected to copy from each other`,
        'Take internal_replication out of its <shard>: Paceline writes to each of them.',
      );
    }
  }
}

const otherServers = (name: string) =>
  terminal(
    'cluster-invalid',
    `CLICKHOUSE_SHARDS does not lead to the servers of the cluster "${name}" in their order`,
    `Name the HTTP address of each server once, in the order of the cluster. ${HOW}`,
    { cluster: name },
  );

const withoutHead = (name: string) =>
  terminal(
    'cluster-invalid',
    `a shard does not know the server at CLICKHOUSE_URL as the cluster "${headOf(name)}"`,
    `Add a cluster of that name with this one server to <remote_servers> of every shard. ${HOW}`,
    { cluster: headOf(name) },
  );
