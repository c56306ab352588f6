import { z } from 'zod';
import { type BusinessDay } from '../domain/calendar';
import { formatYuan } from '../domain/money';
import { type Decision, FILE_STATUSES, type FileFigures, type FileStatus, type RowAccount } from '../domain/order-file';
import { type Database, type NamedQuery } from './client';
import { count, fen } from './rows';
import { engineTime } from './time';

/** LedgerEntry is the latest that the ledger knows of a file. */
export interface LedgerEntry {
  readonly fileId: string;
  readonly seq: number;
  readonly status: FileStatus;
  readonly path: string;
  readonly bytes: number;
  readonly platform: string;
  readonly layout: string;
  readonly encoding: string;
  readonly shops: readonly string[];
  /** Asia/Shanghai wall clock. */
  readonly snapshotAt: string | null;
  readonly rows: RowAccount;
  readonly figures: FileFigures;
  /** Order days that the file touches; their months are its partitions. */
  readonly days: readonly BusinessDay[];
  /** Suffix of the staging tables of this attempt; also marks the attempt's rejects. */
  readonly staging: string;
  readonly error: { readonly code: string; readonly message: string; readonly advice: string } | null;
  /** Who decided this state by hand and why; null when the program did. */
  readonly decision: Decision | null;
  /** UTC, `YYYY-MM-DD hh:mm:ss.mmm`. */
  readonly at: string;
}

/**
 * EVENT_ORDER sorts the events of a file. Two commands may write the same seq at once; then a change under way counts as
 * the later one, so that nobody takes its rows for settled.
 */
export const EVENT_ORDER = `seq * 2 + (status IN ('committing', 'withdrawing'))`;

const UNDER_WAY: ReadonlySet<FileStatus> = new Set(['committing', 'withdrawing']);
/** Of an event: a change that it announces is under way, parts may be linked, nothing says that they count. */
export const IS_UNDER_WAY = `status IN ('committing', 'withdrawing')`;

/** filesWhose selects the ids of files by the status of their latest event. It reads the whole ledger. */
export const filesWhose = (status: string): string =>
  `SELECT file_id FROM files GROUP BY file_id HAVING argMax(status, ${EVENT_ORDER}) ${status}`;

const newest = (where = '', more = ''): string => `
  SELECT file_id, ${more} max(seq) AS newest, argMax(tuple(status, path, bytes, platform, layout, encoding, shops, snapshot_at,
    rows_read, rows_loaded, rows_rejected, rows_ignored, paid_orders, gross, shipping, subsidy, refunded, days, staging,
    error_code, error_message, error_advice, at, decided_by, reason), ${EVENT_ORDER}) AS e
  FROM files ${where} GROUP BY file_id`;

const ENTRY_COLUMNS = `
  file_id, newest AS seq, e.1 AS status, e.2 AS path, e.3 AS bytes, e.4 AS platform, e.5 AS layout, e.6 AS encoding,
  e.7 AS shops, toString(e.8) AS snapshot_at, e.9 AS rows_read, e.10 AS rows_loaded, e.11 AS rows_rejected,
  e.12 AS rows_ignored, e.13 AS paid_orders, e.14 AS gross, e.15 AS shipping, e.16 AS subsidy, e.17 AS refunded,
  e.18 AS days, e.19 AS staging, e.20 AS error_code, e.21 AS error_message, e.22 AS error_advice, toString(e.23) AS at,
  e.24 AS decided_by, e.25 AS reason`;

const entryRow = z
  .object({
    file_id: z.string(),
    seq: count,
    status: z.enum(FILE_STATUSES),
    path: z.string(),
    bytes: count,
    platform: z.string(),
    layout: z.string(),
    encoding: z.string(),
    shops: z.array(z.string()),
    snapshot_at: z.string().nullable(),
    rows_read: count,
    rows_loaded: count,
    rows_rejected: count,
    rows_ignored: count,
    paid_orders: count,
    gross: fen,
    shipping: fen,
    subsidy: fen,
    refunded: fen,
    days: z.array(z.string()),
    staging: z.string(),
    error_code: z.string(),
    error_message: z.string(),
    error_advice: z.string(),
    at: z.string(),
    decided_by: z.string(),
    reason: z.string(),
  })
  .transform((row): LedgerEntry => ({
    fileId: row.file_id,
    seq: row.seq,
    status: row.status,
    path: row.path,
    bytes: row.bytes,
    platform: row.platform,
    layout: row.layout,
    encoding: row.encoding,
    shops: row.shops,
    snapshotAt: row.snapshot_at,
    rows: {
      read: row.rows_read,
      loaded: row.rows_loaded,
      rejected: row.rows_rejected,
      ignored: row.rows_ignored,
    },
    figures: {
      paidOrders: row.paid_orders,
      gross: row.gross,
      shipping: row.shipping,
      subsidy: row.subsidy,
      booked: row.gross + row.subsidy,
      refunded: row.refunded,
      net: row.gross - row.refunded,
    },
    days: row.days,
    staging: row.staging,
    error:
      row.error_code === '' ? null : { code: row.error_code, message: row.error_message, advice: row.error_advice },
    decision: row.decided_by === '' && row.reason === '' ? null : { by: row.decided_by, reason: row.reason },
    at: row.at,
  }));

