import { goalOf } from '../../clickhouse/goals';
import { readTotals } from '../../clickhouse/queries/totals';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type BusinessDay, businessDayAt, firstDay, lastDay, parseDay, yearOf } from '../../domain/calendar';
import { coverageOfShops } from '../../domain/completeness';
import { type Dimension, DIMENSIONS, type Totals } from '../../domain/measures';
import { groupYuan } from '../../domain/money';
import { lastCompleteDay } from '../../domain/pace';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { readExpectedShops } from '../../operations/expected-exports';
import { type Io, table } from '../io';
import { totalsJson } from '../money';

export interface TotalsOptions {
  readonly year?: string;
  readonly from?: string;
  readonly to?: string;
  readonly by?: string;
}

/** The days that an engine's Date can hold: "all time". */
const [EARLIEST, LATEST] = ['1970-01-01', '2149-06-06'];

/** totals prints sums over all committed files, each order once, by the day of payment. */
export async function totals(io: Io, context: Context, options: TotalsOptions): Promise<boolean> {
  const by = dimensionsOf(options.by ?? '');
  const { from, to } = periodOf(options);
  // Files that were committed by a command that was cut off before it refreshed the totals count here too.
  await refreshTotals(context.db, context.now);
  const today = businessDayAt(context.now().getTime());
  const since = from === EARLIEST ? firstDay(yearOf(today)) : from;
  const [answer, shops, goal] = await Promise.all([
    readTotals(context.db, { from, to, by }),
    readExpectedShops(context, since),
    goalOf(context.db, yearOf(since)),
  ]);
  const until = earlier(to, today);
  const asOf = lastCompleteDay(coverageOfShops(shops, since, until), until).day;
  const rows = answer.rows.map(({ dimensions, totals: sums }) => ({
    ...Object.fromEntries(by.map((dimension) => [dimension, known(dimensions[dimension])])),
    ...totalsJson(sums),
  }));
  io.answer({ measure: goal.measure, asOf, rows, total: totalsJson(answer.total) }, () => {
    const header = [...by, 'paid orders', 'quantity', ...MONEY.map((name) => `${name} yuan`)];
    const lines = answer.rows.map((row) => [
      ...by.map((dimension) => known(row.dimensions[dimension])),
      ...figures(row.totals),
    ]);
    const total =
      by.length === 0 ? figures(answer.total) : ['total', ...by.slice(1).map(() => ''), ...figures(answer.total)];
    const complete =
      asOf === null ? 'nothing has been loaded yet' : `every known shop has delivered to the end of ${asOf}`;
    return `${table(header, [...lines, total], header.slice(by.length))}\n\n${complete}`;
  });
  return true;
}

/** What is not known is shown with its amount, never left out. */
const known = (value = ''): string => (value === '' ? 'unknown' : value);
const MONEY = ['gross', 'shipping', 'subsidy', 'booked', 'refunded', 'net'] as const;
const earlier = (a: BusinessDay, b: BusinessDay): BusinessDay => (a < b ? a : b);

const figures = (totals: Totals): string[] => [
  String(totals.paidOrders),
  String(totals.quantity),
  ...MONEY.map((name) => groupYuan(totals[name])),
];

function dimensionsOf(by: string): Dimension[] {
  const names = by
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.map((name) => {
    const dimension = DIMENSIONS.find((known) => known === name);
    if (!dimension)
      throw terminal('usage', `totals cannot be grouped by "${name}"`, `Choose from ${DIMENSIONS.join(', ')}.`);
    return dimension;
  });
}

function periodOf({ year, from, to }: TotalsOptions): { from: BusinessDay; to: BusinessDay } {
  const wholeYear = year === undefined ? null : yearArgument(year);
  const period = {
    from: from === undefined ? (wholeYear === null ? EARLIEST : firstDay(wholeYear)) : parseDay(from),
    to: to === undefined ? (wholeYear === null ? LATEST : lastDay(wholeYear)) : parseDay(to),
  };
  if (period.from <= period.to) return period;
  throw terminal('usage', `the period ends (${period.to}) before it begins (${period.from})`);
}

/** yearArgument takes a year from the command line. @throws PipelineError `usage` */
export function yearArgument(text: string): number {
  if (/^(19[7-9]\d|20\d\d|21[0-4]\d)$/.test(text)) return Number(text);
  throw terminal('usage', `"${text}" is not a year`, 'Write it like 2026.');
}
