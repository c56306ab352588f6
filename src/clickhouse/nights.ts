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
