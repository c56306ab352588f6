import { z } from 'zod';
import {
  type Page,
  readTotalsPage,
  streamTotals,
  type TotalsPage,
  type TotalsQuestion,
  type TotalsStream,
} from '../../clickhouse/queries/totals';
import { type Report, reportOn } from '../../clickhouse/reports';
import { type Limit } from '../../domain/access';
import { addDays, type BusinessDay, businessDayAt, EARLIEST, firstDay, LATEST, yearOf } from '../../domain/calendar';
import { coverageOfShops } from '../../domain/completeness';
import {
  type Dimension,
  type DimensionFilter,
  DIMENSIONS,
  GOAL_MEASURES,
  type Totals,
  type TotalsRow,
} from '../../domain/measures';
import { lastCompleteDay } from '../../domain/pace';
import { eachRunning } from '../../domain/running';
import { type Context } from '../../operations/context';
import { narrowed, seenWithin } from '../../operations/limit';
import { totalsTable } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { type Resting } from '../resting';
import { readCursor, writeCursor } from '../cursor';
import { refusal, wrongParameter } from '../problem';
import { type AnyRoute, type Question, route } from '../route';
import {
  askedDay,
  businessDay,
  count,
  dimensionList,
  filterOf,
  filters,
  instant,
  next,
  paging,
  period,
  periodOf,
  shown,
  yuan,
} from '../shapes';

/** totals are what every group of them has; measures that are added to the domain come along by themselves. */
export const totalsShape = z
  .object({
    paidOrders: count,
    quantity: count,
    gross: yuan,
    shipping: yuan,
    subsidy: yuan,
    booked: yuan.meta({ title: 'yuan', description: 'gross + subsidy' }),
    refunded: yuan,
    net: yuan.meta({ title: 'yuan', description: 'gross − refunded' }),
  })
  .catchall(z.union([yuan, count]))
  .meta({ title: 'Totals of paid orders, each counted once, by the day of payment' });

const salesShape = totalsShape.extend({
  refundedExact: yuan.meta({ title: 'yuan', description: 'Refunds whose amount the platform gave.' }),
  refundedAssumed: yuan.meta({
    title: 'yuan',
    description: 'Refunds that only a status tells of: the whole amount is assumed.',
  }),
  shopsSelling: count.meta({ description: 'Shops with a paid order; does not add up over groups.' }),
});

export const dimensionValues = z
  .partialRecord(z.enum(DIMENSIONS), z.string())
  .meta({ description: 'The values of the dimensions asked for; "unknown" for what is not known.' });

const totalsQuery = z.strictObject({
  ...period.shape,
  by: dimensionList.optional(),
  ...filters.shape,
  running: z
    .enum(['true', 'false'])
    .meta({ description: 'Each row also has the sums from the first day on; by day, never by month.' })
    .optional(),
  asKnown: askedDay.meta({ description: 'As the last report up to this day said it.' }).optional(),
  ...paging.shape,
});

/** asKnownShape is the report that the figures of an answer are from. */
export const asKnownShape = z
  .object({ reportedOn: businessDay, at: instant })
  .nullable()
  .meta({ description: 'The report that the figures are from; null: they are what is known now.' });

/** reportAsked is the last report up to the day that a question asks for; null where it asks for what is known now. */
export async function reportAsked(
  { db }: Context,
  { asKnown }: { readonly asKnown?: BusinessDay | undefined },
): Promise<Report | null> {
  if (asKnown === undefined) return null;
  const report = await reportOn(db, asKnown);
  if (report === null) throw refusal(404, 'nothing-found', `Nothing had been reported by ${asKnown}.`);
  return report;
}

export const PAGE = 1000;

/** asOfShape is how far the figures of an answer are complete. */
export const asOfShape = businessDay
  .nullable()
  .meta({ description: 'The last day up to which every shop that is expected has delivered; null: none.' });

