import { listRejects } from '../../clickhouse/queries/rejects';
import { type Context } from '../../operations/context';
import { namedFile } from '../../operations/file-report';
import { type Io, table, writeOutput } from '../io';
import { rejectsCsv } from '../rejects-csv';
import { REJECT_MEANINGS } from '../texts';

export interface RejectsOptions {
  /** Where to write the csv for the seller. */
  readonly export?: string;
}

/** rejects lists the rows of a file that were not loaded, with where they stand and why, or writes them for the seller. */
export async function rejects(io: Io, context: Context, fileId: string, options: RejectsOptions): Promise<boolean> {
  const entry = await namedFile(context, fileId);
  const rows = await listRejects(context.db, entry);
  const out = options.export;
  if (out !== undefined) await writeOutput(out, rejectsCsv(entry.path, rows));
  const exported = out === undefined ? {} : { exported: out };
  io.answer({ fileId: entry.fileId, path: entry.path, status: entry.status, rows, ...exported }, () => {
    if (rows.length > 0 && out !== undefined) return `${rows.length} rows of ${entry.path} written to ${out}`;
    if (rows.length > 0) return rejectsTable(rows);
    const none =
      entry.rows.read > 0
        ? `every row of ${entry.path} was loaded`
        : `no row of ${entry.path} was read: ${entry.error?.message ?? `it is ${entry.status}`}`;
    return out === undefined ? none : `${none}; ${out} holds the header only`;
  });
  return true;
}

function rejectsTable(rows: Awaited<ReturnType<typeof listRejects>>): string {
  return table(
    ['line', 'record', 'outcome', 'reason', 'column', 'cell'],
    rows.flatMap((row) =>
      row.reasons.map((reason, i) => [
        String(row.line),
        String(row.record),
        row.outcome,
        `${reason}: ${REJECT_MEANINGS[reason] ?? ''}`,
        row.columns[i] ?? '',
        row.cells[row.columns[i] ?? ''] ?? '',
      ]),
    ),
    ['line', 'record'],
  );
}
