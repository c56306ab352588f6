import { type AlarmCount, countAlarms, straightLineBehind } from './alarms';
import { type History, type Stand, type Subject, subjectsOf, type Way, WAYS } from './backtest-subjects';
import { addDays, dayOfYear, daysInYear, firstDay } from './calendar';
import { type Chances, chancesOf, type Interval, intervalsOf } from './forecast';
import { type Fen, scaleFen, shareOf, wholeOfFen } from './money';
import { DEFAULT_PACE_SETTINGS, firstJudgedDay, judgeState, type PaceSettings, type PaceState } from './pace-state';

/** Goals as parts of what a year really came to: below 1 the goal was met, above it was missed. */
export const GOAL_FACTORS = [0.95, 0.96, 0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 1.04, 1.05] as const;

/** Horizon is how well years were projected at one point of the year, over `years` of them. */
export interface Horizon {
  /** Month of whose end it is (`02`), or day of the year (`059`). */
  readonly at: string;
  readonly years: number;
  /** Mean absolute error of the year's projection, in percent of the year. */
  readonly mape: Readonly<Record<Way, number>>;
  /** Share of years that lay within the 80 % interval. */
  readonly coverage80: number;
  /** Mean width of that interval with its penalty for years outside (Winkler 1972), in percent of the year. */
  readonly winkler80: number;
  /** Mean square error of the chance that the goal is met, over all goals (Brier 1950): 0 is perfect, 0.25 a coin. */
  readonly brier: number;
}

/** Alarms of one rule over all years of one goal. */
export interface BacktestAlarms {
  /** Mean days a year that were called behind although the goal was met; 0 where it was missed. */
  readonly falseAlarmDays: number;
  /** Median day of the first alarm. A missed goal is known at the latest on the year's last day; null: no alarm. */
  readonly firstAlarmDay: number | null;
  /** Alarms taken back, all years together. */
  readonly flaps: number;
}

/** BacktestReport is what a walk through the past showed. */
export interface BacktestReport {
  readonly years: readonly number[];
  readonly horizons: readonly Horizon[];
  /** Over all years and horizons, each counting as one. */
  readonly mean: Pick<Horizon, 'mape' | 'coverage80' | 'brier'>;
  readonly alarms: readonly {
    readonly goalFactor: number;
    readonly paceline: BacktestAlarms;
    readonly straightLine: BacktestAlarms;
  }[];
}

/**
 * backtest walks through a history year by year; each year is forecast from the years before it only, at every horizon,
 * and its alarms are those that its days would have raised for goals somewhat under and over what it came to.
 * Without a year that can be forecast the report is empty.
 */
export function backtest(history: History, settings: PaceSettings = DEFAULT_PACE_SETTINGS): BacktestReport {
  const subjects = subjectsOf(history);
  const measured = subjects.flatMap((subject) =>
    subject.horizons.map(({ at, stand }) => ({ at, ...measure(subject, stand) })),
  );
  const names = [...new Set(measured.map(({ at }) => at))].sort();
  return {
    years: subjects.map(({ year }) => year),
    horizons: names.map((at) => {
      const points = measured.filter((point) => point.at === at);
      return { at, years: points.length, ...summary(points), winkler80: mean(points.map(({ winkler }) => winkler)) };
    }),
    mean: summary(measured),
    alarms: GOAL_FACTORS.map((goalFactor) => ({ goalFactor, ...alarmsOf(subjects, goalFactor, settings) })),
  };
}

interface Measured {
  readonly errors: Readonly<Record<Way, number>>;
  readonly covered: boolean;
  readonly winkler: number;
  readonly brier: number;
}

