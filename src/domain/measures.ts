import { type Fen } from './money';

/** The measures that a goal may be set in: net (gross − refunded) counts by default. */
export const GOAL_MEASURES = ['net', 'gross', 'booked'] as const;
export type GoalMeasure = (typeof GOAL_MEASURES)[number];

/** The amounts of money that every total carries, each in fen. booked = gross + subsidy, net = gross − refunded. */
export interface Amounts {
  readonly gross: Fen;
  readonly shipping: Fen;
  readonly subsidy: Fen;
  readonly booked: Fen;
  readonly refunded: Fen;
  readonly net: Fen;
}

/** Totals are amounts with the number of paid orders and of pieces behind them. */
export interface Totals extends Amounts {
  readonly paidOrders: number;
  readonly quantity: number;
}

/** The dimensions that totals can be grouped by. */
export const DIMENSIONS = ['platform', 'month', 'day', 'shop', 'province'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Values that totals are kept to, by dimension; blank is the unknown. */
export type DimensionFilter = Readonly<Partial<Record<Dimension, string | undefined>>>;

/** One line of a table of totals: the values of its dimensions, in the order asked for, and its totals. */
export interface TotalsRow {
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
  readonly totals: Totals;
}
