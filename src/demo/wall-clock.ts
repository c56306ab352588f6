import { addDays, daysBetween, type BusinessDay } from '../domain/calendar';

/**
 * WallSeconds is a moment on the Asia/Shanghai wall clock, in whole seconds since 1970-01-01 00:00:00 on that clock.
 * Exports hold wall-clock texts only, so the demo never needs instants or the machine's zone.
 */
export type WallSeconds = number;

/** Lengths of time in seconds. */
export const HOUR = 3_600;
export const DAY = 86_400;

const EPOCH: BusinessDay = '1970-01-01';
const dayTexts = new Map<number, string>();
const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
const TIMES: readonly string[] = Array.from(
  { length: DAY },
  (_, second) => `${two(second / HOUR)}:${two((second % HOUR) / 60)}:${two(second % 60)}`,
);

/** startOfDay is 00:00:00 of a business day. */
export function startOfDay(day: BusinessDay): WallSeconds {
  return daysBetween(EPOCH, day) * DAY;
}

/** dayText is the calendar day of a moment, `YYYY-MM-DD`. */
export function dayText(at: WallSeconds): BusinessDay {
  const index = Math.floor(at / DAY);
  let text = dayTexts.get(index);
  if (text === undefined) {
    text = addDays(EPOCH, index);
    dayTexts.set(index, text);
  }
  return text;
}

/** wallText writes a moment as `YYYY-MM-DD HH:MM:SS`; from tables, since a bench asks for ten million of them. */
export function wallText(at: WallSeconds): string {
  return `${dayText(at)} ${TIMES[at % DAY] ?? ''}`;
}
