import { type BusinessDay } from '../../domain/calendar';
import { type QueryParams } from '../client';
import { type CurrentTotals, type Grain, type PaidMonth } from './coarse-totals';

/** Period is days of payment from and to, both included. */
export interface Period {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** Source is a SELECT of rows of totals with what it needs. */
export interface Source {
  readonly sql: string;
  /** No more than one row of a shop and month: few, and none of them less than nothing. */
  readonly isCoarse: boolean;
  readonly params: QueryParams;
}

/** What is read of whole months at a grain; the other days are read from the daily totals. */
export interface CoarseRows {
  readonly grain: Grain;
  /** As many columns as those of the daily totals; `day` is the first of the month. */
  readonly columns: string;
  /** Days on which what is known of shops changes: a month that one of them divides is read by days. */
  readonly changes?: readonly BusinessDay[];
}

/**
 * rowsOfPeriod is the one way from the rollup to its readers: the columns of the daily totals of a period, from no more
 * generations than have rows of it, and whole months at a coarser grain where that is asked for.
 * @param name tells its parameters from those of another period in the same query
 */
export function rowsOfPeriod(
  { generations, months }: CurrentTotals,
  period: Period,
  { columns, name, coarse }: { readonly columns: string; readonly name: string; readonly coarse?: CoarseRows },
): Source {
  const within = months?.filter(({ first, last }) => first <= period.to && period.from <= last);
  const whole = coarse && within ? within.filter((month) => isWhole(month, period, coarse.changes ?? [])) : [];
  const parts = within?.filter((month) => !whole.includes(month));
  const daily = `SELECT ${columns} FROM daily_totals
    WHERE generation IN {${name}Generations: Array(UUID)} AND day BETWEEN {${name}From: Date} AND {${name}To: Date}
      AND ({${name}All: Bool} OR toStartOfMonth(day) IN {${name}Parts: Array(Date)})`;
  const monthly = `SELECT ${coarse?.columns ?? ''} FROM coarse_totals
    WHERE edition IN {${name}Editions: Array(UUID)} AND grain = '${coarse?.grain ?? ''}' AND day IN {${name}Whole: Array(Date)}`;
  return {
    sql: whole.length === 0 ? daily : parts?.length === 0 ? monthly : `${monthly} UNION ALL ${daily}`,
    isCoarse: whole.length > 0 && parts?.length === 0,
    params: {
      [`${name}From`]: period.from,
      [`${name}To`]: period.to,
      [`${name}All`]: parts === undefined,
      [`${name}Parts`]: parts?.map(({ month }) => month) ?? [],
      [`${name}Generations`]: parts ? [...new Set(parts.flatMap((month) => month.generations))] : generations,
      [`${name}Whole`]: whole.map(({ month }) => month),
      [`${name}Editions`]: [...new Set(whole.map(({ edition }) => edition))],
    },
  };
}

const isWhole = ({ month, first, last }: PaidMonth, { from, to }: Period, changes: readonly BusinessDay[]): boolean =>
  from <= first && last <= to && !changes.some((day) => month < day && day <= last);
