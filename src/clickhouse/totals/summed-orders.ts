import { type Database } from '../client';
import { MEASURES } from '../rows';
import { perShard } from '../shards';

const KEY = 'shop, order_day, order_id';

/**
 * countedLines is the one definition of what counts: a SELECT of the newest version of each paid order line, as it came
 * in the file `file_id`. `where` is a condition over platform and order_day, `orders` the table.
 *
 * An order may be known at two grains: as a whole (`line_id` blank) from an order list, and line by line from a list of
 * sub-orders. The whole one counts as soon as it is known, and then alone: it has the postage and the refund of the
 * whole order, which lists of sub-orders lack. Which file came first does not matter.
 *
 * A paid order is counted on one row, which `counts`: on its line that was paid first.
 */
export function countedLines(where: string, orders: string): string {
  return `
    SELECT platform, ${KEY}, line_id, file_id, record, line, toDate(assumeNotNull(paid_at)) AS day, paid_at,
      shipped_at, completed_at, province, quantity,
      gross, shipping, subsidy, refunded, refund_basis,
      if(line_id = '', true, (platform, ${KEY}, line_id) IN (
        SELECT platform, ${KEY}, argMin(line_id, (paid_at, line_id)) FROM ${orders} FINAL
        PREWHERE line_id != '' WHERE ${where} AND paid_at IS NOT NULL GROUP BY platform, ${KEY})) AS counts
    FROM ${orders} FINAL
    WHERE ${where} AND paid_at IS NOT NULL AND (line_id = '' OR (platform, ${KEY}) NOT IN (
      SELECT platform, ${KEY} FROM ${orders}
      WHERE ${where} AND line_id = '' AND (platform, ${KEY}) IN (
        SELECT platform, ${KEY} FROM ${orders} WHERE ${where} AND line_id != '')))`;
}

/** LINE_SUMS are the sums over lines `o` of countedLines, named as the columns of `daily_totals`. */
export const LINE_SUMS = `
    countIf(o.counts) AS paid_orders, sum(o.quantity) AS quantity,
    sum(o.gross) AS gross, sum(o.shipping) AS shipping, sum(o.subsidy) AS subsidy,
    sumIf(o.refunded, o.refund_basis = 'exact') AS refunded_exact,
    sumIf(o.refunded, o.refund_basis = 'assumed-full') AS refunded_assumed`;

/**
 * Counts of orders by the hours that went by from payment, each hour that has begun as a whole one: "within n hours".
 * A time before the payment is a mistake of the export, and not counted. The hours of a group are sorted and the lengths
 * of their runs taken: summing a map for each order took three times as long.
 */
function hoursUntil(moment: string): string {
  const seconds = `toUInt32(assumeNotNull(o.${moment})) - toUInt32(assumeNotNull(o.paid_at))`;
  const hours = `toUInt16(least(intDiv(${seconds} + 3599, 3600), 65535))`;
  const known = `ifNull(o.counts AND o.${moment} >= o.paid_at, false)`;
  const starts = 'arrayFilter((at, step) -> at = 1 OR step != 0, arrayEnumerate(sorted), arrayDifference(sorted))';
  const lengths =
    'arrayMap((next, at) -> toUInt64(next - at), arrayShiftLeft(starts, 1, toUInt32(length(sorted) + 1)), starts)';
  return `arrayMap(sorted -> (arrayCompact(sorted), arrayMap(starts -> ${lengths}, [${starts}])[1]),
      [arraySort(groupArrayIf(${hours}, ${known}))])[1]`;
}

/**
 * summedOrders is the one definition of a daily total: a SELECT of one row per platform, order day, day of payment, shop
 * and destination, over countedLines. The destination of an order is the newest known of any of its lines. Every shard
 * sums up its own orders, and the sums are added up.
 */
export function summedOrders(db: Database, where: string): string {
  const sums = perShard(db, (of) => summedHere(where, of));
  if (db.spread === null) return sums;
  return `
  SELECT ${CELL}, ${MEASURES.map((measure) => `sum(s.${measure}) AS ${measure}`).join(', ')},
    ${HISTOGRAMS.map((hours) => `sumMap(tupleElement(s.${hours}, 1), tupleElement(s.${hours}, 2)) AS ${hours}`).join(', ')}
  FROM (${sums}) AS s GROUP BY ${CELL}`;
}

const CELL = 'platform, order_day, day, shop, province';

/** HISTOGRAMS are the columns of `daily_totals` with counts by hours. */
export const HISTOGRAMS = ['dispatch', 'receipt'] as const;

function summedHere(where: string, of: (table: string) => string): string {
  return `
  SELECT o.platform AS platform, o.order_day AS order_day, o.day AS day, o.shop AS shop,
    if(d.province != '', d.province, o.province) AS province,${LINE_SUMS},
    ${hoursUntil('shipped_at')} AS dispatch,
    ${hoursUntil('completed_at')} AS receipt
  FROM (${countedLines(where, of('orders'))}
  ) AS o
  LEFT ANY JOIN (
    SELECT platform, ${KEY}, province FROM ${of('destinations')} FINAL WHERE ${where}
  ) AS d ON o.platform = d.platform AND o.shop = d.shop AND o.order_day = d.order_day AND o.order_id = d.order_id
  GROUP BY ${CELL}`;
}

/** Settings of every statement over countedLines: a row's versions lie in one partition, since that follows its key. */
export const SUMMING_SETTINGS = {
  do_not_merge_across_partitions_select_final: 1,
  max_partitions_per_insert_block: '0',
} as const;
