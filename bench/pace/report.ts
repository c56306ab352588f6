import { dayOfYear } from '../../src/domain/calendar';
import { columnsOf } from '../../src/domain/text-columns';
import { TARGET_DEVIATIONS } from './simulate-region';
import { type Alarms, type Trial } from './trial';

type Rule = keyof Alarms;
const RULES: readonly Rule[] = ['paceline', 'straightLine'];
type ByRule<T> = Readonly<Record<Rule, T>>;

/** PaceBenchReport is the JSON answer; shares are 0 to 1, errors in percent of the year's total. */
export interface PaceBenchReport {
  readonly question: string;
  readonly years: number;
  readonly seed: number;
  /** Standard deviation between years of the share done by the end of a month: what was asked of the generator, and had. */
  readonly generator: readonly { readonly month: number; readonly target: number; readonly measured: number }[];
  /** Whether those differ by no more than chance explains. */
  readonly generatorHolds: boolean;
  readonly projection: readonly {
    readonly month: number;
    readonly meanError: ByRule<number>;
    readonly coverage: Readonly<Record<number, number>>;
  }[];
  /** Years that meet their goal by 3 %: how many raised a pace alert before it was clear. */
  readonly metBy3: ByRule<{ readonly years: number; readonly share: number }>;
  /** Years that miss by 5 %: how many were called behind by 30 September, the median day, alarms taken back. */
  readonly missedBy5: ByRule<{
    readonly caught: number;
    readonly share: number;
    readonly medianDay: number | null;
    readonly yearsWithMoreThanOneFlap: number;
    readonly flaps: number;
  }>;
  /** Met by 3 %, one platform stops: alerts, and those that the same year without the stop did not raise. */
  readonly missingPlatform: ByRule<{ readonly years: number; readonly alone: number }> & {
    readonly nightsWithoutData: number;
  };
  readonly limits: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
}

/** What the bench is held to; it reports and never asserts. */
const LIMITS = { falseAlarmShare: 0.03, caughtShare: 0.85, yearsWithMoreThanOneFlap: 0, missingPlatformAlone: 0 };

/** A standard deviation of n years is told to 1 ÷ √(2n) of itself; so many of these errors are chance. */
const GENERATOR_ERRORS = 4;

const END_OF_SEPTEMBER = dayOfYear('2025-09-30');

/** reportOf counts over the trials of one seed. */
export function reportOf(
  trials: readonly Trial[],
  run: { readonly seed: number; readonly cpuSeconds: number },
): PaceBenchReport {
  const years = trials.length;
  const caught = (trial: Trial, rule: Rule): boolean => (trial.missed[rule].first ?? Infinity) <= END_OF_SEPTEMBER;
  const generator = [...TARGET_DEVIATIONS].map(([month, target]) => ({
    month,
    target,
    measured: rounded(Math.sqrt(mean(trials.map(({ deviations }) => (deviations.get(month) ?? 0) ** 2)))),
  }));
  return {
    question: 'Do pace alerts come for years that will miss their goal, in time, and for no others?',
    years,
    seed: run.seed,
    generator,
    generatorHolds: generator.every(
      ({ target, measured }) => Math.abs(measured / target - 1) <= GENERATOR_ERRORS / Math.sqrt(2 * years),
    ),
    projection: (trials[0]?.monthEnds ?? []).map(({ month, covered }, index) => ({
      month,
      meanError: byRule((rule) => rounded(100 * mean(trials.map((trial) => trial.monthEnds[index]?.error[rule] ?? 0)))),
      coverage: Object.fromEntries(
        Object.keys(covered).map((level) => [
          level,
          rounded(share(trials, (trial) => trial.monthEnds[index]?.covered[Number(level)] === true)),
        ]),
      ),
    })),
    metBy3: byRule((rule) => {
      const alarmed = trials.filter(({ met }) => met[rule].first !== null).length;
      return { years: alarmed, share: rounded(alarmed / years) };
    }),
    missedBy5: byRule((rule) => ({
      caught: trials.filter((trial) => caught(trial, rule)).length,
      share: rounded(share(trials, (trial) => caught(trial, rule))),
      medianDay: median(trials.flatMap(({ missed }) => missed[rule].first ?? [])),
      yearsWithMoreThanOneFlap: trials.filter(({ missed }) => missed[rule].flaps > 1).length,
      flaps: trials.reduce((sum, { missed }) => sum + missed[rule].flaps, 0),
    })),
    missingPlatform: {
      ...byRule((rule) => {
        const alarmed = trials.filter(({ missing }) => missing[rule].first !== null);
        return { years: alarmed.length, alone: alarmed.filter(({ met }) => met[rule].first === null).length };
      }),
      nightsWithoutData: trials.reduce((sum, trial) => sum + trial.nightsWithoutData, 0),
    },
    limits: LIMITS,
    cpuSeconds: rounded(run.cpuSeconds),
  };
}

/** reportText is the short table for people. */
export function reportText(report: PaceBenchReport): string {
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
  const alarms = RULES.map((rule) => {
    const { metBy3, missedBy5, missingPlatform } = report;
    return [
      rule === 'paceline' ? 'Paceline' : 'straight line',
      percent(metBy3[rule].share),
      percent(missedBy5[rule].share),
      String(missedBy5[rule].medianDay ?? 'never'),
      String(missedBy5[rule].yearsWithMoreThanOneFlap),
      String(missingPlatform[rule].alone),
    ];
  });
  const header = ['', 'met by 3 %: alarm', 'missed by 5 %: caught by 30 Sep', 'median day', 'years with 2+ flaps'];
  return [
    report.question,
    `${report.years} simulated years, seed ${report.seed}, ${report.cpuSeconds} CPU seconds.`,
    '',
    ...columnsOf(
      [[...header, 'platform missing: alarm for that alone'], ...alarms],
      [false, true, true, true, true, true],
    ),
    `Limits: at most ${percent(LIMITS.falseAlarmShare)}, at least ${percent(LIMITS.caughtShare)}, no year, no year.`,
    '',
    ...columnsOf(
      [
        ['end of month', 'deviation asked', 'had', 'mean error %', 'straight line %', '50 % held', '80 %', '95 %'],
        ...report.projection.map(({ month, meanError, coverage }) => {
          const made = report.generator.find((row) => row.month === month);
          return [
            String(month),
            String(made?.target ?? ''),
            String(made?.measured ?? ''),
            meanError.paceline.toFixed(2),
            meanError.straightLine.toFixed(2),
            ...[50, 80, 95].map((level) => percent(coverage[level] ?? 0)),
          ];
        }),
      ],
      Array.from({ length: 8 }, (_, column) => column > 0),
    ),
    `The generator ${report.generatorHolds ? 'has' : 'DOES NOT HAVE'} the deviations asked for, but for chance.`,
  ].join('\n');
}

const byRule = <T>(of: (rule: Rule) => T): ByRule<T> => ({
  paceline: of('paceline'),
  straightLine: of('straightLine'),
});
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.filter(holds).length / items.length;
const rounded = (value: number): number => Number(value.toPrecision(3));

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
