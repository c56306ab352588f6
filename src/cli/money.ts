import { type Amounts, type SalesTotals, type Totals } from '../domain/measures';
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

/** yuan writes an amount for people, with its unit. */
export const yuan = (amount: Fen): string => `${groupYuan(amount)} yuan`;

/** totalsJson writes totals as counts and strings in yuan. */
export const totalsJson = ({ paidOrders, quantity, ...amounts }: Totals): Record<string, string | number> => ({
  paidOrders,
  quantity,
  ...amountsJson(amounts),
});

/** salesJson writes totals with all their measures. */
export function salesJson(totals: SalesTotals): Record<string, string | number> {
  return {
    shopsSelling: totals.shopsSelling,
    ...totalsJson(totals),
    refundedExact: formatYuan(totals.refundedExact),
    refundedAssumed: formatYuan(totals.refundedAssumed),
  };
}

/** signedPercent writes a share as percent with its sign: `+5.0 %`. */
export const signedPercent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
