import { z } from 'zod';
import { businessDayAt, yearOf } from '../../domain/calendar';
import { type Level } from '../../domain/growth';
import { DIMENSIONS, GOAL_MEASURES } from '../../domain/measures';
import { compareYears } from '../../operations/compare-years';
import { growthTable } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { refusal } from '../problem';
import { type AnyRoute, type Question, route } from '../route';
import {
  askedDay,
  businessDay,
  count,
  dimensionList,
  filterOf,
  filters,
  next,
  paging,
  period,
  periodOf,
  yuan,
} from '../shapes';
import {
  asKnownShape,
  asReported,
  dimensionValues,
  inOrder,
  knownBy,
  named,
  PAGE,
  pageOf,
  questionWithin,
  reportAsked,
  shownReport,
  standingOf,
} from './totals';

const level = z.object({
  now: yuan,
  before: yuan,
  growth: z.number().nullable().meta({ description: 'A share: 0.05 is 5 %; null where there was nothing before.' }),
});
const yearOnYear = {
  level: level.meta({ description: 'As it is: it moves when shops begin or cease to report.' }),
  comparable: level.meta({ description: 'Only shops that sold something in both periods.' }),
};
const shown = ({ level: plain, comparable }: { readonly level: Level; readonly comparable: Level }) => ({
  level: { ...plain },
  comparable: { ...comparable },
});

const growthQuery = z.strictObject({
  ...period.shape,
  by: dimensionList.optional(),
  measure: z.enum(GOAL_MEASURES).optional(),
  asKnown: askedDay.meta({ description: 'As the last report up to this day said it, of both years.' }).optional(),
  ...filters.shape,
  ...paging.shape,
});

export const growthRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/growth',
    summary: 'A period beside the same days of the year before, as it is and on a comparable base of shops',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: growthQuery,
    answer: z.object({
      from: businessDay,
      to: businessDay.meta({ description: 'The last day asked for, or the last one on which every shop is complete.' }),
      before: z.object({ from: businessDay, to: businessDay }),
      by: z.array(z.enum(DIMENSIONS)),
      where: dimensionValues,
      measure: z.enum(GOAL_MEASURES),
      asKnown: asKnownShape,
      comparableShops: count.meta({ description: 'Shops that sold something in both periods.' }),
      rows: z.array(z.object({ dimensions: dimensionValues, ...yearOnYear })),
      total: z.object(yearOnYear),
      rowCount: count,
      next,
    }),
    download: async (asked) => {
      const { rows, report, ...answer } = await compared(asked);
      return growthTable(
        { ...answer, rows: rows.map((row) => ({ ...row, dimensions: named(row.dimensions) })) },
        { measure: answer.measure, asKnown: report?.reportedOn },
      );
    },
    examples: [{ path: '/v1/growth?year=2026&by=platform' }, { path: '/v1/growth?from=2026-05-01&to=2026-05-31' }],
    handle: async (asked) => {
      const { rows, total, report, ...answer } = await compared(asked);
      const page = pageOf(rows, answer.by, asked.query.limit ?? PAGE, asked.query.cursor);
      return {
        ...answer,
        asKnown: shownReport(report),
        rows: page.rows.map((row) => ({ dimensions: named(row.dimensions), ...shown(row) })),
        total: shown(total),
        rowCount: rows.length,
        next: page.next,
      };
    },
  }),
];

/** compared sets the period that a request asks for beside the year before, as far as it is complete. */
async function compared({ query, caller, context, around }: Question<typeof growthQuery>) {
  const report = await reportAsked(context, query);
  const isTold = query.year !== undefined || query.from !== undefined || query.to !== undefined;
  const asked = periodOf(isTold ? query : { year: yearOf(businessDayAt(context.now().getTime())) });
  const by = query.by ?? [];
  const { limit } = signedIn(caller).account;
  const standing = await standingOf(context, around.resting, asked, limit);
  const asOf = knownBy(standing.asOf, report?.reportedOn);
  if (asOf === null || asOf < asked.from) {
    throw refusal(404, 'nothing-found', 'No day of the period is complete yet, so there is nothing to compare.');
  }
  // Days that only some shops have delivered would read as a fall.
  const period = { from: asked.from, to: asked.to < asOf ? asked.to : asOf };
  const measure = query.measure ?? standing.measure;
  const where = filterOf(query);
  const question = questionWithin({ ...period, by, where, ...asReported(report) }, limit);
  const { rows, ...comparison } = await compareYears(context, question, measure);
  return { ...period, ...comparison, rows: inOrder(rows, by), by, where: named(where), measure, report };
}
