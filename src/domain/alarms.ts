import { type Fen, scaleFen } from './money';

/** The plain rule that pace alerts are measured against: the straight line's projection, after 1 March. */
const STRAIGHT_LINE = { enter: 0.02, leave: 0.01, notBefore: '03-01' } as const;

/** straightLineBehind says whether a year is behind by the straight line alone: 2 % short to enter, 1 % to leave. */
export function straightLineBehind(monthDay: string, projected: Fen | null, goal: Fen, previous: boolean): boolean {
  if (projected === null || monthDay < STRAIGHT_LINE.notBefore) return false;
  return projected < scaleFen(goal, 1 - (previous ? STRAIGHT_LINE.leave : STRAIGHT_LINE.enter));
}

/** AlarmCount is what a year's nights of alarms come to. */
export interface AlarmCount {
  /** Days that were called behind. */
  readonly days: number;
  /** The first day of the year that was; null when none. */
  readonly first: number | null;
  /** How often an alarm was taken back. */
  readonly flaps: number;
}

/** countAlarms counts over the days of a year (index 0 = 1 January): true where it was called behind. */
export function countAlarms(behind: readonly boolean[]): AlarmCount {
  const first = behind.indexOf(true);
  return {
    days: behind.filter((day) => day).length,
    first: first === -1 ? null : first + 1,
    flaps: behind.filter((day, index) => !day && behind[index - 1] === true).length,
  };
}
