import { type Dimension, type SalesTotals, type Totals, type TotalsRow } from './measures';

/** A row of totals by day with the sums from the period's first day on, among the rows that share its other dimensions. */
export interface RunningRow extends TotalsRow {
  readonly running: Totals;
}

/**
 * runningTotals adds up rows by day within each combination of their other dimensions, in the order of days. Gross only
 * grows; net falls on a day on which more was refunded than paid. `shopsSelling` does not add up and is left out.
 */
export function runningTotals(rows: readonly TotalsRow[], by: readonly Dimension[]): RunningRow[] {
  const others = by.filter((dimension) => dimension !== 'day');
  const groups = new Map<string, TotalsRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(others.map((dimension) => row.dimensions[dimension]));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].flatMap((group) => {
    let sum: Totals | null = null;
    return group
      .sort((a, b) => ((a.dimensions.day ?? '') < (b.dimensions.day ?? '') ? -1 : 1))
      .map((row) => {
        sum = sum === null ? plainTotals(row.totals) : addTotals(sum, row.totals);
        return { ...row, running: sum };
      });
  });
}

const plainTotals = ({
  paidOrders,
  quantity,
  gross,
  shipping,
  subsidy,
  booked,
  refunded,
  net,
}: SalesTotals): Totals => ({
  paidOrders,
  quantity,
  gross,
  shipping,
  subsidy,
  booked,
  refunded,
  net,
});

/** addTotals adds two totals of different orders. */
function addTotals(a: Totals, b: Totals): Totals {
  return {
    paidOrders: a.paidOrders + b.paidOrders,
    quantity: a.quantity + b.quantity,
    gross: a.gross + b.gross,
    shipping: a.shipping + b.shipping,
    subsidy: a.subsidy + b.subsidy,
    booked: a.booked + b.booked,
    refunded: a.refunded + b.refunded,
    net: a.net + b.net,
  };
}
