import { UTCDate } from '@date-fns/utc';
// By name: the package's index loads three hundred files, which every command would wait for.
import { format } from 'date-fns/format';
import { isValid } from 'date-fns/isValid';
import { parse } from 'date-fns/parse';
import { terminal } from '../errors';

/** The one time zone of business days and of every wall-clock time in an export. */
export const BUSINESS_ZONE = 'Asia/Shanghai';

/** BusinessDay is an Asia/Shanghai calendar day, `YYYY-MM-DD`. It sorts as text. */
export type BusinessDay = string;

/** EARLIEST and LATEST are the days that the store can hold: all time. */
export const [EARLIEST, LATEST] = ['1970-01-01', '2149-06-06'] as const;

const DAY_MS = 86_400_000;
/** Days since 1970: every UTC day has 24 hours, so days are counted on it whatever the machine's zone. */
const dayNumber = (day: BusinessDay): number =>
  UTCDate.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / DAY_MS;

/** isBusinessDay says whether a text is an existing calendar day `YYYY-MM-DD`. */
export function isBusinessDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isValid(parse(text, 'yyyy-MM-dd', new UTCDate(0)));
}

/**
 * parseDay takes a day from a command line or a payload.
 * @throws PipelineError `usage` when it does not exist
 */
export function parseDay(text: string): BusinessDay {
  if (!isBusinessDay(text)) throw terminal('usage', `"${text}" is not a day`, 'Write it like 2026-10-01.');
  return text;
}

/** businessDayAt is the Asia/Shanghai calendar day of an instant (milliseconds since 1970 UTC). */
export function businessDayAt(epochMs: number): BusinessDay {
  return wallClockAt(epochMs).slice(0, 10);
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** wallClockAt writes an instant as Asia/Shanghai wall clock, `YYYY-MM-DD HH:MM:SS` (UTC+8 since 1991). */
export function wallClockAt(epochMs: number): string {
  return format(new UTCDate(epochMs + SHANGHAI_OFFSET_MS), 'yyyy-MM-dd HH:mm:ss');
}

const WALL_CLOCK = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * instantOf is the instant (milliseconds) of an Asia/Shanghai wall clock `YYYY-MM-DD HH:MM:SS`; NaN when it does not
 * exist or is written in another way (date-fns alone would take `2026-1-1 1:2:3`, which does not sort as text).
 */
export function instantOf(wallClock: string): number {
  if (!WALL_CLOCK.test(wallClock)) return Number.NaN;
  const date = parse(wallClock, 'yyyy-MM-dd HH:mm:ss', new UTCDate(0));
  return isValid(date) ? date.getTime() - SHANGHAI_OFFSET_MS : Number.NaN;
}

/** addDays moves a day by whole days. */
export function addDays(day: BusinessDay, days: number): BusinessDay {
  return new UTCDate((dayNumber(day) + days) * DAY_MS).toISOString().slice(0, 10);
}

/** daysBetween counts from `from` to `to`: 0 for the same day, negative when `to` is earlier. */
export function daysBetween(from: BusinessDay, to: BusinessDay): number {
  return dayNumber(to) - dayNumber(from);
}

/** yearOf is the calendar year of a day. */
export function yearOf(day: BusinessDay): number {
  return Number(day.slice(0, 4));
}

/** dayOfYear is 1 for 1 January. */
export function dayOfYear(day: BusinessDay): number {
  return daysBetween(firstDay(yearOf(day)), day) + 1;
}

/** daysInYear is 365 or 366. */
export function daysInYear(year: number): number {
  return dayOfYear(`${year}-12-31`);
}

/** firstDay and lastDay bound a calendar year. */
export const firstDay = (year: number): BusinessDay => `${year}-01-01`;
export const lastDay = (year: number): BusinessDay => `${year}-12-31`;

/** yearEarlier is the same day of the year before; 28 February for a 29th. */
export function yearEarlier(day: BusinessDay): BusinessDay {
  const monthDay = day.slice(5) === '02-29' ? '02-28' : day.slice(5);
  return `${yearOf(day) - 1}-${monthDay}`;
}

/** lastDayOfMonth takes months 1 to 12. */
export function lastDayOfMonth(year: number, month: number): BusinessDay {
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return addDays(next, -1);
}

/** eachDay lists the days of a closed interval, in order. */
export function eachDay(from: BusinessDay, to: BusinessDay): BusinessDay[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => addDays(from, i));
}
