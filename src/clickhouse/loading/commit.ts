import { findFile, type LedgerEntry, recordFile, unfinishedCommits } from '../ledger';
import { type Database, type NamedQuery } from '../client';
import { LOAD_SETTINGS } from './settings';
import { dropStaging, stagingTable } from './stage';
import { z } from 'zod';

const EXISTING_STAGING: NamedQuery<{ name: string }> = {
  name: 'staging tables',
  sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'staging\\_%' ORDER BY name`,
  row: z.object({ name: z.string() }),
};

const STAGED_PARTITIONS: NamedQuery<{ partition_id: string }> = {
  name: 'partitions of a staging table',
  sql: `SELECT DISTINCT partition_id FROM system.parts
    WHERE database = currentDatabase() AND table = {staging: String} AND active ORDER BY partition_id`,
  row: z.object({ partition_id: z.string() }),
};

/**
 * commitFile makes a staged file part of the orders. The ledger says `committing` first and `committed` last; between
 * them the staged parts are linked into the tables, which may be done again after a crash without harm because equal
 * keys and versions collapse. Totals show nothing of it before they are refreshed.
 */
export async function commitFile(
  db: Database,
  entry: Omit<LedgerEntry, 'at' | 'status'>,
  now: () => Date,
): Promise<void> {
  await recordFile(db, { ...entry, status: 'committing' }, now());
  await finishCommit(db, { ...entry, status: 'committing' }, now);
}

/** A commit takes milliseconds; one that began longer ago than this was cut off. */
const CUT_OFF_MS = 10 * 60_000;

/**
 * recoverCommits finishes commits that were cut off: all that are under way when nobody else can be at work (`alone`),
 * else those that began long ago. Alone, it also drops staging that was left behind.
 */
export async function recoverCommits(db: Database, now: () => Date, alone: boolean): Promise<LedgerEntry[]> {
  const cutOff = (entry: LedgerEntry): boolean =>
    Date.parse(`${entry.at.replace(' ', 'T')}Z`) < Date.now() - CUT_OFF_MS;
  const unfinished = (await unfinishedCommits(db)).filter((entry) => alone || cutOff(entry));
  for (const entry of unfinished) await finishCommit(db, entry, now);
  if (alone) {
    for (const { name } of await db.rows(EXISTING_STAGING)) {
      await db.command('drop staging', 'DROP TABLE IF EXISTS {name: Identifier} SYNC', { name });
    }
  }
  return unfinished;
}

async function finishCommit(db: Database, entry: Omit<LedgerEntry, 'at'>, now: () => Date): Promise<void> {
  const staging = stagingTable(entry.staging);
  const partitions = await db.rows(STAGED_PARTITIONS, { staging });
  if (partitions.length > 0) {
    const commands = partitions.map(({ partition_id }) => `ATTACH PARTITION ID '${partition_id}' FROM ${staging}`);
    await db.command('attach the partitions of a file', `ALTER TABLE orders ${commands.join(', ')}`);
    await db.command(
      'keep the known destinations',
      `INSERT INTO destinations SELECT platform, shop, order_id, order_day, any(version), min(province)
       FROM ${staging} WHERE province != '' GROUP BY platform, shop, order_id, order_day`,
      {},
      LOAD_SETTINGS,
    );
  }
  if (partitions.length === 0 && entry.rows.loaded > 0) {
    await settleWithoutStaging(db, entry, now);
    return;
  }
  await recordFile(db, { ...entry, seq: entry.seq + 1, status: 'committed' }, now());
  await dropStaging(db, entry.staging);
}

/**
 * The staged rows of a commit are gone: either another process finished it and dropped them, or they were lost, and
 * then the file must be handed in again.
 */
async function settleWithoutStaging(db: Database, entry: Omit<LedgerEntry, 'at'>, now: () => Date): Promise<void> {
  const latest = await findFile(db, entry.fileId);
  if (latest?.status !== 'committing') return;
  const error = {
    code: 'staging-lost',
    message: `the staged rows of ${entry.path} are gone, so its commit could not be finished`,
    advice: 'Hand the file in again; nothing of it counts.',
  };
  await recordFile(db, { ...entry, seq: entry.seq + 1, status: 'refused', error }, now());
}
