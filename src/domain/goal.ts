import { type BusinessDay, firstDay } from './calendar';
import { type GoalMeasure } from './measures';
import { type Fen } from './money';

/** The annual goal that the product was written for: 60 billion yuan of online retail sales, net of refunds. */
export const DEFAULT_GOAL_FEN: Fen = 6_000_000_000_000n;

/** What a goal may be narrowed to, in any combination, in the order in which it is written. */
export const SCOPE_DIMENSIONS = ['league', 'platform', 'chain', 'month'] as const;
export type ScopeDimension = (typeof SCOPE_DIMENSIONS)[number];

/** GoalScope is what a goal speaks of; with no value at all the whole region and year. Months are `YYYY-MM`. */
export type GoalScope = Readonly<Partial<Record<ScopeDimension, string | undefined>>>;

/** A goal of one year, or of a part of it, in one measure. */
export interface Goal {
  readonly year: number;
  readonly measure: GoalMeasure;
  readonly amount: Fen;
  /** The day it was set, for its history; null for the built-in default. */
  readonly setOn: BusinessDay | null;
  /** Absent: the region. */
  readonly scope?: GoalScope | undefined;
  /** The first day on which it is in force; absent: the whole year. */
  readonly validFrom?: BusinessDay | undefined;
  /** What it is judged by otherwise than the deployment's other goals, as `adjusted` reads it; absent: nothing. */
  readonly pace?: string | undefined;
}

/** scopeText writes a scope as the command line reads it: `league=包头市,month=2026-06`, or `region`. */
export function scopeText(scope: GoalScope = {}): string {
  const parts = SCOPE_DIMENSIONS.filter((dimension) => scope[dimension] !== undefined);
  return parts.length === 0 ? 'region' : parts.map((dimension) => `${dimension}=${scope[dimension] ?? ''}`).join(',');
}

/** partOf names the scope of a goal where the whole region is blank: in alerts, and for who hears of them. */
export const partOf = (scope: GoalScope = {}): string => (scopeText(scope) === scopeText() ? '' : scopeText(scope));

/** validFromOf is the first day on which a goal is in force. */
export const validFromOf = ({ year, validFrom }: Goal): BusinessDay => validFrom ?? firstDay(year);

/**
 * goalsInForce is, for each scope of a year, the goal that was set last of those that are in force on a day. A day before
 * the year asks about its beginning.
 * @param history in the order in which the goals were set
 */
export function goalsInForce(history: readonly Goal[], year: number, on: BusinessDay): Goal[] {
  const day = on < firstDay(year) ? firstDay(year) : on;
  const valid = history.filter((goal) => goal.year === year && validFromOf(goal) <= day);
  return [...new Map(valid.map((goal) => [scopeText(goal.scope), goal])).values()];
}
