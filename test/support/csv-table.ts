import { parse } from 'csv-parse/sync';
import { csvCell } from '../../src/demo/writers/cells';

/** CsvTable is a csv taken apart: its header and its records, each with as many cells as it has. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
}

const BYTE_ORDER_MARK = '\uFEFF';

/** readTable takes a csv text apart; null when its quoting is broken, so that nothing can be moved about in it. */
export function readTable(text: string): CsvTable | null {
  try {
    const [header = [], ...records] = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: false });
    return { header, records };
  } catch {
    return null;
  }
}

/** writeTable writes a csv with LF at the end of every record. */
export function writeTable({ header, records }: CsvTable, lineEnd: '\n' | '\r\n' = '\n'): string {
  return [header, ...records].map((cells) => cells.map(csvCell).join(',') + lineEnd).join('');
}

/** withMark puts a byte order mark before a text, or takes it away. */
export const withMark = (text: string): string => BYTE_ORDER_MARK + withoutMark(text);
export const withoutMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

/** reordered turns the order of columns round; rows with a wrong number of cells stay as wrong as they were. */
export function reordered({ header, records }: CsvTable): CsvTable {
  return {
    header: [...header].reverse(),
    records: records.map((cells) => (cells.length === header.length ? [...cells].reverse() : cells)),
  };
}

/** withUnknownColumns adds a column before the first, one in the middle and one after the last. */
export function withUnknownColumns({ header, records }: CsvTable): CsvTable {
  const middle = Math.floor(header.length / 2);
  const widen = (cells: readonly string[], [first, second, third]: readonly [string, string, string]): string[] =>
    cells.length === header.length
      ? [first, ...cells.slice(0, middle), second, ...cells.slice(middle), third]
      : [...cells, first, second, third];
  return {
    header: widen(header, ['新列甲', '新列乙(元)', '新列丙']),
    records: records.map((cells) => widen(cells, ['甲,1', '9.99', '“丙”'])),
  };
}

/** withoutColumns leaves columns out. */
export function withoutColumns({ header, records }: CsvTable, left: (name: string) => boolean): CsvTable {
  const kept = (_: string, index: number): boolean => header[index] === undefined || !left(header[index].trim());
  return { header: header.filter(kept), records: records.map((cells) => cells.filter(kept)) };
}
