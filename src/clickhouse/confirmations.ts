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

/** What else is known of the shops of a file. */
interface KnownSince {
  /** The latest snapshot of other exports of its shops, Asia/Shanghai wall clock. */
  readonly others: string;
  /** Whether the file was confirmed for the snapshot before. */
  readonly isConfirmed: boolean;
}

const KNOWN_SINCE: NamedQuery<KnownSince> = {
  name: 'latest other snapshot of the shops of a file',
  sql: `SELECT toString(max(assumeNotNull(latest.2))) AS others, (SELECT count() > 0 FROM confirmations
        WHERE file_id = {fileId: String} AND snapshot_at = toDateTime({snapshotAt: String}, 'Asia/Shanghai')) AS is_confirmed
    FROM (SELECT argMax((status, snapshot_at), ${EVENT_ORDER}) AS latest FROM files PREWHERE platform = {platform: String}
          WHERE file_id != {fileId: String}
            AND hasAny(shops, (SELECT argMax(shops, ${EVENT_ORDER}) FROM files WHERE file_id = {fileId: String}))
          GROUP BY file_id)
    WHERE latest.1 IN ('committed', 'committing', 'held') AND latest.2 IS NOT NULL`,
  row: z
    .object({ others: z.string(), is_confirmed: z.coerce.boolean() })
    .transform(({ others, is_confirmed }) => ({ others, isConfirmed: is_confirmed })),
};

/** knownSince tells what speaks against taking a committed file for what its shops export at a later snapshot too. */
export async function knownSince(
  db: Database,
  { fileId, platform }: Pick<LedgerEntry, 'fileId' | 'platform'>,
  snapshotAt: string,
): Promise<KnownSince> {
  return await db.row(KNOWN_SINCE, { fileId, platform, snapshotAt });
}

const OF_FILE: NamedQuery<Confirmation & { readonly at: string }> = {
  name: 'confirmations of a file',
  sql: `SELECT file_id, path, toString(snapshot_at) AS snapshot, toString(at) AS said_at FROM confirmations FINAL
    WHERE file_id = {fileId: String} ORDER BY snapshot_at`,
  row: z
    .object({ file_id: z.string(), path: z.string(), snapshot: z.string(), said_at: z.string() })
    .transform(({ file_id, path, snapshot, said_at }) => ({
      fileId: file_id,
      path,
      snapshotAt: snapshot,
      at: said_at,
    })),
};

/** confirmationsOf lists when a file came again, by snapshot; `at` is UTC. */
export async function confirmationsOf(
  db: Database,
  fileId: string,
): Promise<readonly (Confirmation & { readonly at: string })[]> {
  return await db.rows(OF_FILE, { fileId });
}

/** recordConfirmation writes down that a file came again: its shops have delivered up to the later snapshot. */
export async function recordConfirmation(db: Database, confirmed: Confirmation, now: Date): Promise<void> {
  const { fileId, path, snapshotAt } = confirmed;
  await db.insert('confirmations', [{ file_id: fileId, snapshot_at: snapshotAt, path, at: engineTime(now) }]);
}
