import { Readable } from 'node:stream';
import { formatYuan } from '../domain/money';
import { COLUMNS, type Kind, parquetName } from '../tables/columns';
import { csvText } from '../tables/csv';
import { type Format, type Language, type Table } from '../tables/table';
import { xlsxBytes } from '../tables/xlsx';
import { type Context } from './context';

const TEXT = 'Nullable(String)';
const PARQUET_TYPES: Readonly<Record<Kind, string>> = {
  text: TEXT,
  value: TEXT,
  word: TEXT,
  platform: TEXT,
  count: 'Nullable(Int64)',
  number: 'Nullable(Int64)',
  yuan: 'Nullable(Decimal(18, 2))',
  share: 'Nullable(Float64)',
  day: 'Nullable(Date32)',
  time: "Nullable(DateTime64(3, 'Asia/Shanghai'))",
};

/** tableFile streams a table as a file: csv and xlsx for people in a language, Parquet for programs with names that never change. */
export async function tableFile(
  { db }: Pick<Context, 'db'>,
  table: Table,
  format: Format,
  language: Language,
): Promise<Readable> {
  switch (format) {
    case 'csv':
      return Readable.from(csvText(table, language), { objectMode: false });
    case 'xlsx':
      return xlsxBytes(table, language);
    case 'parquet':
      return await db.parquet(
        table.columns.map((column) => ({ name: parquetName(column), type: PARQUET_TYPES[COLUMNS[column]] })),
        parquetRows(table),
      );
  }
}

async function* parquetRows({ columns, rows }: Table): AsyncGenerator<readonly unknown[]> {
  for await (const row of rows) {
    yield columns.map((column) => {
      const cell = row[column] ?? null;
      return typeof cell === 'bigint' ? formatYuan(cell) : cell;
    });
  }
}
