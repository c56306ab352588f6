import { Readable } from 'node:stream';
import { type PipelineError } from '../errors';
import { type Layout } from '../domain/layout';
import { normaliseHeader } from '../platforms/recognise';
import { cellsOf, type Delimiter, DELIMITERS, type HeadLine, readHead } from './csv';
import { findHeader, type FoundHeader, type Recognised } from './find-header';
import { charsetOf, encodingLabel, type Fingerprint, type TextFile, textFrom } from './fingerprint';
import { isHtml, openHtml } from './html-table';
import { isCut } from './last-record';
import { openOffice } from './office-file';
import { salvageRecords } from './salvage';
import { pickRecords, type RowNumbers } from './pick-records';
import { orderSheets, type Workbook } from './sheets';
import { type SourceOptions } from './source';
import { type TableBody } from './table-body';
import { type NumberedRow, takenApart, type TakenRow } from './taken-apart';

/** OrderTable is a file that was recognised as the orders of a layout. */
export interface OrderTable {
  readonly layout: Layout;
  /** From the text outwards: `utf-8`, `gb18030+gz`, `utf-8+html`, `xlsx`, `xlsx+zip`, `xls`. */
  readonly encoding: string;
  /** Physical line of the header, from 1. */
  readonly headerLine: number;
  /** The text ends in the middle of its last record: rows are missing. */
  readonly cut: boolean;
  /** Names of sheets that hold something else than orders and are left out. */
  readonly skippedSheets: readonly string[];
  /** The file's own bytes, for the engine to take apart; null where the container is not text. */
  readonly asWritten: TableBody | null;
  /** Rows taken apart here, each with its physical line: slower, but no broken row costs another. */
  readonly takenApart: TableBody;
  /**
   * A few rows of a text taken apart, each with its physical line, by their numbers among `count` records; null where the
   * text is not made of such records.
   */
  readonly pick: (rows: RowNumbers) => Promise<TableBody | null>;
  /** The physical lines on which a few rows of a text begin; null where `pick` is. */
  readonly linesOf: (rows: RowNumbers) => Promise<number[] | null>;
  /** Reads the text through for the number of its physical lines; rows of sheets need no counting. */
  readonly countLines: () => Promise<number>;
  readonly close: () => void;
}

/**
 * openTable recognises a file by its header names.
 * @throws PipelineError `layout-unknown` (naming the nearest layout and how the columns differ), `layout-not-orders`,
 * `layout-ambiguous`, `file-truncated`, `file-not-a-table`, `archive-encrypted`, `over-limit`
 */
export async function openTable(file: Fingerprint, options: SourceOptions = {}): Promise<OrderTable> {
  if (!isText(file)) {
    const { workbook, format } = await openOffice(file, options);
    return await openSheets(file, workbook, encodingLabel(file, format));
  }
  if (!isHtml(file)) return openText(file);
  return await openSheets(file, openHtml(file), encodingLabel(file, file.content.encoding, 'html'));
}

const isText = (file: Fingerprint): file is TextFile => file.content.kind === 'text';

async function openSheets(file: Fingerprint, workbook: Workbook, encoding: string): Promise<OrderTable> {
  try {
    const { first, skipped, rows } = await orderSheets(file.path, workbook);
    return {
      layout: first.recognition.layout,
      encoding,
      headerLine: first.headerRow,
      cut: false,
      skippedSheets: skipped,
      asWritten: null,
      takenApart: takenApart(first.recognition.columns, rows),
      pick: () => Promise.resolve(null),
      linesOf: () => Promise.resolve(null),
      countLines: () => Promise.reject(new Error('the rows of a sheet are numbered')),
      close: () => workbook.close(),
    };
  } catch (error) {
    workbook.close();
    throw error;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- rows of files come as they are read
async function* inOneBatch(rows: NumberedRow[]): AsyncGenerator<NumberedRow[]> {
  yield rows;
}

/** Header is where a text's header ends, and how its cells are parted. */
interface Header extends HeadLine {
  readonly delimiter: Delimiter;
  readonly width: number;
}

function openText(file: TextFile): OrderTable {
  const { header, recognition } = textHeader(file);
  const { columns, layout } = recognition;
  return {
    layout,
    encoding: encodingLabel(file, file.content.encoding),
    headerLine: header.line,
    cut: isCut(file, header),
    skippedSheets: [],
    asWritten: {
      columns,
      width: header.width,
      encoding: charsetOf(file),
      delimiter: header.delimiter,
      rows: 'as-written',
      normalise: normaliseHeader,
      open: () => Readable.from(textFrom(file, header.endByte), { objectMode: false }),
    },
    takenApart: takenApart(columns, (wanted) => salvagedRows(file, header, wanted)),
    pick: async (rows) => {
      const picked = await pickRecords(file, header, rows, [...columns.values()]);
      return picked && takenApart(columns, () => inOneBatch(picked));
    },
    linesOf: async (rows) => (await pickRecords(file, header, rows, []))?.map(({ line }) => line) ?? null,
    countLines: async () => await countLines(file),
    close: () => undefined,
  };
}

/** Commas come first: only when they make no known header is another delimiter tried. */
function textHeader(file: TextFile): { header: Header; recognition: Recognised } {
  const lines = readHead(file);
  let refusal: FoundHeader['refusal'] = null;
  for (const delimiter of DELIMITERS) {
    const records = lines.map(({ text }) => cellsOf(file.path, text, delimiter));
    const found = findHeader(file.path, records);
    const line = lines[found.index];
    if (line && found.recognition) {
      const width = records[found.index]?.length ?? 0;
      return { header: { ...line, delimiter, width }, recognition: found.recognition };
    }
    if (found.refusal && (refusal === null || missing(found.refusal) < missing(refusal))) refusal = found.refusal;
  }
  throw refusal ?? new Error('there are delimiters to try');
}

/** How many columns a refused header lacks; none when it is known for what it is. */
function missing({ context }: PipelineError): number {
  return Array.isArray(context['missing']) ? context['missing'].length : 0;
}

async function countLines(file: TextFile): Promise<number> {
  let [lines, last] = [0, LINE_FEED];
  for await (const chunk of textFrom(file, 0)) {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
    last = chunk[chunk.length - 1] ?? last;
  }
  return last === LINE_FEED ? lines : lines + 1;
}

const LINE_FEED = 0x0a;

async function* salvagedRows(file: TextFile, header: Header, wanted: readonly number[]): AsyncGenerator<TakenRow[]> {
  for await (const records of salvageRecords(file, header, wanted)) {
    yield records.map(({ line, cells, width, blank }) => {
      if (cells === null) return { line, problem: 'quoting-broken', cells: [] };
      if (width === header.width || blank) return { line, problem: '', cells };
      return { line, problem: width < header.width ? 'too-few-cells' : 'too-many-cells', cells: [] };
    });
  }
}
