import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type ShopDeliveries } from '../../domain/completeness';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER } from '../ledger';

/** Latest exports of a shop from which it is learned how often it reports and over how many days. */
const LATEST = 15;
/** Snapshots from which it is known how often a shop reports. */
const ENOUGH = 3;

/**
 * An export reaches from its first order day, or from as many days before its snapshot as is usual for its shop (the
 * middle of the latest), whichever is earlier, to the last day that lies wholly before its snapshot. The usual length is
 * needed since a shop need not sell something on the first day of its window.
 */
const DELIVERIES: NamedQuery<ShopDeliveries> = {
  name: 'deliveries of shops',
  sql: `
    WITH exports AS (
      SELECT latest.1 AS platform, arrayJoin(latest.2) AS shop, toDate(assumeNotNull(latest.3)) AS snapshot,
        if(empty(latest.5), snapshot - 1, arrayMin(latest.5)) AS first_day
      FROM (SELECT argMax((platform, shops, snapshot_at, status, days), ${EVENT_ORDER}) AS latest FROM files GROUP BY file_id)
      WHERE latest.4 = 'committed' AND latest.3 IS NOT NULL),
    habits AS (
      SELECT platform, shop,
        arraySlice(arrayReverseSort(groupUniqArray((snapshot, toInt32(snapshot - first_day)))), 1, ${LATEST}) AS latest,
        toInt32(arrayReduce('quantileExactLow', latest.2)) AS length,
        arraySlice(arrayReverseSort(groupUniqArray(snapshot)), 1, ${LATEST}) AS snapshots,
        arrayMap((later, earlier) -> toInt32(later - earlier), arrayPopBack(snapshots), arrayPopFront(snapshots)) AS steps
      FROM exports GROUP BY platform, shop),
    reach AS (
      SELECT platform, shop, least(first_day, snapshot - greatest(habits.length, 1)) AS first_reached, snapshot - 1 AS last_reached,
        greatest(first_reached, {since: Date}) AS from_day
      FROM exports INNER JOIN habits USING (platform, shop)),
    spans AS (
      SELECT platform, shop, min(first_reached) AS begin, max(last_reached) AS end, greatest(begin, {since: Date}) AS begins,
        groupUniqArrayArray(arrayMap(n -> from_day + n, range(toUInt32(greatest(0, last_reached + 1 - from_day))))) AS reached_days
      FROM reach GROUP BY platform, shop)
    SELECT platform, shop, toString(begin) AS first, toString(end) AS last,
      arrayMap(day -> toString(day), arrayFilter(day -> NOT has(reached_days, day),
        arrayMap(n -> begins + n, range(toUInt32(greatest(0, end - begins)))))) AS gaps,
      if(length(steps) + 1 < ${ENOUGH}, NULL, toInt32(arrayReduce('quantileExactLow', steps))) AS every_days
    FROM spans INNER JOIN habits USING (platform, shop) ORDER BY platform, shop`,
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

/** deliveriesOfShops says what each shop has delivered by its committed files; gaps before `since` are left out. */
export async function deliveriesOfShops(db: Database, since: BusinessDay): Promise<ShopDeliveries[]> {
  return await db.rows(DELIVERIES, { since });
}
