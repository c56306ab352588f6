import { addDays, type BusinessDay, wallClockAt } from './calendar';

/** NIGHT_TIME is the form of the time of day at which a night begins, Asia/Shanghai: `HH:MM`. */
export const NIGHT_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** dueNight is the business day of the latest night that should have begun, with nights at a time of day `HH:MM`. */
export function dueNight(now: Date, at: string): BusinessDay {
  const clock = wallClockAt(now.getTime());
  const day = clock.slice(0, 10);
  return clock.slice(11, 16) >= at ? day : addDays(day, -1);
}