const FILE_ENTRY: NamedQuery<LedgerEntry> = {
  name: 'ledger entry of a file',
  sql: `SELECT ${ENTRY_COLUMNS} FROM (${newest('WHERE file_id = {fileId: String}')})`,
  row: entryRow,
};

const FILE_ENTRIES: NamedQuery<LedgerEntry> = {
  name: 'ledger entries',
  sql: `SELECT ${ENTRY_COLUMNS} FROM (${newest()}) ORDER BY at DESC, file_id`,
  row: entryRow,
};

const HELD_ENTRIES: NamedQuery<LedgerEntry> = {
  name: 'ledger entries of held files',
  sql: `SELECT ${ENTRY_COLUMNS} FROM (${newest(`WHERE file_id IN (SELECT file_id FROM files WHERE status = 'held')`)})
    WHERE status = 'held' ORDER BY file_id`,
  row: entryRow,
};

const ENTRIES_UNDER_WAY: NamedQuery<LedgerEntry> = {
  name: 'ledger entries of changes under way',
  sql: `SELECT ${ENTRY_COLUMNS} FROM (${newest('WHERE file_id IN (SELECT file_id FROM under_way)')})
    WHERE ${IS_UNDER_WAY} ORDER BY file_id`,
  row: entryRow,
};

const SETTLED: NamedQuery<{ change: string }> = {
  name: 'settled changes that are listed as under way',
  sql: `SELECT change FROM under_way WHERE file_id NOT IN (
    SELECT file_id FROM files WHERE file_id IN (SELECT file_id FROM under_way)
    GROUP BY file_id HAVING argMax(${IS_UNDER_WAY}, ${EVENT_ORDER})) ORDER BY change`,
  row: z.object({ change: z.string() }),
};

const FILE_EVENTS: NamedQuery<LedgerEntry> = {
  name: 'events of a file',
  sql: `SELECT file_id, seq, status, path, bytes, platform, layout, encoding, shops, toString(snapshot_at) AS snapshot_at,
      rows_read, rows_loaded, rows_rejected, rows_ignored, paid_orders, gross, shipping, subsidy, refunded, days, staging,
      error_code, error_message, error_advice, toString(at) AS at, decided_by, reason
    FROM files WHERE file_id = {fileId: String} ORDER BY ${EVENT_ORDER}, at`,
  row: entryRow,
};

/** findFile is the latest entry of a file by its SHA-256; null when the ledger does not know it. */
export async function findFile(db: Database, fileId: string): Promise<LedgerEntry | null> {
  return (await db.rows(FILE_ENTRY, { fileId }))[0] ?? null;
}

const LATEST_SEQ: NamedQuery<{ seq: number }> = {
  name: 'latest number of a file',
  sql: 'SELECT max(seq) AS seq FROM files WHERE file_id = {fileId: String}',
  row: z.object({ seq: count }),
};

/** latestSeq is the number of a file's latest event; 0 when the ledger does not know it. */
export async function latestSeq(db: Database, fileId: string): Promise<number> {
  return (await db.row(LATEST_SEQ, { fileId })).seq;
}

const SHORTEST_PREFIX = 6;

