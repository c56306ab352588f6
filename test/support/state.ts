import { z } from 'zod';
import { type NamedQuery } from '../../src/clickhouse/client';
import { explainFigure } from '../../src/clickhouse/queries/explain';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { type CoarseDifference } from '../../src/clickhouse/totals/coarse-totals';
import { verifyTotals, type TotalsDifference } from '../../src/clickhouse/totals/verify';
import { ORDER_DIMENSIONS, type OrderDimension, type SalesTotals, type Totals } from '../../src/domain/measures';
import { parseYuan } from '../../src/domain/money';
import { type TestStore } from './store';

const yuan = z.string().transform((text) => parseYuan(text));

const ORDERS = {
  name: 'orders of a test',
  sql: `SELECT platform, shop, order_id AS orderId, line_id AS lineId, status, toString(paid_at) AS paidAt, quantity,
      gross, shipping, subsidy, refunded
    FROM orders FINAL ORDER BY platform, shop, orderId, lineId`,
  row: z.object({
    platform: z.string(),
    shop: z.string(),
    orderId: z.string(),
    lineId: z.string(),
    status: z.string(),
    paidAt: z.string().nullable(),
    quantity: z.number(),
    gross: yuan,
    shipping: yuan,
    subsidy: yuan,
    refunded: yuan,
  }),
} satisfies NamedQuery<unknown>;

/** StoredOrder is the newest version of an order line, money in fen. */
export type StoredOrder = z.output<(typeof ORDERS)['row']>;

/** StoreState is all that a reader can see of a store: every order line once, and totals by every dimension. */
export interface StoreState {
  readonly orders: readonly StoredOrder[];
  readonly total: Totals;
  /** Totals by the value of one dimension. */
  readonly by: Readonly<Record<OrderDimension, Readonly<Record<string, Totals>>>>;
  /** What recomputing the totals from the orders finds wrong; nothing in a sound store. */
  readonly differences: readonly (TotalsDifference | CoarseDifference)[];
  /** Partitions whose totals do not rest on all commits. */
  readonly stale: number;
}

/** The years that generated orders can lie in. */
export const ALL_DAYS = { from: '2000-01-01', to: '2099-12-31' } as const;

/** What a model of orders can tell of totals: their sums, without the basis of refunds and the number of shops. */
export function plain({ refundedExact, refundedAssumed, shopsSelling, ...totals }: SalesTotals): Totals {
  if (refundedExact + refundedAssumed !== totals.refunded || shopsSelling < 0) throw new Error('refunds do not add up');
  return totals;
}

/** readState reads what a store shows. */
export async function readState({ db }: Pick<TestStore, 'db'>): Promise<StoreState> {
  const by: Partial<Record<OrderDimension, Record<string, Totals>>> = {};
  for (const dimension of ORDER_DIMENSIONS) {
    const { rows } = await readTotals(db, { ...ALL_DAYS, by: [dimension] });
    by[dimension] = Object.fromEntries(rows.map((row) => [row.dimensions[dimension] ?? '', plain(row.totals)]));
  }
  const { differences, coarse, stale } = await verifyTotals(db);
  return {
    orders: await db.rows(ORDERS),
    total: plain((await readTotals(db, { ...ALL_DAYS, by: [] })).total),
    by: by as Record<OrderDimension, Record<string, Totals>>,
    differences: [...differences, ...coarse],
    stale: stale.length,
  };
}

/** countOrders counts the rows in the table of orders, whatever version they are. */
export async function countOrders({ db }: TestStore): Promise<number> {
  const row = z.object({ rows: z.coerce.number() });
  return (await db.row({ name: 'count orders', sql: 'SELECT count() AS rows FROM orders', row })).rows;
}

/** unexplainedDays lists the days of platforms whose total is not the sum of what their files have in it. */
export async function unexplainedDays({ db }: TestStore): Promise<string[]> {
  const { rows } = await readTotals(db, { ...ALL_DAYS, by: ['platform', 'day'] });
  const unexplained: string[] = [];
  for (const { dimensions, totals: sales } of rows) {
    const { platform = '', day = '' } = dimensions;
    const totals = plain(sales);
    const explained = await explainFigure(db, { platform, day });
    const shares = explained.files.map((file) => file.totals);
    const sum = (of: (of: Totals) => bigint | number): bigint => shares.reduce((all, one) => all + BigInt(of(one)), 0n);
    const measures = Object.keys(totals) as (keyof Totals)[];
    const adds = measures.every((m) => sum((one) => one[m]) === BigInt(totals[m]) && explained.totals[m] === totals[m]);
    if (!adds) unexplained.push(`${platform} ${day}`);
  }
  return unexplained;
}
