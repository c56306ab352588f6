import { z } from 'zod';
import { type SalesTotals, type TotalsRow } from '../../domain/measures';
import { type Database, type NamedQuery, type QueryParams } from '../client';
import { count, MEASURES, SUMS_OF_MEASURES, totalsFrom, totalsRow } from '../rows';
import {
  atCurrentTotals,
  type CurrentTotals,
  editionsWith,
  FEW_ROWS,
  type PaidMonth,
  sellerOf,
} from '../totals/coarse-totals';
import { paidIn, rowsOfPeriod, wholeMonths } from '../totals/rows-of-period';
import {
  columnOf,
  dimensionColumns,
  dimensionsAsked,
  dimensionsFrom,
  groupedBy,
  type Grouping,
  only,
  paramsOf,
  rowsOf,
  type Sold,
  soldBy,
  tooManyRows,
  totalFirst,
  type TotalsQuestion,
} from './sold-by';

export type { TotalsQuestion } from './sold-by';

/** Totals with the rows that they were asked by. */
export interface TotalsAnswer {
  readonly rows: TotalsRow[];
  readonly total: SalesTotals;
}

const salesRow = totalsRow.extend({ shops: count });

const salesFrom = (row: z.output<typeof salesRow>): SalesTotals => ({
  ...totalsFrom(row),
  refundedExact: row.refunded_exact,
  refundedAssumed: row.refunded_assumed,
  shopsSelling: row.shops,
});

const NOTHING: z.output<typeof salesRow> = {
  paid_orders: 0,
  quantity: 0,
  gross: 0n,
  shipping: 0n,
  subsidy: 0n,
  refunded_exact: 0n,
  refunded_assumed: 0n,
  shops: 0,
};

const answerRow = salesRow.extend({ is_total: z.boolean() }).catchall(z.unknown());
type AnswerRow = z.output<typeof answerRow>;

/**
 * readTotals answers from the rollup: one row a combination that occurs, sorted, and the total of all. What is not known
 * (a destination, a trait of a shop that is not registered) is a row of its own with a blank value.
 */
export async function readTotals(db: Database, question: TotalsQuestion): Promise<TotalsAnswer> {
  return await atCurrentTotals(db, (current) => readTotalsAt(db, question, current));
}

/**
 * readTotalsAt answers as readTotals does, from one moment, so that several answers agree with each other.
 * @param most rows that the answer may have
 * @throws PipelineError `usage` for one that has more
 */
export async function readTotalsAt(
  db: Database,
  question: TotalsQuestion,
  current: CurrentTotals,
  most?: number,
): Promise<TotalsAnswer> {
  if (most === undefined) return await readFrom(db, question, current, ALL);
  const { rows, total } = await readFrom(db, question, current, { after: null, limit: most + 1 });
  if (rows.length > most) throw tooManyRows(most);
  return { rows, total };
}

