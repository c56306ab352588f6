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

/** TestCluster is a number of servers; the first n of them are the cluster `of_n`, with the first as its head. */
export class TestCluster {
  private constructor(
    readonly servers: readonly EngineServer[],
    private readonly folder: string,
  ) {}

  static async start(count: number): Promise<TestCluster> {
    const ports = await Promise.all(Array.from({ length: count * 2 }, freePort));
    const [http, native] = [ports.slice(0, count), ports.slice(count)];
    const shard = (port: number): string => `<shard><replica><host>127.0.0.1</host><port>${port}</port>
      <user>${ENGINE_USER}</user><password>${EngineServer.PASSWORD}</password></replica></shard>`;
    const cluster = (name: string, of: readonly number[]): string => `<${name}>${of.map(shard).join('')}</${name}>`;
    const clusters = native
      .map(
        (_, last) =>
          cluster(`of_${last + 1}`, native.slice(0, last + 1)) + cluster(`of_${last + 1}_head`, native.slice(0, 1)),
      )
      .join('');
    const folder = mkdtempSync(join(scratch(), 'paceline-test-'));
    const servers = http.map(
      (port, index) =>
        new EngineServer(join(folder, String(index)), port, { nativePort: native[index] ?? 0, clusters }),
    );
    await Promise.all(servers.map(async (server) => await server.start()));
    return new TestCluster(servers, folder);
  }

  remove(): void {
    for (const server of this.servers) server.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** What a command is told to work over the first so many shards; 0: at the first server alone. */
  env(shards: number): Record<string, string> {
    const urls = this.servers.slice(0, shards).map(({ port }) => `http://127.0.0.1:${port}`);
    return {
      CLICKHOUSE_URL: this.servers[0]?.url ?? '',
      ...(shards === 0 ? {} : { CLICKHOUSE_CLUSTER: `of_${shards}`, CLICKHOUSE_SHARDS: urls.join() }),
    };
  }

  deployment(database: string, shards: number, env: Readonly<Record<string, string>> = {}): Deployment {
    const home = temporaryFolder();
    const own = { PACELINE_HOME: home, CLICKHOUSE_DATABASE: database, ...this.env(shards), ...env };
    return deploymentOf(readConfig(own), silentLogger);
  }
}
