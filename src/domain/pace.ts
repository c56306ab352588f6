import { terminal } from '../errors';
import { type BusinessDay, daysBetween, daysInYear, dayOfYear, firstDay, isBusinessDay, lastDay } from './calendar';
import { type Goal } from './goal';
import { ceilFen, divideFen, type Fen, formatYuan, scaleFen, shareOf, wholeOfFen } from './money';

/** The state of a goal's year. `no-data` says that the figures on hand cannot carry a judgement. */
export type PaceState = 'on-track' | 'behind' | 'no-data';

/** What one shop of one platform has delivered so far: complete to the end of `completeTo` (null: never). */
export interface ShopCoverage {
  readonly platform: string;
  readonly shop: string;
  /** Last business day that lies wholly before the snapshot time of the shop's newest committed export. */
  readonly completeTo: BusinessDay | null;
}

/** Settings of the judgement, per goal. */
export interface PaceSettings {
  /** Behind when the projected year is below the goal by more than this share of it (0.02 = 2 %). */
  readonly enterBehind: number;
  /** On track again when the projected shortfall is below this share; less than enterBehind (hysteresis). */
  readonly leaveBehind: number;
  /** No `behind` before this month and day (`MM-DD`): the curve is too uncertain in the first weeks. */
  readonly notBefore: string;
  /** `no-data` when the last complete day lies further back than this many days. */
  readonly maxLagDays: number;
}

/** A share-of-year curve: for each day of the year (index 0 = 1 January) the share of the year done by its end. */
export interface SeasonalCurve {
  readonly year: number;
  readonly source: string;
  readonly cumulative: readonly number[];
}

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
  /** Shops whose exports do not reach requestedAsOf, latest deliverer last; they hold asOf back. */
  readonly waitingFor: readonly ShopCoverage[];
  readonly shops: number;
  /** One sentence for a log: why the state is what it is. */
  readonly because: string;
}

/** DEFAULT_PACE_SETTINGS: 2 % short to enter, 1 % to leave, nothing before March, at most a week behind. */
export const DEFAULT_PACE_SETTINGS: PaceSettings = Object.freeze({
  enterBehind: 0.02,
  leaveBehind: 0.01,
  notBefore: '03-01',
  maxLagDays: 7,
});

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
  readonly settings: PaceSettings;
}

/**
 * judgePace says where a goal's year stands. All figures run to the last complete day (lastCompleteDay), so a late or
 * missing export moves that day back and never makes a year look behind.
 *
 * Definitions: projected = actual ÷ share of the year done; behind is entered when projected < goal × (1 − enterBehind)
 * and left when projected ≥ goal × (1 − leaveBehind). The first of these that applies decides:
 * 1. `no-data`: the year has not begun, no shop is known, a shop never delivered, or the last complete day lies more
 *    than maxLagDays back;
 * 2. on track: the goal is met;
 * 3. behind: 31 December is complete and the goal is not met (no tolerance: nothing can come any more);
 * 4. on track: before settings.notBefore, too early to judge;
 * 5. the thresholds above.
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
  const actual = sumTo(input.dailyAmounts, goal.year, asOf);
  const remaining = goal.amount > actual ? goal.amount - actual : 0n;
  const remainingDays = days - daysDone;
  const seasonal = expect(goal.amount, actual, daysDone === 0 ? 0 : (curve.cumulative[daysDone - 1] ?? 0));
  const judgement = judge(input, asked, complete, asOf, actual, seasonal.projected);
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
    waitingFor: complete.waitingFor,
    shops: coverage.length,
  };
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
): Judgement {
  const missing = whatIsMissing(goal.year, coverage, asked, complete, settings);
  if (missing !== null) return { state: 'no-data', because: missing };
  if (asOf !== null && actual >= goal.amount) {
    return { state: 'on-track', because: `The goal is met: ${formatYuan(actual)} yuan by ${asOf}.` };
  }
  if (asOf === lastDay(goal.year)) {
    const short = formatYuan(goal.amount - actual);
    return { state: 'behind', because: `The year is complete and the goal was missed by ${short} yuan.` };
  }
  const notBefore = `${goal.year}-${settings.notBefore}`;
  if (asOf === null || projected === null || asOf < notBefore) {
    return { state: 'on-track', because: `It is too early to judge: nothing is called behind before ${notBefore}.` };
  }
  const allowed = previous === 'behind' ? settings.leaveBehind : settings.enterBehind;
  const state = projected < scaleFen(goal.amount, 1 - allowed) ? 'behind' : 'on-track';
  return {
    state,
    because: `The projected year of ${formatYuan(projected)} yuan is ${against(goal.amount, projected)}.`,
  };
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
  const lag = daysBetween(day, asked);
  if (lag <= maxLagDays) return null;
  return `The last complete day, ${day}, lies ${lag} days before ${asked}; ${maxLagDays} are allowed.`;
}

function expect(goal: Fen, actual: Fen, share: number): Expectation {
  const expected = scaleFen(goal, share);
  return { share, expected, gap: actual - expected, projected: wholeOfFen(actual, share) };
}

function sumTo(dailyAmounts: ReadonlyMap<BusinessDay, Fen>, year: number, asOf: BusinessDay | null): Fen {
  if (asOf === null) return 0n;
  let sum = 0n;
  for (const [day, amount] of dailyAmounts) if (day >= firstDay(year) && day <= asOf) sum += amount;
  return sum;
}

function against(goal: Fen, projected: Fen): string {
  const percent = (Math.abs(shareOf(projected - goal, goal)) * 100).toFixed(2);
  return `${percent} % ${projected < goal ? 'below' : 'above'} the goal of ${formatYuan(goal)} yuan`;
}

const earlier = (a: BusinessDay, b: BusinessDay): BusinessDay => (a < b ? a : b);

function checkSettings({ enterBehind, leaveBehind, notBefore, maxLagDays }: PaceSettings): void {
  // Leaving no later than entering would let a year that does not change fall behind and recover every night.
  if (!(leaveBehind >= 0 && leaveBehind <= enterBehind && enterBehind < 1)) {
    throw terminal(
      'config-invalid',
      `behind cannot be entered at ${enterBehind} and left at ${leaveBehind}`,
      'Both are shares of the goal from 0 to 1, and leaving must not need a larger shortfall than entering.',
    );
  }
  // 2024 is a leap year: 02-29 may be written, and sorts rightly in every year.
  if (!isBusinessDay(`2024-${notBefore}`)) {
    throw terminal('config-invalid', `"${notBefore}" is not a month and day`, 'Write it like 03-01.');
  }
  if (!(maxLagDays >= 0)) throw terminal('config-invalid', `${maxLagDays} days of lag cannot be allowed`);
}