/** Page says which rows of an answer are wanted. */
export interface Page {
  /** They come after the row with these values of the dimensions; null: from the first. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** TotalsPage is a page of an answer. */
export interface TotalsPage extends TotalsAnswer {
  readonly isLast: boolean;
  /** Rows of the whole answer. */
  readonly rowCount: number;
}

/** readTotalsPage answers as readTotalsAt does, with no more rows than were wanted. */
export async function readTotalsPage(
  db: Database,
  question: TotalsQuestion,
  current: CurrentTotals,
  { after, limit }: Page,
): Promise<TotalsPage> {
  const countAll = () => countRows(db, askedOf(question, current));
  const [{ rows, total }, counted] = await Promise.all([
    readFrom(db, question, current, { after, limit: limit + 1 }),
    after === null ? null : countAll(),
  ]);
  const isLast = rows.length <= limit;
  return {
    rows: rows.slice(0, limit),
    total,
    isLast,
    rowCount: counted ?? (isLast ? rows.length : await countAll()),
  };
}

/** TotalsStream is an answer whose rows come one after the other, in their order. They are to be read to the end, or let go of. */
export interface TotalsStream {
  readonly rows: AsyncIterable<TotalsRow>;
  readonly total: SalesTotals;
}

/** streamTotals answers as readTotalsAt does, however many rows there are. */
export async function streamTotals(
  db: Database,
  question: TotalsQuestion,
  current: CurrentTotals,
): Promise<TotalsStream> {
  const asked = askedOf(question, current);
  const apart = asked.isTotalApart === true ? await totalOf(db, question, current) : null;
  const lines = db.each(...queryOf(question, asked, ALL));
  // The row of all is the first.
  const first = await lines.next();
  return { rows: rowsFrom(question, lines), total: apart ?? salesFrom(first.done === true ? NOTHING : first.value) };
}

async function* rowsFrom(question: TotalsQuestion, lines: AsyncIterable<AnswerRow>): AsyncGenerator<TotalsRow, void> {
  for await (const line of lines) yield rowFrom(question, line);
}

const totalOf = async (db: Database, question: TotalsQuestion, current: CurrentTotals): Promise<SalesTotals> =>
  (await readTotalsAt(db, { ...question, by: [] }, current)).total;

function askedOf(question: TotalsQuestion, current: CurrentTotals): Asked {
  if (current.months !== null && question.by.includes('day')) {
    if (asksOnly(question, ['platform', 'day', 'month'])) return soldOnDays(question, current.months);
    if (asksOnly(question, ['platform', 'day', 'month', 'province'])) {
      return soldInProvincesOnDays(question, current.months);
    }
  }
  if (asksOnly(question, ['platform', 'month', 'province']) && dimensionsAsked(question).includes('province')) {
    return soldInProvinces(question, current);
  }
  const sold = soldBy(question, rowsOf(question, current), SUMS_OF_MEASURES, current.chains);
  return { ...sold, ...groupedBy(question.by), shops: SHOPS };
}

/** Whether a question is of what counts now, and of no more than some dimensions. */
const asksOnly = (question: TotalsQuestion, dimensions: readonly string[]): boolean =>
  !question.asReported &&
  !question.soldIn &&
  question.where?.day === undefined &&
  dimensionsAsked(question).every((dimension) => dimensions.includes(dimension));

/** Asked is rows `t` with how they are grouped, and how many shops sold something in a group of them. */
interface Asked extends Sold, Grouping {
  readonly shops: string;
  /** The row of all cannot tell how many shops sold something: it is asked for apart. */
  readonly isTotalApart?: boolean;
}

const SHOPS = 'uniqExactIf((t.platform, t.shop), t.paid_orders > 0)';

/**
 * A shop sells on many days, so the total of them is that of the shops' own rows. They are read in the same statement:
 * one of its own would take as long as all else.
 */
function soldOnDays(question: TotalsQuestion, months: readonly PaidMonth[]): Asked {
  const { whole, parts } = wholeMonths(paidIn(question, months), question);
  const days = 'day BETWEEN {from: Date} AND {to: Date}';
  const keys = question.by.map(columnOf);
  return {
    source: `FROM coarse_totals AS t WHERE edition IN {editions: Array(UUID)} AND (grain = 'platform day' AND ${days}
      OR grain = 'shop month' AND day IN {whole: Array(Date)} OR grain = 'shop day' AND ${days})${only(question)}`,
    isCoarse: true,
    params: {
      from: question.from,
      to: question.to,
      whole: whole.map(({ month }) => month),
      editions: [...editionsWith('platform day', [...whole, ...parts]), ...editionsWith('shop day', parts)],
      ...paramsOf(question),
    },
    dimensions: dimensionColumns(question, (value) => `if(is_total, '', ${value})`),
    isTotal: `toBool(t.grain != 'platform day') AS is_total`,
    sql: `GROUP BY ${['is_total', ...keys].join(', ')}`,
    shops: `if(is_total, ${SHOPS}, sum(t.shops))`,
  };
}

function soldInProvincesOnDays(question: TotalsQuestion, months: readonly PaidMonth[]): Asked {
  return {
    source: `FROM coarse_totals AS t WHERE edition IN {editions: Array(UUID)} AND grain = 'province day'
      AND day BETWEEN {from: Date} AND {to: Date}${only(question)}`,
    isCoarse: true,
    params: {
      from: question.from,
      to: question.to,
      editions: editionsWith('province day', paidIn(question, months)),
      ...paramsOf(question),
    },
    dimensions: dimensionColumns(question),
    ...groupedBy(question.by),
    shops: 'sum(t.shops)',
    isTotalApart: true,
  };
}

const OF_PROVINCE = `platform, day, province, ${MEASURES.join(', ')}`;

function soldInProvinces(question: TotalsQuestion, current: CurrentTotals): Asked {
  const { sql, isCoarse, params } = rowsOfPeriod(current, question, {
    columns: `${OF_PROVINCE}, if(paid_orders > 0, [${sellerOf('daily_totals')}], []) AS sellers`,
    name: 'own',
    byMonth: { grain: 'province month', columns: `${OF_PROVINCE}, sellers` },
    byDay: { grain: 'province day', columns: `${OF_PROVINCE}, sellers` },
  });
  return {
    source: `FROM (${sql}) AS t WHERE true${only(question)}`,
    isCoarse,
    params: { ...params, ...paramsOf(question) },
    dimensions: dimensionColumns(question),
    ...groupedBy(question.by),
    shops: 'uniqExactArray(t.sellers)',
  };
}

/** From the first row to the last. */
const ALL: Page = { after: null, limit: Number.POSITIVE_INFINITY };

async function readFrom(
  db: Database,
  question: TotalsQuestion,
  current: CurrentTotals,
  page: Page,
): Promise<TotalsAnswer> {
  const asked = askedOf(question, current);
  const [lines, apart] = await Promise.all([
    db.rows(...queryOf(question, asked, page)),
    asked.isTotalApart === true ? totalOf(db, question, current) : null,
  ]);
  return {
    total: apart ?? salesFrom(lines.find(({ is_total }) => is_total) ?? NOTHING),
    rows: lines
      .filter(({ is_total }) => !is_total)
      .slice(0, page.limit)
      .map((line) => rowFrom(question, line)),
  };
}

const rowFrom = ({ by }: TotalsQuestion, line: AnswerRow): TotalsRow => ({
  dimensions: dimensionsFrom(line, by),
  totals: salesFrom(line),
});

function queryOf(
  { by }: TotalsQuestion,
  { source, isCoarse, params, dimensions, isTotal, sql, shops }: Asked,
  { after, limit }: Page,
): [NamedQuery<AnswerRow>, QueryParams] {
  const sums = MEASURES.map((measure) => `sum(t.${measure}) AS ${measure}`);
  const columns = [...dimensions, ...sums, `${shops} AS shops`, isTotal].join(', ');
  const values = by.map((_, index) => `{after${index}: String}`);
  const end = [
    after === null || by.length === 0
      ? ''
      : `HAVING is_total OR (${by.map(columnOf).join(', ')}) > (${values.join(', ')})`,
    totalFirst(by),
    // The row of all is one of them.
    Number.isFinite(limit) ? 'LIMIT {limit: UInt32}' : '',
    isCoarse ? FEW_ROWS : '',
  ];
  return [
    { name: 'totals by dimensions', sql: `SELECT ${columns} ${source} ${sql} ${end.join(' ')}`, row: answerRow },
    {
      ...params,
      ...Object.fromEntries((after ?? []).map((value, index) => [`after${index}`, value])),
      ...(Number.isFinite(limit) && { limit: limit + 1 }),
    },
  ];
}

const rowCount = z.object({ row_count: count });

async function countRows(db: Database, { source, isCoarse, params, dimensions, isTotal, sql }: Asked): Promise<number> {
  const combinations = `SELECT ${[...dimensions, isTotal].join(', ')} ${source} ${sql}`;
  const query: NamedQuery<z.output<typeof rowCount>> = {
    name: 'number of combinations',
    sql: `SELECT countIf(NOT is_total) AS row_count FROM (${combinations}) ${isCoarse ? FEW_ROWS : ''}`,
    row: rowCount,
  };
  return (await db.row(query, params)).row_count;
}
