import { ORDER_HEADERS } from './headers';
import { writeTable } from './csv-table';

/** Cells of a row by the names of their columns. */
export type Cells = Readonly<Record<string, string>>;

/** headerOf is the known header of a layout whose form begins so. @throws when there is none */
export function headerOf(layout: string, form = ''): string[] {
  const found = ORDER_HEADERS.find((header) => header.is === layout && header.form.startsWith(form));
  if (!found) throw new Error(`no header of ${layout}, ${form}`);
  return found.columns.split(',');
}

/**
 * rowUnder puts cells under a header; other columns get the filling.
 * @throws when the header lacks a column of the cells
 */
export function rowUnder(header: readonly string[], cells: Cells, filling = ''): string[] {
  const names = header.map((name) => name.trim());
  const strange = Object.keys(cells).filter((name) => !names.includes(name));
  if (strange.length > 0) throw new Error(`no column ${strange.join(', ')}`);
  return names.map((name) => cells[name] ?? filling);
}

/** madeExport is the csv of an export with a known header. */
export function madeExport(layout: string, form: string, rows: readonly Cells[], filling = ''): string {
  const header = headerOf(layout, form);
  return writeTable({ header, records: rows.map((cells) => rowUnder(header, cells, filling)) });
}
