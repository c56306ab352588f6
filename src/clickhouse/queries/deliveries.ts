import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type ShopDeliveries } from '../../domain/completeness';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER } from '../ledger';
import { FOR_EVER } from '../time';

/** Latest exports of a shop from which it is learned how often it reports and over how many days. */
const LATEST = 15;
/** Snapshots from which it is known how often a shop reports. */
const ENOUGH = 3;

/**
 * An export reaches from its first order day, or from as many days before its snapshot as is usual for its shop (the
 * middle of the latest), whichever is earlier, to the last day that lies wholly before its snapshot. One that came again
 * under the name of a later snapshot counts as an export of that snapshot too. The usual length is
 * needed since a shop need not sell something on the first day of its window. Days are counted as numbers in sets: to look
 * for each among all the others took seconds for years of daily exports.
 */
const DELIVERIES: NamedQuery<ShopDeliveries> = {
  name: 'deliveries of shops',
  sql: `
    WITH
      arrayReverseSort(arrayMap(e -> (e.1, toInt32(e.1 - e.2)), exports)) AS lengths,
      toInt32(arrayReduce('quantileExactLow', arraySlice(lengths, 1, ${LATEST}).2)) AS length,
      arraySlice(arrayReverseSort(arrayDistinct(exports.1)), 1, ${LATEST}) AS snapshots,
      arrayMap((later, earlier) -> toInt32(later - earlier), arrayPopBack(snapshots), arrayPopFront(snapshots)) AS steps,
      arrayMap(e -> (least(e.2, e.1 - greatest(length, 1)), e.1 - 1), exports) AS reaches,
      arrayMin(reaches.1) AS begin,
      arrayMax(reaches.2) AS end,
      (from, to) -> range(toUInt32(from), greatest(toUInt32(from), toUInt32(to))) AS days_before,
      bitmapBuild(arrayFlatten(arrayMap(reach -> days_before(greatest(reach.1, {since: Date}), reach.2 + 1), reaches))) AS reached,
      bitmapBuild(days_before(greatest(begin, {since: Date}), end)) AS expected
    SELECT platform, shop, toString(begin) AS first, toString(end) AS last,
      arrayMap(day -> toString(toDate(day)), arraySort(bitmapToArray(bitmapAndnot(expected, reached)))) AS gaps,
      if(length(steps) + 1 < ${ENOUGH}, NULL, toInt32(arrayReduce('quantileExactLow', steps))) AS every_days
    FROM (
      WITH toDate(arrayJoin(arrayPushFront(confirmed, assumeNotNull(latest.3)))) AS snapshot
      SELECT latest.1 AS platform, arrayJoin(latest.2) AS shop,
        groupUniqArray((snapshot, if(empty(latest.5), snapshot - 1, arrayMin(latest.5)))) AS exports
      FROM (SELECT file_id, argMax((platform, shops, snapshot_at, status, days), ${EVENT_ORDER}) AS latest FROM files
            WHERE at <= {known: DateTime64(3, 'UTC')} GROUP BY file_id) AS f
      LEFT JOIN (SELECT file_id, groupArray(snapshot_at) AS confirmed FROM confirmations
        WHERE at <= {known: DateTime64(3, 'UTC')} GROUP BY file_id) AS c USING file_id
      WHERE latest.4 = 'committed' AND latest.3 IS NOT NULL
      GROUP BY platform, shop)
    ORDER BY platform, shop`,
  row: z
    .object({
      platform: z.string(),
      shop: z.string(),
      first: z.string(),
      last: z.string(),
      gaps: z.array(z.string()),
      every_days: z.number().nullable(),
    })
    .transform(({ every_days, ...row }) => ({ ...row, everyDays: every_days })),
};

/** deliveriesOfShops says what each shop had delivered by its committed files at a moment; gaps before `since` are left out. */
export async function deliveriesOfShops(db: Database, since: BusinessDay, known = FOR_EVER): Promise<ShopDeliveries[]> {
  return await db.rows(DELIVERIES, { since, known });
}
