import { type Hours, type Logistics, readLogistics } from '../../clickhouse/queries/logistics';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type Context } from '../../operations/context';
import { logisticsTable } from '../../tables/totals-table';
import { type Io, table } from '../io';
import { writeTable } from '../table-output';
import { knownFilter } from '../known-platform';
import { dimensionsOf, known, type PeriodOptions, periodOf } from '../question';

export interface LogisticsOptions extends PeriodOptions {
  readonly by: string;
  readonly where: readonly string[];
  readonly out?: string;
}

/** logistics prints how many hours paid orders took to be dispatched and received. */
export async function logistics(io: Io, context: Context, options: LogisticsOptions): Promise<boolean> {
  const by = dimensionsOf(options.by);
  const question = { ...periodOf(options), by, where: await knownFilter(context, options.where) };
  await refreshTotals(context.db, context.now);
  const { rows, total } = await readLogistics(context.db, question);
  const valueOf = (row: (typeof rows)[number], dimension: (typeof by)[number]): string =>
    known(row.dimensions[dimension]);
  const named = (row: (typeof rows)[number]) =>
    Object.fromEntries(by.map((dimension) => [dimension, valueOf(row, dimension)]));
  if (options.out !== undefined) {
    const shown = rows.map((row) => ({ ...row, dimensions: named(row) }));
    await writeTable(context, logisticsTable({ ...question, rows: shown, total }), options.out);
  }
  io.answer(
    {
      rows: rows.map((row) => ({ ...named(row), ...row.logistics })),
      total,
    },
    () => {
      const header = [
        ...by,
        'paid orders',
        ...['dispatch', 'receipt'].flatMap((step) => [`${step} known`, `${step} median h`, `90 % within h`]),
      ];
      const lines = rows.map((row) => [...by.map((dimension) => valueOf(row, dimension)), ...figures(row.logistics)]);
      const last = [...by.map((_, index) => (index === 0 ? 'total' : '')), ...figures(total)];
      return [
        table(header, [...lines, last], header.slice(by.length)),
        '',
        'hours from payment, each begun hour as a whole one; known: orders whose export tells the time',
      ].join('\n');
    },
  );
  return true;
}

const hours = ({ orders, median, ninetieth }: Hours): string[] => [
  String(orders),
  String(median ?? '-'),
  String(ninetieth ?? '-'),
];
const figures = ({ paidOrders, dispatch, receipt }: Logistics): string[] => [
  String(paidOrders),
  ...hours(dispatch),
  ...hours(receipt),
];
