import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { transient } from '../../errors';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, filesWhose, type LedgerEntry, recordFile, settleFile } from '../ledger';
import { allOf, eachReplica } from '../shards';
import { LOAD_SETTINGS } from './settings';
import { dropStaging, stagingTable } from './stage';

type Entry = Omit<LedgerEntry, 'at'>;

/**
 * withdrawFile takes a committed file out of the orders, so that they are as if it had never come, whatever has been
 * merged since. The ledger says `withdrawing` first and `withdrawn` last; between them every partition of the file is
 * rebuilt from the kept rows of the files that count, which may be done again after a crash without harm. Totals show
 * the change when they are refreshed.
 */
export async function withdrawFile(db: Database, entry: Entry, now: () => Date): Promise<void> {
  await recordFile(db, { ...entry, status: 'withdrawing' }, now());
  await finishWithdrawal(db, { ...entry, status: 'withdrawing' }, now);
}

/** finishWithdrawal takes a withdrawal that the ledger announced to its end; two processes may do it at once. */
export async function finishWithdrawal(db: Database, entry: Entry, now: () => Date): Promise<void> {
  // Whoever is still at the commit of this file finds nothing to link any more.
  await dropStaging(db, entry.staging);
  const touched = await eachReplica(db, async (replica) => ({
    replica,
    partitions: await partitionIds(replica, entry),
  }));
  const there = touched.filter(({ partitions }) => partitions.length > 0);
  if (there.length > 0) {
    await rebuildUndisturbed(db, entry, there);
    await allOf(there.map(async ({ replica, partitions }) => await dropKeptRows(replica, entry, partitions)));
  }
  await recordFile(db, { ...entry, seq: entry.seq + 1, status: 'withdrawn' }, now());
  await settleFile(db, entry);
}

const PARTITION_IDS: NamedQuery<{ id: string }> = {
  name: 'partitions of a file',
  sql: `SELECT DISTINCT id FROM (${['orders', 'kept_rows', 'destinations']
    .map(
      (table) => `SELECT DISTINCT _partition_id AS id FROM ${table}
      WHERE platform = {platform: String} AND toStartOfMonth(order_day) IN (SELECT toStartOfMonth(arrayJoin({days: Array(Date)})))`,
    )
    .join(' UNION ALL ')}) ORDER BY id`,
  row: z.object({ id: z.string() }),
};

async function partitionIds(db: Database, { platform, days }: Entry): Promise<string[]> {
  return (await db.rows(PARTITION_IDS, { platform, days })).map(({ id }) => id);
}

const STANDING: NamedQuery<{ events: number; committing: number }> = {
  name: 'events in the partitions of a file',
  sql: `SELECT toUInt32(sum(of_file)) AS events, toUInt32(countIf(state = 'committing')) AS committing
    FROM (SELECT count() AS of_file, argMax(status, ${EVENT_ORDER}) AS state FROM files
          GROUP BY file_id HAVING countIf(platform = {platform: String} AND hasAny(months,
            arrayMap(day -> toStartOfMonth(day), {days: Array(Date)}))) > 0)`,
  row: z.object({ events: z.number(), committing: z.number() }),
};

/** What a file has touched on one replica: ids of partitions. */
interface Touched {
  readonly replica: Database;
  readonly partitions: readonly string[];
}

const GIVE_UP_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/**
 * Rebuilds partitions until nothing has happened to them meanwhile. A commit announces itself before it links a part, so
 * one that is not in the ledger before and after has touched nothing that was replaced; any other is waited for, and its
 * rows are among the kept ones of the next round. Another withdrawal only counts as something that happened.
 */
