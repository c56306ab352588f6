import { z } from 'zod';
import { type Totals } from '../domain/measures';
import { parseYuan } from '../domain/money';

/** fen reads the engine's decimal text into fen. */
export const fen = z.string().transform((text) => parseYuan(text));

/** count reads a 64-bit count, which travels as text, into a number. */
export const count = z.coerce.number().int();

/** TOTALS_COLUMNS are the sums that every totals query selects over `daily_totals`, in yuan. */
export const TOTALS_COLUMNS = `
  sum(paid_orders) AS paid_orders, sum(quantity) AS quantity, sum(gross) AS gross, sum(shipping) AS shipping,
  sum(subsidy) AS subsidy, sum(refunded_exact) + sum(refunded_assumed) AS refunded`;

/** totalsRow is the shape of TOTALS_COLUMNS. */
export const totalsRow = z.object({
  paid_orders: count,
  quantity: count,
  gross: fen,
  shipping: fen,
  subsidy: fen,
  refunded: fen,
});

/** totalsFrom completes the sums with what follows from them: booked and net. */
export function totalsFrom(row: z.output<typeof totalsRow>): Totals {
  return {
    paidOrders: row.paid_orders,
    quantity: row.quantity,
    gross: row.gross,
    shipping: row.shipping,
    subsidy: row.subsidy,
    booked: row.gross + row.subsidy,
    refunded: row.refunded,
    net: row.gross - row.refunded,
  };
}
