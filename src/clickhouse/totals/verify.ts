import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { count, fen, MEASURES } from '../rows';
import { type CoarseDifference, verifyCoarseTotals } from './coarse-totals';
import { currentGenerations } from './generations';
import { type PartitionKey, partitionName, type PartitionState, partitionStates } from './partitions';
import { HISTOGRAMS, summedOrders } from './summed-orders';
import { type ReplicaDifference, verifyReplicas } from './verify-replicas';

/** A daily total that the orders don't bear out: the sums of the rollup and of the orders, in fen. */
export interface TotalsDifference {
  readonly platform: string;
  readonly month: string;
  readonly day: string;
  readonly shop: string;
  readonly province: string;
  readonly rollup: { readonly paidOrders: number; readonly gross: bigint; readonly refunded: bigint };
  readonly orders: { readonly paidOrders: number; readonly gross: bigint; readonly refunded: bigint };
}

const OF_MONTHS = 'platform = {platform: String} AND toStartOfMonth(order_day) IN {months: Array(Date)}';

const mapIf = (histogram: string, side: string): string =>
  `sumMapIf(tupleElement(${histogram}, 1), tupleElement(${histogram}, 2), ${side})`;

const COMPARED = (db: Database): NamedQuery<TotalsDifference> => ({
  name: 'compare totals with orders',
  sql: `SELECT platform, toString(toStartOfMonth(order_day)) AS month, toString(day) AS day, shop, province,
      ${MEASURES.map((m) => `sumIf(${m}, kept) AS kept_${m}, sumIf(${m}, NOT kept) AS true_${m}`).join(', ')},
      ${HISTOGRAMS.map((m) => `${mapIf(m, 'kept')} != ${mapIf(m, 'NOT kept')} AS other_${m}`).join(', ')}
    FROM (
      SELECT * EXCEPT generation, true AS kept FROM daily_totals
      WHERE ${OF_MONTHS} AND generation IN {generations: Array(UUID)}
      UNION ALL SELECT *, false AS kept FROM (${summedOrders(db, OF_MONTHS)}))
    GROUP BY platform, order_day, day, shop, province
    HAVING ${[...MEASURES.map((m) => `kept_${m} != true_${m}`), ...HISTOGRAMS.map((m) => `other_${m}`)].join(' OR ')}
    ORDER BY platform, month, day, shop, province`,
  row: z
    .object({
      platform: z.string(),
      month: z.string(),
      day: z.string(),
      shop: z.string(),
      province: z.string(),
      kept_paid_orders: count,
      true_paid_orders: count,
      kept_gross: fen,
      true_gross: fen,
      kept_refunded_exact: fen,
      true_refunded_exact: fen,
      kept_refunded_assumed: fen,
      true_refunded_assumed: fen,
    })
    .transform((row) => ({
      platform: row.platform,
      month: row.month,
      day: row.day,
      shop: row.shop,
      province: row.province,
      rollup: {
        paidOrders: row.kept_paid_orders,
        gross: row.kept_gross,
        refunded: row.kept_refunded_exact + row.kept_refunded_assumed,
      },
      orders: {
        paidOrders: row.true_paid_orders,
        gross: row.true_gross,
        refunded: row.true_refunded_exact + row.true_refunded_assumed,
      },
    })),
});

/** What verifying found: every partition compared, and every total that differs. */
export interface Verification {
  readonly partitions: number;
  /** Partitions whose totals do not rest on all commits yet; what differs in them is no fault. */
  readonly stale: readonly PartitionKey[];
  readonly differences: readonly TotalsDifference[];
  /** Coarse totals that the daily ones don't bear out. */
  readonly coarse: readonly CoarseDifference[];
  /** Partitions of which replicas of a shard hold different rows. */
  readonly replicas: readonly ReplicaDifference[];
}

/** totalsAreSound says that every total that was compared is borne out, whichever replicas are asked. */
export const totalsAreSound = ({ differences, coarse, replicas }: Verification): boolean =>
  differences.length + coarse.length + replicas.length === 0;

/**
 * verifyTotals recomputes every total from the orders and compares it with what readers are shown. Partitions that a
 * commit or a refresh changes meanwhile are left out of the comparison: their orders and totals were read at different moments.
 */
export async function verifyTotals(db: Database): Promise<Verification> {
  const states = await partitionStates(db);
  const generations = await currentGenerations(db);
  const found: TotalsDifference[] = [];
  for (const platform of new Set(states.map((state) => state.platform))) {
    const months = states.filter((state) => state.platform === platform).map(({ month }) => month);
    found.push(...(await db.rows(COMPARED(db), { platform, months, generations })));
  }
  const replicas = await verifyReplicas(db);
  const after = new Map((await partitionStates(db)).map((state) => [partitionName(state), state]));
  const settled = states.filter((state) => isSame(state, after.get(partitionName(state)))).map(partitionName);
  return {
    partitions: states.length,
    stale: states
      .filter(({ covers, published }) => covers !== published)
      .map(({ platform, month }) => ({ platform, month })),
    differences: found.filter((difference) => settled.includes(partitionName(difference))),
    coarse: await verifyCoarseTotals(db),
    replicas: replicas.filter((difference) => settled.includes(partitionName(difference))),
  };
}

const isSame = (before: PartitionState, after: PartitionState | undefined): boolean =>
  before.covers === after?.covers && before.generation === after.generation && before.inFlight === after.inFlight;
