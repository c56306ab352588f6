import { type Amounts, type Totals } from '../domain/measures';
import { type Fen, formatYuan, groupYuan } from '../domain/money';

/** amountsJson writes amounts as strings in yuan with two decimals. */
export function amountsJson(amounts: Amounts): Record<keyof Amounts, string> {
  return {
    gross: formatYuan(amounts.gross),
    shipping: formatYuan(amounts.shipping),
    subsidy: formatYuan(amounts.subsidy),
    booked: formatYuan(amounts.booked),
    refunded: formatYuan(amounts.refunded),
    net: formatYuan(amounts.net),
  };
}

/** totalsJson writes totals as counts and strings in yuan. */
export const totalsJson = ({ paidOrders, quantity, ...amounts }: Totals): Record<string, string | number> => ({
  paidOrders,
  quantity,
  ...amountsJson(amounts),
});

/** yuan writes an amount for people, with its unit. */
export const yuan = (amount: Fen): string => `${groupYuan(amount)} yuan`;
