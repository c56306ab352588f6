import { type PipelineError, terminal } from '../errors';
import { findHeader, type Recognised } from './find-header';
import { type TakenRow } from './taken-apart';

/** SheetRow is one row of a sheet: its number as the sheet says it (from 1) and its cells as text, by position. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** Workbook is an opened workbook: its sheets by name, each read anew whenever it is asked for. */
export interface Workbook {
  readonly sheets: readonly string[];
  /** Rows in the order of the sheet, some at a time. */
  rows(sheet: string): AsyncGenerator<SheetRow[]>;
  close(): void;
}

/** OrderSheets are the sheets of a workbook that hold orders, all with the same columns. */
export interface OrderSheets {
  readonly first: SheetHeader;
  /** Names of the sheets that hold something else. */
  readonly skipped: readonly string[];
  /** The rows of every sheet with orders; a sheet leaves trailing blank cells out, so few cells are right. */
  readonly rows: (wanted: readonly number[]) => AsyncGenerator<TakenRow[]>;
}

/** SheetHeader is where the header of a sheet stands and what it is. */
export interface SheetHeader {
  readonly sheet: string;
  readonly headerRow: number;
  readonly width: number;
  readonly recognition: Recognised;
}

/** Rows of a sheet among which the header is looked for. */
const HEADER_WITHIN_ROWS = 20;

/**
 * orderSheets recognises the sheets of a workbook by their headers.
 * @throws PipelineError `layout-unknown`, also when a sheet without a header holds rows like those of the orders;
 * `layout-not-orders`, `layout-ambiguous`
 */
export async function orderSheets(path: string, workbook: Workbook): Promise<OrderSheets> {
  const looked: Looked[] = [];
  for (const sheet of workbook.sheets) looked.push(await lookAt(path, workbook, sheet));
  const found = looked.flatMap(({ header }) => (header === null ? [] : [header]));
  const [first] = found;
  if (!first) throw looked[0]?.refusal ?? withoutSheets(path);
  const others = looked.filter(({ header }) => header === null);
  for (const { sheet, filled } of others) {
    if (2 * filled >= first.width) throw headless(path, sheet, first.sheet);
  }
  for (const header of found.slice(1)) refuseOtherColumns(path, first, header);
  return {
    first,
    skipped: others.map(({ sheet }) => sheet),
    rows: (wanted) => rowsOf(workbook, found, wanted),
  };
}

/** What the first rows of a sheet tell: its header, or why there is none and how many cells its fullest row has. */
type Looked =
  | { readonly sheet: string; readonly header: SheetHeader; readonly refusal: null; readonly filled: number }
  | { readonly sheet: string; readonly header: null; readonly refusal: PipelineError; readonly filled: number };

async function lookAt(path: string, workbook: Workbook, sheet: string): Promise<Looked> {
  const rows: SheetRow[] = [];
  for await (const batch of workbook.rows(sheet)) {
    rows.push(...batch);
    if (rows.length >= HEADER_WITHIN_ROWS) break;
  }
  const records = rows.slice(0, HEADER_WITHIN_ROWS).map(({ cells }) => cells);
  const { index, recognition, refusal } = findHeader(path, records);
  if (!recognition) {
    const filled = Math.max(0, ...records.map((cells) => cells.filter((cell) => cell.trim() !== '').length));
    // A report that is known to be none of orders is passed over beside a sheet with orders.
    return { sheet, header: null, refusal, filled: refusal.code === 'layout-not-orders' ? 0 : filled };
  }
  const header = rows[index];
  return {
    sheet,
    header: { sheet, headerRow: header?.row ?? 1, width: header?.cells.length ?? 0, recognition },
    refusal: null,
    filled: 0,
  };
}

function refuseOtherColumns(path: string, first: SheetHeader, other: SheetHeader): void {
  const same = [...first.recognition.columns].every(([name, index]) => other.recognition.columns.get(name) === index);
  if (same && other.recognition.layout === first.recognition.layout) return;
  throw terminal(
    'layout-ambiguous',
    `sheets "${first.sheet}" and "${other.sheet}" of ${path} both hold orders, with columns that differ`,
    'Export each sheet as a file of its own.',
    { path },
  );
}

function headless(path: string, sheet: string, first: string): PipelineError {
  return terminal(
    'layout-unknown',
    `sheet "${sheet}" of ${path} holds rows as long as those of "${first}" but no known header`,
    'Give it the header of the other sheet if it goes on with its orders, else take it out of the workbook.',
    { path },
  );
}

function withoutSheets(path: string): PipelineError {
  return terminal('file-empty', `${path} has no sheet`, 'Export it again from the platform.', { path });
}

async function* rowsOf(
  workbook: Workbook,
  headers: readonly SheetHeader[],
  wanted: readonly number[],
): AsyncGenerator<TakenRow[]> {
  for (const { sheet, headerRow, width } of headers) {
    for await (const batch of workbook.rows(sheet)) {
      yield batch
        .filter(({ row }) => row > headerRow)
        .map(({ row, cells }) => {
          const tooMany = cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '');
          return {
            line: row,
            problem: tooMany ? 'too-many-cells' : '',
            cells: tooMany ? [] : wanted.map((position) => cells[position] ?? ''),
          };
        });
    }
  }
}
