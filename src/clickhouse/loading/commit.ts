import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { isMissingTable } from '../errors';
import { transient } from '../../errors';
import { filesUnderWay, findFile, type LedgerEntry, recordFile, settleFile, settleLeftovers } from '../ledger';
import { allOf, eachReplica } from '../shards';
import { clearLeftovers } from './held';
import { LOAD_SETTINGS } from './settings';
import { dropStaging, stagingTable } from './stage';
import { finishWithdrawal } from './withdraw';

const STAGED_PARTITIONS: NamedQuery<{ there: boolean; ids: readonly string[] }> = {
  name: 'partitions of a staging table',
  sql: `SELECT arraySort(groupUniqArray(partition_id)) AS ids, (SELECT count() > 0 FROM system.tables
      WHERE database = currentDatabase() AND name = {staging: String}) AS there
    FROM system.parts WHERE database = currentDatabase() AND table = {staging: String} AND active`,
  row: z.object({ there: z.coerce.boolean(), ids: z.array(z.string()) }),
};

/**
 * commitFile makes a staged file part of the orders. The ledger says `committing` first and `committed` last; between
 * them the staged parts are linked into the tables, which may be done again after a crash without harm because equal
 * keys and versions collapse. Totals show nothing of it before they are refreshed.
 * @throws PipelineError `file-taken`, transient, when more has happened to the file since the caller looked: another
 * worker loaded it, or it was even withdrawn, while this one was frozen
 */
export async function commitFile(
  db: Database,
  entry: Omit<LedgerEntry, 'at' | 'status'>,
  now: () => Date,
): Promise<void> {
  await recordFile(db, { ...entry, status: 'committing' }, now());
  // Announced first and looked at then: whoever comes later sees the announcement.
  const latest = await findFile(db, entry.fileId);
  if (latest !== null && latest.seq > entry.seq) {
    await settleFile(db, entry);
    // Two releases of the same held rows: the other one has done it.
    if (latest.status === 'committed' && latest.staging === entry.staging) return;
    await dropStaging(db, entry.staging);
    throw transient(
      'file-taken',
      `${entry.path} has gone to another worker`,
      'Nothing to do: what the other worker made of it stands.',
    );
  }
  await finishCommit(db, { ...entry, status: 'committing' }, now);
}

/** A commit takes milliseconds; one that began longer ago than this was cut off. */
const CUT_OFF_MS = 10 * 60_000;

/**
 * recoverCommits finishes commits and withdrawals that were cut off: all that are under way when nobody else can be at
 * work (`alone`), else those that began long ago. Alone, it also drops staging that was left behind by no held file.
 */
export async function recoverCommits(db: Database, now: () => Date, alone: boolean): Promise<LedgerEntry[]> {
  const cutOff = (entry: LedgerEntry): boolean =>
    alone || Date.parse(`${entry.at.replace(' ', 'T')}Z`) < Date.now() - CUT_OFF_MS;
  const underWay = (await filesUnderWay(db)).filter(cutOff);
  const commits = underWay.filter(({ status }) => status === 'committing');
  for (const entry of commits) await finishCommit(db, entry, now);
  const withdrawals = underWay.filter(({ status }) => status === 'withdrawing');
  for (const entry of withdrawals) await finishWithdrawal(db, entry, now);
  if (alone) {
    await settleLeftovers(db);
    await clearLeftovers(db);
  }
  return [...commits, ...withdrawals];
}

/**
 * finishCommit takes a commit that the ledger announced to its end. Two processes may do it at once. When the staged
 * rows were lost on the way, what had been linked of the file is taken out again: it is then `withdrawn`.
 */
export async function finishCommit(db: Database, entry: Omit<LedgerEntry, 'at'>, now: () => Date): Promise<void> {
  const linked = await linkStaged(db, stagingTable(entry.staging)).catch((error: unknown) => {
    if (isMissingTable(error)) return false;
    throw error;
  });
  if (!linked) {
    await settleWithoutStaging(db, entry, now);
    return;
  }
  await recordFile(db, { ...entry, seq: entry.seq + 1, status: 'committed' }, now());
  await allOf([settleFile(db, entry), dropStaging(db, entry.staging)]);
}

/** Links the parts of a staging table into the orders and the kept rows; false when there are none, or a replica lost its own. */
async function linkStaged(db: Database, staging: string): Promise<boolean> {
  const staged = await eachReplica(db, async (replica) => ({
    replica,
    ...(await replica.row(STAGED_PARTITIONS, { staging })),
  }));
  if (staged.some(({ there }) => !there) || staged.every(({ ids }) => ids.length === 0)) return false;
  await allOf(staged.map(async ({ replica, ids }) => await linkParts(replica, staging, ids)));
  return true;
}

async function linkParts(db: Database, staging: string, partitions: readonly string[]): Promise<void> {
  if (partitions.length === 0) return;
  const commands = partitions.map((id) => `ATTACH PARTITION ID '${id}' FROM ${staging}`);
  await allOf([
    db.command('attach the partitions of a file', `ALTER TABLE orders ${commands.join(', ')}`),
    db.command('keep the rows of a file', `ALTER TABLE kept_rows ${commands.join(', ')}`),
    db.command(
      'keep the known destinations',
      `INSERT INTO destinations SELECT platform, shop, order_id, order_day, any(version), min(province)
       FROM ${staging} WHERE province != '' GROUP BY platform, shop, order_id, order_day`,
      {},
      LOAD_SETTINGS,
    ),
  ]);
}

/** The staged rows of a commit are gone: either another process finished it and dropped them, or they were lost. */
async function settleWithoutStaging(db: Database, entry: Omit<LedgerEntry, 'at'>, now: () => Date): Promise<void> {
  const latest = await findFile(db, entry.fileId);
  if (latest?.status !== 'committing' || latest.seq > entry.seq) return;
  const error = {
    code: 'staging-lost',
    message: `the staged rows of ${entry.path} are gone, so its commit could not be finished`,
    advice: 'Hand the file in again; nothing of it counts.',
  };
  const lost = { ...entry, seq: entry.seq + 1, status: 'withdrawing', error } as const;
  await recordFile(db, lost, now());
  await finishWithdrawal(db, lost, now);
}
