import { z } from 'zod';
import { type Logistics, readLogistics } from '../../clickhouse/queries/logistics';
import { DIMENSIONS } from '../../domain/measures';
import { logisticsTable } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { type AnyRoute, type Question, route } from '../route';
import { businessDay, count, dimensionList, filterOf, filters, next, paging, period, periodOf } from '../shapes';
import { asOfShape, dimensionValues, named, PAGE, pageOf, questionWithin, standingOf } from './totals';

const hours = z.object({
  orders: count.meta({ description: 'Orders whose export tells the time.' }),
  median: z.number().nullable().meta({ description: 'Hours within which half of them came to it; null: none known.' }),
  ninetieth: z.number().nullable().meta({ description: 'Hours within which nine in ten of them did.' }),
});
const logistics = z
  .object({ paidOrders: count, dispatch: hours, receipt: hours })
  .meta({ title: 'Hours from payment to dispatch and to receipt, each begun hour as a whole one' });

const shown = ({ paidOrders, dispatch, receipt }: Logistics): z.output<typeof logistics> => ({
  paidOrders,
  dispatch: { ...dispatch },
  receipt: { ...receipt },
});

const logisticsQuery = z.strictObject({
  ...period.shape,
  by: dimensionList.optional(),
  ...filters.shape,
  ...paging.shape,
});

export const logisticsRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/logistics',
    summary: 'How many hours paid orders took to be dispatched and received, grouped by any dimensions',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: logisticsQuery,
    answer: z.object({
      from: businessDay,
      to: businessDay,
      by: z.array(z.enum(DIMENSIONS)),
      where: dimensionValues,
      asOf: asOfShape,
      rows: z.array(z.object({ dimensions: dimensionValues, logistics })),
      total: logistics,
      rowCount: count,
      next,
    }),
    download: async (asked) => {
      const { rows, asOf, ...answer } = await timed(asked);
      return logisticsTable(
        { ...answer, rows: rows.map((row) => ({ ...row, dimensions: named(row.dimensions) })) },
        { asOf },
      );
    },
    examples: [{ path: '/v1/logistics' }, { path: '/v1/logistics?year=2026&by=platform,month' }],
    handle: async (asked) => {
      const { rows, total, ...answer } = await timed(asked);
      const page = pageOf(rows, answer.by, asked.query.limit ?? PAGE, asked.query.cursor);
      return {
        ...answer,
        rows: page.rows.map((row) => ({ dimensions: named(row.dimensions), logistics: shown(row.logistics) })),
        total: shown(total),
        rowCount: rows.length,
        next: page.next,
      };
    },
  }),
];

/** timed is how long the orders took that a request asks for. */
async function timed({ query, caller, context, around: { resting } }: Question<typeof logisticsQuery>) {
  const period = periodOf(query);
  const by = query.by ?? [];
  const where = filterOf(query);
  const { limit } = signedIn(caller).account;
  const [answer, { asOf }] = await Promise.all([
    readLogistics(context.db, questionWithin({ ...period, by, where }, limit)),
    standingOf(context, resting, period, limit),
  ]);
  return { ...period, ...answer, by, where: named(where), asOf };
}
