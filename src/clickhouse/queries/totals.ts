import { z } from 'zod';
import { type SalesTotals, type TotalsRow } from '../../domain/measures';
import { type Database, type NamedQuery } from '../client';
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

/**
 * readTotals answers from the rollup: one row a combination that occurs, sorted, and the total of all. What is not known
 * (a destination, a trait of a shop that is not registered) is a row of its own with a blank value.
 */
export async function readTotals(db: Database, question: TotalsQuestion): Promise<TotalsAnswer> {
  return await atCurrentTotals(db, (current) => readTotalsAt(db, question, current));
}

/** readTotalsAt answers as readTotals does, from one moment, so that several answers agree with each other. */
export async function readTotalsAt(
  db: Database,
  question: TotalsQuestion,
  current: CurrentTotals,
): Promise<TotalsAnswer> {
  if (current.months !== null && question.by.includes('day')) {
    if (asksOnly(question, ['platform', 'day', 'month'])) {
      return await answer(db, question, soldOnDays(question, current.months));
    }
    if (asksOnly(question, ['platform', 'day', 'month', 'province'])) {
      const [{ rows }, { total }] = await Promise.all([
        answer(db, question, soldInProvincesOnDays(question, current.months)),
        readTotalsAt(db, { ...question, by: [] }, current),
      ]);
      return { rows, total };
    }
  }
  if (asksOnly(question, ['platform', 'month', 'province']) && dimensionsAsked(question).includes('province')) {
    return await answer(db, question, soldInProvinces(question, current));
  }
  const sold = soldBy(question, rowsOf(question, current), SUMS_OF_MEASURES, current.chains);
  return await answer(db, question, { ...sold, ...groupedBy(question.by), shops: SHOPS });
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
    sql: `GROUP BY ${['is_total', ...keys].join(', ')} ORDER BY ${['is_total', ...keys].join(', ')}`,
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

async function answer(
  db: Database,
  { by }: TotalsQuestion,
  { source, isCoarse, params, dimensions, isTotal, sql, shops }: Asked,
): Promise<TotalsAnswer> {
  const sums = MEASURES.map((measure) => `sum(t.${measure}) AS ${measure}`);
  const query: NamedQuery<z.output<typeof answerRow>> = {
    name: 'totals by dimensions',
    sql: `SELECT ${[...dimensions, ...sums, `${shops} AS shops`, isTotal].join(', ')} ${source} ${sql} ${isCoarse ? FEW_ROWS : ''}`,
    row: answerRow,
  };
  const rows = await db.rows(query, params);
  return {
    total: salesFrom(rows.find(({ is_total }) => is_total) ?? NOTHING),
    rows: rows
      .filter(({ is_total }) => !is_total)
      .map((row) => ({ dimensions: dimensionsFrom(row, by), totals: salesFrom(row) })),
  };
}
