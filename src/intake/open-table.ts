import { Readable } from 'node:stream';
import { type Layout } from '../domain/layout';
import { type NearestLayout, normaliseHeader, type Recognition, recogniseHeader } from '../platforms/recognise';
import { type PipelineError, terminal } from '../errors';
import { bodyFrom, readHead } from './csv';
import { type Fingerprint } from './fingerprint';
import { salvageRecords } from './salvage';
import { openWorkbook, type SheetRow, type Workbook } from './xlsx';

/** A body that the engine can read, with the position of each used column in it. */
export interface TableBody {
  readonly columns: ReadonlyMap<string, number>;
  readonly width: number;
  readonly encoding: 'utf-8' | 'gb18030';
  readonly rows: 'as-written' | 'taken-apart';
  readonly normalise: (name: string) => string;
  /** Opens the rows anew, without the header. */
  readonly open: () => Readable;
}

/** OrderTable is a file that was recognised as the orders of a layout. */
export interface OrderTable {
  readonly layout: Layout;
  /** `utf-8`, `utf-8-bom`, `gb18030` or `xlsx`. */
  readonly encoding: string;
  /** Physical line of the header, from 1. */
  readonly headerLine: number;
  /** The file's own bytes, for the engine to take apart; null where the container is not text. */
  readonly asWritten: TableBody | null;
  /** Rows taken apart here, each with its physical line: slower, but no broken row costs another. */
  readonly takenApart: TableBody;
  close(): void;
}

/** Rows of a sheet among which the header is looked for. */
const HEADER_WITHIN_ROWS = 20;

/**
 * openTable recognises a file by its header names.
 * @throws PipelineError `layout-unknown` (naming the nearest layout and how the columns differ), `layout-not-orders`,
 * `layout-ambiguous`, `file-truncated`, `file-not-a-table`
 */
export async function openTable(file: Fingerprint): Promise<OrderTable> {
  return file.container === 'xlsx' ? await openSheets(file) : openText(file);
}

function openText(file: Fingerprint): OrderTable {
  const records = readHead(file);
  const { index, recognition } = findHeader(
    file.path,
    records.map(({ cells }) => cells),
  );
  const header = records[index];
  if (!header) throw new Error('the header is one of the records');
  const width = header.cells.length;
  return {
    layout: recognition.layout,
    encoding: file.encoding ?? 'utf-8',
    headerLine: header.line,
    asWritten: {
      columns: recognition.columns,
      width,
      encoding: file.encoding === 'gb18030' ? 'gb18030' : 'utf-8',
      rows: 'as-written',
      normalise: normaliseHeader,
      open: () => bodyFrom(file, header.endByte),
    },
    takenApart: takenApart(recognition.columns, (wanted) =>
      salvagedRows(file, header.endByte, header.line + 1, width, wanted),
    ),
    close: () => undefined,
  };
}

async function openSheets(file: Fingerprint): Promise<OrderTable> {
  const workbook = await openWorkbook(file.path);
  try {
    const first = await firstSheetWithHeader(file.path, workbook);
    return {
      layout: first.recognition.layout,
      encoding: 'xlsx',
      headerLine: first.headerRow,
      asWritten: null,
      takenApart: takenApart(first.recognition.columns, (wanted) => rowsOfSheets(file.path, workbook, first, wanted)),
      close: () => workbook.close(),
    };
  } catch (error) {
    workbook.close();
    throw error;
  }
}

type Recognised = Extract<Recognition, { kind: 'layout' }>;

interface SheetHeader {
  readonly sheet: string;
  readonly headerRow: number;
  readonly width: number;
  readonly recognition: Recognised;
}

/** The header among the first records: the first that is a layout's, else the reason why there is none. */
function findHeader(path: string, records: readonly (readonly string[])[]): { index: number; recognition: Recognised } {
  const found = records.map((cells) => recogniseHeader(cells));
  const index = found.findIndex(({ kind }) => kind !== 'unknown');
  const recognition = found[index];
  if (recognition?.kind === 'layout') return { index, recognition };
  throw unrecognised(path, recognition ?? nearestOf(found));
}

function nearestOf(found: readonly Recognition[]): Recognition | undefined {
  const misses = (recognition: Recognition): number =>
    recognition.kind === 'unknown' ? recognition.nearest.missing.length : Number.MAX_VALUE;
  return [...found].sort((a, b) => misses(a) - misses(b))[0];
}

const LISTED_COLUMNS = 12;
const listed = (names: readonly string[]): string =>
  names.slice(0, LISTED_COLUMNS).join(', ') +
  (names.length > LISTED_COLUMNS ? ` and ${names.length - LISTED_COLUMNS} more` : '');