/** findFileByPrefix is the one file whose SHA-256 begins with a text of at least six characters; null when none or several do. */
export async function findFileByPrefix(db: Database, prefix: string): Promise<LedgerEntry | null> {
  if (prefix.length < SHORTEST_PREFIX) return null;
  const candidates = (await listFiles(db)).filter((entry) => entry.fileId.startsWith(prefix));
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** listFiles is the latest entry of every file, newest first. */
export async function listFiles(db: Database): Promise<LedgerEntry[]> {
  return await db.rows(FILE_ENTRIES);
}

/** heldFiles lists the files that are held. */
export async function heldFiles(db: Database): Promise<LedgerEntry[]> {
  return await db.rows(HELD_ENTRIES);
}

/** filesUnderWay lists the files whose commit or withdrawal was announced and has not ended. */
export async function filesUnderWay(db: Database): Promise<LedgerEntry[]> {
  return await db.rows(ENTRIES_UNDER_WAY);
}

/** settleFile takes a change that has ended off the list of those under way. */
export async function settleFile(db: Database, { fileId, seq }: Pick<LedgerEntry, 'fileId' | 'seq'>): Promise<void> {
  await settle(db, changeOf(fileId, seq));
}

/** settleLeftovers takes off the list what a crash has left on it. Only for a process that is alone on the store. */
export async function settleLeftovers(db: Database): Promise<void> {
  for (const { change } of await db.rows(SETTLED)) await settle(db, change);
}

const changeOf = (fileId: string, seq: number): string => `${fileId}-${seq}`;

async function settle(db: Database, change: string): Promise<void> {
  await db.command('settle a change', 'ALTER TABLE under_way DROP PARTITION {change: String}', { change });
}

/** What is asked of a page of files. Blank and empty values ask for nothing. */
export interface FilesAsked {
  readonly statuses: readonly FileStatus[];
  readonly platform: string;
  readonly shop: string;
  /** A part of the path. */
  readonly path: string;
  /** The page begins after the file that was handed in then (UTC, as in `at`), of that id; null for the first page. */
  readonly after: { readonly handedIn: string; readonly fileId: string } | null;
  readonly limit: number;
}

/** ListedFile is an entry with when its file first came, which never changes: pages are sorted by it, newest first. */
export type ListedFile = LedgerEntry & { readonly handedIn: string };

const FILES_PAGE: NamedQuery<ListedFile> = {
  name: 'a page of files',
  sql: `SELECT ${ENTRY_COLUMNS}, toString(handed_in) AS handed_in FROM (${newest('', 'min(files.at) AS handed_in,')})
    WHERE ({statuses: Array(String)} = [] OR status IN {statuses: Array(String)})
      AND {platform: String} IN ('', platform) AND ({shop: String} = '' OR has(shops, {shop: String}))
      AND ({path: String} = '' OR positionCaseInsensitiveUTF8(path, {path: String}) > 0)
      AND ({afterId: String} = '' OR (handed_in, file_id) < ({after: String}, {afterId: String}))
    ORDER BY handed_in DESC, file_id DESC LIMIT {limit: UInt32}`,
  row: z
    .intersection(entryRow, z.object({ handed_in: z.string() }))
    .transform(({ handed_in, ...entry }) => ({ ...entry, handedIn: handed_in })),
};

/** pageOfFiles lists files, those that came last first. New files come before the first page and move none. */
export async function pageOfFiles(db: Database, { after, ...asked }: FilesAsked): Promise<ListedFile[]> {
  return await db.rows(FILES_PAGE, { ...asked, after: after?.handedIn ?? '', afterId: after?.fileId ?? '' });
}

/** fileHistory lists every event of a file, oldest first. */
export async function fileHistory(db: Database, fileId: string): Promise<LedgerEntry[]> {
  return await db.rows(FILE_EVENTS, { fileId });
}

/** recordFile appends an event to the ledger; its seq must be one more than the file's latest. */
export async function recordFile(db: Database, entry: Omit<LedgerEntry, 'at'>, now: Date): Promise<void> {
  const { fileId } = entry;
  if (UNDER_WAY.has(entry.status)) {
    await db.insert('under_way', [{ change: changeOf(fileId, entry.seq), file_id: fileId }]);
  }
  await db.insert('files', [
    {
      file_id: entry.fileId,
      seq: entry.seq,
      at: engineTime(now),
      status: entry.status,
      path: entry.path,
      bytes: entry.bytes,
      platform: entry.platform,
      layout: entry.layout,
      encoding: entry.encoding,
      shops: entry.shops,
      snapshot_at: entry.snapshotAt,
      rows_read: entry.rows.read,
      rows_loaded: entry.rows.loaded,
      rows_rejected: entry.rows.rejected,
      rows_ignored: entry.rows.ignored,
      paid_orders: entry.figures.paidOrders,
      gross: formatYuan(entry.figures.gross),
      shipping: formatYuan(entry.figures.shipping),
      subsidy: formatYuan(entry.figures.subsidy),
      refunded: formatYuan(entry.figures.refunded),
      days: entry.days,
      staging: entry.staging,
      error_code: entry.error?.code ?? '',
      error_message: entry.error?.message ?? '',
      error_advice: entry.error?.advice ?? '',
      decided_by: entry.decision?.by ?? '',
      reason: entry.decision?.reason ?? '',
    },
  ]);
}
