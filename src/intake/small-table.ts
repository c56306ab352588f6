import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { type PipelineError, terminal } from '../errors';

/** TableRow is one record with the physical line that it ends on. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** SmallTable is a csv that a person wrote and that fits into memory: every row as wide as the header. */
export interface SmallTable {
  readonly path: string;
  readonly header: TableRow;
  readonly rows: readonly TableRow[];
}

/**
 * readSmallTable reads a csv in UTF-8 or, as Excel in China saves it, GB18030. Empty lines are passed over.
 * @throws PipelineError `file-unreadable`, `file-empty` (with `emptyAdvice`), `file-not-a-table` with line and column
 */
export async function readSmallTable(path: string, emptyAdvice: string): Promise<SmallTable> {
  const [header, ...rows] = takeApart(path, await textOf(path));
  if (header === undefined || rows.length === 0) {
    throw terminal('file-empty', `${path} holds nothing below a header`, emptyAdvice, { path });
  }
  rows.forEach((row) => refuseOtherWidth(path, row, header.cells));
  return { path, header, rows };
}

async function textOf(path: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): PipelineError =>
    terminal(
      'file-unreadable',
      `${path} cannot be read: ${reason}`,
      'Name a csv file in UTF-8 or GB18030.',
      { path },
      cause,
    );
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable((error as NodeJS.ErrnoException).code ?? String(error), error);
  });
  const text = decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030');
  if (text === null) throw unreadable('it is neither UTF-8 nor GB18030 text');
  return text;
}

function decoded(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function takeApart(path: string, text: string): TableRow[] {
  try {
    const records = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown;
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw terminal('file-not-a-table', `${path} is not a csv: ${reason}`, 'Mend its quotes.', { path }, error);
  }
}

/** A row of another width has its cells under the wrong names: an amount written 1,000 is two cells. */
function refuseOtherWidth(path: string, { line, cells }: TableRow, header: readonly string[]): void {
  if (cells.length === header.length) return;
  const column = Math.min(cells.length, header.length) + 1;
  throw terminal(
    'file-not-a-table',
    `${path}, line ${line}, column ${column}: the row has ${cells.length} cells and the header ${header.length}`,
    'Write as many cells as the header has, and amounts without separators.',
    { path, line, column },
  );
}

/** TableFault is one cell that cannot stand where it stands. */
export interface TableFault {
  readonly line: number;
  readonly column: string;
  readonly cell: string;
  readonly advice: string;
}

const SHOWN = 20;

/** faultsError tells of all faults of a table at once, so that it is mended in one go. */
export function faultsError(path: string, faults: readonly TableFault[]): PipelineError {
  const told = faults.slice(0, SHOWN).map(({ line, column, cell, advice }) => {
    const what = cell === '' ? 'nothing stands here' : `"${cell}" cannot stand here`;
    return `  line ${line}, column "${column}": ${what}. ${advice}`;
  });
  const more = faults.length > SHOWN ? [`  and ${faults.length - SHOWN} more`] : [];
  return terminal(
    'file-not-a-table',
    [`${path} has ${faults.length === 1 ? 'one fault' : `${faults.length} faults`}:`, ...told, ...more].join('\n'),
    'Mend them and import it again; nothing of it was taken over.',
    { path, lines: faults.map(({ line }) => String(line)) },
  );
}
