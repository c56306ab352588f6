import { terminal } from '../errors';
import { addDays, type BusinessDay, daysBetween, daysInYear, dayOfYear, firstDay, lastDay } from './calendar';
import { type Chances, chancesOf, type Forecast, forecastOf } from './forecast';
import { type ShopCoverage } from './completeness';
import { type Goal } from './goal';
import { ceilFen, divideFen, type Fen, groupYuan, scaleFen, shareOf, wholeOfFen } from './money';
import { checkSettings, firstJudgedDay, judgeState, type PaceSettings, type PaceState } from './pace-state';
import { type SeasonalCurve } from './season';

export { type ShopCoverage } from './completeness';
export { DEFAULT_PACE_SETTINGS, type PaceSettings, type PaceState } from './pace-state';

/** One way to say how far the year should be: expected amount by the as-of day, and the gap to it. */
export interface Expectation {
  /** Share of the year that should be done by the end of the as-of day. */
  readonly share: number;
  readonly expected: Fen;
  /** actual − expected: negative when short. */
  readonly gap: Fen;
  /** The year's total if the rest follows this curve; null while the share is zero. */
  readonly projected: Fen | null;
}

/** The pace of one goal on one day, with everything that it rests on. */
export interface PaceReport {
  readonly goal: Goal;
  readonly state: PaceState;
  /** The day that was asked about. */
  readonly requestedAsOf: BusinessDay;
  /** The last complete day up to it, to which all figures below apply; null without data. */
  readonly asOf: BusinessDay | null;
  /** Sum of the goal's measure from 1 January to asOf. */
  readonly actual: Fen;
  /** goal − actual, never below zero. */
  readonly remaining: Fen;
  readonly remainingDays: number;
  /** What each remaining day must bring on average to meet the goal. */
  readonly dailyNeeded: Fen;
  /** What each day so far brought on average. */
  readonly dailySoFar: Fen;
  readonly straightLine: Expectation;
  /** The judgement rests on this one. */
  readonly seasonal: Expectation & { readonly source: string };
  /** How the year will end; null while nothing can be projected, absent in reports of earlier versions. */
  readonly forecast?: Forecast | null | undefined;
  /** Shops whose exports do not reach requestedAsOf, latest deliverer last; they hold asOf back. */
  readonly waitingFor: readonly ShopCoverage[];
  readonly shops: number;
  /** One sentence for a log: why the state is what it is. */
  readonly because: string;
}

/** CompleteTo: the last day for which every shop has delivered (null: there is none) and the shops that hold it back. */
export interface CompleteTo {
  readonly day: BusinessDay | null;
  /** Shops whose exports do not reach the day asked about, latest deliverer last. */
  readonly waitingFor: readonly ShopCoverage[];
}

/**
 * lastCompleteDay is the last day, not after `requestedAsOf`, up to which every shop has delivered: the earliest
 * `completeTo` of all. One shop that never delivered, or no shop at all, leaves no such day.
 */
export function lastCompleteDay(coverage: readonly ShopCoverage[], requestedAsOf: BusinessDay): CompleteTo {
  const waitingFor = coverage
    .filter(({ completeTo }) => completeTo === null || completeTo < requestedAsOf)
    .sort((a, b) => compareText(deliveryKey(a), deliveryKey(b)));
  const [earliest] = waitingFor;
  if (coverage.length === 0) return { day: null, waitingFor };
  return { day: earliest === undefined ? requestedAsOf : earliest.completeTo, waitingFor };
}

/** Sorts by last delivery (never first), then platform and shop, so that a report is the same for any input order. */
const deliveryKey = ({ completeTo, platform, shop }: ShopCoverage): string =>
  [completeTo ?? '', platform, shop].join('\u0000');
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** PaceInput is all that a judgement rests on. */
export interface PaceInput {
  readonly goal: Goal;
  /** Business day -> amount of the goal's measure in fen; days outside the goal's year are left out. */
  readonly dailyAmounts: ReadonlyMap<BusinessDay, Fen>;
  readonly coverage: readonly ShopCoverage[];
  readonly requestedAsOf: BusinessDay;
  /** The state judged last time (of an AlertStanding: `judged`), for hysteresis; `no-data` counts as not behind. */
  readonly previous: PaceState | null;
  /** The season of the goal's year. */
  readonly curve: SeasonalCurve;
  /** Day -> amount of the year before, for growth; null or absent when the region does not know it whole. */
  readonly lastYear?: ReadonlyMap<BusinessDay, Fen> | null;
  readonly settings: PaceSettings;
}

