import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';

const CURRENT: NamedQuery<{ generation: string }> = {
  name: 'current generations',
  sql: `SELECT toString(argMax(generation, covers)) AS generation FROM rollups
    GROUP BY platform, order_month ORDER BY generation`,
  row: z.object({ generation: z.string() }),
};

/**
 * currentGenerations lists the generations that make up the totals at one moment. Queries over `daily_totals` are given
 * this list as a parameter instead of asking for it themselves: rows are there before their generation is named, so a
 * query that begins later sees all of them.
 */
export async function currentGenerations(db: Database): Promise<string[]> {
  return (await db.rows(CURRENT)).map(({ generation }) => generation);
}

/** A reader or a builder may still be at work on the generations that it was told of; they stay this long. */
export const GRACE_SECONDS = 600;

const SUPERSEDED: NamedQuery<{ generation: string }> = {
  name: 'superseded generations',
  sql: `SELECT partition AS generation FROM (
      SELECT partition, max(modification_time) AS written FROM system.parts
      WHERE database = currentDatabase() AND table = 'daily_totals' AND active GROUP BY partition)
    WHERE written < now() - {grace: UInt32}
      AND partition NOT IN (SELECT toString(argMax(generation, covers)) FROM rollups GROUP BY platform, order_month)
      AND partition NOT IN (
        SELECT toString(generation) FROM (
          SELECT generation, max(at) OVER (PARTITION BY platform, order_month) AS superseded_at FROM rollups)
        WHERE superseded_at >= now() - {grace: UInt32})
    LIMIT 500`,
  row: z.object({ generation: z.string() }),
};

/** dropSupersededGenerations removes what no reader can still be at work on, builds that were cut off included. */
export async function dropSupersededGenerations(db: Database): Promise<void> {
  for (const { generation } of await db.rows(SUPERSEDED, { grace: GRACE_SECONDS })) {
    await db.command('drop a superseded generation', `ALTER TABLE daily_totals DROP PARTITION '${generation}'`);
  }
}
