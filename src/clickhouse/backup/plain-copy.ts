import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { count } from '../rows';

/** StoredTable is a table as the engine keeps it. */
export interface StoredTable {
  readonly name: string;
  /** Its engine with keys and settings, as the engine writes it. */
  readonly engine: string;
  /** Columns that are written, in their order; those that the engine works out are not among them. */
  readonly columns: readonly string[];
}

const STORED_TABLES: NamedQuery<StoredTable> = {
  name: 'tables and their columns',
  sql: `SELECT t.name AS name, any(t.engine_full) AS engine,
      arrayMap(c -> c.2, arraySort(groupArray((c.position, c.name)))) AS columns
    FROM system.tables AS t JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
    WHERE t.database = currentDatabase() AND c.default_kind NOT IN ('MATERIALIZED', 'ALIAS')
    GROUP BY name ORDER BY name`,
  row: z.object({ name: z.string(), engine: z.string(), columns: z.array(z.string()) }),
};

/** storedTables lists the tables of a database by name. */
export async function storedTables(db: Database): Promise<StoredTable[]> {
  return await db.rows(STORED_TABLES);
}

/** collapses says that rows of a table may go when parts are merged. */
export const collapses = ({ engine }: StoredTable): boolean => !engine.startsWith('MergeTree');

/** inDatabase names a table of another database. */
export const inDatabase = (database: string, table: string): string => `\`${database}\`.\`${table}\``;

/** columnsOf lists the columns of a table for a statement. */
export const columnsOf = ({ columns }: Pick<StoredTable, 'columns'>): string =>
  columns.map((column) => `\`${column}\``).join(', ');

/**
 * createPlainCopy makes an empty table that takes the parts of another one as they are. Its rows never collapse, so that
 * they can be counted.
 */
export async function createPlainCopy(db: Database, table: StoredTable, copy: string): Promise<void> {
  const engine = table.engine.replace(/^\w+(\(.*?\))?/, 'MergeTree');
  await db.command(
    'create a plain copy',
    `CREATE TABLE ${copy} AS ${inDatabase(db.name, table.name)} ENGINE = ${engine}`,
  );
}

/** linkParts puts all rows of one table into another of the same structure, by hard links: at once or not at all. */
export async function linkParts(db: Database, from: string, to: string): Promise<void> {
  await db.command('link the parts of a table', `ALTER TABLE ${to} ATTACH PARTITION ALL FROM ${from}`);
}

/** Content is what a table holds, as it can be compared. */
export interface Content {
  readonly rows: number;
  /** A sum over the rows, whatever their order. */
  readonly digest: string;
}

const CONTENT = (table: string): NamedQuery<Content> => ({
  name: 'content of a table',
  sql: `SELECT count() AS rows, toString(sum(sipHash64(formatRow('RowBinary', *)))) AS digest FROM ${table}`,
  row: z.object({ rows: count, digest: z.string() }),
});

/** contentOf reads a whole table. */
export async function contentOf(db: Database, table: string): Promise<Content> {
  return await db.row(CONTENT(table));
}
