import { createHash } from 'node:crypto';
import { z } from 'zod';
import { USUAL_SNAPSHOTS, type Volume } from '../../domain/usual';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, type LedgerEntry } from '../ledger';
import { count, fen } from '../rows';

const EARLIER_VOLUMES: NamedQuery<Volume> = {
  name: 'volumes of earlier snapshots',
  sql: `SELECT latest.3 AS rows, latest.4 AS gross
    FROM (SELECT file_id, argMax((status, assumeNotNull(snapshot_at), rows_loaded, gross), ${EVENT_ORDER}) AS latest
          FROM files PREWHERE platform = {platform: String} AND layout = {layout: String} AND shops[1] = {firstShop: String}
          WHERE lower(hex(SHA256(arrayStringConcat(shops, '\\n')))) = {hashOfShops: String}
          GROUP BY file_id)
    WHERE latest.1 = 'committed' AND latest.2 < toDateTime({snapshotAt: String}, 'Asia/Shanghai')
    ORDER BY latest.2 DESC, file_id LIMIT ${USUAL_SNAPSHOTS}`,
  row: z.object({ rows: count, gross: fen }),
};

/** earlierVolumes lists the sizes of the latest committed snapshots before one, of the same shops and layout, oldest first. */
export async function earlierVolumes(
  db: Database,
  { platform, layout, shops, snapshotAt }: Pick<LedgerEntry, 'platform' | 'layout' | 'shops'> & { snapshotAt: string },
): Promise<Volume[]> {
  // A file may have more shops than a parameter can hold.
  const hashOfShops = createHash('sha256').update(shops.join('\n')).digest('hex');
  const [firstShop = ''] = shops;
  return (await db.rows(EARLIER_VOLUMES, { platform, layout, firstShop, hashOfShops, snapshotAt })).reverse();
}
