import {
  type Dimension,
  DIMENSIONS,
  type DimensionFilter,
  ORDER_DIMENSIONS,
  type OrderDimension,
  REGISTER_DIMENSIONS,
  type RegisterDimension,
  type TotalsRow,
} from '../../domain/measures';
import { type PipelineError, terminal } from '../../errors';
import { type QueryParams } from '../client';
import { MEASURES } from '../rows';
import { type ChainsEdition, clustersOf } from '../chains';
import { type RegisterColumn, registerOf } from '../shops';
import { FOR_EVER } from '../time';
import { type CurrentTotals } from '../totals/coarse-totals';
import { type Period, rowsOfPeriod, type Source } from '../totals/rows-of-period';

const ORDER_SQL: Readonly<Record<OrderDimension, string>> = {
  platform: 'platform',
  month: "formatDateTime(day, '%Y-%m')",
  day: 'toString(day)',
  shop: 'shop',
  province: 'province',
};

const REGISTER_SQL: Readonly<Record<RegisterDimension, RegisterColumn>> = {
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

const ofRegister = (dimensions: readonly Dimension[]): RegisterDimension[] =>
  REGISTER_DIMENSIONS.filter((known) => dimensions.includes(known));

/** A question for totals: days of payment from and to, both included, grouped by dimensions in this order. */
export interface TotalsQuestion extends Period {
  readonly by: readonly Dimension[];
  /** Only what has these values. */
  readonly where?: DimensionFilter;
  /** As a report said it then; without it as it is known now. */
  readonly asReported?: ReportMoment;
  /**
   * Of what a report said, only shops with these traits by the register of today: who may see them is a matter of what
   * is known now.
   */
  readonly seenNow?: DimensionFilter;
  /** Only shops that sold something in each of these periods. */
  readonly soldIn?: readonly [Period, Period];
}

/** ReportMoment names a report, and when it was made (UTC, as the engine writes it). */
export interface ReportMoment {
  readonly seq: number;
  readonly at: string;
}

/** Sold is rows of totals beside what a question asks them by. */
export interface Sold {
  /** FROM and WHERE over rows `t`. */
  readonly source: string;
  /** Whether they were summed up before, so that they are few. */
  readonly isCoarse: boolean;
  readonly params: QueryParams;
  /** The dimensions of the question as columns. */
  readonly dimensions: readonly string[];
}

/** dimensionsAsked lists every dimension that a question groups by or is narrowed to. */
export const dimensionsAsked = ({ by, where }: TotalsQuestion): Dimension[] =>
  DIMENSIONS.filter((dimension) => by.includes(dimension) || where?.[dimension] !== undefined);

/** only is a question's conditions on some dimensions, each of which must hold. */
export const only = ({ where }: TotalsQuestion, dimensions: readonly Dimension[] = DIMENSIONS): string =>
  dimensions
    .filter((dimension) => where?.[dimension] !== undefined)
    .map((dimension) => ` AND ${DIMENSION_SQL[dimension]} = {${paramOf(dimension)}: String}`)
    .join('');

/** paramsOf are the parameters of `only`. */
export const paramsOf = ({ where = {} }: TotalsQuestion): QueryParams =>
  Object.fromEntries(
    DIMENSIONS.flatMap((dimension) =>
      where[dimension] === undefined ? [] : [[paramOf(dimension), where[dimension]] as const],
    ),
  );

/** dimensionColumns are the dimensions that a question groups by, as columns: their values, or what is made of these. */
export const dimensionColumns = ({ by }: TotalsQuestion, of: (value: string) => string = (value) => value): string[] =>
  by.map((dimension) => `${of(DIMENSION_SQL[dimension])} AS ${columnOf(dimension)}`);

/** Where the rows of a question lie. */
export type RowsOf = (period: Period, name: string) => Source;

const ROW = `platform, shop, day, ${MEASURES.join(', ')}`;

/**
 * rowsOf says where the rows of a question lie: in the report that it asks for, or in what counts now. What it does not
 * tell apart, days or destinations, is read summed up; only where it tells both, each row of the daily totals is read.
 */
export function rowsOf(question: TotalsQuestion, current: CurrentTotals): RowsOf {
  const asked = dimensionsAsked(question);
  const columns = asked.includes('province') ? `${ROW}, province` : ROW;
  if (question.asReported) return reportedRows(question.asReported.seq, columns);
  const changes = ofRegister(asked).length > 0 ? current.registerChanges : [];
  const byProvince = asked.includes('province');
  const reading = {
    columns,
    ...(asked.includes('day')
      ? {}
      : { byMonth: { grain: byProvince ? 'shop province month' : 'shop month', columns, changes } as const }),
    ...(byProvince ? {} : { byDay: { grain: 'shop day', columns } as const }),
  };
  return (period, name) => rowsOfPeriod(current, period, { ...reading, name });
}

/** A report is the sum of all that it and those before it added. */
const reportedRows =
  (seq: number, columns: string): RowsOf =>
  ({ from, to }, name) => ({
    sql: `SELECT ${columns} FROM reported WHERE report IN (SELECT report FROM reports WHERE seq <= {reportSeq: UInt32})
      AND day BETWEEN {${name}From: Date} AND {${name}To: Date}`,
    isCoarse: false,
    params: { reportSeq: seq, [`${name}From`]: from, [`${name}To`]: to },
  });

/**
 * soldBy adds up rows by shop, unless they are coarse already, and sets the register beside each where the question needs it.
 * @param columns what is selected of each group of rows, such as `sum(gross) AS gross`
 * @param chains every table of industry chains that the bureau ever had
 */
export function soldBy(
  question: TotalsQuestion,
  rows: RowsOf,
  columns: string,
  chains: readonly ChainsEdition[],
): Sold {
  const traits = ofRegister(dimensionsAsked(question)).map((dimension) => REGISTER_SQL[dimension]);
  const seenTraits = REGISTER_DIMENSIONS.filter((dimension) => question.seenNow?.[dimension] !== undefined);
  const joins = traits.length > 0;
  const { by } = question;
  const known = question.asReported?.at ?? FOR_EVER;
  // Days are kept apart only where they are asked for, or where the register may change between them.
  const keys = [
    'platform',
    'shop',
    ...(joins || by.includes('day') || by.includes('month') ? ['day'] : []),
    ...(by.includes('province') ? ['province'] : []),
  ];
  const own = rows(question, 'own');
  const periods = (question.soldIn ?? []).map((period, index) => rows(period, `soldIn${index}`));
  const soldIn = periods.map(
    ({ sql }) =>
      ` AND (platform, shop) IN (SELECT platform, shop FROM (${sql}) GROUP BY platform, shop HAVING sum(paid_orders) > 0)`,
  );
  const narrowed = [only(question, ORDER_DIMENSIONS), ...soldIn].join('');
  const asked = `FROM (${own.sql}) WHERE true${narrowed}`;
  const summed = `SELECT ${keys.join(', ')}, ${columns} ${asked} GROUP BY ${keys.join(', ')}`;
  // Each level of a query takes it a millisecond or two.
  const coarse = narrowed === '' ? own.sql : `SELECT * ${asked}`;
  const sold = own.isCoarse ? coarse : summed;
  return {
    source: joins
      ? `FROM (${seenTraits.length === 0 ? sold : seenToday(sold, seenTraits)}) AS t ${besideRegister(registerOf(traits))}
         WHERE true${only(question, REGISTER_DIMENSIONS)}`
      : `FROM (${sold}) AS t`,
    isCoarse: own.isCoarse,
    params: {
      known,
      ...(seenTraits.length > 0 && { knownNow: FOR_EVER }),
      ...(traits.includes('cluster') ? clustersOf(chains, known) : {}),
      ...paramsOf(question),
      ...[own, ...periods].reduce<QueryParams>((all, { params }) => ({ ...all, ...params }), {}),
    },
    dimensions: dimensionColumns(question),
  };
}

/** The register `r` beside rows `t`, as of the day of each. */
const besideRegister = (register: string): string =>
  `ASOF LEFT JOIN (${register}) AS r ON t.platform = r.platform AND t.shop = r.shop AND t.day >= r.valid_from`;

const seenToday = (rows: string, dimensions: readonly RegisterDimension[]): string => `SELECT t.* FROM (${rows}) AS t
  ${besideRegister(
    registerOf(
      dimensions.map((dimension) => REGISTER_SQL[dimension]),
      'knownNow',
    ),
  )}
  WHERE ${dimensions.map((dimension) => `r.${REGISTER_SQL[dimension]} = {${paramOf(dimension)}: String}`).join(' AND ')}`;

/** columnOf is the name of a dimension's column in an answer. */
export const columnOf = (dimension: Dimension): string => `by_${dimension.replace('-', '_')}`;
const paramOf = (dimension: Dimension): string => `only_${dimension.replace('-', '_')}`;

/** Grouping is the end of a query that answers a question: a row for each combination, and one of all (`is_total`). */
export interface Grouping {
  /** The column that tells the row of all. */
  readonly isTotal: string;
  /** GROUP BY. */
  readonly sql: string;
}

/** totalFirst sorts the answer to a question: the row of all, then the combinations. */
export const totalFirst = (by: readonly Dimension[]): string =>
  `ORDER BY ${['is_total DESC', ...by.map(columnOf)].join(', ')}`;

/** groupedBy groups rows for both. */
export function groupedBy(by: readonly Dimension[]): Grouping {
  const columns = by.map(columnOf);
  const groups = columns.length === 0 ? '()' : `(${columns.join(', ')}), ()`;
  return {
    // The row of the total is the one in which no dimension is grouped.
    isTotal: columns.length === 0 ? 'true AS is_total' : `toBool(grouping(${columns[0] ?? ''})) AS is_total`,
    sql: `GROUP BY GROUPING SETS (${groups})`,
  };
}

/** tooManyRows refuses a question whose answer would be longer than memory. */
export const tooManyRows = (most: number): PipelineError =>
  terminal('usage', `there are more than ${most} rows`, 'Ask by fewer dimensions, or for fewer days.', {
    parameter: 'by',
  });

/** dimensionsFrom reads the values of the dimensions off a row of an answer. */
export function dimensionsFrom(
  row: Readonly<Record<string, unknown>>,
  by: readonly Dimension[],
): TotalsRow['dimensions'] {
  return Object.fromEntries(by.map((dimension) => [dimension, String(row[columnOf(dimension)])]));
}
