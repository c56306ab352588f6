import { DuckDBInstance } from '@duckdb/node-api';
import { read, utils, type WorkBook } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** reopenCsv reads a csv as a program would: the mark taken off, rows of cells. */
export function reopenCsv(bytes: Buffer): string[][] {
  return parse(bytes, { bom: true, record_delimiter: '\r\n', relax_column_count: false });
}

/** reopenXlsx reads a workbook by another library than the one that wrote it. */
export const reopenXlsx = (bytes: Buffer): WorkBook =>
  read(bytes, { type: 'buffer', cellFormula: true, cellDates: true, UTC: true });

/** cellsOf are the cells of a sheet with the values that Excel would show to a program. */
export function cellsOf(book: WorkBook, index: number): unknown[][] {
  const sheet = book.Sheets[book.SheetNames.at(index) ?? ''];
  if (sheet === undefined) throw new Error('there is no such sheet');
  return utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: null, UTC: true });
}

/** ParquetFile is a Parquet file as DuckDB reads it. */
export interface ParquetFile {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** reopenParquet reads a Parquet file with DuckDB; every value as its text. */
export async function reopenParquet(bytes: Buffer, folder: string): Promise<ParquetFile> {
  const path = join(folder, `reopened-${bytes.length}.parquet`);
  writeFileSync(path, bytes);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const source = `read_parquet('${path.replaceAll("'", "''")}')`;
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
    const types = described.getRowsJS().map(([name, type]) => [name as string, type as string] as const);
    const read = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM ${source}`);
    return {
      types: Object.fromEntries(types),
      rows: read.getRowObjectsJS() as Record<string, string | null>[],
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
