import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import {
  type Dimension,
  DIMENSIONS,
  type DimensionFilter,
  type OrderDimension,
  REGISTER_DIMENSIONS,
  type RegisterDimension,
  type SalesTotals,
  type TotalsRow,
} from '../../domain/measures';
import { type Database, type NamedQuery, type QueryParams } from '../client';
import { count, MEASURES, SUMS_OF_MEASURES, totalsFrom, totalsRow } from '../rows';
import { REGISTER } from '../shops';
import { currentGenerations } from '../totals/generations';

const ORDER_SQL: Readonly<Record<OrderDimension, string>> = {
  platform: 'platform',
  month: "formatDateTime(day, '%Y-%m')",
  day: 'toString(day)',
  shop: 'shop',
  province: 'province',
};

const REGISTER_SQL: Readonly<Record<RegisterDimension, string>> = {
  league: 'league',
  cluster: 'cluster',
  chain: 'chain',
  brand: 'brand',
  kind: 'kind',
  rural: 'rural',
  agricultural: 'agricultural',
  'live-stream': 'live_stream',
};

/** DIMENSION_SQL is each dimension as an expression over a daily total and the register of its day. */
const DIMENSION_SQL: Readonly<Record<Dimension, string>> = { ...ORDER_SQL, ...REGISTER_SQL };

const isOfRegister = (dimension: Dimension): boolean => REGISTER_DIMENSIONS.some((known) => known === dimension);

/** A question for totals: days of payment from and to, both included, grouped by dimensions in this order. */
export interface TotalsQuestion extends Period {
  readonly by: readonly Dimension[];
  /** Only what has these values. */
  readonly where?: DimensionFilter;
  /** As a report said it then; without it as it is known now. */
  readonly asReported?: ReportMoment;
  /** Only shops that sold something in each of these periods. */
  readonly soldIn?: readonly [Period, Period];
}

