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

/** SalesTotals also tell how sure the refunds are, and how many shops sold anything. */
export interface SalesTotals extends Totals {
  /** Refunds whose amount the platform gave. */
  readonly refundedExact: Fen;
  /** Refunds that only a status tells of: the whole amount is assumed. refunded = exact + assumed. */
  readonly refundedAssumed: Fen;
  /** Shops with at least one paid order. The only figure that does not add up over groups: a shop sells on many days. */
  readonly shopsSelling: number;
}

/** The dimensions that orders themselves tell. */
export const ORDER_DIMENSIONS = ['platform', 'month', 'day', 'shop', 'province'] as const;
export type OrderDimension = (typeof ORDER_DIMENSIONS)[number];

/** The dimensions that the register of shops tells, as it holds on the day of payment. */
export const REGISTER_DIMENSIONS = [
  'league',
  'cluster',
  'chain',
  'brand',
  'kind',
  'rural',
  'agricultural',
  'live-stream',
] as const;
export type RegisterDimension = (typeof REGISTER_DIMENSIONS)[number];

/** The dimensions that totals can be grouped by. */
export const DIMENSIONS = [...ORDER_DIMENSIONS, ...REGISTER_DIMENSIONS] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Values that totals are kept to, by dimension; blank is the unknown. */
export type DimensionFilter = Readonly<Partial<Record<Dimension, string | undefined>>>;

/** One line of a table of totals: the values of its dimensions, in the order asked for, and its totals. */
export interface TotalsRow {
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
  readonly totals: SalesTotals;
}
