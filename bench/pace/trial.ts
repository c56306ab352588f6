import { type AlarmCount } from '../../src/domain/alarms';
import { dayOfYear, daysInYear, lastDayOfMonth } from '../../src/domain/calendar';
import { intervalsOf } from '../../src/domain/forecast';
import { type Fen, shareOf } from '../../src/domain/money';
import { type PastYear, regionalCurve } from '../../src/domain/regional-season';
import { type SeasonalCurve } from '../../src/domain/season';
import { judgeNights } from './judge-nights';
import { simulateDeliveries } from './simulate-deliveries';
import { type SimulatedYear, simulateRegion } from './simulate-region';

/** MonthEnd is one projection at the end of a month: errors as a share of the year's total. */
export interface MonthEnd {
  readonly month: number;
  readonly error: { readonly paceline: number; readonly straightLine: number };
  /** Level of the interval -> whether it held the total. */
  readonly covered: Readonly<Record<number, boolean>>;
}

/** Trial is one simulated year: how it was projected, and what its nights raised. */
export interface Trial {
  readonly deviations: ReadonlyMap<number, number>;
  readonly monthEnds: readonly MonthEnd[];
  /** The year meets its goal by 3 %. */
  readonly met: Alarms;
  /** It misses its goal by 5 %. */
  readonly missed: Alarms;
  /** It meets its goal by 3 %, and one platform stops delivering for good. */
  readonly missing: Alarms;
  /** Nights of the last one that had too little data to judge. */
  readonly nightsWithoutData: number;
}

/** Alarms of the same nights by two rules. */
export interface Alarms {
  readonly paceline: AlarmCount;
  readonly straightLine: AlarmCount;
}

const REPORT_MONTHS = [2, 6, 9, 11] as const;
/** trialOf simulates a region and judges every night of its year three times. */
export function trialOf(seed: number, index: number): Trial {
  const { past, judged } = simulateRegion(seed, index);
  const curve = regionalCurve(judged.year, past.map(pastYear));
  const timely = simulateDeliveries(seed, index, judged.days, { missing: false });
  const stopped = simulateDeliveries(seed, index, judged.days, { missing: true });
  const goalMet = (judged.total * 100n) / 103n;
  const { withoutData, ...missing } = judgeNights(judged, goalMet, stopped, curve);
  return {
    deviations: judged.deviations,
    monthEnds: REPORT_MONTHS.map((month) => monthEndOf(month, judged, curve)),
    met: judgeNights(judged, goalMet, timely, curve),
    missed: judgeNights(judged, (judged.total * 100n) / 95n, timely, curve),
    missing,
    nightsWithoutData: withoutData,
  };
}

const dailySums = ({ days, amounts }: SimulatedYear): Fen[] =>
  days.map((_, day) => amounts.reduce((sum, platform) => sum + (platform[day] ?? 0n), 0n));

function pastYear(year: SimulatedYear): PastYear {
  const sums = dailySums(year);
  return { year: year.year, dailyAmounts: new Map(year.days.map((day, index) => [day, sums[index] ?? 0n])) };
}

function monthEndOf(month: number, judged: SimulatedYear, curve: SeasonalCurve): MonthEnd {
  const day = dayOfYear(lastDayOfMonth(judged.year, month));
  const actual = dailySums(judged)
    .slice(0, day)
    .reduce((sum, amount) => sum + amount, 0n);
  const share = curve.cumulative[day - 1] ?? 1;
  const done = shareOf(actual, judged.total);
  const intervals = intervalsOf({ actual, share, spread: curve.spread });
  return {
    month,
    error: {
      paceline: Math.abs(done / share - 1),
      straightLine: Math.abs((done * daysInYear(judged.year)) / day - 1),
    },
    covered: Object.fromEntries(
      intervals.map(({ level, low, high }) => [level, low <= judged.total && judged.total <= high]),
    ),
  };
}