function measure({ total, spread }: Subject, { actual, shares }: Stand): Measured {
  const errorOf = (way: Way): number => {
    const projected = wholeOfFen(actual, shares[way]);
    return projected === null ? 100 : Math.abs(shareOf(projected - total, total)) * 100;
  };
  const interval = intervalsOf({ actual, share: shares.paceline, spread }).find(({ level }) => level === 80);
  return {
    errors: {
      paceline: errorOf('paceline'),
      straightLine: errorOf('straightLine'),
      lastYear: errorOf('lastYear'),
      meanOfThree: errorOf('meanOfThree'),
    },
    covered: interval !== undefined && interval.low <= total && total <= interval.high,
    winkler: interval === undefined ? 100 : winklerOf(interval, total),
    brier: mean(
      GOAL_FACTORS.map((factor) => {
        const { chance } = chancesOf({ goal: scaleFen(total, factor), actual, share: shares.paceline, spread });
        return (chance - (factor <= 1 ? 1 : 0)) ** 2;
      }),
    ),
  };
}

/** Of an 80 % interval: its width, and ten times what a year lies outside (2 ÷ 0.2), in percent of the year. */
function winklerOf({ low, high }: Interval, total: Fen): number {
  const outside = total < low ? low - total : total > high ? total - high : 0n;
  return shareOf(high - low + 10n * outside, total) * 100;
}

function summary(points: readonly Measured[]): Pick<Horizon, 'mape' | 'coverage80' | 'brier'> {
  const [paceline = 0, straightLine = 0, lastYear = 0, meanOfThree = 0] = WAYS.map((way) =>
    mean(points.map(({ errors }) => errors[way])),
  );
  return {
    mape: { paceline, straightLine, lastYear, meanOfThree },
    coverage80: mean(points.map(({ covered }) => (covered ? 1 : 0))),
    brier: mean(points.map(({ brier }) => brier)),
  };
}

function alarmsOf(
  subjects: readonly Subject[],
  factor: number,
  settings: PaceSettings,
): Record<'paceline' | 'straightLine', BacktestAlarms> {
  const met = factor <= 1;
  const counted = (nights: (subject: Subject, goal: Fen) => boolean[]): BacktestAlarms => {
    const counts = subjects.map((subject) => ({
      ...countAlarms(nights(subject, scaleFen(subject.total, factor))),
      end: daysInYear(subject.year),
    }));
    const first = ({ first: day, end }: AlarmCount & { end: number }): number[] =>
      day === null ? (met ? [] : [end]) : [day];
    return {
      falseAlarmDays: met ? mean(counts.map(({ days }) => days)) : 0,
      firstAlarmDay: median(counts.flatMap(first)),
      flaps: counts.reduce((sum, { flaps }) => sum + flaps, 0),
    };
  };
  return {
    paceline: counted((subject, goal) => pacelineNights(subject, goal, settings)),
    straightLine: counted(straightLineNights),
  };
}

/** Each day of the year: called behind or not, by the days known up to it. What was called stands between known days. */
function pacelineNights({ year, stands, spread }: Subject, goal: Fen, settings: PaceSettings): boolean[] {
  const first = dayOfYear(firstJudgedDay(year, settings));
  const latest: (Chances & { day: number })[] = [];
  let state: PaceState = 'on-track';
  return nights(year, stands, (stand) => {
    const { day, actual } = stand;
    latest.push({ day, ...chancesOf({ goal, actual, share: stand.shares.paceline, spread }) });
    const counting = latest.filter((chances) => chances.day > day - settings.minDays);
    state = actual >= goal || day < first ? 'on-track' : judgeState(counting, state, settings);
    return state === 'behind';
  });
}

function straightLineNights({ year, stands }: Subject, goal: Fen): boolean[] {
  let behind = false;
  return nights(year, stands, ({ day, actual, shares }) => {
    const monthDay = addDays(firstDay(year), day - 1).slice(5);
    behind = straightLineBehind(monthDay, wholeOfFen(actual, shares.straightLine), goal, behind);
    return behind;
  });
}

function nights(year: number, stands: readonly Stand[], judge: (stand: Stand) => boolean): boolean[] {
  const known = new Map(stands.map((stand) => [stand.day, stand]));
  let behind = false;
  return Array.from({ length: daysInYear(year) - 1 }, (_, index) => {
    const stand = known.get(index + 1);
    if (stand !== undefined) behind = judge(stand);
    return behind;
  });
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
