import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Layout } from '../../domain/layout';
import { type FileFigures, type RowAccount } from '../../domain/order-file';
import { terminal } from '../../errors';
import { type Database, type NamedQuery, type QueryParams } from '../client';
import { count, fen } from '../rows';
import { allOf, eachReplica, everywhere, onShard, perShard, spreadTable } from '../shards';
import { compileLayout, headerOf } from './compile';
import { type BodyForm } from './row-sql';
import { LOAD_SETTINGS } from './settings';

/** What a load needs to know beside the bytes. */
export interface LoadRequest {
  readonly layout: Layout;
  readonly form: BodyForm;
  readonly fileId: string;
  /** Platform of every row; for a layout with a platform column, the one that each row must name. */
  readonly platform: string;
  /** Shop of every row; blank when the layout has a shop column. */
  readonly shop: string;
  /** Asia/Shanghai epoch second of the snapshot; null when only the rows can tell. */
  readonly snapshotSecond: number | null;
  /** Physical line of the header, so that record n stands on line n + headerLine where no cell spans lines. */
  readonly headerLine: number;
  /** Opens the body anew (rows only, without the header); it may be read twice. */
  readonly body: () => Readable;
  /** A few of its rows taken apart, each with its physical line; null where rows can't be told so. */
  readonly pick: (rows: { numbers: readonly number[]; count: number }) => Promise<RowsToLoad | null>;
}

/** Rows in a form that the engine can read. */
interface RowsToLoad {
  readonly form: BodyForm;
  readonly body: () => Readable;
}

/** Staged is a file's rows in the engine, judged and counted, visible to nobody. */
export interface Staged {
  readonly suffix: string;
  readonly rows: RowAccount;
  /** Rejected rows whose number of cells was wrong: the file's structure is in doubt. */
  readonly misaligned: number;
  /** Every row that did not load is in `rejects` with its physical line, also where cells span lines. */
  readonly linesKnown: boolean;
  readonly figures: FileFigures;
  readonly shops: readonly string[];
  readonly days: readonly BusinessDay[];
  readonly snapshotSecond: number | null;
}

/** stagingTable is the name of a suffix's table. */
export const stagingTable = (suffix: string): string => `staging_${suffix}`;

/**
 * Keys are counted by their hash, which is cheap and can only count too few: then repeated rows are looked for, and none
 * is found. Where every line is a whole order, paid orders are paid lines.
 */
const STAGED_FIGURES = (table: string, wholeOrders: boolean): NamedQuery<z.output<typeof figuresRow>> => ({
  name: 'figures of a staged file',
  sql: `SELECT count() AS lines, sum(rows) AS loaded, uniqExact(sipHash64(shop, order_id, line_id)) AS keys,
      ${wholeOrders ? 'countIf(paid_at IS NOT NULL)' : 'uniqExactIf((shop, order_id), paid_at IS NOT NULL)'} AS paid_orders,
      sum(gross) AS gross, sum(shipping) AS shipping, sum(subsidy) AS subsidy, sum(refunded) AS refunded,
      arraySort(groupUniqArray(shop)) AS shops, arraySort(groupUniqArray(order_day)) AS days,
      toUInt32(max(greatest(ifNull(created_at, toDateTime(0)), ifNull(paid_at, toDateTime(0)),
        ifNull(shipped_at, toDateTime(0)), ifNull(completed_at, toDateTime(0))))) AS newest
    FROM ${table}`,
  row: figuresRow,
});

const figuresRow = z.object({
  lines: count,
  loaded: count,
  keys: count,
  paid_orders: count,
  gross: fen,
  shipping: fen,
  subsidy: fen,
  refunded: fen,
  shops: z.array(z.string()),
  days: z.array(z.string()),
  newest: count,
});

const NOT_LOADED: NamedQuery<{ rejected: number; ignored: number; misaligned: number }> = {
  name: 'rows of an attempt that were not loaded',
  sql: `SELECT countIf(outcome = 'rejected') AS rejected, countIf(outcome = 'ignored') AS ignored,
      countIf(hasAny(reasons, ['too-few-cells', 'too-many-cells', 'quoting-broken'])) AS misaligned
    FROM rejects WHERE file_id = {fileId: String} AND attempt = {attempt: String}`,
  row: z.object({ rejected: count, ignored: count, misaligned: count }),
};

