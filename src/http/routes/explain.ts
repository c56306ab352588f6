import { z } from 'zod';
import { type Figure, type PageOfLines } from '../../clickhouse/queries/explain';
import { type Context } from '../../operations/context';
import { explainDay, tracedLines } from '../../operations/explain-day';
import { seenWithin } from '../../operations/limit';
import { MEASURE_COLUMNS } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { readCursor, wholeNumber, writeCursor } from '../cursor';
import { refusal } from '../problem';
import { type AnyRoute, type Question, route } from '../route';
import { askedDay, businessDay, count, next, paging, shanghaiTime, text, yuan } from '../shapes';
import { asOfShape, standingOf, totalsShape } from './totals';

const part = z.object({
  fileId: z.string(),
  path: z.string(),
  snapshotAt: shanghaiTime.nullable(),
  lines: count.meta({ description: 'Order lines whose newest version came in this file.' }),
  firstRecord: count,
  lastRecord: count,
  totals: totalsShape,
});

const line = z.object({
  fileId: z.string(),
  record: count,
  line: count.nullable().meta({ description: 'Null when the file is no longer where it was loaded from.' }),
  shop: z.string(),
  orderId: z.string(),
  lineId: z.string(),
  gross: yuan,
  refunded: yuan,
});

const explainQuery = z.strictObject({
  day: askedDay,
  platform: text(100)
    .min(1)
    .meta({ examples: ['taobao'] }),
  shop: text(200).min(1).optional(),
  lines: z.enum(['true', 'false']).optional().meta({ description: '`true`: with the order lines, a page of them.' }),
  ...paging.shape,
});

export const explainRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/explain',
    summary: 'The files, and on demand the order lines, behind a day’s figure of a platform or of one of its shops',
    rule: { who: 'analyst', limited: 'narrowed' },
    restsOn: 'data',
    query: explainQuery,
    answer: z.object({
      day: businessDay,
      platform: z.string(),
      shop: z.string().nullable(),
      asOf: asOfShape,
      total: totalsShape,
      addsUp: z
        .boolean()
        .meta({ description: 'The parts of the files add up to the total; if not, the totals are to be verified.' }),
      files: z.array(part),
      lineCount: count.nullable().meta({ description: 'How many lines there are; null unless asked for.' }),
      lines: z.array(line).nullable().meta({
        description: 'Null unless asked for; by file and record, a page of `lineCount`.',
      }),
      next: next.meta({ description: '`cursor` of the next page of lines; null on the last one.' }),
    }),
    download: async (asked) => {
      const { context, figure, explained } = await figureAsked(asked);
      const { day, platform, shop } = figure;
      return {
        ...(asked.query.lines === 'true'
          ? {
              name: 'lines',
              columns: ['fileId', 'record', 'line', 'shop', 'orderId', 'lineId', 'gross', 'refunded'],
              rows: allLines(context, figure),
            }
          : {
              name: 'sources',
              columns: ['fileId', 'path', 'snapshotAt', 'lines', 'firstRecord', 'lastRecord', ...MEASURE_COLUMNS],
              rows: explained.files.map(({ entry: { path, snapshotAt }, totals, ...share }) => ({
                ...share,
                path,
                snapshotAt,
                ...totals,
              })),
            }),
        facts: {},
        about: [day, platform, ...(shop === undefined ? [] : [shop])],
      };
    },
    examples: [
      { path: '/v1/explain?day={day}&platform=taobao' },
      { path: '/v1/explain?day={day}&platform=taobao&lines=true&limit=100' },
    ],
    handle: async (asked) => {
      const { context, figure, explained, asOf } = await figureAsked(asked);
      const { query } = asked;
      const after = query.cursor === undefined ? undefined : lineAt(query.cursor);
      const page =
        query.lines === 'true'
          ? await pageOfLines(context, figure, { after, limit: query.limit ?? PAGE })
          : { lines: null, last: null };
      return {
        ...figure,
        shop: figure.shop ?? null,
        asOf,
        total: { ...explained.totals },
        addsUp: explained.addsUp,
        files: explained.files.map(({ entry, totals, ...share }) => ({
          ...share,
          path: entry.path,
          snapshotAt: entry.snapshotAt,
          totals: { ...totals },
        })),
        lineCount: page.lines && explained.files.reduce((sum, share) => sum + share.lines, 0),
        lines: page.lines,
        next: page.last && writeCursor([page.last.fileId, page.last.record, page.last.lineId]),
      };
    },
  }),
];

/** figureAsked explains the figure that a request asks for, if its account sees all of it. */
async function figureAsked({
  query: { day, platform, shop },
  caller,
  context,
  around: { resting },
}: Question<typeof explainQuery>) {
  const { limit: sees } = signedIn(caller).account;
  const seen = await seenWithin(context, sees);
  // A limited account must name a shop that it sees on that day: the figure of a platform has others in it.
  if (!seen.everything && (shop === undefined || !seen.shop(platform, shop, { from: day, to: day }))) {
    throw refusal(
      403,
      'region-only',
      'The figure has shops in it that this account does not see on that day.',
      'Name a shop of yours.',
    );
  }
  const figure = { day, platform, shop };
  const explained = await explainDay(context, figure);
  const { asOf } = await standingOf(context, resting, { from: day, to: day }, sees);
  return { context, figure, explained, asOf };
}

/** A page of lines, with the last of them where there are more. */
async function pageOfLines(context: Context, figure: Figure, { after, limit }: PageOfLines) {
  const traced = await tracedLines(context, figure, { after, limit: limit + 1 });
  const lines = traced.slice(0, limit);
  return { lines, last: traced.length > limit ? (lines.at(-1) ?? null) : null };
}

async function* allLines(context: Context, figure: Figure) {
  let after: PageOfLines['after'];
  for (;;) {
    const { lines, last } = await pageOfLines(context, figure, { after, limit: PAGE_OF_FILE });
    yield* lines;
    if (last === null) return;
    after = last;
  }
}

const PAGE = 500;
/** Each page reads the orders of the day, and each of its files, once. */
const PAGE_OF_FILE = 50_000;

function lineAt(cursor: string): NonNullable<PageOfLines['after']> {
  const [fileId = '', record = 0, lineId = ''] = readCursor(cursor, ['string', 'number', 'string']);
  return { fileId: String(fileId), record: wholeNumber(record), lineId: String(lineId) };
}
