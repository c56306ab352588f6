import { addAbortSignal, PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { daysBetween } from '../domain/calendar';
import { type Fen, formatYuan } from '../domain/money';
import { type Cell, COLUMNS, type ColumnId, type Kind, type TableRow } from './columns';
import { columnName, escapeXml, MAIN, packageParts, sheetPart, XML } from './package-parts';
import { plainText } from './plain-text';
import { FACTS, type Language, type Table } from './table';
import { TEXTS } from './texts';

/** What Excel takes: rows of a sheet with its header, and characters of a cell. */
const MOST_ROWS = 1_048_576;
const MOST_CHARACTERS = 32_767;
/** Numbers are kept with fifteen digits: larger amounts are written as text, so that no fen is lost. */
const MOST_FEN: Fen = 10n ** 15n;
/** Sheet XML is gathered to this many characters before it goes to the compressor. */
const CHUNK = 1 << 16;

/** Styles of cells by their place in xl/styles.xml. */
const STYLE = { plain: 0, head: 1, yuan: 2, count: 3, day: 4, time: 5, share: 6, wrapped: 7 } as const;
const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/><numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/><numFmt numFmtId="166" formatCode="0.0%"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="8"><xf/><xf fontId="1" applyFont="1"/>${[
  4, 3, 164, 165, 166,
]
  .map((format) => `<xf numFmtId="${format}" applyNumberFormat="1"/>`)
  .join('')}<xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs></styleSheet>`;

const STYLE_OF: Readonly<Record<Kind, number>> = {
  text: STYLE.plain,
  value: STYLE.plain,
  word: STYLE.plain,
  platform: STYLE.plain,
  count: STYLE.count,
  number: STYLE.plain,
  yuan: STYLE.yuan,
  share: STYLE.share,
  day: STYLE.day,
  time: STYLE.time,
};

/**
 * xlsxBytes streams a table as a workbook: numbers as numbers, days as days, behind a cover sheet that says what was asked,
 * how far it is complete, what the columns mean, and how a figure is traced. Rows beyond what a sheet takes go on in another.
 */
export function xlsxBytes(table: Table, language: Language): Readable {
  const zip = new ZipFile();
  const bytes = new PassThrough();
  zip.outputStream.pipe(bytes);
  const fail = (error: unknown): void => void bytes.destroy(error instanceof Error ? error : new Error(String(error)));
  // Told of here and by writeSheets; without a listener it would end the process.
  zip.on('error', fail);
  const given = new AbortController();
  bytes.once('close', () => given.abort());
  writeSheets(zip, table, language, given.signal).then(() => zip.end(), fail);
  return bytes;
}

/** @param given up by whoever reads the workbook: then the rows are let go of */
async function writeSheets(zip: ZipFile, table: Table, language: Language, given: AbortSignal): Promise<void> {
  const { tables, definitions } = TEXTS[language];
  const names: string[] = [];
  const add = async (name: string, xml: AsyncIterable<string>): Promise<void> => {
    names.push(name);
    const stream = addAbortSignal(given, Readable.from(xml));
    zip.addReadStream(stream, sheetPart(names.length), { compressionLevel: 3 });
    await finished(stream);
  };
  const rows = iteratorOf(table.rows);
  try {
    // Drawn before anything else: what was never begun could not be let go of.
    const next = { row: await rows.next() };
    await add(definitions.sheet, coverXml(table, language));
    do {
      // The cover is the first of the sheets.
      const number = names.length;
      await add(
        number === 1 ? tables[table.name] : `${tables[table.name]} ${number}`,
        dataXml(table, language, rows, next),
      );
    } while (next.row.done !== true);
  } finally {
    await rows.return?.();
  }
  for (const [name, xml] of packageParts(names, STYLES)) {
    zip.addBuffer(Buffer.from(XML + xml, 'utf8'), name);
  }
}

type Rows = Iterator<TableRow> | AsyncIterator<TableRow>;

const iteratorOf = (rows: Table['rows']): Rows =>
  Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();

/** The rows of one sheet, from the one that was drawn already; leaves the one after the last in `next`. */
async function* dataXml(
  { columns }: Table,
  language: Language,
  rows: Rows,
  next: { row: IteratorResult<TableRow, unknown> },
): AsyncGenerator<string> {
  const letters = columns.map((_, index) => columnName(index));
  const titles = columns.map((column) => TEXTS[language].columns[column][0]);
  const widths = columns.map(
    (column, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widthOf(column, titles[index])}" customWidth="1"/>`,
  );
  let chunk = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>${rowXml(
    1,
    titles.map((title, index) => textCell(letters[index], 1, title, STYLE.head)),
  )}`;
  for (let number = 2; number <= MOST_ROWS; number++) {
    if (next.row.done === true) break;
    const { value } = next.row;
    chunk += rowXml(
      number,
      columns.map((column, index) => cellXml(column, letters[index], number, value[column], language)),
    );
    next.row = await rows.next();
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}</sheetData></worksheet>`;
}

