import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { transient } from '../errors';
import { type Database, type NamedQuery } from './client';
import { type PartitionKey } from './loading/commit';
import { count, fen } from './rows';
import { engineTime } from './time';

const PARTITION_STATES: NamedQuery<PartitionKey & { covers: number; published: number; inFlight: number }> = {
  name: 'partitions and their rollups',
  sql: `
    SELECT platform, toString(month) AS month, sum(covers) AS covers, max(published) AS published, sum(in_flight) AS in_flight
    FROM (
      SELECT platform, arrayJoin(months) AS month, count() AS covers, 0 AS published, 0 AS in_flight
      FROM files WHERE status = 'committed' GROUP BY platform, month
      UNION ALL
      SELECT platform, order_month AS month, 0, max(covers), 0 FROM rollups GROUP BY platform, month
      UNION ALL
      SELECT platform, arrayJoin(months) AS month, 0, 0, count()
      FROM (SELECT argMax(platform, seq) AS platform, argMax(months, seq) AS months, argMax(status, seq) AS state
            FROM files GROUP BY file_id)
      WHERE state = 'committing' GROUP BY platform, month)
    GROUP BY platform, month ORDER BY platform, month`,
  row: z
    .object({ platform: z.string(), month: z.string(), covers: count, published: count, in_flight: count })
    .transform(({ in_flight, ...row }) => ({ ...row, inFlight: in_flight })),
};

/** The one definition of a daily total, over the newest version of each order line with its known destination. */
const SUMMED_ORDERS = `
  SELECT o.platform AS platform, o.order_month AS order_month, toDate(assumeNotNull(o.paid_at)) AS day, o.shop AS shop,
    if(o.province != '', o.province, d.province) AS province,
    uniqExact(o.order_id) AS paid_orders, sum(o.quantity) AS quantity,
    sum(o.gross) AS gross, sum(o.shipping) AS shipping, sum(o.subsidy) AS subsidy,
    sumIf(o.refunded, o.refund_basis = 'exact') AS refunded_exact,
    sumIf(o.refunded, o.refund_basis = 'assumed-full') AS refunded_assumed
  FROM (
    SELECT platform, shop, order_id, order_month, paid_at, province, quantity, gross, shipping, subsidy, refunded, refund_basis
    FROM orders FINAL WHERE platform = {platform: String} AND order_month IN {months: Array(Date)} AND paid_at IS NOT NULL
  ) AS o
  LEFT ANY JOIN (
    SELECT shop, order_id, province FROM destinations FINAL
    WHERE platform = {platform: String} AND order_month IN {months: Array(Date)}
  ) AS d ON o.shop = d.shop AND o.order_id = d.order_id
  GROUP BY platform, order_month, day, shop, province`;

const FINAL_SETTINGS = {
  // The partition is a function of the key, so that versions of a row never lie in two of them.
  do_not_merge_across_partitions_select_final: 1,
  max_partitions_per_insert_block: '0',
} as const;

const COMMIT_WAIT_MS = 30_000;
const RETRY_MS = 50;

/**
 * refreshTotals rebuilds the totals of every partition that a commit has touched since its rollup, and publishes all
 * of them in one insert, so that readers see a file wholly or not at all. It returns the partitions that it rebuilt.
 *
 * It takes no lock. A commit announces itself in the ledger before it links a part, so a build is good when its
 * partitions have neither a commit in flight nor a new one after the build; otherwise those are built again.
 * @throws PipelineError `store-query-failed`, transient, when a commit in flight does not end
 */