export const totalsRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/totals',
    summary: 'Sums over all committed files, each order once, by the day of payment, grouped by any dimensions',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: totalsQuery,
    answer: z.object({
      from: businessDay,
      to: businessDay,
      by: z.array(z.enum(DIMENSIONS)),
      where: dimensionValues,
      measure: z
        .enum(GOAL_MEASURES)
        .meta({ description: 'The measure in which the goal of the period’s year is set.' }),
      asOf: asOfShape,
      asKnown: asKnownShape,
      rows: z.array(z.object({ dimensions: dimensionValues, totals: salesShape, running: totalsShape.optional() })),
      total: salesShape,
      rowCount: count,
      next,
    }),
    download: async (asked) => {
      const { context, by, isRunning, question, current, ...head } = await totalsAsked(asked);
      const { measure, asOf } = await head.standing();
      const { rows, total } = await streamTotals(context.db, question, current);
      const shown = isRunning ? eachRunning(rows, by) : rows;
      return totalsTable(
        { ...head.period, by, where: head.where, isRunning, rows: withNames(shown), total },
        { asOf, asKnown: head.report?.reportedOn, measure },
      );
    },
    examples: [
      { path: '/v1/totals' },
      { path: '/v1/totals?year=2026&by=platform,month' },
      { path: '/v1/totals?from=2026-06-01&to=2026-06-30&by=day&platform=taobao' },
      { path: '/v1/totals?year=2026&by=province&limit=5' },
      { path: '/v1/totals?year=2026&by=platform&running=true' },
    ],
    handle: async (asked) => {
      const { context, by, isRunning, question, current, ...head } = await totalsAsked(asked);
      const { query } = asked;
      const page = { after: keyAfter(query.cursor, by), limit: query.limit ?? PAGE };
      const [{ rows, total, rowCount, isLast }, { measure, asOf }] = await Promise.all([
        isRunning
          ? pageOfRunning(await streamTotals(context.db, question, current), by, page)
          : readTotalsPage(context.db, question, current, page),
        head.standing(),
      ]);
      const last = rows.at(-1);
      return {
        ...head.period,
        by,
        where: head.where,
        measure,
        asOf,
        asKnown: shownReport(head.report),
        rows: rows.map(({ dimensions, totals, running }: ShownRow) => ({
          dimensions: named(dimensions),
          totals: { ...totals },
          ...(running === undefined ? {} : { running: { ...running } }),
        })),
        total: { ...total },
        rowCount,
        next: last === undefined || isLast ? null : writeCursor(keyOf(last, by)),
      };
    },
  }),
];

type ShownRow = TotalsRow & { readonly running?: Totals };

/** totalsAsked is what a request for totals asks, in the words of the store. */
async function totalsAsked({ query, caller, context, around: { resting } }: Question<typeof totalsQuery>) {
  const period = periodOf(query);
  const isRunning = query.running === 'true';
  const by = isRunning ? withDay(query.by ?? []) : (query.by ?? []);
  if (isRunning && by.includes('month')) throw wrongParameter('query', 'by', 'running totals go by day, not by month');
  const report = await reportAsked(context, query);
  const { limit } = signedIn(caller).account;
  const where = filterOf(query);
  const question = questionWithin({ ...period, by, where, ...asReported(report) }, limit);
  return {
    context,
    period,
    by,
    isRunning,
    where: named(where),
    report,
    question,
    standing: async () => {
      const { measure, asOf } = await standingOf(context, resting, period, limit);
      return { measure, asOf: knownBy(asOf, report?.reportedOn) };
    },
    current: await resting.currentTotals(),
  };
}

async function* withNames<R extends ShownRow>(rows: AsyncIterable<R>): AsyncGenerator<R> {
  for await (const row of rows) yield { ...row, dimensions: named(row.dimensions) };
}

/** The sums up to a row need all rows before it, so they are read to the end and not kept. */
async function pageOfRunning(
  { rows, total }: TotalsStream,
  by: readonly Dimension[],
  { after, limit }: Page,
): Promise<TotalsPage> {
  const page: ShownRow[] = [];
  let rowCount = 0;
  let later = 0;
  for await (const row of eachRunning(rows, by)) {
    rowCount += 1;
    if (after !== null && compareKeys(keyOf(row, by), after) <= 0) continue;
    later += 1;
    if (later <= limit) page.push(row);
  }
  return { rows: page, total, rowCount, isLast: later <= limit };
}

const withDay = (by: readonly Dimension[]): Dimension[] => [...by.filter((name) => name !== 'day'), 'day'];

