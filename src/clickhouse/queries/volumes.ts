import { z } from 'zod';
import { USUAL_SNAPSHOTS, type Volume } from '../../domain/usual';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, type LedgerEntry } from '../ledger';
import { count, fen } from '../rows';

const EARLIER_VOLUMES: NamedQuery<Volume> = {
  name: 'volumes of earlier snapshots',
  sql: `SELECT latest.3 AS rows, latest.4 AS gross
    FROM (SELECT file_id, argMax((status, assumeNotNull(snapshot_at), rows_loaded, gross), ${EVENT_ORDER}) AS latest
          FROM files WHERE platform = {platform: String} AND layout = {layout: String} AND shops = {shops: Array(String)}
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
  return (await db.rows(EARLIER_VOLUMES, { platform, layout, shops, snapshotAt })).reverse();
}
