import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER } from '../ledger';
import { stagingTable } from '../loading/stage';
import { count } from '../rows';

/** About so many orders of a file are looked up, picked by the hash of their numbers. */
const SAMPLE = 500;
/** Of a file with more order days than these, the last are looked at. */
const LATEST_DAYS = 31;

/** SharedOrders are the orders of a file that are counted under another shop of its platform. */
export interface SharedOrders {
  readonly shop: string;
  readonly orders: number;
  /** Number of one of them. */
  readonly example: string;
}

const STAGED_SAMPLE = (table: string): string =>
  `SELECT shop, order_id FROM ${table} WHERE order_day IN {days: Array(Date)} AND cityHash64(order_id) % {every: UInt32} = 0`;

const SHARED = (table: string): NamedQuery<SharedOrders> => ({
  name: 'orders of a staged file that other shops have',
  sql: `SELECT shop, uniqExact(order_id) AS orders, min(order_id) AS example FROM orders
    WHERE platform = {platform: String} AND order_day IN {days: Array(Date)} AND file_id != {replaces: String}
      AND order_id GLOBAL IN (SELECT order_id FROM (${STAGED_SAMPLE(table)}))
      AND (shop, order_id) GLOBAL NOT IN (${STAGED_SAMPLE(table)})
    GROUP BY shop ORDER BY orders DESC, shop LIMIT 1`,
  row: z.object({ shop: z.string(), orders: count, example: z.string() }),
});

/** What is asked of a staged file: where its rows are, and what it is of. */
export interface StagedOrders {
  readonly suffix: string;
  readonly platform: string;
  /** Rows that loaded. */
  readonly rows: number;
  readonly days: readonly BusinessDay[];
  /** The file that it replaces: its orders go when these come. */
  readonly replaces: string | undefined;
}

/**
 * ordersElsewhere looks up a sample of a staged file's orders under the other shops of its platform, and returns the shop
 * that has most of them; null when none has any. The numbers of a platform's orders are given by the platform: two shops
 * with the same order are one shop under two names, as a rule.
 */
export async function ordersElsewhere(db: Database, file: StagedOrders): Promise<SharedOrders | null> {
  const { suffix, platform, rows, replaces = '' } = file;
  const days = file.days.slice(-LATEST_DAYS);
  const every = Math.max(1, Math.floor(rows / SAMPLE));
  return (await db.rows(SHARED(stagingTable(suffix)), { platform, days, every, replaces }))[0] ?? null;
}

const SETTLED = (table: string): NamedQuery<{ settled: boolean }> => ({
  name: 'whether two shops number their orders alike',
  sql: `SELECT
      (SELECT count() FROM (
        SELECT file_id FROM files
        PREWHERE platform = {platform: String} AND shops[1] = {firstShop: String}
        GROUP BY file_id
        HAVING countIf(error_code = 'shop-doubtful') > 0
          AND argMax(status = 'committed' AND decided_by != '', ${EVENT_ORDER}))) AS released,
      (SELECT count() FROM (
        SELECT order_id FROM orders
        WHERE platform = {platform: String} AND (shop = {other: String} OR shop GLOBAL IN (SELECT shop FROM ${table}))
          AND order_day BETWEEN toDate({from: Date}) - ${LATEST_DAYS} AND {to: Date}
        GROUP BY order_id HAVING uniqExact(shop) > 1 LIMIT 1)) AS under_both,
      released > 0 AND under_both > 0 AS settled`,
  row: z.object({ settled: z.coerce.boolean() }),
});

/**
 * numberAlike says that an operator has released such a file of the shops before, and that some orders do count under
 * both: so these are two shops. A release after the other file was withdrawn says nothing of the kind.
 */
export async function numberAlike(
  db: Database,
  file: StagedOrders & { readonly shops: readonly string[] },
  other: string,
): Promise<boolean> {
  const { suffix, platform, days, shops } = file;
  const [from, to] = [days[0], days.at(-1)];
  const params = { platform, firstShop: shops[0] ?? '', other, from, to };
  return (await db.row(SETTLED(stagingTable(suffix)), params)).settled;
}
