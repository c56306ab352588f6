import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Dimension, type DimensionFilter, DIMENSIONS, type Totals, type TotalsRow } from '../../domain/measures';
import { type Database } from '../client';
import { TOTALS_COLUMNS, totalsFrom, totalsRow } from '../rows';
import { currentGenerations } from '../totals/generations';

const DIMENSION_SQL: Readonly<Record<Dimension, string>> = {
  platform: 'platform',
  month: "formatDateTime(day, '%Y-%m')",
  day: 'toString(day)',
  shop: 'shop',
  province: 'province',
};

/** A question for totals: days of payment from and to, both included, kept to values, grouped by dimensions in this order. */
export interface TotalsQuestion {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  readonly by: readonly Dimension[];
  readonly where?: DimensionFilter;
}

/** readTotals answers from the rollup: one row a combination that occurs, sorted, and the total of all. Unknown destinations have a blank province. */
export async function readTotals(
  db: Database,
  question: TotalsQuestion,
): Promise<{ rows: TotalsRow[]; total: Totals }> {
  const dimensions = question.by.map((dimension) => `${DIMENSION_SQL[dimension]} AS by_${dimension}`);
  const names = question.by.map((dimension) => `by_${dimension}`);
  const filters = DIMENSIONS.filter((dimension) => question.where?.[dimension] !== undefined);
  const params = {
    from: question.from,
    to: question.to,
    generations: await currentGenerations(db),
    ...Object.fromEntries(filters.map((dimension) => [`only_${dimension}`, question.where?.[dimension]])),
  };
  const kept = filters.map((dimension) => ` AND ${DIMENSION_SQL[dimension]} = {only_${dimension}: String}`).join('');
  const source = `FROM daily_totals WHERE generation IN {generations: Array(UUID)}
    AND day BETWEEN {from: Date} AND {to: Date}${kept}`;
  const total = await db.row({ name: 'total', sql: `SELECT ${TOTALS_COLUMNS} ${source}`, row: totalsRow }, params);
  const rows =
    names.length === 0
      ? []
      : await db.rows(
          {
            name: 'totals by dimensions',
            sql: `SELECT ${[...dimensions, TOTALS_COLUMNS].join(', ')} ${source} GROUP BY ${names.join(', ')} ORDER BY ${names.join(', ')}`,
            row: totalsRow.catchall(z.unknown()),
          },
          params,
        );
  return {
    total: totalsFrom(total),
    rows: rows.map((row) => ({
      dimensions: Object.fromEntries(question.by.map((dimension) => [dimension, String(row[`by_${dimension}`])])),
      totals: totalsFrom(row),
    })),
  };
}
