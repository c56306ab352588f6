import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import {
  createPostgresBackend,
  type IQueueBackend,
  type PostgresConnectionOptions,
  runMigrations,
  withBackend,
} from 'bullmq';
import { PipelineError, terminal } from '../errors';
import { type Logger } from '../log';
import { type QueueBackend } from './backend';
import { bullBackend, type KeptQueue } from './bull';
import { lockDirectory } from './directory-lock';
import { PglitePool } from './pglite-pool';

/**
 * openEmbedded opens the queue that needs no server: BullMQ's PostgreSQL backend over a database inside this process.
 * @throws PipelineError `queue-locked` while another process has it open, `queue-unreachable` when it cannot be read
 */
export async function openEmbedded(dataDir: string, kept: KeptQueue): Promise<QueueBackend> {
  const lock = lockDirectory(dataDir);
  try {
    const database = await openDatabase(dataDir);
    const pool = new PglitePool(database);
    await runMigrations(await pool.connect());
    await database.exec('SET search_path TO bullmq');
    await releaseJobsOfTheDead(database);
    const tidying = await keepTidy(database, kept.log);
    return await bullBackend({
      kind: 'embedded',
      classes: withBackend<IQueueBackend, PostgresConnectionOptions>(createPostgresBackend),
      connection: pool,
      ...kept,
      disconnect: async () => {
        clearInterval(tidying);
        await database.close();
        lock.release();
      },
    });
  } catch (error) {
    lock.release();
    throw error instanceof PipelineError ? error : unreadable(dataDir, error);
  }
}

// The first start writes a whole database, which takes seconds: a kill in the middle leaves half of one behind, which
// the missing mark tells.
async function openDatabase(dataDir: string): Promise<PGlite> {
  const place = join(dataDir, 'pg');
  const mark = join(dataDir, 'pg.complete');
  if (!existsSync(mark)) rmSync(place, { recursive: true, force: true });
  const database = await PGlite.create(place);
  writeFileSync(mark, '');
  return database;
}

// Having the lock proves that no worker of an earlier process lives: its jobs need not wait for their leases to end.
// The columns are BullMQ's own (schema of BullMQ 6); without this step a job is retaken too, only later.
async function releaseJobsOfTheDead(database: PGlite): Promise<void> {
  await database.exec(`
    UPDATE bullmq.job SET locked_until_ms = 0, stalled_marked = true WHERE state = 'active';
    DELETE FROM bullmq.meta WHERE field = 'stalled-check';
  `);
}

const TIDY_EVERY_MS = 3_600_000;
const VACUUM_EVERY = 24;

/** Inside a process PostgreSQL has no workers of its own: its log would grow for as long as the process lives, and what jobs left stay. */
async function keepTidy(database: PGlite, log: Logger): Promise<NodeJS.Timeout> {
  let times = 0;
  const tidy = async (): Promise<void> => {
    if (times++ % VACUUM_EVERY === 0) await database.exec('VACUUM');
    await database.exec('CHECKPOINT');
  };
  await tidy();
  return setInterval(
    () =>
      void tidy().catch((error: unknown) =>
        log.warn('the queue could not be tidied', { error: error instanceof Error ? error.message : String(error) }),
      ),
    TIDY_EVERY_MS,
  ).unref();
}

function unreadable(dataDir: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return terminal(
    'queue-unreachable',
    `the queue in ${dataDir} could not be opened: ${reason}`,
    'Check the disk and the rights of the folder. If it is damaged, remove the folder: the queue holds work in progress only, and a new night does what was left.',
    { dataDir },
    cause,
  );
}
