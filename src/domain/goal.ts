import { type BusinessDay } from './calendar';
import { type GoalMeasure } from './measures';
import { type Fen } from './money';

/** The annual goal that the product was written for: 60 billion yuan of online retail sales, net of refunds. */
export const DEFAULT_GOAL_FEN: Fen = 6_000_000_000_000n;

/** A goal of one year in one measure; of several with the same year, the one set last counts. */
export interface Goal {
  readonly year: number;
  readonly measure: GoalMeasure;
  readonly amount: Fen;
  /** The day it was set, for its history; null for the built-in default. */
  readonly setOn: BusinessDay | null;
}