async function rebuildUndisturbed(db: Database, entry: Entry, touched: readonly Touched[]): Promise<void> {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (;;) {
    const before = await db.row(STANDING, { platform: entry.platform, days: entry.days });
    if (before.committing === 0) {
      await allOf(touched.map(async ({ replica, partitions }) => await rebuild(replica, partitions)));
      const after = await db.row(STANDING, { platform: entry.platform, days: entry.days });
      if (after.events === before.events) return;
    }
    if (Date.now() > giveUpAt) throw commitsInTheWay(entry);
    if (before.committing > 0) await wait(LOOK_AGAIN_MS);
  }
}

const commitsInTheWay = ({ path }: Entry) =>
  transient(
    'file-busy',
    `commits of other processes have been in the way of withdrawing ${path} for a minute`,
    'Run the command again; if no other command is at work, this finishes what was cut off.',
    { path },
  );

const KEPT = `FROM kept_rows WHERE _partition_id = {id: String} AND file_id IN (${filesWhose(`IN ('committed', 'committing')`)})`;
const KEY = 'platform, shop, order_day, order_id, line_id';

/** Replaces partitions of the orders and destinations by what the kept rows of all files that count say. */
async function rebuild(db: Database, partitions: readonly string[]): Promise<void> {
  const suffix = randomBytes(8).toString('hex');
  const tables = {
    orders: stagingTable(suffix),
    destinations: stagingTable(`${suffix}_destinations`),
  };
  try {
    for (const [table, staging] of Object.entries(tables)) {
      await db.command('create staging', `CREATE TABLE ${staging} AS ${table}`);
    }
    for (const id of partitions) {
      await db.command(
        'rebuild orders',
        `INSERT INTO ${tables.orders} SELECT * ${KEPT} ORDER BY ${KEY}, version DESC LIMIT 1 BY ${KEY}`,
        { id },
        LOAD_SETTINGS,
      );
      await db.command(
        'rebuild destinations',
        `INSERT INTO ${tables.destinations} SELECT platform, shop, order_id, order_day, version, min(province)
         ${KEPT} AND province != '' GROUP BY platform, shop, order_id, order_day, version`,
        { id },
        LOAD_SETTINGS,
      );
    }
    for (const [table, staging] of Object.entries(tables)) await replace(db, table, staging, partitions);
  } finally {
    await dropStaging(db, suffix).catch(() => undefined);
    await dropStaging(db, `${suffix}_destinations`).catch(() => undefined);
  }
}

const REBUILT: NamedQuery<{ id: string }> = {
  name: 'partitions that were rebuilt',
  sql: `SELECT DISTINCT partition_id AS id FROM system.parts
    WHERE database = currentDatabase() AND table = {staging: String} AND active`,
  row: z.object({ id: z.string() }),
};

/** A partition of which nothing is left is dropped: the engine refuses to replace one by nothing. */
async function replace(db: Database, table: string, staging: string, partitions: readonly string[]): Promise<void> {
  const rebuilt = new Set((await db.rows(REBUILT, { staging })).map(({ id }) => id));
  const commands = partitions.map((id) =>
    rebuilt.has(id) ? `REPLACE PARTITION ID '${id}' FROM ${staging}` : `DROP PARTITION ID '${id}'`,
  );
  await db.command(`replace partitions of ${table}`, `ALTER TABLE ${table} ${commands.join(', ')}`);
}

/**
 * Forgets the rows of a withdrawn file. The ledger is asked inside the statement, and parts that are linked after it
 * began are not touched, so that a file which was handed in again meanwhile keeps its rows.
 */
async function dropKeptRows(db: Database, entry: Entry, partitions: readonly string[]): Promise<void> {
  const where = `file_id = {fileId: String} AND file_id IN (SELECT file_id FROM files WHERE file_id = {fileId: String}
    GROUP BY file_id HAVING argMax(status, ${EVENT_ORDER}) IN ('withdrawing', 'withdrawn'))`;
  const commands = partitions.map((id) => `DELETE IN PARTITION ID '${id}' WHERE ${where}`);
  await db.command('forget the rows of a withdrawn file', `ALTER TABLE kept_rows ${commands.join(', ')}`, {
    fileId: entry.fileId,
  });
}
