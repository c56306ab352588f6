import { z } from 'zod';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

/** EndedNight is a night that came to its end. */
export interface EndedNight {
  readonly nightId: string;
  /** The business day on which it was due; none when somebody asked for it. */
  readonly due?: BusinessDay | undefined;
}

const DONE: NamedQuery<{ nights: number }> = {
  name: 'ended nights of a day',
  sql: `SELECT toUInt32(count()) AS nights FROM nights
    WHERE due = {due: Date} AND by_clock AND at <= {now: DateTime64(3, 'UTC')}`,
  row: z.object({ nights: z.number() }),
};

/** NightOnRecord is a night that came to its end, with when (UTC, `YYYY-MM-DD hh:mm:ss.mmm`). */
export interface NightOnRecord {
  readonly nightId: string;
  readonly due: BusinessDay;
  /** The night of that day, not one that was asked for by hand. */
  readonly byClock: boolean;
  readonly endedAt: string;
}

const LATEST: NamedQuery<NightOnRecord> = {
  name: 'latest nights',
  sql: `SELECT night_id, toString(any(due)) AS due, any(by_clock) AS by_clock, toString(max(at)) AS ended_at
    FROM nights GROUP BY night_id ORDER BY max(at) DESC, night_id LIMIT {limit: UInt32}`,
  row: z
    .object({ night_id: z.string(), due: z.string(), by_clock: z.boolean(), ended_at: z.string() })
    .transform((row) => ({ nightId: row.night_id, due: row.due, byClock: row.by_clock, endedAt: row.ended_at })),
};

/** latestNights lists the nights that ended last, newest first. */
export async function latestNights(db: Database, limit: number): Promise<NightOnRecord[]> {
  return await db.rows(LATEST, { limit });
}

/**
 * isNightDone says whether the night that was due on a day came to its end. One that ended later than `now` was run by a
 * clock that went ahead, before its time had come: it has not seen what came in since.
 */
export async function isNightDone(db: Database, due: BusinessDay, now: Date): Promise<boolean> {
  return (await db.row(DONE, { due, now: engineTime(now) })).nights > 0;
}

/** recordNight writes down that a night came to its end; twice does no harm. */
export async function recordNight(db: Database, { nightId, due }: EndedNight, now: Date): Promise<void> {
  const day = due ?? businessDayAt(now.getTime());
  await db.insert('nights', [{ night_id: nightId, due: day, by_clock: due !== undefined, at: engineTime(now) }]);
}