/**
 * stageFile loads a body into staging tables of its own. The first pass writes the rows that load; a second one, only
 * when there are others, writes those to `rejects` with their lines and reasons.
 * @throws PipelineError `store-query-failed` with context.parse when the engine can't take the rows apart
 */
export async function stageFile(db: Database, request: LoadRequest): Promise<Staged> {
  const suffix = randomBytes(8).toString('hex');
  const table = stagingTable(suffix);
  const compiled = compileLayout(request.layout, request.form);
  const { lineId } = request.layout.line;
  const figuresOf = STAGED_FIGURES(table, lineId.kind === 'text' && lineId.value === '');
  try {
    await createStaging(db, table);
    const version = request.snapshotSecond === null ? 0n : versionOf(request.snapshotSecond, request.fileId);
    const params = {
      platform: request.platform,
      shop: request.shop,
      file_id: request.fileId,
      version: version.toString(),
      header_line: request.headerLine,
      attempt: suffix,
    };
    const read = await send(db, 'load the rows of a file', `INSERT INTO ${table} ${compiled.loaded}`, request, params);
    let figures = await db.row(figuresOf);
    let linesKnown = read === figures.loaded;
    if (!linesKnown) {
      // Rows that were taken apart here are numbered by other rules than those of the engine.
      const pickable = compiled.rowsStandAlone && request.form.rows === 'as-written';
      const picked = pickable ? await unstagedRows(db, table, request, read) : null;
      linesKnown = picked !== null;
      const rows = picked ?? request;
      await send(
        db,
        'write the rejects of a file',
        `INSERT INTO rejects (file_id, record, line, outcome, reasons, columns, cells, attempt)
         SELECT file_id, record, line, outcome, reasons, columns, cells, {attempt: String}
         FROM (${compileLayout(request.layout, rows.form).notLoaded})`,
        rows,
        params,
      );
    }
    if (figures.keys !== figures.lines) {
      await keepLastOfRepeated(db, table, suffix);
      figures = await db.row(figuresOf);
      linesKnown = false;
    }
    let others = { rejected: 0, ignored: 0, misaligned: 0 };
    if (read !== figures.loaded) others = await db.row(NOT_LOADED, { fileId: request.fileId, attempt: suffix });
    const rows = { read, loaded: figures.loaded, rejected: others.rejected, ignored: others.ignored };
    refuseUnaccounted(rows);
    const snapshotSecond = request.snapshotSecond ?? (figures.newest > 0 ? figures.newest : null);
    if (request.snapshotSecond === null && snapshotSecond !== null) {
      await stampVersion(db, table, versionOf(snapshotSecond, request.fileId));
    }
    return {
      suffix,
      rows,
      misaligned: others.misaligned,
      linesKnown,
      figures: {
        paidOrders: figures.paid_orders,
        gross: figures.gross,
        shipping: figures.shipping,
        subsidy: figures.subsidy,
        booked: figures.gross + figures.subsidy,
        refunded: figures.refunded,
        net: figures.gross - figures.refunded,
      },
      shops: figures.shops,
      days: figures.days,
      snapshotSecond,
    };
  } catch (error) {
    await dropStaging(db, suffix).catch(() => undefined);
    throw error;
  }
}

/** Sends rows through a statement over input() and returns how many the engine read. */
async function send(
  db: Database,
  name: string,
  statement: string,
  { form, body }: RowsToLoad,
  params: QueryParams,
): Promise<number> {
  const { delimiter } = form;
  // Without the second setting the engine refuses tabs; they are not trimmed as spaces then.
  const settings = {
    ...LOAD_SETTINGS,
    format_csv_delimiter: delimiter,
    ...(delimiter === '\t' ? { input_format_csv_allow_whitespace_or_tab_as_delimiter: 1 as const } : {}),
  };
  return await db.stream(
    name,
    `${statement} FORMAT CSVWithNames`,
    bodyWithHeader(headerOf(form), body),
    params,
    settings,
  );
}

/** More rows than these are not held in memory: the whole body is judged again. */
const FEW_ROWS = 100_000;

