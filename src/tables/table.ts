import { type ColumnId, type TableRow } from './columns';

export const TABLES = [
  'totals',
  'running-totals',
  'year-on-year',
  'logistics',
  'pace',
  'goals',
  'standing',
  'completeness',
  'files',
  'rejects',
  'alerts',
  'sources',
  'lines',
  'audit',
] as const;
export type TableName = (typeof TABLES)[number];

/** What is said of a table as a whole: what was asked, how far the figures are complete, when they were said, and so on. */
export const FACTS = ['asked', 'period', 'where', 'asOf', 'asKnown', 'measure', 'total', 'version', 'madeAt'] as const;
export type Facts = Readonly<Partial<Record<(typeof FACTS)[number], string | null | undefined>>>;

/** Table is an answer as rows, in whatever form it is then written. */
export interface Table {
  readonly name: TableName;
  readonly columns: readonly ColumnId[];
  readonly rows: Iterable<TableRow> | AsyncIterable<TableRow>;
  readonly facts: Facts;
  /** What its file is named for: the columns that it is grouped by, and plain words such as a period. */
  readonly about: readonly string[];
}

export const FORMATS = ['csv', 'xlsx', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** MEDIA_TYPES are those of the formats. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
};
