import { type BusinessDay } from './calendar';
import { type Goal } from './goal';
import { type Fen } from './money';

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
