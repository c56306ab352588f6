import { type AlarmCount, countAlarms, straightLineBehind } from '../../src/domain/alarms';
import { type BusinessDay } from '../../src/domain/calendar';
import { type Fen } from '../../src/domain/money';
import { DEFAULT_PACE_SETTINGS, judgePace, type PaceState } from '../../src/domain/pace';
import { type SeasonalCurve } from '../../src/domain/season';
import { type Deliveries } from './simulate-deliveries';
import { PLATFORMS, type SimulatedYear } from './simulate-region';

/** NightsJudged is what a year of nights raised, by Paceline and by the straight line. */
export interface NightsJudged {
  readonly paceline: AlarmCount;
  readonly straightLine: AlarmCount;
  /** Nights without enough data to judge. */
  readonly withoutData: number;
}

/**
 * judgeNights stands on every evening of a year, with what was delivered by then, and judges as a night does: the last
 * state judged on data is remembered. 31 December is left out: that a complete year missed its goal is no forecast.
 */
export function judgeNights(
  year: SimulatedYear,
  goalAmount: Fen,
  deliveries: Deliveries,
  curve: SeasonalCurve,
): NightsJudged {
  const goal = { year: year.year, measure: 'net', amount: goalAmount, setOn: null } as const;
  const dailyAmounts = new Map<BusinessDay, Fen>();
  const taken = PLATFORMS.map(() => -1);
  let previous: PaceState | null = null;
  const states: boolean[] = [];
  const lines: boolean[] = [];
  let withoutData = 0;
  year.days.slice(0, -1).forEach((day, night) => {
    deliver(year, deliveries[night] ?? [], taken, dailyAmounts);
    const report = judgePace({
      goal,
      dailyAmounts,
      coverage: PLATFORMS.map((platform, p) => ({
        platform,
        shop: platform,
        completeTo: year.days[taken[p] ?? -1] ?? null,
      })),
      requestedAsOf: day,
      previous,
      curve,
      settings: DEFAULT_PACE_SETTINGS,
    });
    if (report.state === 'no-data') withoutData++;
    else previous = report.state;
    // What was told stands until something else is: nights without data change nothing.
    states.push(previous === 'behind');
    const line = report.state === 'no-data' ? null : report.straightLine.projected;
    const before = lines.at(-1) ?? false;
    lines.push(line === null ? before : straightLineBehind((report.asOf ?? day).slice(5), line, goalAmount, before));
  });
  return { paceline: countAlarms(states), straightLine: countAlarms(lines), withoutData };
}

/** Adds what has come since the last night. */
function deliver(
  { days, amounts }: SimulatedYear,
  reached: readonly number[],
  taken: number[],
  dailyAmounts: Map<BusinessDay, Fen>,
): void {
  amounts.forEach((platform, p) => {
    const to = reached[p] ?? -1;
    for (let i = (taken[p] ?? -1) + 1; i <= to; i++) {
      const day = days[i] ?? '';
      dailyAmounts.set(day, (dailyAmounts.get(day) ?? 0n) + (platform[i] ?? 0n));
    }
    taken[p] = Math.max(taken[p] ?? -1, to);
  });
}