function unrecognised(path: string, recognition: Recognition | undefined): PipelineError {
  if (recognition?.kind === 'foreign') {
    return terminal(
      'layout-not-orders',
      `${path} is a ${recognition.report.title}, not an order export; loading it would count sales twice`,
      'Export the order list of the same shop instead.',
      { path, report: recognition.report.id },
    );
  }
  if (recognition?.kind === 'ambiguous') {
    return terminal(
      'layout-ambiguous',
      `${path} has the column "${recognition.column}" more than once, so ${recognition.layout.title} cannot be read from it`,
      'Export it again with each column once.',
      { path, layout: recognition.layout.id, column: recognition.column },
    );
  }
  const nearest = recognition?.kind === 'unknown' ? recognition.nearest : null;
  if (!nearest) return terminal('file-empty', `${path} has no rows`, 'Export it again from the platform.', { path });
  return terminal(
    'layout-unknown',
    `${path} has no known header; nearest is ${nearest.layout.title} (${nearest.layout.id}): ` +
      `missing ${listed(nearest.missing) || 'nothing'}; not known there: ${unknownColumns(nearest)}`,
    'Export again with the missing columns, or describe the new layout in src/platforms (docs/howto/add-a-platform.md); any platform can deliver by "npx paceline template".',
    { path, nearest: nearest.layout.id, missing: [...nearest.missing] },
  );
}

/** A row that shares few columns with any layout may be no header at all but somebody's data: it is not repeated. */
function unknownColumns({ layout, shared, unknown }: NearestLayout): string {
  return 2 * shared >= layout.requires.length
    ? listed(unknown) || 'nothing'
    : `all ${unknown.length} columns of the file`;
}

async function firstSheetWithHeader(path: string, workbook: Workbook): Promise<SheetHeader> {
  let refusal: PipelineError | null = null;
  for (const sheet of workbook.sheets) {
    try {
      return await sheetHeader(path, workbook, sheet);
    } catch (error) {
      refusal ??= error as PipelineError;
    }
  }
  throw refusal ?? terminal('file-empty', `${path} has no sheet`, 'Export it again from the platform.', { path });
}

async function sheetHeader(path: string, workbook: Workbook, sheet: string): Promise<SheetHeader> {
  const rows: SheetRow[] = [];
  for await (const batch of workbook.rows(sheet)) {
    rows.push(...batch);
    if (rows.length >= HEADER_WITHIN_ROWS) break;
  }
  const { index, recognition } = findHeader(
    path,
    rows.slice(0, HEADER_WITHIN_ROWS).map(({ cells }) => cells),
  );
  const header = rows[index];
  return { sheet, headerRow: header?.row ?? 1, width: header?.cells.length ?? 0, recognition };
}

/** One row taken apart: its wanted cells, or what is wrong with its structure as a reject code and no cells. */
interface TakenRow {
  readonly line: number;
  readonly problem: string;
  readonly cells: readonly string[];
}

async function* salvagedRows(
  file: Fingerprint,
  start: number,
  firstLine: number,
  width: number,
  wanted: readonly number[],
): AsyncGenerator<TakenRow[]> {
  for await (const records of salvageRecords(file, start, firstLine, wanted)) {
    yield records.map(({ line, cells, width: found, blank }) => {
      if (cells === null) return { line, problem: 'quoting-broken', cells: [] };
      if (found === width || blank) return { line, problem: '', cells };
      return { line, problem: found < width ? 'too-few-cells' : 'too-many-cells', cells: [] };
    });
  }
}

/** The rows of every sheet that has the same header; a sheet leaves trailing blank cells out, so few cells are right. */
async function* rowsOfSheets(
  path: string,
  workbook: Workbook,
  first: SheetHeader,
  wanted: readonly number[],
): AsyncGenerator<TakenRow[]> {
  for (const sheet of workbook.sheets) {
    const header = sheet === first.sheet ? first : await sheetHeader(path, workbook, sheet).catch(() => null);
    if (header?.recognition.layout !== first.recognition.layout) continue;
    if (header !== first && !sameColumns(header.recognition, first.recognition)) {
      throw terminal(
        'layout-ambiguous',
        `sheets "${first.sheet}" and "${sheet}" of ${path} hold the same layout with columns in another order`,
        'Export each sheet as a file of its own.',
        { path },
      );
    }
    for await (const batch of workbook.rows(sheet)) {
      yield batch
        .filter(({ row }) => row > header.headerRow)
        .map(({ row, cells }) => {
          const tooMany = cells.slice(header.width).some((cell) => cell.trim() !== '');
          return {
            line: row,
            problem: tooMany ? 'too-many-cells' : '',
            cells: tooMany ? [] : wanted.map((position) => cells[position] ?? ''),
          };
        });
    }
  }
}

const sameColumns = (a: Recognised, b: Recognised): boolean =>
  [...a.columns].every(([name, index]) => b.columns.get(name) === index);

/** Writes rows as csv with only the columns that the layout reads: whatever is personal stays behind here. */
function takenApart(
  columns: ReadonlyMap<string, number>,
  rows: (wanted: readonly number[]) => AsyncGenerator<TakenRow[]>,
): TableBody {
  const positions = [...columns.values()];
  async function* lines(): AsyncGenerator<string> {
    let record = 0;
    for await (const batch of rows(positions)) {
      let text = '';
      for (const { line, problem, cells } of batch) {
        record += 1;
        text += `${record},${line},${problem}`;
        for (let slot = 0; slot < positions.length; slot += 1) text += `,${quoted(cells[slot] ?? '')}`;
        text += '\n';
      }
      if (text !== '') yield text;
    }
  }
  return {
    columns: new Map([...columns.keys()].map((name, position) => [name, position])),
    width: positions.length,
    encoding: 'utf-8',
    rows: 'taken-apart',
    normalise: normaliseHeader,
    open: () => Readable.from(lines(), { objectMode: false }),
  };
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}
