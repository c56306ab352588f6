import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrozenStore, freezeStore } from '../clickhouse/backup/freeze';
import { appliedMigrations } from '../clickhouse/migrate';
import { wallClockAt } from '../domain/calendar';
import { type Manifest, newBackup, type NewBackup, type StoredFile } from './backup-folder';
import { type Context } from './context';

/** BackupProgress is how far a backup or a restore has come. */
export interface BackupProgress {
  /** The table that is at work. */
  readonly table: string;
  readonly tablesDone: number;
  readonly tablesTotal: number;
}

/**
 * backUp writes everything that the store holds at one moment, and the mails of the outbox, into a folder. Others may be
 * at work meanwhile. Original exports are not in it: they hold personal data and have a retention of their own.
 * @throws PipelineError `store-busy`, `output-unwritable`, `disk-full`
 */
export async function backUp(
  context: Context,
  folder: string,
  onProgress: (progress: BackupProgress) => void = () => undefined,
): Promise<Manifest> {
  const { db } = context;
  const backup = await newBackup(folder);
  try {
    const store = await freezeStore(db);
    try {
      const about: Manifest = {
        format: 1,
        madeAt: wallClockAt(context.now().getTime()),
        migrations: await appliedMigrations(db),
        tables: await writeTables(store, backup, onProgress),
        outbox: await writeOutbox(context.settings.outboxDir, backup),
      };
      await backup.finish(about);
      return about;
    } finally {
      await store.release();
    }
  } catch (error) {
    await backup.discard();
    throw error;
  }
}

async function writeTables(
  store: FrozenStore,
  backup: NewBackup,
  onProgress: (progress: BackupProgress) => void,
): Promise<Manifest['tables']> {
  const tables: Manifest['tables'] = [];
  for (const stored of store.tables) {
    onProgress({ table: stored.name, tablesDone: tables.length, tablesTotal: store.tables.length });
    const table = await store.describe(stored);
    const file = table.rows === 0 ? null : await backup.add(`${table.name}.native.zst`, await store.read(table));
    tables.push({ ...table, columns: [...table.columns], file });
  }
  return tables;
}

async function writeOutbox(outboxDir: string, backup: NewBackup): Promise<StoredFile[]> {
  const mails: StoredFile[] = [];
  for (const name of await mailsIn(outboxDir))
    mails.push(await backup.addMail(name, createReadStream(join(outboxDir, name))));
  return mails;
}

async function mailsIn(outboxDir: string): Promise<string[]> {
  const names = await readdir(outboxDir).catch(() => []);
  return names.filter((name) => name.endsWith('.eml')).sort();
}
