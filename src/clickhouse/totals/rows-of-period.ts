import { type BusinessDay } from '../../domain/calendar';
import { type QueryParams } from '../client';
import { type CurrentTotals, editionsWith, type Grain, type PaidMonth } from './coarse-totals';

/** Period is days of payment from and to, both included. */
export interface Period {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** Source is a SELECT of rows of totals with what it needs. */
export interface Source {
  readonly sql: string;
  /** Summed up already: few rows, and none of them less than nothing. */
  readonly isCoarse: boolean;
  readonly params: QueryParams;
}

/** Reading says what is read of the totals, and of which of them. */
export interface Reading {
  /** Of the daily totals. */
  readonly columns: string;
  readonly name: string;
  /** Read of whole months. */
  readonly byMonth?: CoarseRows & {
    /** Days on which what is known of shops changes: a month that one of them divides is read by days. */
    readonly changes?: readonly BusinessDay[];
  };
  /** Read of the other days; the daily totals where it is not given. */
  readonly byDay?: CoarseRows;
}

interface CoarseRows {
  readonly grain: Grain;
  /** As many columns as those of the daily totals; `day` may be the first of the month. */
  readonly columns: string;
}

/**
 * rowsOfPeriod is the one way from the rollup to its readers: the columns of the daily totals of a period, from no more
 * parts than have rows of it, at a coarser grain where that is asked for and there.
 * @param name tells its parameters from those of another period in the same query
 */
export function rowsOfPeriod(
  { generations, months }: CurrentTotals,
  period: Period,
  { columns, name, byMonth, byDay }: Reading,
): Source {
  const within = months && paidIn(period, months);
  const { whole, parts } =
    byMonth && within ? wholeMonths(within, period, byMonth.changes) : { whole: [], parts: within ?? undefined };
  const days = `day BETWEEN {${name}From: Date} AND {${name}To: Date}`;
  const monthly = `SELECT ${byMonth?.columns ?? ''} FROM coarse_totals
    WHERE edition IN {${name}WholeEditions: Array(UUID)} AND grain = '${byMonth?.grain ?? ''}' AND day IN {${name}Whole: Array(Date)}`;
  const coarse = byDay && parts ? { ...byDay, editions: editionsWith(byDay.grain, parts) } : null;
  const daily = coarse
    ? `SELECT ${coarse.columns} FROM coarse_totals
    WHERE edition IN {${name}PartEditions: Array(UUID)} AND grain = '${coarse.grain}' AND ${days}`
    : `SELECT ${columns} FROM daily_totals
    WHERE generation IN {${name}Generations: Array(UUID)} AND ${days}
      AND ({${name}All: Bool} OR toStartOfMonth(day) IN {${name}Parts: Array(Date)})`;
  return {
    sql: whole.length === 0 ? daily : parts?.length === 0 ? monthly : `${monthly} UNION ALL ${daily}`,
    isCoarse: coarse !== null || (whole.length > 0 && parts?.length === 0),
    params: {
      [`${name}From`]: period.from,
      [`${name}To`]: period.to,
      [`${name}All`]: parts === undefined,
      [`${name}Parts`]: parts?.map(({ month }) => month) ?? [],
      [`${name}PartEditions`]: coarse?.editions ?? [],
      [`${name}Generations`]: parts ? [...new Set(parts.flatMap((month) => month.generations))] : generations,
      [`${name}Whole`]: whole.map(({ month }) => month),
      [`${name}WholeEditions`]: byMonth ? editionsWith(byMonth.grain, whole) : [],
    },
  };
}

/** paidIn are the months in which anything was paid in a period. */
export const paidIn = ({ from, to }: Period, months: readonly PaidMonth[]): PaidMonth[] =>
  months.filter(({ first, last }) => first <= to && from <= last);

/** wholeMonths divides months into those of which all lies in a period, and nothing changes in between, and the others. */
export function wholeMonths(
  months: readonly PaidMonth[],
  { from, to }: Period,
  changes: readonly BusinessDay[] = [],
): { readonly whole: PaidMonth[]; readonly parts: PaidMonth[] } {
  const isWhole = ({ month, first, last }: PaidMonth): boolean =>
    from <= first && last <= to && !changes.some((day) => month < day && day <= last);
  return { whole: months.filter(isWhole), parts: months.filter((month) => !isWhole(month)) };
}
