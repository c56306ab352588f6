/** Several ClickHouse servers as processes of this machine, which are shards of clusters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_USER } from '../../src/clickhouse/engine/files';
import { readConfig } from '../../src/config';
import { silentLogger } from '../../src/log';
import { deploymentOf } from '../../src/operations/deployment';
import { type Deployment } from '../../src/operations/open';
import { EngineServer, freePort } from '../faults/supplies';
import { temporaryFolder } from './process';
import { scratch } from './store';

/** Shards of a cluster, each with the servers that are its replicas, by their numbers from 0. */
export type Shards = readonly (readonly number[])[];

/**
 * TestCluster is a number of servers, and clusters of them by name; the head is always the first server. Replicas of the
 * one named `copying` are told to copy from each other.
 */
export class TestCluster {
  private clusters: Readonly<Record<string, Shards>> = {};

  private constructor(
    readonly servers: readonly EngineServer[],
    private readonly folder: string,
  ) {}

  static async start(count: number, clusters: Readonly<Record<string, Shards>>): Promise<TestCluster> {
    const ports = await Promise.all(Array.from({ length: count * 2 }, freePort));
    const [http, native] = [ports.slice(0, count), ports.slice(count)];
    const folder = mkdtempSync(join(scratch(), 'paceline-test-'));
    const servers = http.map((port, index) => new EngineServer(join(folder, String(index)), port, native[index]));
    const started = new TestCluster(servers, folder);
    await started.regroup(clusters);
    return started;
  }

  /** regroup starts all servers, anew if they run, with these clusters in their configuration. */
  async regroup(clusters: Readonly<Record<string, Shards>>): Promise<void> {
    this.clusters = clusters;
    const xml = Object.entries(clusters)
      .map(([name, shards]) => this.xml(name, shards) + this.xml(`${name}_head`, [[0]]))
      .join('');
    for (const server of this.servers) {
      server.kill();
      server.clusters = xml;
    }
    await Promise.all(this.servers.map(async (server) => await server.start()));
  }

  private xml(name: string, shards: Shards): string {
    const replica = (server: number): string => `<replica><host>127.0.0.1</host>
      <port>${this.servers[server]?.nativePort}</port><user>${ENGINE_USER}</user><password>${EngineServer.PASSWORD}</password></replica>`;
    const copies = name === 'copying' ? '<internal_replication>true</internal_replication>' : '';
    const shard = (replicas: readonly number[]): string => `<shard>${copies}${replicas.map(replica).join('')}</shard>`;
    return `<${name}>${shards.map(shard).join('')}</${name}>`;
  }

  remove(): void {
    for (const server of this.servers) server.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** What a command is told to work over a cluster; null: at the first server alone. */
  env(cluster: string | null): Record<string, string> {
    const url = (server: number): string => `http://127.0.0.1:${this.servers[server]?.port}`;
    const shards = cluster === null ? [] : (this.clusters[cluster] ?? []);
    return {
      CLICKHOUSE_URL: this.servers[0]?.url ?? '',
      ...(cluster === null
        ? {}
        : {
            CLICKHOUSE_CLUSTER: cluster,
            CLICKHOUSE_SHARDS: shards.map((replicas) => replicas.map(url).join('|')).join(),
          }),
    };
  }

  deployment(database: string, cluster: string | null, env: Readonly<Record<string, string>> = {}): Deployment {
    const home = temporaryFolder();
    const own = { PACELINE_HOME: home, CLICKHOUSE_DATABASE: database, ...this.env(cluster), ...env };
    return deploymentOf(readConfig(own), silentLogger);
  }
}
