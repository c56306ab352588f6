import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { type LedgerEntry } from '../ledger';

/** RejectedRow is a row of a file that did not become an order: where it stands, why, and its cells that are not personal. */
export interface RejectedRow {
  /** Number of the data record, from 1. */
  readonly record: number;
  /** Physical line of the file, or row of the sheet. */
  readonly line: number;
  readonly outcome: 'rejected' | 'ignored';
  readonly reasons: readonly string[];
  /** The column that each reason is about; blank when it is about the whole row. */
  readonly columns: readonly string[];
  readonly cells: Readonly<Record<string, string>>;
}

const rejectedRow = z.object({
  record: z.number(),
  line: z.number(),
  outcome: z.enum(['rejected', 'ignored']),
  reasons: z.array(z.string()),
  columns: z.array(z.string()),
  cells: z.record(z.string(), z.string()),
});

const OF_ATTEMPT = `SELECT record, line, outcome, reasons, columns, cells FROM rejects
    WHERE file_id = {fileId: String} AND attempt = {attempt: String}`;

const REJECTS: NamedQuery<RejectedRow> = {
  name: 'rows of a file that were not loaded',
  sql: `${OF_ATTEMPT} ORDER BY line, record`,
  row: rejectedRow,
};

const PAGE: NamedQuery<RejectedRow> = {
  name: 'a page of rows that were not loaded',
  sql: `${OF_ATTEMPT} AND (line, record) > ({line: UInt32}, {record: UInt32}) ORDER BY line, record LIMIT {limit: UInt32}`,
  row: rejectedRow,
};

/** listRejects lists the rows that the ledger's attempt of a file did not load, in the order of the file. */
export async function listRejects(db: Database, entry: LedgerEntry): Promise<RejectedRow[]> {
  return await db.rows(REJECTS, { fileId: entry.fileId, attempt: entry.staging });
}

/** pageOfRejects is a part of listRejects: so many rows after the one of a line and record (0: from the first). */
export async function pageOfRejects(
  db: Database,
  entry: LedgerEntry,
  { after, limit }: { readonly after: Pick<RejectedRow, 'line' | 'record'>; readonly limit: number },
): Promise<RejectedRow[]> {
  return await db.rows(PAGE, { fileId: entry.fileId, attempt: entry.staging, ...after, limit });
}
