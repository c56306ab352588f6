import { resolve } from 'node:path';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type BackupProgress, backUp } from '../../operations/back-up';
import { type Manifest } from '../../operations/backup-folder';
import { type Context } from '../../operations/context';
import { type Deployment, openContext } from '../../operations/open';
import { restoreBackup } from '../../operations/restore-backup';
import { type Io } from '../io';
import { verify } from './verify';

/** backup writes what the store holds into a folder. */
export async function backup(io: Io, context: Context, folder: string): Promise<boolean> {
  const path = resolve(folder);
  const about = await backUp(context, path, shownBy(io, 'writing'));
  io.answer({ folder: path, ...summaryOf(about) }, () => `${path} holds ${summaryText(about)}`);
  return true;
}

export interface RestoreFlags {
  readonly replace?: boolean;
  readonly check?: boolean;
}

/** restore makes the store what a backup holds, brings its schema up to date and compares every total with the orders. */
export async function restore(
  io: Io,
  deployment: Deployment,
  folder: string,
  { replace = false, check = false }: RestoreFlags,
): Promise<boolean> {
  const path = resolve(folder);
  const options = { replace, checkOnly: check, onProgress: shownBy(io, check ? 'comparing' : 'loading') };
  const about = await restoreBackup(deployment, path, options);
  io.note(`${check ? 'sound' : 'restored'}: ${summaryText(about)}, as of ${about.madeAt}`);
  if (check) {
    io.answer({ folder: path, sound: true, ...summaryOf(about) }, () => `${path} can be restored`);
    return true;
  }
  const context = await openContext(deployment);
  try {
    await refreshTotals(context.db, context.now);
    return await verify(io, context);
  } finally {
    await context.close();
  }
}

const shownBy =
  (io: Io, doing: string) =>
  ({ table, tablesDone, tablesTotal }: BackupProgress): void =>
    io.progress(`${doing} ${table}, ${tablesDone} of ${tablesTotal} tables done`);

function summaryOf({ madeAt, tables, outbox }: Manifest) {
  return {
    madeAt,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes: [...tables.flatMap(({ file }) => file ?? []), ...outbox].reduce((sum, { bytes }) => sum + bytes, 0),
    mails: outbox.length,
  };
}

function summaryText(about: Manifest): string {
  const { tables, rows, bytes, mails } = summaryOf(about);
  return `${tables} tables, ${rows} rows and ${mails} mails in ${(bytes / 1_000_000).toFixed(1)} MB`;
}
