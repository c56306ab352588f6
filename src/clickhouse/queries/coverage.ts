import { z } from 'zod';
import { addDays } from '../../domain/calendar';
import { type ShopCoverage } from '../../domain/pace';
import { type NamedQuery } from '../client';
import { EVENT_ORDER } from '../ledger';

/**
 * SHOP_COVERAGE says how far each shop has delivered: the newest snapshot of its committed files (not of withdrawn ones). A day is complete when
 * it lies wholly before that snapshot.
 */
export const SHOP_COVERAGE: NamedQuery<ShopCoverage> = {
  name: 'coverage of shops',
  sql: `SELECT platform, shop, toString(toDate(max(snapshot_at))) AS newest
    FROM (SELECT latest.1 AS platform, arrayJoin(latest.2) AS shop, assumeNotNull(latest.3) AS snapshot_at
          FROM (SELECT argMax((platform, shops, snapshot_at, status), ${EVENT_ORDER}) AS latest FROM files GROUP BY file_id)
          WHERE latest.4 = 'committed' AND latest.3 IS NOT NULL)
    GROUP BY platform, shop ORDER BY platform, shop`,
  row: z
    .object({ platform: z.string(), shop: z.string(), newest: z.string() })
    .transform(({ platform, shop, newest }) => ({ platform, shop, completeTo: addDays(newest, -1) })),
};
