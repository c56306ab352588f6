import { createReadStream } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finishRestore, isStoreEmpty, thawStore, type ThawedStore } from '../clickhouse/backup/thaw';
import { overCluster } from '../clickhouse/layout';
import { terminal } from '../errors';
import { type BackupProgress } from './back-up';
import { damaged, type Manifest, OUTBOX, readBackup } from './backup-folder';
import { type Deployment, locateStore } from './open';

/** RestoreOptions of one restore. */
export interface RestoreOptions {
  /** What the store holds now is given up. */
  readonly replace: boolean;
  /** The backup is loaded and compared, and nothing is put in place. */
  readonly checkOnly: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/**
 * restoreBackup makes a store what it was when the backup was written. It is filled beside, compared row by row, and put
 * in place as a whole: cut off at any moment, the store is as it was before, and the restore is run again.
 * @throws PipelineError `nothing-found`, `backup-damaged`, `schema-newer`, `schema-changed`, `store-in-use`,
 * `store-not-empty`
 */
export async function restoreBackup(
  deployment: Deployment,
  folder: string,
  options: RestoreOptions,
): Promise<Manifest> {
  const about = await readBackup(folder);
  const { location: head, embedded, alone, recovered, release } = await locateStore(deployment);
  try {
    if (embedded && !alone) throw inUse();
    await finishRestore(head);
    const location = deployment.cluster === null ? head : await overCluster(head, deployment.cluster);
    if (!options.checkOnly && !options.replace && !(await isStoreEmpty(location))) throw notEmpty(location.database);
    const store = await thawStore(location, about.migrations);
    try {
      await loadTables(store, folder, about, options);
    } catch (error) {
      await store.discard();
      throw error;
    }
    if (options.checkOnly) {
      await store.discard();
    } else {
      await store.putInPlace();
      await restoreOutbox(deployment.settings.outboxDir, folder, about);
    }
    return about;
  } finally {
    recovered();
    release();
  }
}

async function loadTables(
  store: ThawedStore,
  folder: string,
  { tables }: Manifest,
  { onProgress = () => undefined }: RestoreOptions,
): Promise<void> {
  for (const [tablesDone, { file, ...table }] of tables.entries()) {
    onProgress({ table: table.name, tablesDone, tablesTotal: tables.length });
    if (file === null) continue;
    const loaded = await store.load(table, createReadStream(join(folder, file.name)));
    if (!loaded) throw damaged(folder, file.name, 'does not hold the rows that were written');
  }
}

/** A mail that is there already has the same content: its name is its Message-ID. */
async function restoreOutbox(outboxDir: string, folder: string, { outbox }: Manifest): Promise<void> {
  if (outbox.length > 0) await mkdir(outboxDir, { recursive: true, mode: 0o700 });
  for (const { name } of outbox) await copyFile(join(folder, OUTBOX, name), join(outboxDir, name));
}

const inUse = () =>
  terminal(
    'store-in-use',
    'another process is at work on the store',
    'Stop "npx paceline start" and every other command on this PACELINE_HOME first.',
  );

const notEmpty = (database: string) =>
  terminal(
    'store-not-empty',
    `the database "${database}" is not empty`,
    'Restore into a fresh PACELINE_HOME or CLICKHOUSE_DATABASE, or give up what is in this one with --replace.',
    { database },
  );
