import { basename } from 'node:path';
import { type RejectedRow } from '../clickhouse/queries/rejects';
import { OUTCOMES_ZH, REJECT_COLUMNS_ZH, REJECT_MEANINGS_ZH } from './texts-zh';

/** Excel takes a csv for UTF-8 only with this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A cell that begins with one of these can be a formula to a spreadsheet (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;
/** Spreadsheets turn longer numbers into 1.23E+18; a tab behind keeps them text, as in the platforms' own exports. */
const LONG_NUMBER = /^\d{12,}$/;

/** safeCell writes a value for a csv that sellers open in Excel: never a formula, order numbers whole, quoted where needed. */
export function safeCell(value: string): string {
  const text = FORMULA_START.test(value) ? `'${value}` : LONG_NUMBER.test(value) ? `${value}\t` : value;
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * rejectsCsv writes the rows of a file that were not loaded as a Chinese csv for the seller: one line a reason, with
 * where the row stands and those cells of it that are kept, none of them personal. The record's number is given where it
 * is not the line after a header in line 1.
 */
export function rejectsCsv(path: string, rows: readonly RejectedRow[]): string {
  const file = basename(path);
  const lines = rows.flatMap((row) =>
    row.reasons.map((reason, i) => {
      const column = row.columns[i] ?? '';
      const others = Object.entries(row.cells).filter(([name]) => name !== column);
      return [
        file,
        String(row.line),
        row.line === row.record + 1 ? '' : String(row.record),
        OUTCOMES_ZH[row.outcome],
        column,
        reason,
        REJECT_MEANINGS_ZH[reason] ?? '',
        row.cells[column] ?? '',
        others.map(([name, value]) => `${name}：${value}`).join('；'),
      ];
    }),
  );
  return (
    BYTE_ORDER_MARK + [[...REJECT_COLUMNS_ZH], ...lines].map((cells) => `${cells.map(safeCell).join(',')}\r\n`).join('')
  );
}
