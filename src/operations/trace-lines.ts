import { type LedgerEntry } from '../clickhouse/ledger';
import { placesOf } from '../clickhouse/originals';
import { PipelineError } from '../errors';
import { takeFingerprint } from '../intake/fingerprint';
import { openTable } from '../intake/open-table';
import { type Context } from './context';

/** Where rows of a file stand: their physical lines by record number; `gone` when the file is no longer there as it was. */
export type TracedLines = ReadonlyMap<number, number> | 'as-loaded' | 'gone';

/**
 * traceLines reads a committed file again for the physical lines of some of its records. The rows of a text are loaded
 * by the engine, which counts records, and a record may span lines; where rows were taken apart one by one the lines
 * that were loaded with them are right (`as-loaded`).
 * @param records ascending
 */
export async function traceLines(
  context: Context,
  entry: LedgerEntry,
  records: readonly number[],
): Promise<TracedLines> {
  if (/(?:^|\+)(?:xlsx|xls|html)(?:\+|$)/.test(entry.encoding)) return 'as-loaded';
  for (const path of [...(await placesOf(context.db, entry.fileId)), entry.path]) {
    const lines = await linesAt(context, path, entry, records);
    if (lines !== 'gone') return lines;
  }
  return 'gone';
}

async function linesAt(
  { settings }: Context,
  path: string,
  { fileId, rows }: LedgerEntry,
  records: readonly number[],
): Promise<TracedLines> {
  try {
    const options = { password: settings.archivePassword };
    const file = await takeFingerprint(path, options);
    if (file.fileId !== fileId) return 'gone';
    const table = await openTable(file, options);
    try {
      const lines = await table.linesOf({ numbers: records, count: rows.read });
      return lines === null ? 'as-loaded' : new Map(records.map((record, index) => [record, lines[index] ?? 0]));
    } finally {
      table.close();
    }
  } catch (error) {
    if (error instanceof PipelineError) return 'gone';
    throw error;
  }
}