export async function refreshTotals(db: Database, now: () => Date): Promise<PartitionKey[]> {
  const built = new Map<string, PartitionKey & { covers: number; generation: string }>();
  const giveUpAt = Date.now() + COMMIT_WAIT_MS;
  for (;;) {
    const states = await db.rows(PARTITION_STATES);
    const dirty = states.filter(({ covers, published }) => covers > published);
    if (dirty.length === 0) return [];
    const isBuilt = (state: (typeof states)[number]): boolean => built.get(keyOf(state))?.covers === state.covers;
    if (dirty.every((state) => state.inFlight === 0 && isBuilt(state))) break;
    if (dirty.some((state) => state.inFlight > 0)) {
      if (Date.now() > giveUpAt) {
        throw transient(
          'store-query-failed',
          'a commit of another process has been under way for 30 s',
          'Run the command again; if no other command is at work, this finishes what was cut off.',
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      continue;
    }
    for (const partition of await build(
      db,
      dirty.filter((state) => !isBuilt(state)),
    )) {
      built.set(keyOf(partition), partition);
    }
  }
  const partitions = [...built.values()];
  await db.insert(
    'rollups',
    partitions.map(({ platform, month, covers, generation }) => ({
      platform,
      order_month: month,
      covers,
      generation,
      at: engineTime(now()),
    })),
  );
  await dropSupersededGenerations(db);
  return partitions.map(({ platform, month }) => ({ platform, month }));
}

const keyOf = ({ platform, month }: PartitionKey): string => `${platform}/${month}`;

async function build(
  db: Database,
  states: readonly (PartitionKey & { covers: number })[],
): Promise<(PartitionKey & { covers: number; generation: string })[]> {
  const partitions = states.map(({ platform, month, covers }) => ({
    platform,
    month,
    covers,
    generation: randomUUID(),
  }));
  for (const platform of new Set(partitions.map((partition) => partition.platform))) {
    const own = partitions.filter((partition) => partition.platform === platform);
    await db.command(
      'build daily totals',
      `INSERT INTO daily_totals
       SELECT toUUID(transform(toString(order_month), {months: Array(String)}, {generations: Array(String)}, '')), *
       FROM (${SUMMED_ORDERS})`,
      { platform, months: own.map(({ month }) => month), generations: own.map(({ generation }) => generation) },
      FINAL_SETTINGS,
    );
  }
  return partitions;
}

/** A reader may still be at work on the generations that it was told of; they stay this long. */
const GENERATION_GRACE_SECONDS = 600;

const SUPERSEDED: NamedQuery<{ generation: string }> = {
  name: 'superseded generations',
  sql: `SELECT toString(generation) AS generation FROM (
      SELECT generation, covers < max(covers) OVER (PARTITION BY platform, order_month) AS superseded,
        max(at) OVER (PARTITION BY platform, order_month) AS superseded_at
      FROM rollups)
    WHERE superseded AND superseded_at < now() - {grace: UInt32}
      AND generation IN (SELECT toUUID(partition) FROM system.parts
        WHERE database = currentDatabase() AND table = 'daily_totals' AND active)
    LIMIT 500`,
  row: z.object({ generation: z.string() }),
};

async function dropSupersededGenerations(db: Database): Promise<void> {
  const generations = await db.rows(SUPERSEDED, { grace: GENERATION_GRACE_SECONDS });
  for (const { generation } of generations) {
    await db.command('drop a superseded generation', `ALTER TABLE daily_totals DROP PARTITION '${generation}'`);
  }
}

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

const MEASURES = ['paid_orders', 'quantity', 'gross', 'shipping', 'subsidy', 'refunded_exact', 'refunded_assumed'];

const COMPARED: NamedQuery<TotalsDifference> = {
  name: 'compare totals with orders',
  sql: `SELECT platform, toString(order_month) AS month, toString(day) AS day, shop, province,
      ${MEASURES.map((m) => `sumIf(${m}, kept) AS kept_${m}, sumIf(${m}, NOT kept) AS true_${m}`).join(', ')}
    FROM (
      SELECT * EXCEPT generation, true AS kept FROM daily_totals
      WHERE platform = {platform: String} AND order_month IN {months: Array(Date)} AND generation IN {generations: Array(UUID)}
      UNION ALL SELECT *, false AS kept FROM (${SUMMED_ORDERS}))
    GROUP BY platform, order_month, day, shop, province
    HAVING ${MEASURES.map((m) => `kept_${m} != true_${m}`).join(' OR ')}
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
};

/** What verifying found: every partition compared, and every total that differs. */
export interface Verification {
  readonly partitions: number;
  readonly stale: readonly PartitionKey[];
  readonly differences: readonly TotalsDifference[];
}

/** verifyTotals recomputes every total from the orders and compares it with what readers are shown. */
export async function verifyTotals(db: Database): Promise<Verification> {
  const states = await db.rows(PARTITION_STATES);
  const current = await currentGenerations(db);
  const differences: TotalsDifference[] = [];
  for (const platform of new Set(states.map((state) => state.platform))) {
    differences.push(
      ...(await db.rows(COMPARED, {
        platform,
        months: states.filter((state) => state.platform === platform).map(({ month }) => month),
        generations: current,
      })),
    );
  }
  return {
    partitions: states.length,
    stale: states
      .filter(({ covers, published }) => covers !== published)
      .map(({ platform, month }) => ({ platform, month })),
    differences,
  };
}

const CURRENT: NamedQuery<{ generation: string }> = {
  name: 'current generations',
  sql: `SELECT toString(argMax(generation, covers)) AS generation FROM rollups
    GROUP BY platform, order_month ORDER BY generation`,
  row: z.object({ generation: z.string() }),
};

/**
 * currentGenerations lists the generations that make up the totals at one moment. Queries over `daily_totals` are given
 * this list as a parameter instead of asking for it themselves: rows are there before their generation is named, so a
 * query that begins later sees all of them.
 */
export async function currentGenerations(db: Database): Promise<string[]> {
  return (await db.rows(CURRENT)).map(({ generation }) => generation);
}
