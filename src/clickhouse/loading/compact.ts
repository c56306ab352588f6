import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, heldFiles } from '../ledger';
import { allOf, eachReplica } from '../shards';
import { engineTime } from '../time';
import { dropHeld } from './held';

/** What compacting did. */
export interface Compaction {
  /** Files committed before this moment can no longer be withdrawn; UTC. */
  readonly horizon: string;
  readonly partitions: number;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Files whose held rows were dropped; releasing them reads the file again. */
  readonly heldDropped: number;
}

const HORIZON: NamedQuery<{ begun: string; done: string }> = {
  name: 'horizon of the kept rows',
  sql: `SELECT toString(max(horizon)) AS begun, toString(maxIf(horizon, done)) AS done FROM compactions`,
  row: z.object({ begun: z.string(), done: z.string() }),
};

// Moments are compared as texts: a constant with fractions of a second does not travel from a shard to the ledger.
const COMMITTED_BEFORE = `SELECT file_id FROM (
    SELECT file_id, argMax((status, at), ${EVENT_ORDER}) AS latest FROM files GROUP BY file_id)
  WHERE latest.1 = 'committed' AND toString(latest.2) < {horizon: String}`;

const NEWLY_SETTLED: NamedQuery<{ id: string }> = {
  name: 'partitions with newly settled files',
  sql: `SELECT DISTINCT _partition_id AS id FROM kept_rows WHERE (platform, toStartOfMonth(order_day)) IN (
      SELECT latest.3, arrayJoin(latest.4) FROM (
        SELECT argMax((status, at, platform, months), ${EVENT_ORDER}) AS latest FROM files GROUP BY file_id)
      WHERE latest.1 = 'committed' AND toString(latest.2) < {horizon: String} AND toString(latest.2) >= {before: String})
    ORDER BY id`,
  row: z.object({ id: z.string() }),
};

const KEPT_ROWS: NamedQuery<{ rows: number }> = {
  name: 'number of kept rows',
  sql: 'SELECT toUInt64(count()) AS rows FROM kept_rows',
  row: z.object({ rows: z.coerce.number() }),
};

/** keptSince says from which moment on committed files can be withdrawn: UTC, `YYYY-MM-DD hh:mm:ss.mmm`. */
export async function keptSince(db: Database, keepDays: number, now: Date): Promise<string> {
  const { begun } = await db.row(HORIZON);
  const retained = daysBefore(now, keepDays);
  return begun > retained ? begun : retained;
}

/**
 * compactKept reduces the rows of files that are past their retention to what withdrawing later files can need: the
 * newest version of each order line, and the newest version that knows an order's destination. Rows held for as long are
 * dropped. It keeps a day more than withdrawals are allowed for, so that one that has just begun finds its rows, and
 * records the horizon before it deletes, so that a longer retention set later does not promise what is gone.
 */
export async function compactKept(db: Database, keepDays: number, now: () => Date): Promise<Compaction> {
  const horizon = daysBefore(now(), keepDays + 1);
  const before = (await db.row(HORIZON)).done;
  const rowsBefore = (await db.row(KEPT_ROWS)).rows;
  let partitions: string[] = [];
  if (horizon > before) {
    const settled = await eachReplica(db, async (replica) => ({
      replica,
      ids: await newlySettled(replica, horizon, before),
    }));
    partitions = [...new Set(settled.flatMap(({ ids }) => ids))];
    await db.insert('compactions', [{ horizon, done: false, at: engineTime(now()) }]);
    await allOf(
      settled.map(async ({ replica, ids }) => {
        for (const id of ids) await dropSuperseded(replica, id, horizon);
      }),
    );
    await db.insert('compactions', [{ horizon, done: true, at: engineTime(now()) }]);
  }
  return {
    horizon,
    partitions: partitions.length,
    rowsBefore,
    rowsAfter: (await db.row(KEPT_ROWS)).rows,
    heldDropped: await dropExpiredHeld(db, horizon),
  };
}

async function newlySettled(replica: Database, horizon: string, before: string): Promise<string[]> {
  return (await replica.rows(NEWLY_SETTLED, { horizon, before })).map(({ id }) => id);
}

const DAY_MS = 86_400_000;
const daysBefore = (now: Date, days: number): string => engineTime(new Date(now.getTime() - days * DAY_MS));

/** Rows of later files, and rows that are linked while this runs, are not among those that it looks at. */
async function dropSuperseded(db: Database, id: string, horizon: string): Promise<void> {
  const order = 'platform, shop, order_day, order_id';
  const settled = `_partition_id = {id: String} AND file_id IN (${COMMITTED_BEFORE})`;
  await db.command(
    'compact kept rows',
    `ALTER TABLE kept_rows DELETE IN PARTITION ID '${id}' WHERE file_id IN (${COMMITTED_BEFORE})
      AND (${order}, line_id, version) NOT IN (
        SELECT ${order}, line_id, max(version) FROM kept_rows WHERE ${settled} GROUP BY ${order}, line_id)
      AND NOT (province != '' AND (${order}, version) IN (
        SELECT ${order}, max(version) FROM kept_rows WHERE ${settled} AND province != '' GROUP BY ${order}))`,
    { id, horizon },
  );
}

async function dropExpiredHeld(db: Database, horizon: string): Promise<number> {
  const expired = (await heldFiles(db)).filter(({ at }) => at < horizon);
  let dropped = 0;
  for (const { staging } of expired) if ((await dropHeld(db, staging)) === 'dropped') dropped += 1;
  return dropped;
}
