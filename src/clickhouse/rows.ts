import { z } from 'zod';
import { type Totals } from '../domain/measures';
import { parseYuan } from '../domain/money';

/** fen reads the engine's decimal text into fen. */
export const fen = z.string().transform((text) => parseYuan(text));

/** count reads a 64-bit count, which travels as text, into a number. */
export const count = z.coerce.number().int();

/** MEASURES are the sums that every row of totals has, by the names of their columns; money in yuan. */
export const MEASURES = [
  'paid_orders',
  'quantity',
  'gross',
  'shipping',
  'subsidy',
  'refunded_exact',
  'refunded_assumed',
] as const;

/** SUMS_OF_MEASURES adds them up under the same names. */
export const SUMS_OF_MEASURES = MEASURES.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');

/** totalsRow is the shape of MEASURES. */
export const totalsRow = z.object({
  paid_orders: count,
  quantity: count,
  gross: fen,
  shipping: fen,
  subsidy: fen,
  refunded_exact: fen,
  refunded_assumed: fen,
});

/** totalsFrom completes the sums with what follows from them: booked, all refunds and net. */
export function totalsFrom(row: z.output<typeof totalsRow>): Totals {
  const refunded = row.refunded_exact + row.refunded_assumed;
  return {
    paidOrders: row.paid_orders,
    quantity: row.quantity,
    gross: row.gross,
    shipping: row.shipping,
    subsidy: row.subsidy,
    booked: row.gross + row.subsidy,
    refunded,
    net: row.gross - refunded,
  };
}
