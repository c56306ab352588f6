import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER } from '../ledger';
import { count } from '../rows';

/** What was ever committed of one platform. Withdrawing a file takes nothing from it. */
export interface PlatformLoads {
  readonly platform: string;
  readonly files: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly bytes: number;
}

/** A number of things of one kind. */
export interface Counted {
  readonly kind: string;
  readonly number: number;
}

/** StoreFigures are what a store tells of how a deployment does. */
export interface StoreFigures {
  readonly loads: readonly PlatformLoads[];
  readonly filesByStatus: readonly Counted[];
  readonly mailsByOutcome: readonly Counted[];
  /** Seconds since 1970; null before the first. */
  readonly lastCommitAt: number | null;
  readonly lastNightAt: number | null;
}

// A commit that was finished after a crash may be in the ledger twice.
const LOADS: NamedQuery<PlatformLoads> = {
  name: 'loads by platform',
  sql: `SELECT platform, count() AS files, sum(loaded) AS rows_loaded, sum(rejected) AS rows_rejected, sum(size) AS bytes
    FROM (SELECT file_id, seq, any(files.platform) AS platform, any(files.rows_loaded) AS loaded,
        any(files.rows_rejected) AS rejected, any(files.bytes) AS size
      FROM files WHERE status = 'committed' GROUP BY file_id, seq)
    GROUP BY platform ORDER BY platform`,
  row: z
    .object({ platform: z.string(), files: count, rows_loaded: count, rows_rejected: count, bytes: count })
    .transform(({ rows_loaded, rows_rejected, ...row }) => ({
      ...row,
      rowsLoaded: rows_loaded,
      rowsRejected: rows_rejected,
    })),
};

const counted = z.object({ kind: z.string(), number: count });

const FILES: NamedQuery<Counted> = {
  name: 'files by status',
  sql: `SELECT kind, count() AS number FROM (SELECT argMax(status, ${EVENT_ORDER}) AS kind FROM files GROUP BY file_id)
    GROUP BY kind ORDER BY kind`,
  row: counted,
};

const MAILS: NamedQuery<Counted> = {
  name: 'mails by outcome',
  sql: 'SELECT outcome AS kind, count() AS number FROM deliveries GROUP BY kind ORDER BY kind',
  row: counted,
};

const LATEST: NamedQuery<{ commit: number; night: number }> = {
  name: 'latest commit and night',
  sql: `SELECT (SELECT toUnixTimestamp(toDateTime(max(at))) FROM files WHERE status = 'committed') AS commit,
    (SELECT toUnixTimestamp(toDateTime(max(at))) FROM nights WHERE by_clock) AS night`,
  row: z.object({ commit: z.number(), night: z.number() }),
};

/** storeFigures asks the store how a deployment does. */
export async function storeFigures(db: Database): Promise<StoreFigures> {
  const [loads, filesByStatus, mailsByOutcome, latest] = await Promise.all([
    db.rows(LOADS),
    db.rows(FILES),
    db.rows(MAILS),
    db.row(LATEST),
  ]);
  const orNull = (second: number): number | null => (second === 0 ? null : second);
  return {
    loads,
    filesByStatus,
    mailsByOutcome,
    lastCommitAt: orNull(latest.commit),
    lastNightAt: orNull(latest.night),
  };
}