/** A period in which there is nothing: a filter that contradicts what the account sees has no rows. */
const [LATER, EARLIER] = [LATEST, addDays(LATEST, -1)];

/** questionWithin is a question narrowed to what an account sees. */
export function questionWithin(question: TotalsQuestion, limit: Limit): TotalsQuestion {
  const where = narrowed(question.where ?? {}, limit);
  if (where === null) return { from: LATER, to: EARLIER, by: question.by };
  return { ...question, where, ...(question.asReported && { seenNow: limit }) };
}

/** named shows the values of dimensions, the unknown by its name. */
export function named(values: DimensionFilter): Partial<Record<Dimension, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value)]));
}

/** pageOf cuts a page out of rows that are sorted by their dimensions: it goes on after the last row of the one before. */
export function pageOf<R extends Pick<TotalsRow, 'dimensions'>>(
  rows: readonly R[],
  by: readonly Dimension[],
  limit: number,
  cursor: string | undefined,
): { rows: readonly R[]; next: string | null } {
  const after = keyAfter(cursor, by);
  const begin = after === null ? 0 : rows.findIndex((row) => compareKeys(keyOf(row, by), after) > 0);
  const page = begin < 0 ? [] : rows.slice(begin, begin + limit);
  const last = page.at(-1);
  return { rows: page, next: last !== undefined && begin + limit < rows.length ? writeCursor(keyOf(last, by)) : null };
}

/** The dimensions of the row after which a page begins; null: the first. */
const keyAfter = (cursor: string | undefined, by: readonly Dimension[]): string[] | null =>
  cursor === undefined
    ? null
    : readCursor(
        cursor,
        by.map(() => 'string'),
      ).map(String);

/** inOrder sorts rows by their dimensions as the engine does: by the bytes of UTF-8. */
export function inOrder<R extends Pick<TotalsRow, 'dimensions'>>(rows: readonly R[], by: readonly Dimension[]): R[] {
  return [...rows].sort((a, b) => compareKeys(keyOf(a, by), keyOf(b, by)));
}

const keyOf = ({ dimensions }: Pick<TotalsRow, 'dimensions'>, by: readonly Dimension[]): string[] =>
  by.map((name) => dimensions[name] ?? '');

function compareKeys(key: readonly string[], other: readonly string[]): number {
  for (const [index, part] of key.entries()) {
    const order = Buffer.compare(Buffer.from(part), Buffer.from(other[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

/** asReported turns a report into that part of a question. */
export const asReported = (report: Report | null): Pick<TotalsQuestion, 'asReported'> =>
  report === null ? {} : { asReported: { seq: report.seq, at: report.at } };

/** shownReport shows which report an answer is from. */
export const shownReport = (report: Report | null): z.input<typeof asKnownShape> =>
  report === null ? null : { reportedOn: report.reportedOn, at: report.at };

/** knownBy is how far figures were complete: a report knew nothing of the day on which it was made, nor of later ones. */
export function knownBy(asOf: BusinessDay | null, reportedOn: BusinessDay | undefined): BusinessDay | null {
  if (asOf === null || reportedOn === undefined) return asOf;
  const before = addDays(reportedOn, -1);
  return asOf < before ? asOf : before;
}

/** standingOf says how far the figures of a period are complete, for the shops that an account sees, and in what the goal is set. */
export async function standingOf(
  context: Context,
  resting: Resting,
  { from, to }: { readonly from: BusinessDay; readonly to: BusinessDay },
  limit: Limit,
): Promise<{ measure: (typeof GOAL_MEASURES)[number]; asOf: BusinessDay | null }> {
  const today = businessDayAt(context.now().getTime());
  const since = from === EARLIEST ? firstDay(yearOf(today)) : from;
  const until = to < today ? to : today;
  const [shops, goal, seen] = await Promise.all([
    resting.expectedShops(yearOf(since)),
    resting.goal(yearOf(since), today),
    seenWithin(context, limit),
  ]);
  const own = seen.expected(shops, { from: since, to: until });
  return { measure: goal.measure, asOf: lastCompleteDay(coverageOfShops(own, since, until), until).day };
}