/**
 * judgePace says where a goal's year stands. All figures run to the last complete day (lastCompleteDay), so a late or
 * missing export moves that day back and never makes a year look behind.
 *
 * Definitions: projected = actual ÷ share of the year done. The first of these that applies decides the state:
 * 1. `no-data`: the year has not begun, no shop is known, a shop never delivered, or one is complete only to a day more
 *    than maxLagDays back (that of a shop which reports every week lies as many days further back as is usual for it);
 * 2. on track: the goal is met;
 * 3. behind: 31 December is complete and the goal is not met (no tolerance: nothing can come any more);
 * 4. on track: before firstJudgedDay, too early to judge;
 * 5. judgeState over the last complete days: the chances that the goal is met, as each of those days alone shows it.
 *
 * After the year's end the question is about 31 December. In the first days of January, while no day of the year is
 * complete and the lag is allowed, the state is on track (4) with `asOf` null. `dailyNeeded` is rounded up to the fen,
 * and 0 when no day remains: then `remaining` is what was missed.
 * @throws PipelineError `config-invalid` for settings that contradict themselves, `internal` for a curve of another year
 */
export function judgePace(input: PaceInput): PaceReport {
  const { goal, coverage, requestedAsOf, curve, settings } = input;
  checkSettings(settings);
  const days = daysInYear(goal.year);
  if (curve.year !== goal.year || curve.cumulative.length !== days) {
    throw terminal('internal', `the curve of ${curve.year} cannot judge a goal of ${goal.year}`);
  }
  const asked = earlier(requestedAsOf, lastDay(goal.year));
  const complete = lastCompleteDay(coverage, asked);
  const asOf = complete.day !== null && complete.day >= firstDay(goal.year) ? complete.day : null;
  const daysDone = asOf === null ? 0 : dayOfYear(asOf);
  const { actual, latest } = sumTo(input.dailyAmounts, goal.year, asOf, settings.minDays);
  const remaining = goal.amount > actual ? goal.amount - actual : 0n;
  const remainingDays = days - daysDone;
  const seasonal = expect(goal.amount, actual, daysDone === 0 ? 0 : (curve.cumulative[daysDone - 1] ?? 0));
  const { projected } = seasonal;
  const evidence = evidenceOf(goal.amount, actual, latest, daysDone, curve);
  const judgement = judge(input, asked, complete, asOf, actual, projected, evidence);
  return {
    goal,
    ...judgement,
    requestedAsOf,
    asOf,
    actual,
    remaining,
    remainingDays,
    dailyNeeded: remainingDays === 0 ? 0n : ceilFen(remaining, BigInt(remainingDays)),
    dailySoFar: daysDone === 0 ? 0n : divideFen(actual, BigInt(daysDone)),
    straightLine: expect(goal.amount, actual, daysDone / days),
    seasonal: { ...seasonal, source: curve.source },
    forecast:
      asOf === null || projected === null
        ? null
        : forecastOf({ goal: goal.amount, actual, asOf, projected, curve, lastYear: input.lastYear ?? null }),
    waitingFor: complete.waitingFor,
    shops: coverage.length,
  };
}

/** What each of the last complete days shows, newest last: `latest` are their amounts, newest first. */
function evidenceOf(
  goal: Fen,
  actual: Fen,
  latest: readonly Fen[],
  daysDone: number,
  { cumulative, spread }: SeasonalCurve,
): Chances[] {
  let doneBy = actual;
  return latest
    .map((amount, back) => {
      const share = cumulative[daysDone - 1 - back] ?? 0;
      const chances = chancesOf({ goal, actual: doneBy, share, spread });
      doneBy -= amount;
      return chances;
    })
    .reverse();
}

