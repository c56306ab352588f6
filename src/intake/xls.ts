import { type CellObject, read, SSF, type WorkSheet } from '@e965/xlsx';
import { numberText, serialToWallClock } from './cell-text';
import { type SheetRow, type Workbook } from './sheets';

/** openXls reads an old workbook (BIFF) whole: it has at most 65,536 rows a sheet. @throws Error when it is broken */
export function openXls(bytes: Buffer): Workbook {
  const book = read(bytes, { type: 'buffer', dense: true, cellNF: true, cellText: false, cellHTML: false });
  const date1904 = book.Workbook?.WBProps?.date1904 ?? false;
  return {
    sheets: book.SheetNames,
    rows: (sheet) => rowsOf(book.Sheets[sheet], date1904),
    close: () => undefined,
  };
}

/** The library's own reader of number formats, which it has no types for. */
const formats = SSF as { is_date(format: string): boolean };

const ROWS_AT_A_TIME = 1000;

// eslint-disable-next-line @typescript-eslint/require-await -- sheets of other formats are streamed
async function* rowsOf(sheet: WorkSheet | undefined, date1904: boolean): AsyncGenerator<SheetRow[]> {
  const rows = (sheet?.['!data'] ?? []) as readonly (readonly (CellObject | undefined)[] | undefined)[];
  for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
    yield rows.slice(start, start + ROWS_AT_A_TIME).flatMap((cells, index) => {
      if (!cells || cells.length === 0) return [];
      return [{ row: start + index + 1, cells: Array.from(cells, (cell) => cellText(cell, date1904)) }];
    });
  }
}

function cellText(cell: CellObject | undefined, date1904: boolean): string {
  const value = cell?.v;
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'number') return String(value);
  const format = cell?.z;
  if (format !== undefined && formats.is_date(String(format))) return serialToWallClock(String(value), date1904);
  return numberText(value);
}