/** Period is days of payment from and to, both included. */
export interface Period {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** ReportMoment names a report, and when it was made (UTC, as the engine writes it). */
export interface ReportMoment {
  readonly seq: number;
  readonly at: string;
}

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

/** Later than anything that is written down: what is known now. */
const NOW = '2299-12-31 00:00:00.000';

/**
 * soldBy is the one way from the rollup to its readers: a SELECT over daily totals that is narrowed to days and values,
 * with the register beside each row where the question needs it (`by` and `where` name its dimensions).
 * @param columns what is selected of each (platform, shop, …) group of daily totals, such as `sum(gross) AS gross`
 */
export async function soldBy(
  db: Database,
  question: TotalsQuestion,
  columns: string,
): Promise<{ source: string; params: QueryParams; dimensions: readonly string[] }> {
  const filters = DIMENSIONS.flatMap((dimension): [Dimension, string][] => {
    const value = question.where?.[dimension];
    return value === undefined ? [] : [[dimension, value]];
  });
  const asked = [...new Set([...question.by, ...filters.map(([dimension]) => dimension)])];
  const joins = asked.some(isOfRegister);
  const condition = (of: readonly [Dimension, string][]): string =>
    of.map(([dimension]) => ` AND ${DIMENSION_SQL[dimension]} = {${paramOf(dimension)}: String}`).join('');
  const ofOrders = filters.filter(([dimension]) => !isOfRegister(dimension));
  const ofRegister = filters.filter(([dimension]) => isOfRegister(dimension));
  // Days are kept apart only where they are asked for, or where the register may change between them.
  const keys = [
    'platform',
    'shop',
    ...(joins || question.by.includes('day') || question.by.includes('month') ? ['day'] : []),
    ...(question.by.includes('province') ? ['province'] : []),
  ];
  const { table, rows, params } = await rollupOf(db, question);
  const soldIn = (question.soldIn ?? []).map(
    (_, index) => ` AND (platform, shop) IN (SELECT platform, shop FROM ${table}
      WHERE ${rows} AND day BETWEEN {soldFrom${index}: Date} AND {soldTo${index}: Date}
      GROUP BY platform, shop HAVING sum(paid_orders) > 0)`,
  );
  const sold = `SELECT ${keys.join(', ')}, ${columns} FROM ${table}
    WHERE ${rows} AND day BETWEEN {from: Date} AND {to: Date}${condition(ofOrders)}${soldIn.join('')}
    GROUP BY ${keys.join(', ')}`;
  return {
    source: joins
      ? `FROM (${sold}) AS t ASOF LEFT JOIN (${REGISTER}) AS r
         ON t.platform = r.platform AND t.shop = r.shop AND t.day >= r.valid_from WHERE true${condition(ofRegister)}`
      : `FROM (${sold}) AS t`,
    params: {
      from: question.from,
      to: question.to,
      known: question.asReported?.at ?? NOW,
      ...Object.fromEntries(
        (question.soldIn ?? []).flatMap(({ from, to }, index) => [
          [`soldFrom${index}`, from],
          [`soldTo${index}`, to],
        ]),
      ),
      ...Object.fromEntries(filters.map(([dimension, value]) => [paramOf(dimension), value])),
      ...params,
    },
    dimensions: question.by.map((dimension) => `${DIMENSION_SQL[dimension]} AS ${columnOf(dimension)}`),
  };
}

/** Where the daily totals stand: in the generations that count now, or in the reports up to one. */
async function rollupOf(
  db: Database,
  { asReported }: TotalsQuestion,
): Promise<{ table: string; rows: string; params: QueryParams }> {
  if (asReported === undefined) {
    const generations = await currentGenerations(db);
    return { table: 'daily_totals', rows: 'generation IN {generations: Array(UUID)}', params: { generations } };
  }
  return {
    table: 'reported',
    rows: 'report IN (SELECT report FROM reports WHERE seq <= {reportSeq: UInt32})',
    params: { reportSeq: asReported.seq },
  };
}

/** columnOf is the name of a dimension's column in an answer. */
export const columnOf = (dimension: Dimension): string => `by_${dimension.replace('-', '_')}`;
const paramOf = (dimension: Dimension): string => `only_${dimension.replace('-', '_')}`;

/**
 * readTotals answers from the rollup: one row a combination that occurs, sorted, and the total of all. What is not known
 * (a destination, a trait of a shop that is not registered) is a row of its own with a blank value.
 */
export async function readTotals(db: Database, question: TotalsQuestion): Promise<TotalsAnswer> {
  const { source, params, dimensions } = await soldBy(db, question, SUMS_OF_MEASURES);
  const by = question.by.map(columnOf);
  const sums = MEASURES.map((measure) => `sum(t.${measure}) AS ${measure}`);
  const groups = by.length === 0 ? '()' : `(${by.join(', ')}), ()`;
  const query: NamedQuery<z.output<typeof answerRow>> = {
    name: 'totals by dimensions',
    sql: `SELECT ${[
      ...dimensions,
      ...sums,
      'uniqExactIf((t.platform, t.shop), t.paid_orders > 0) AS shops',
      // The row of the total is the one in which no dimension is grouped.
      by.length === 0 ? 'true AS is_total' : `toBool(grouping(${by[0] ?? ''})) AS is_total`,
    ].join(', ')} ${source}
    GROUP BY GROUPING SETS (${groups}) ORDER BY ${['is_total', ...by].join(', ')}`,
    row: answerRow,
  };
  const rows = await db.rows(query, params);
  const total = rows.find(({ is_total }) => is_total);
  return {
    total: salesFrom(total ?? NOTHING),
    rows: rows
      .filter(({ is_total }) => !is_total)
      .map((row) => ({ dimensions: dimensionsFrom(row, question.by), totals: salesFrom(row) })),
  };
}

const answerRow = salesRow.extend({ is_total: z.boolean() }).catchall(z.unknown());

/** dimensionsFrom reads the values of the dimensions off a row of an answer. */
export function dimensionsFrom(
  row: Readonly<Record<string, unknown>>,
  by: readonly Dimension[],
): TotalsRow['dimensions'] {
  return Object.fromEntries(by.map((dimension) => [dimension, String(row[columnOf(dimension)])]));
}