const UNSTAGED = (table: string): NamedQuery<{ numbers: number[] }> => ({
  name: 'numbers of the rows that were not staged',
  sql: `SELECT groupArray(toUInt32(number)) AS numbers FROM (
    SELECT number FROM numbers(1, {read: UInt64}) WHERE number NOT IN (SELECT record FROM ${table}) ORDER BY number)`,
  row: z.object({ numbers: z.array(z.number()) }),
});

/** The rows of a body that did not load, picked out of it; null where they are many or can't be picked. */
async function unstagedRows(
  db: Database,
  table: string,
  { pick }: LoadRequest,
  read: number,
): Promise<RowsToLoad | null> {
  const { numbers } = await db.row(UNSTAGED(table), { read });
  return numbers.length > FEW_ROWS ? null : await pick({ numbers, count: read });
}

/** dropStaging removes the staging table of a suffix, if it is there. */
export async function dropStaging(db: Database, suffix: string): Promise<void> {
  const drop = async (on: Database): Promise<void> =>
    await on.command('drop staging', `DROP TABLE IF EXISTS ${stagingTable(suffix)} SYNC`);
  await allOf(everywhere(db).map(drop));
}

/**
 * versionOf orders the snapshots of an order: by snapshot second, and for the same second by the file's own hash, so
 * that the order of loading never matters.
 */
export function versionOf(snapshotSecond: number, fileId: string): bigint {
  return (BigInt(snapshotSecond) << 32n) | BigInt(`0x${fileId.slice(0, 8)}`);
}

/** createStaging makes an empty table for the rows of a file. */
export async function createStaging(db: Database, table: string): Promise<void> {
  // A plain MergeTree keeps every row, so that they can be counted; its parts fit the collapsing table.
  const create = `CREATE TABLE ${onShard(db, table)} AS orders ENGINE = MergeTree
     PARTITION BY (platform, toStartOfMonth(order_day)) ORDER BY (platform, shop, order_day, order_id, line_id)`;
  await eachReplica(db, async (replica) => await replica.command('create staging', create));
  await spreadTable(db, table);
}

function bodyWithHeader(header: string, body: () => Readable): Readable {
  async function* chunks(): AsyncGenerator<Buffer | string> {
    yield header;
    yield* body() as AsyncIterable<Buffer>;
  }
  return Readable.from(chunks(), { objectMode: false, highWaterMark: 1 << 20 });
}

/** A key that a file holds more than once keeps its last row; the others are ignored by that rule, each with its line. */
async function keepLastOfRepeated(db: Database, table: string, attempt: string): Promise<void> {
  const isRepeated = (of: string): string => `(shop, order_id, line_id, record) NOT IN
    (SELECT shop, order_id, line_id, max(record) FROM ${of} GROUP BY shop, order_id, line_id)`;
  const repeated = perShard(db, (of) => `SELECT * FROM ${of(table)} WHERE ${isRepeated(of(table))}`);
  await db.command(
    'set repeated rows aside',
    `INSERT INTO rejects (file_id, record, line, outcome, reasons, columns, cells, attempt)
     SELECT file_id, record, line, 'ignored', ['repeated-row'], [''],
       map('order_id', order_id, 'line_id', line_id), {attempt: String} FROM (${repeated})`,
    { attempt },
  );
  const drop = `ALTER TABLE ${table} DELETE WHERE ${isRepeated(table)}`;
  await eachReplica(db, async (replica) => await replica.command('drop repeated rows', drop));
}

async function stampVersion(db: Database, table: string, version: bigint): Promise<void> {
  const stamp = `ALTER TABLE ${table} UPDATE version = {version: UInt64} WHERE 1`;
  const params = { version: version.toString() };
  await eachReplica(db, async (replica) => await replica.command('stamp the version', stamp, params));
}

function refuseUnaccounted(rows: RowAccount): void {
  if (rows.read === rows.loaded + rows.rejected + rows.ignored) return;
  throw terminal(
    'rows-unaccounted',
    `${rows.read} rows were read but ${rows.loaded} loaded, ${rows.rejected} rejected and ${rows.ignored} ignored`,
    'Nothing of the file was loaded. Report this with the file: it is a fault of the program.',
    { ...rows },
  );
}
