import { EARLIEST } from '../domain/calendar';
import { type Level, type YearOnYear } from '../domain/growth';
import { type Dimension, type SalesTotals, type Totals } from '../domain/measures';
import { formatYuan } from '../domain/money';
import { type ColumnId, type TableRow } from './columns';
import { type Facts, type Table } from './table';

/** MEASURE_COLUMNS are the sums that all totals have, in the order of a table. */
export const MEASURE_COLUMNS = [
  'paidOrders',
  'quantity',
  'gross',
  'shipping',
  'subsidy',
  'booked',
  'refunded',
  'net',
] as const satisfies readonly (ColumnId & keyof Totals)[];

const SALES_COLUMNS = [
  ...MEASURE_COLUMNS,
  'refundedExact',
  'refundedAssumed',
  'shopsSelling',
] as const satisfies readonly (ColumnId & keyof SalesTotals)[];

const RUNNING_COLUMNS = [
  'runningPaidOrders',
  'runningQuantity',
  'runningGross',
  'runningShipping',
  'runningSubsidy',
  'runningBooked',
  'runningRefunded',
  'runningNet',
] as const satisfies readonly ColumnId[];

/** Grouped is what a question by dimensions was: the days of payment, the dimensions, and what it was kept to. */
export interface Grouped {
  readonly from: string;
  readonly to: string;
  readonly by: readonly Dimension[];
  readonly where: Readonly<Partial<Record<Dimension, string | undefined>>>;
}

const factsOf = ({ from, to, where }: Grouped, facts: Facts): Facts => ({
  period: from === EARLIEST ? null : `${from} – ${to}`,
  where:
    Object.entries(where)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ') || null,
  ...facts,
});
const aboutOf = ({ from, to, by, where }: Grouped): string[] => [
  ...by,
  ...Object.values(where).filter((value) => value !== undefined),
  ...(from === EARLIEST ? [] : [`${from}-${to}`]),
];

type Values = Readonly<Partial<Record<Dimension, string>>>;

/** TotalsLine is a row of totals, with the sums from the first day on where those were asked for. */
interface TotalsLine {
  readonly dimensions: Values;
  readonly totals: SalesTotals;
  readonly running?: Totals | undefined;
}

/** TotalsAnswer is an answer of totals, whose rows may come one after the other. */
export interface TotalsAnswer extends Grouped {
  readonly isRunning: boolean;
  readonly rows: Iterable<TotalsLine> | AsyncIterable<TotalsLine>;
  readonly total: SalesTotals;
}

/** totalsTable has a row for each combination that occurs, and one of all where nothing was grouped by. */
export function totalsTable(answer: TotalsAnswer, facts: Facts): Table {
  const { by, isRunning, rows, total } = answer;
  return {
    name: isRunning ? 'running-totals' : 'totals',
    columns: [...by, ...SALES_COLUMNS, ...(isRunning ? RUNNING_COLUMNS : [])],
    rows: by.length === 0 ? [{ ...total }] : cellsOf(rows),
    facts: factsOf(answer, { total: formatYuan(total.net), ...facts }),
    about: aboutOf(answer),
  };
}

async function* cellsOf(rows: TotalsAnswer['rows']): AsyncGenerator<TableRow> {
  for await (const { dimensions, totals, running } of rows) {
    yield { ...dimensions, ...totals, ...(running === undefined ? {} : runningCells(running)) };
  }
}

const runningCells = (running: Totals): TableRow => ({
  runningPaidOrders: running.paidOrders,
  runningQuantity: running.quantity,
  runningGross: running.gross,
  runningShipping: running.shipping,
  runningSubsidy: running.subsidy,
  runningBooked: running.booked,
  runningRefunded: running.refunded,
  runningNet: running.net,
});

/** GrowthAnswer sets a period beside the same days of the year before. */
export interface GrowthAnswer extends Grouped {
  readonly rows: readonly (YearOnYear & { readonly dimensions: Values })[];
  readonly total: YearOnYear;
}

/** growthTable has the level of both years, and that of the shops that sold something in both. */
export function growthTable(answer: GrowthAnswer, facts: Facts): Table {
  const { by, rows, total } = answer;
  return {
    name: 'year-on-year',
    columns: [...by, 'now', 'before', 'growth', 'comparableNow', 'comparableBefore', 'comparableGrowth'],
    rows: (by.length === 0 ? [{ dimensions: {}, ...total }] : rows).map(
      ({ dimensions, level: { now, before, growth }, comparable }): TableRow => ({
        ...dimensions,
        now,
        before,
        growth,
        ...comparableCells(comparable),
      }),
    ),
    facts: factsOf(answer, facts),
    about: aboutOf(answer),
  };
}

const comparableCells = ({ now, before, growth }: Level): TableRow => ({
  comparableNow: now,
  comparableBefore: before,
  comparableGrowth: growth,
});

/** HoursKnown is how long orders took, of those whose time is known. */
interface HoursKnown {
  readonly orders: number;
  readonly median: number | null;
  readonly ninetieth: number | null;
}
interface Taken {
  readonly paidOrders: number;
  readonly dispatch: HoursKnown;
  readonly receipt: HoursKnown;
}

/** LogisticsAnswer is how long paid orders took to be dispatched and received. */
export interface LogisticsAnswer extends Grouped {
  readonly rows: readonly { readonly dimensions: Values; readonly logistics: Taken }[];
  readonly total: Taken;
}

/** logisticsTable has the hours of each combination that occurs. */
export function logisticsTable(answer: LogisticsAnswer, facts: Facts = {}): Table {
  const { by, rows, total } = answer;
  return {
    name: 'logistics',
    columns: [
      ...by,
      'paidOrders',
      'dispatchKnown',
      'dispatchMedian',
      'dispatchNinetieth',
      'receiptKnown',
      'receiptMedian',
      'receiptNinetieth',
    ],
    rows: (by.length === 0 ? [{ dimensions: {}, logistics: total }] : rows).map(
      ({ dimensions, logistics: { paidOrders, dispatch, receipt } }): TableRow => ({
        ...dimensions,
        paidOrders,
        dispatchKnown: dispatch.orders,
        dispatchMedian: dispatch.median,
        dispatchNinetieth: dispatch.ninetieth,
        receiptKnown: receipt.orders,
        receiptMedian: receipt.median,
        receiptNinetieth: receipt.ninetieth,
      }),
    ),
    facts: factsOf(answer, facts),
    about: aboutOf(answer),
  };
}
