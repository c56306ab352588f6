import { z } from 'zod';
import { type Database, type NamedQuery } from './client';
import { EVENT_ORDER, type LedgerEntry } from './ledger';
import { engineTime } from './time';

/** Confirmation is a committed file that came again with the same bytes, under the name of a later snapshot. */
export interface Confirmation {
  readonly fileId: string;
  readonly path: string;
  /** Asia/Shanghai wall clock, from the later name. */
  readonly snapshotAt: string;
}

/** Latest snapshots, Asia/Shanghai wall clock: of one file with its confirmations, and of the others of its shops. */
interface LatestSnapshots {
  readonly own: string;
  readonly others: string;
}

const LATEST_SNAPSHOTS: NamedQuery<LatestSnapshots> = {
  name: 'latest snapshots of the shops of a file',
  sql: `SELECT toString(maxIf(snapshot, file_id = {fileId: String})) AS own,
      toString(maxIf(snapshot, file_id != {fileId: String})) AS others
    FROM (
      SELECT file_id, greatest(assumeNotNull(latest.2), confirmed) AS snapshot
      FROM (SELECT file_id, argMax((status, snapshot_at), ${EVENT_ORDER}) AS latest FROM files
            PREWHERE platform = {platform: String}
            WHERE hasAny(shops, (SELECT argMax(shops, ${EVENT_ORDER}) FROM files WHERE file_id = {fileId: String}))
            GROUP BY file_id) AS f
      LEFT JOIN (SELECT file_id, max(snapshot_at) AS confirmed FROM confirmations GROUP BY file_id) AS c USING file_id
      WHERE latest.1 = 'committed' AND latest.2 IS NOT NULL)`,
  row: z.object({ own: z.string(), others: z.string() }),
};

/** latestSnapshots tells how far the shops of a committed file are known by it, and by others. */
export async function latestSnapshots(
  db: Database,
  { fileId, platform }: Pick<LedgerEntry, 'fileId' | 'platform'>,
): Promise<LatestSnapshots> {
  return await db.row(LATEST_SNAPSHOTS, { fileId, platform });
}

/** recordConfirmation writes down that a file came again: its shops have delivered up to the later snapshot. */
export async function recordConfirmation(db: Database, confirmed: Confirmation, now: Date): Promise<void> {
  const { fileId, path, snapshotAt } = confirmed;
  await db.insert('confirmations', [{ file_id: fileId, snapshot_at: snapshotAt, path, at: engineTime(now) }]);
}