interface Judgement {
  readonly state: PaceState;
  readonly because: string;
}

function judge(
  { goal, coverage, previous, settings }: PaceInput,
  asked: BusinessDay,
  complete: CompleteTo,
  asOf: BusinessDay | null,
  actual: Fen,
  projected: Fen | null,
  evidence: readonly Chances[],
): Judgement {
  const missing = whatIsMissing(goal.year, coverage, asked, complete, settings);
  if (missing !== null) return { state: 'no-data', because: missing };
  if (asOf !== null && actual >= goal.amount) {
    return { state: 'on-track', because: `The goal is met: ${groupYuan(actual)} yuan by ${asOf}.` };
  }
  if (asOf === lastDay(goal.year)) {
    const short = groupYuan(goal.amount - actual);
    return { state: 'behind', because: `The year is complete and the goal was missed by ${short} yuan.` };
  }
  const first = firstJudgedDay(goal.year, settings);
  if (asOf === null || projected === null || asOf < first) {
    return { state: 'on-track', because: `It is too early to judge: nothing is called behind before ${first}.` };
  }
  const { chance = 0 } = evidence.at(-1) ?? {};
  return {
    state: judgeState(evidence, previous, settings),
    because:
      `The projected year of ${groupYuan(projected)} yuan is ${against(goal.amount, projected)}; ` +
      `the chance to meet it is ${chanceText(chance)}.`,
  };
}

/** chanceText says a chance in whole percent; none is called certain before the year is over. */
export function chanceText(chance: number): string {
  if (chance < 0.01) return 'below 1 %';
  return chance > 0.99 ? 'above 99 %' : `${Math.round(chance * 100)} %`;
}

/** Why the figures cannot carry a judgement; null when they can. */
function whatIsMissing(
  year: number,
  coverage: readonly ShopCoverage[],
  asked: BusinessDay,
  { day, waitingFor }: CompleteTo,
  { maxLagDays }: PaceSettings,
): string | null {
  if (asked < firstDay(year)) return `The year ${year} has not begun on ${asked}.`;
  if (coverage.length === 0) return 'No shop has delivered anything yet.';
  if (day === null) {
    const never = waitingFor.filter(({ completeTo }) => completeTo === null).length;
    return `${never} of ${coverage.length} shops never delivered.`;
  }
  const overdue = waitingFor.filter(
    (shop) => daysBetween(shop.completeTo ?? day, asked) > maxLagDays + (shop.everyDays ?? 1) - 1,
  );
  if (overdue.length === 0) return null;
  const lag = daysBetween(day, asked);
  return `The last complete day, ${day}, lies ${lag} days before ${asked}; ${maxLagDays} are allowed.`;
}

function expect(goal: Fen, actual: Fen, share: number): Expectation {
  const expected = scaleFen(goal, share);
  return { share, expected, gap: actual - expected, projected: wholeOfFen(actual, share) };
}

/** The sum of a year's amounts to asOf, and the amounts of the last `keep` days, newest first. */
function sumTo(
  dailyAmounts: ReadonlyMap<BusinessDay, Fen>,
  year: number,
  asOf: BusinessDay | null,
  keep: number,
): { actual: Fen; latest: Fen[] } {
  if (asOf === null) return { actual: 0n, latest: [] };
  const from = firstDay(year);
  let actual = 0n;
  for (const [day, amount] of dailyAmounts) if (day >= from && day <= asOf) actual += amount;
  const days = Math.min(keep, dayOfYear(asOf));
  return {
    actual,
    latest: Array.from({ length: days }, (_, back) => dailyAmounts.get(addDays(asOf, -back)) ?? 0n),
  };
}

function against(goal: Fen, projected: Fen): string {
  const percent = (Math.abs(shareOf(projected - goal, goal)) * 100).toFixed(2);
  return `${percent} % ${projected < goal ? 'below' : 'above'} the goal of ${groupYuan(goal)} yuan`;
}

const earlier = (a: BusinessDay, b: BusinessDay): BusinessDay => (a < b ? a : b);
