import { z } from 'zod';
import { type Logistics, readLogistics } from '../../clickhouse/queries/logistics';
import { DIMENSIONS } from '../../domain/measures';
import { logisticsTable } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { type AnyRoute, route } from '../route';
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

export const logisticsRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/logistics',
    summary: 'How many hours paid orders took to be dispatched and received, grouped by any dimensions',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({ ...period.shape, by: dimensionList.optional(), ...filters.shape, ...paging.shape }),
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
    table: ({ asOf, ...answer }) => logisticsTable(answer, { asOf }),
    examples: [{ path: '/v1/logistics' }, { path: '/v1/logistics?year=2026&by=platform,month' }],
    handle: async ({ query, caller, context, whole, around: { resting } }) => {
      const asked = periodOf(query);
      const by = query.by ?? [];
      const { limit } = signedIn(caller).account;
      const [{ rows, total }, { asOf }] = await Promise.all([
        readLogistics(context.db, questionWithin({ ...asked, by, where: filterOf(query) }, limit)),
        standingOf(context, resting, asked, limit),
      ]);
      const page = pageOf(rows, by, whole ? rows.length : (query.limit ?? PAGE), query.cursor);
      return {
        ...asked,
        by,
        where: named(filterOf(query)),
        asOf,
        rows: page.rows.map((row) => ({ dimensions: named(row.dimensions), logistics: shown(row.logistics) })),
        total: shown(total),
        rowCount: rows.length,
        next: page.next,
      };
    },
  }),
];
