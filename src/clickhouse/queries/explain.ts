import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Totals } from '../../domain/measures';
import { type Database, type NamedQuery } from '../client';
import { count, fen, SUMS_OF_MEASURES, totalsFrom, totalsRow } from '../rows';
import { perShard } from '../shards';
import { currentGenerations } from '../totals/generations';
import { countedLines, LINE_SUMS } from '../totals/summed-orders';

/** A figure of the totals: what was paid on a day on a platform, in all of its shops or in one. */
export interface Figure {
  readonly day: BusinessDay;
  readonly platform: string;
  readonly shop?: string | undefined;
}

/** FileShare is what one file has in a figure: the lines of it that count, and their sums. */
export interface FileShare {
  readonly fileId: string;
  /** Order lines whose newest version came in this file. */
  readonly lines: number;
  /** Numbers of the first and last of them among the file's data records, from 1. */
  readonly firstRecord: number;
  readonly lastRecord: number;
  readonly totals: Totals;
}

/** CountedLine is one order line behind a figure, and where it stands. Money in fen. */
export interface CountedLine {
  readonly fileId: string;
  readonly record: number;
  /** As it was loaded: exact where no cell of the file spans lines, or where its rows were taken apart one by one. */
  readonly line: number;
  readonly shop: string;
  readonly orderId: string;
  /** Blank where the line is the whole order. */
  readonly lineId: string;
  readonly gross: bigint;
  readonly refunded: bigint;
}

const OF_FIGURE = `platform = {platform: String} AND day = {day: Date} AND ({shop: String} = '' OR shop = {shop: String})`;

const rollupRow = totalsRow.extend({ days: z.array(z.string()) });

const IN_ROLLUP: NamedQuery<z.output<typeof rollupRow>> = {
  name: 'a figure of the totals',
  sql: `SELECT arraySort(groupUniqArray(order_day)) AS days, ${SUMS_OF_MEASURES}
    FROM daily_totals WHERE generation IN {generations: Array(UUID)} AND ${OF_FIGURE}`,
  row: rollupRow,
};

/** Orders are looked for on the days on which they were made: the rollup knows which those are for a day of payment. */
const OF_DAYS = 'platform = {platform: String} AND order_day IN {days: Array(Date)}';
const lines = (db: Database): string =>
  `(${perShard(db, (of) => `SELECT * FROM (${countedLines(OF_DAYS, of('orders'))}) WHERE ${OF_FIGURE}`)}) AS o`;

const SHARES = (db: Database): NamedQuery<FileShare> => ({
  name: 'files behind a figure',
  sql: `SELECT o.file_id AS file_id, count() AS lines, min(o.record) AS first_record, max(o.record) AS last_record,${LINE_SUMS}
    FROM ${lines(db)} GROUP BY file_id ORDER BY lines DESC, file_id`,
  row: totalsRow
    .extend({ file_id: z.string(), lines: count, first_record: count, last_record: count })
    .transform((row) => ({
      fileId: row.file_id,
      lines: row.lines,
      firstRecord: row.first_record,
      lastRecord: row.last_record,
      totals: totalsFrom(row),
    })),
});

const COUNTED = (db: Database): NamedQuery<CountedLine> => ({
  name: 'lines behind a figure',
  sql: `SELECT file_id, record, line, shop, order_id, line_id, gross, refunded FROM ${lines(db)}
    WHERE (file_id, record, line_id) > ({afterFile: String}, {afterRecord: UInt32}, {afterLine: String})
    ORDER BY file_id, record, line_id LIMIT {limit: UInt32}`,
  row: z
    .object({
      file_id: z.string(),
      record: count,
      line: count,
      shop: z.string(),
      order_id: z.string(),
      line_id: z.string(),
      gross: fen,
      refunded: fen,
    })
    .transform((row) => ({
      fileId: row.file_id,
      record: row.record,
      line: row.line,
      shop: row.shop,
      orderId: row.order_id,
      lineId: row.line_id,
      gross: row.gross,
      refunded: row.refunded,
    })),
});

/** explainFigure tells what the totals say, and from which files that comes; both add up to the same. */
export async function explainFigure(db: Database, figure: Figure): Promise<{ totals: Totals; files: FileShare[] }> {
  const params = { ...figure, shop: figure.shop ?? '' };
  const { days, ...sums } = await db.row(IN_ROLLUP, { ...params, generations: await currentGenerations(db) });
  return { totals: totalsFrom(sums), files: await db.rows(SHARES(db), { ...params, days }) };
}

/** PageOfLines is so many lines of a figure, after one of them or from the first. */
export interface PageOfLines {
  readonly after?: Pick<CountedLine, 'fileId' | 'record' | 'lineId'> | undefined;
  readonly limit: number;
}

/** linesOfFigure lists order lines behind a figure, by file and record. */
export async function linesOfFigure(db: Database, figure: Figure, page: PageOfLines): Promise<CountedLine[]> {
  const { fileId: afterFile = '', record: afterRecord = 0, lineId: afterLine = '' } = page.after ?? {};
  const params = { ...figure, shop: figure.shop ?? '', afterFile, afterRecord, afterLine, limit: page.limit };
  const { days } = await db.row(IN_ROLLUP, { ...params, generations: await currentGenerations(db) });
  return await db.rows(COUNTED(db), { ...params, days });
}
