import { join } from 'node:path';
import { type AnalystLogin } from '../clickhouse/analyst-query';
import { finishRestore } from '../clickhouse/backup/thaw';
import { type DatabaseLocation, openDatabase } from '../clickhouse/client';
import { type Cluster } from '../clickhouse/cluster';
import { locateRows } from '../clickhouse/layout';
import { leaseEngine, markRecovered, untilRecovered } from '../clickhouse/engine/launch';
import { recoverCommits } from '../clickhouse/loading/commit';
import { migrate } from '../clickhouse/migrate';
import { refreshTotals } from '../clickhouse/totals/refresh';
import { type Logger } from '../log';
import { type Context, type OperationSettings } from './context';

/** Where a deployment keeps things. */
export interface Deployment {
  readonly home: string;
  /** A ClickHouse server; without it the embedded engine under `home`. */
  readonly clickhouseUrl: string | undefined;
  readonly database: string;
  /** Over which rows of orders are spread; null: all of them lie at that server, or in the embedded engine. */
  readonly cluster: Cluster | null;
  readonly settings: OperationSettings;
  readonly now: () => Date;
  readonly log: Logger;
}

/** OpenContext is a context with the store behind it held until it is closed. */
export interface OpenContext extends Context {
  close(): Promise<void>;
}

/**
 * openContext connects to the store, brings its schema up to date and repairs what a crash left: commits that had
 * begun are finished, and totals that they touched are refreshed.
 * @throws PipelineError of the engine, the store or the migrations
 */
export async function openContext(deployment: Deployment): Promise<OpenContext> {
  const { location: head, alone, analyst, recovered: markDone, release } = await locateStore(deployment);
  try {
    await finishRestore(head);
    const location = await locateRows(head, deployment.cluster);
    const migrated = await migrate(location);
    if (migrated > 0) deployment.log.info('schema brought up to date', { migrations: migrated });
    const db = openDatabase(location);
    const recovered = await recoverCommits(db, deployment.now, alone);
    for (const entry of recovered) {
      const what = entry.status === 'withdrawing' ? 'withdrawal' : 'commit';
      deployment.log.warn(`finished a ${what} that was cut off`, { path: entry.path, file: entry.fileId.slice(0, 12) });
    }
    if (recovered.length > 0) await refreshTotals(db, deployment.now);
    markDone();
    return {
      db,
      alone,
      settings: deployment.settings,
      now: deployment.now,
      log: deployment.log,
      ...(analyst === undefined ? {} : { analyst }),
      close: async () => {
        await db.close();
        release();
      },
    };
  } catch (error) {
    try {
      markDone();
    } catch {
      // On a full disk not even this can be written; what failed before says more.
    }
    release();
    throw error;
  }
}

/** LocatedStore is where the store is, held until it is released. */
interface LocatedStore {
  readonly location: DatabaseLocation;
  /** Whether it is the embedded engine's. */
  readonly embedded: boolean;
  /** True when this process started the engine, so that no other command can be at work. */
  readonly alone: boolean;
  readonly analyst?: AnalystLogin;
  /** Says that leftovers are cleared, or cannot be. */
  readonly recovered: () => void;
  readonly release: () => void;
}

/** locateStore holds the store of a deployment, whatever its schema is. @throws PipelineError of the engine */
export async function locateStore(deployment: Deployment): Promise<LocatedStore> {
  const { database, clickhouseUrl } = deployment;
  if (clickhouseUrl !== undefined) {
    const url = new URL(clickhouseUrl);
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    url.username = '';
    url.password = '';
    return {
      location: {
        url: url.href,
        database,
        ...(user === '' ? {} : { user }),
        ...(password === '' ? {} : { password }),
      },
      embedded: false,
      alone: false,
      recovered: () => undefined,
      release: () => undefined,
    };
  }
  const directory = join(deployment.home, 'engine');
  const lease = await leaseEngine(directory, { recovers: true });
  if (!lease.started) await untilRecovered(directory);
  return {
    location: { url: lease.url, user: lease.user, password: lease.password, database },
    embedded: true,
    alone: lease.started,
    analyst: { url: lease.url, ...lease.analyst },
    recovered: () => {
      if (lease.started) markRecovered(directory);
    },
    release: () => lease.release(),
  };
}
