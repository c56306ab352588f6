import { findFile, findFileByPrefix, type LedgerEntry, listFiles } from '../../clickhouse/ledger';
import { listRejects } from '../../clickhouse/queries/rejects';
import { type FileReport } from '../../domain/order-file';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { fileJson, filesTable } from '../files-json';
import { type Io, table } from '../io';
import { REJECT_MEANINGS } from '../texts';

/** files lists every file that the ledger knows, newest first. */
export async function files(io: Io, context: Context): Promise<boolean> {
  const entries = await listFiles(context.db);
  io.answer({ files: entries.map((entry) => ({ ...asObject(fileJson(asReport(entry))), at: `${entry.at}Z` })) }, () =>
    entries.length === 0
      ? 'no file has been handed in yet: try "npx paceline ingest <path>" or "npx paceline demo"'
      : filesTable(entries.map(asReport)),
  );
  return true;
}

/** rejects lists the rows of a file that were not loaded, with where they stand and why. */
export async function rejects(io: Io, context: Context, fileId: string): Promise<boolean> {
  const entry = (await findFile(context.db, fileId)) ?? (await findFileByPrefix(context.db, fileId));
  if (!entry) {
    throw terminal(
      'nothing-found',
      `the ledger knows no single file "${fileId}"`,
      'Give the id that "npx paceline files" shows, or at least six characters of its beginning.',
    );
  }
  const rows = await listRejects(context.db, entry);
  io.answer({ fileId: entry.fileId, path: entry.path, rows }, () =>
    rows.length === 0
      ? `every row of ${entry.path} was loaded`
      : table(
          ['line', 'outcome', 'reason', 'column', 'cell'],
          rows.flatMap((row) =>
            row.reasons.map((reason, i) => [
              String(row.line),
              row.outcome,
              `${reason}: ${REJECT_MEANINGS[reason] ?? ''}`,
              row.columns[i] ?? '',
              row.cells[row.columns[i] ?? ''] ?? '',
            ]),
          ),
          ['line'],
        ),
  );
  return true;
}

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function asReport(entry: LedgerEntry): FileReport {
  const status = entry.status === 'committing' || entry.status === 'received' ? 'held' : entry.status;
  return {
    path: entry.path,
    fileId: entry.fileId,
    status,
    platform: entry.platform || null,
    layout: entry.layout || null,
    encoding: entry.encoding || null,
    shop: entry.shops.length > 1 ? `(${entry.shops.length} shops)` : (entry.shops[0] ?? null),
    snapshotAt: entry.snapshotAt,
    rows: entry.rows,
    figures: entry.figures,
    error: entry.error,
  };
}