/** Two columns of facts, then what each column means. */
async function* coverXml({ name, columns, facts }: Table, language: Language): AsyncGenerator<string> {
  const { tables, traces, columns: titles, kinds, facts: names, definitions, words } = TEXTS[language];
  const lines: (readonly string[])[] = [
    [definitions.table, tables[name]],
    ...FACTS.flatMap((fact) => {
      const said = facts[fact];
      return said == null ? [] : [[names[fact], fact === 'measure' ? (words[said] ?? said) : said]];
    }),
    [definitions.trace, traces[name]],
    [],
    [definitions.column, definitions.unit, definitions.meaning],
    ...columns.map((column) => [titles[column][0], kinds[COLUMNS[column]], titles[column][1] ?? '']),
  ];
  const heads = lines.findIndex((line) => line.length === 0) + 1;
  const rows = lines.map((line, index) =>
    rowXml(
      index + 1,
      line.map((text, at) =>
        textCell(columnName(at), index + 1, text, at === 0 || index === heads ? STYLE.head : STYLE.wrapped),
      ),
    ),
  );
  yield await Promise.resolve(
    `${XML}<worksheet xmlns="${MAIN}"><cols><col min="1" max="1" width="28" customWidth="1"/><col min="2" max="3" width="60" customWidth="1"/></cols><sheetData>${rows.join('')}</sheetData></worksheet>`,
  );
}

const WIDTHS: Readonly<Partial<Record<Kind, number>>> = { yuan: 18, day: 12, time: 20, share: 10, count: 12 };
/** A Chinese character takes the room of two. */
const widthOf = (column: ColumnId, title = ''): number =>
  Math.max(
    WIDTHS[COLUMNS[column]] ?? 16,
    Array.from(title).reduce((sum, each) => sum + (each > '\u2e80' ? 2 : 1), 2),
  );

const rowXml = (number: number, cells: readonly string[]): string => `<row r="${number}">${cells.join('')}</row>`;

function cellXml(column: ColumnId, letters = '', row: number, cell: Cell, language: Language): string {
  if (cell === null || cell === undefined || cell === '') return '';
  const number = numberOf(column, cell);
  if (number === null) return textCell(letters, row, plainText(column, cell, language), STYLE.plain);
  return `<c r="${letters}${row}" s="${STYLE_OF[COLUMNS[column]]}"><v>${number}</v></c>`;
}

/** A cell as a number of Excel's; null for what is a text. */
function numberOf(column: ColumnId, cell: NonNullable<Cell>): string | null {
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'bigint') return cell > -MOST_FEN && cell < MOST_FEN ? formatYuan(cell) : null;
  const kind = COLUMNS[column];
  return kind === 'day' || kind === 'time' ? serialOf(cell) : null;
}

/** Excel counts days from here on. */
const EPOCH = '1899-12-30';
const SECONDS = [3600, 60, 1] as const;
const SECONDS_A_DAY = 86_400;

/** `2026-06-18` or `2026-06-18 10:00:00` as Excel's number of days, exact to the microsecond. */
function serialOf(text: string): string {
  const days = daysBetween(EPOCH, text.slice(0, 10));
  const parts = text.slice(11).split(':');
  const seconds = SECONDS.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0);
  return String(days + seconds / SECONDS_A_DAY);
}

const textCell = (letters = '', row: number, text: string, style: number): string =>
  `<c r="${letters}${row}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(sheetText(text))}</t></is></c>`;

/** Controls but tab and line feed, halves of characters, and what Unicode says is none. */
const NOT_XML = /(?![\t\n])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;
const LOOKS_ESCAPED = /_(?=x[0-9a-fA-F]{4}_)/g;

/** What XML cannot hold is written as Excel does, `_x0007_`; what is too long for a cell ends in an ellipsis. */
function sheetText(text: string): string {
  const whole = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
  return whole
    .replace(LOOKS_ESCAPED, '_x005F_')
    .replace(NOT_XML, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}
