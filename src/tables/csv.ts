import { type Cell, COLUMNS, type ColumnId } from './columns';
import { type Language, type Table } from './table';
import { TEXTS } from './texts';
import { plainText } from './plain-text';

/** Excel takes a csv for UTF-8 only with this mark. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** A cell that begins with one of these can be a formula to a spreadsheet (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;
/** Spreadsheets turn longer numbers into 1.23E+18; a tab behind keeps them text, as in the platforms' own exports. */
const LONG_NUMBER = /^\d{12,}$/;

/** safeCell writes a text for a csv that is opened in Excel: never a formula, order numbers whole, quoted where needed. */
export function safeCell(value: string): string {
  const text = FORMULA_START.test(value) ? `'${value}` : LONG_NUMBER.test(value) ? `${value}\t` : value;
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** csvLine joins cells that are written already. */
export const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** Rows are gathered to this many characters before they go on. */
const CHUNK = 1 << 16;

/** csvText writes a table: UTF-8 with a mark, a header in a language, amounts exact with two decimals. */
export async function* csvText({ columns, rows }: Table, language: Language): AsyncGenerator<string> {
  const titles = columns.map((column) => safeCell(TEXTS[language].columns[column][0]));
  let chunk = BYTE_ORDER_MARK + csvLine(titles);
  for await (const row of rows) {
    chunk += csvLine(columns.map((column) => csvCell(column, row[column], language)));
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** Numbers and days are of our own making and stay numbers, also with a minus in front. */
function csvCell(column: ColumnId, cell: Cell, language: Language): string {
  const text = plainText(column, cell, language);
  const kind = COLUMNS[column];
  return kind === 'text' || kind === 'value' || kind === 'word' || kind === 'platform' ? safeCell(text) : text;
}
