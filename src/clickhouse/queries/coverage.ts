import { z } from 'zod';
import { addDays } from '../../domain/calendar';
import { type ShopCoverage } from '../../domain/pace';
import { type NamedQuery } from '../client';

/**
 * SHOP_COVERAGE says how far each shop has delivered: the newest snapshot of its committed files. A day is complete when
 * it lies wholly before that snapshot.
 */
export const SHOP_COVERAGE: NamedQuery<ShopCoverage> = {
  name: 'coverage of shops',
  sql: `SELECT platform, shop, toString(toDate(max(snapshot_at))) AS newest
    FROM (SELECT platform, arrayJoin(shops) AS shop, assumeNotNull(snapshot_at) AS snapshot_at
          FROM files WHERE status = 'committed' AND snapshot_at IS NOT NULL)
    GROUP BY platform, shop ORDER BY platform, shop`,
  row: z
    .object({ platform: z.string(), shop: z.string(), newest: z.string() })
    .transform(({ platform, shop, newest }) => ({ platform, shop, completeTo: addDays(newest, -1) })),
};
