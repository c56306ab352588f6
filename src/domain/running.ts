import { type Dimension, type SalesTotals, type Totals, type TotalsRow } from './measures';

/** A row of totals by day with the sums from the period's first day on, among the rows that share its other dimensions. */
export interface RunningRow extends TotalsRow {
  readonly running: Totals;
}

/**
 * runningTotals adds up rows by day within each combination of their other dimensions. Gross only grows; net falls on a
 * day on which more was refunded than paid. `shopsSelling` does not add up and is left out.
 * @param rows in the order of their dimensions, of which the day is the last
 */
export function runningTotals(rows: readonly TotalsRow[], by: readonly Dimension[]): RunningRow[] {
  return rows.map(adding(by));
}

/** eachRunning adds up as runningTotals does, row by row as they come. */
export async function* eachRunning(
  rows: AsyncIterable<TotalsRow>,
  by: readonly Dimension[],
): AsyncGenerator<RunningRow, void> {
  const add = adding(by);
  for await (const row of rows) yield add(row);
}

function adding(by: readonly Dimension[]): (row: TotalsRow) => RunningRow {
  const others = by.filter((dimension) => dimension !== 'day');
  let group: TotalsRow['dimensions'] | null = null;
  let running: Totals | null = null;
  return (row) => {
    const isSame = group !== null && others.every((dimension) => group?.[dimension] === row.dimensions[dimension]);
    running = running !== null && isSame ? addTotals(running, row.totals) : plainTotals(row.totals);
    group = row.dimensions;
    return { ...row, running };
  };
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
