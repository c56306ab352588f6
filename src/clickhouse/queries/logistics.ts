import { z } from 'zod';
import { type TotalsRow } from '../../domain/measures';
import { type Database, type NamedQuery } from '../client';
import { count } from '../rows';
import { currentTotals } from '../totals/coarse-totals';
import { rowsOfPeriod } from '../totals/rows-of-period';
import {
  dimensionsFrom,
  groupedBy,
  type RowsOf,
  soldBy,
  tooManyRows,
  totalFirst,
  type TotalsQuestion,
} from './sold-by';

/** Hours that orders took from payment, each begun hour as a whole one; null while none is known. */
export interface Hours {
  /** Orders whose time is known. */
  readonly orders: number;
  /** Half of them took no longer. */
  readonly median: number | null;
  /** Nine in ten of them took no longer. */
  readonly ninetieth: number | null;
}

/** Logistics is how long paid orders took to be dispatched and received. */
export interface Logistics {
  readonly paidOrders: number;
  readonly dispatch: Hours;
  readonly receipt: Hours;
}

/** One line of a table of logistics. */
export interface LogisticsRow {
  readonly dimensions: TotalsRow['dimensions'];
  readonly logistics: Logistics;
}

const STEPS = ['dispatch', 'receipt'] as const;

/** Counts by hours are added up first, so that a quantile weighs each hour once: exact, however many orders there are. */
const SOLD = [
  'sum(paid_orders) AS paid_orders',
  ...STEPS.map((step) => `sumMap(tupleElement(${step}, 1), tupleElement(${step}, 2)) AS ${step}`),
].join(', ');

const MEASURES = [
  'sum(t.paid_orders) AS paid_orders',
  ...STEPS.flatMap((step) => [
    `sum(arraySum(tupleElement(t.${step}, 2))) AS ${step}_orders`,
    `quantilesExactWeightedArray(0.5, 0.9)(tupleElement(t.${step}, 1), tupleElement(t.${step}, 2)) AS ${step}_hours`,
  ]),
];

const logisticsRow = z
  .object({
    is_total: z.boolean(),
    paid_orders: count,
    dispatch_orders: count,
    dispatch_hours: z.array(z.number().nullable()),
    receipt_orders: count,
    receipt_hours: z.array(z.number().nullable()),
  })
  .catchall(z.unknown());
type Row = z.output<typeof logisticsRow>;

const MOST_ROWS = 100_000;

/**
 * readLogistics answers from the rollup as readTotals does: one row a combination that occurs, sorted, and all of it.
 * @throws PipelineError `usage` for more than 100,000 rows
 */
export async function readLogistics(
  db: Database,
  question: TotalsQuestion,
): Promise<{ rows: LogisticsRow[]; total: Logistics }> {
  const current = await currentTotals(db);
  const rowsOf: RowsOf = (period, name) =>
    rowsOfPeriod(current, period, { columns: 'platform, shop, day, province, paid_orders, dispatch, receipt', name });
  const { source, params, dimensions } = soldBy(question, rowsOf, SOLD, current.chains);
  const { isTotal, sql } = groupedBy(question.by);
  const query: NamedQuery<Row> = {
    name: 'logistics by dimensions',
    sql: `SELECT ${[...dimensions, ...MEASURES, isTotal].join(', ')} ${source} ${sql} ${totalFirst(question.by)} LIMIT {limit: UInt32}`,
    row: logisticsRow,
  };
  // One of them is of all.
  const rows = await db.rows(query, { ...params, limit: MOST_ROWS + 2 });
  if (rows.length > MOST_ROWS + 1) throw tooManyRows(MOST_ROWS);
  const total = rows.find(({ is_total }) => is_total);
  return {
    total: total ? logisticsFrom(total) : { paidOrders: 0, dispatch: NONE, receipt: NONE },
    rows: rows
      .filter(({ is_total }) => !is_total)
      .map((row) => ({ dimensions: dimensionsFrom(row, question.by), logistics: logisticsFrom(row) })),
  };
}

const NONE: Hours = { orders: 0, median: null, ninetieth: null };

function logisticsFrom(row: Row): Logistics {
  const hours = (orders: number, [median = null, ninetieth = null]: readonly (number | null)[]): Hours =>
    orders === 0 ? NONE : { orders, median, ninetieth };
  return {
    paidOrders: row.paid_orders,
    dispatch: hours(row.dispatch_orders, row.dispatch_hours),
    receipt: hours(row.receipt_orders, row.receipt_hours),
  };
}
