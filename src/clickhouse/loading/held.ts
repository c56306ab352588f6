import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { isMissingTable, isTakenName } from '../errors';
import { filesUnderWay, heldFiles } from '../ledger';
import { eachReplica, onShard } from '../shards';
import { stagingTable } from './stage';

/** heldTable is the name of the table with the staged rows of a held file. */
export const heldTable = (suffix: string): string => `held_${suffix}`;

const EXISTS: NamedQuery<{ tables: number }> = {
  name: 'tables of a name',
  sql: `SELECT toUInt32(count()) AS tables FROM system.tables WHERE database = currentDatabase() AND name IN {names: Array(String)}`,
  row: z.object({ tables: z.number() }),
};

const LEFT_OVER: NamedQuery<{ name: string }> = {
  name: 'staging tables',
  sql: `SELECT name FROM system.tables
    WHERE database = currentDatabase() AND (name LIKE 'staging\\_%' OR name LIKE 'held\\_%') ORDER BY name`,
  row: z.object({ name: z.string() }),
};

const exists = async (db: Database, ...names: string[]): Promise<boolean> =>
  (await db.row(EXISTS, { names })).tables > 0;

/** keepHeld puts the staged rows of a file aside until an operator decides on it. */
export async function keepHeld(db: Database, suffix: string): Promise<void> {
  await rename(db, stagingTable(suffix), heldTable(suffix));
}

/** isStaged says whether the rows of a held file are still there. */
export async function isStaged(db: Database, suffix: string): Promise<boolean> {
  return suffix !== '' && (await exists(db, heldTable(suffix), stagingTable(suffix)));
}

/**
 * claimHeld takes a held file's rows back into staging, to be committed. The engine renames or drops a table once only,
 * so of a release and a refusal at the same moment one wins, whoever writes to the ledger first. Claimed by another
 * release is claimed as well: both may go on, since a commit can be made twice.
 */
export async function claimHeld(db: Database, suffix: string): Promise<'claimed' | 'gone'> {
  if (suffix === '') return 'gone';
  try {
    await rename(db, heldTable(suffix), stagingTable(suffix));
    return 'claimed';
  } catch (error) {
    if (isTakenName(error)) return 'claimed';
    if (!isMissingTable(error)) throw error;
    return (await exists(db, stagingTable(suffix))) ? 'claimed' : 'gone';
  }
}

/** dropHeld drops the rows of a held file unless they are `claimed` by a release; `gone` when nothing is there. */
export async function dropHeld(db: Database, suffix: string): Promise<'dropped' | 'claimed' | 'gone'> {
  if (suffix === '') return 'gone';
  try {
    await drop(db, heldTable(suffix));
    return 'dropped';
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    return (await exists(db, stagingTable(suffix))) ? 'claimed' : 'gone';
  }
}

/**
 * clearLeftovers drops staging that no file of the ledger waits for. The rows of held files stay, also those that a
 * release had claimed when it was cut off. Only for a process that is alone on the store.
 */
export async function clearLeftovers(db: Database): Promise<void> {
  const held = new Set((await heldFiles(db)).map(({ staging }) => staging));
  for (const { name } of await db.rows(LEFT_OVER)) {
    const [kind = '', suffix = ''] = name.split('_');
    if (!held.has(suffix)) await drop(db, name);
    else if (kind === 'staging') await keepHeld(db, suffix);
  }
}

const OLD_STAGING: NamedQuery<{ name: string }> = {
  name: 'staging tables of long ago',
  sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'staging\\_%'
    AND metadata_modification_time < now() - {hours: UInt32} * 3600 ORDER BY name`,
  row: z.object({ name: z.string() }),
};
/** No load takes so long. */
const OLD_HOURS = 24;

/** clearOldStaging drops staging that a killed worker left behind, also while others are at work. */
export async function clearOldStaging(db: Database, hours = OLD_HOURS): Promise<void> {
  const awaited = new Set([...(await heldFiles(db)), ...(await filesUnderWay(db))].map(({ staging }) => staging));
  for (const { name } of await db.rows(OLD_STAGING, { hours })) {
    if (!awaited.has(name.slice(stagingTable('').length))) await drop(db, name);
  }
}

async function rename(db: Database, from: string, to: string): Promise<void> {
  await db.command('put staged rows aside', 'RENAME TABLE {from: Identifier} TO {to: Identifier}', { from, to });
}

/** The store's own table goes first: whoever drops it has decided. */
async function drop(db: Database, name: string): Promise<void> {
  await db.command('drop staged rows', 'DROP TABLE {name: Identifier} SYNC', { name });
  if (db.spread === null) return;
  const rows = { name: onShard(db, name) };
  await eachReplica(db, async (replica) => {
    await replica.command('drop staged rows', 'DROP TABLE IF EXISTS {name: Identifier} SYNC', rows);
  });
}
