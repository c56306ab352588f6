import { z } from 'zod';
import { explainDay } from '../../operations/explain-day';
import { seenWithin } from '../../operations/limit';
import { MEASURE_COLUMNS } from '../../tables/totals-table';
import { signedIn } from '../caller';
import { refusal } from '../problem';
import { type AnyRoute, route } from '../route';
import { askedDay, businessDay, count, shanghaiTime, text, yuan } from '../shapes';
import { totalsShape } from './totals';

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

export const explainRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/explain',
    summary: 'The files, and on demand the order lines, behind a day’s figure of a platform or of one of its shops',
    rule: { who: 'analyst', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({
      day: askedDay,
      platform: text(100)
        .min(1)
        .meta({ examples: ['taobao'] }),
      shop: text(200).min(1).optional(),
      lines: z.enum(['true', 'false']).optional(),
    }),
    answer: z.object({
      day: businessDay,
      platform: z.string(),
      shop: z.string().nullable(),
      total: totalsShape,
      addsUp: z
        .boolean()
        .meta({ description: 'The parts of the files add up to the total; if not, the totals are to be verified.' }),
      files: z.array(part),
      lineCount: count.nullable().meta({ description: 'How many lines there are; null unless asked for.' }),
      lines: z.array(line).nullable().meta({
        description: 'Null unless asked for; the first 10,000 of `lineCount`. As a file (`format`): all of them.',
      }),
    }),
    table: ({ day, platform, shop, files, lines }) => ({
      ...(lines === null
        ? {
            name: 'sources',
            columns: ['fileId', 'path', 'snapshotAt', 'lines', 'firstRecord', 'lastRecord', ...MEASURE_COLUMNS],
            rows: files.map(({ totals, ...share }) => ({ ...share, ...totals })),
          }
        : {
            name: 'lines',
            columns: ['fileId', 'record', 'line', 'shop', 'orderId', 'lineId', 'gross', 'refunded'],
            rows: lines,
          }),
      facts: {},
      about: [day, platform, ...(shop === null ? [] : [shop])],
    }),
    examples: [
      { path: '/v1/explain?day={day}&platform=taobao' },
      { path: '/v1/explain?day={day}&platform=taobao&lines=true' },
    ],
    handle: async ({ query, caller, context, whole }) => {
      const { day, platform, shop } = query;
      const seen = await seenWithin(context, signedIn(caller).account.limit);
      // A limited account must name a shop that it sees: the figure of a platform has others in it.
      if (!seen.everything && (shop === undefined || !seen.shop(platform, shop))) {
        throw refusal(
          403,
          'region-only',
          'The figure has shops in it that this account does not see.',
          'Name a shop of yours.',
        );
      }
      const explained = await explainDay(context, { day, platform, shop }, query.lines === 'true');
      return {
        day,
        platform,
        shop: shop ?? null,
        total: { ...explained.totals },
        addsUp: explained.addsUp,
        files: explained.files.map(({ entry, totals, ...share }) => ({
          ...share,
          path: entry.path,
          snapshotAt: entry.snapshotAt,
          totals: { ...totals },
        })),
        lineCount: explained.lines?.length ?? null,
        lines: explained.lines?.slice(0, whole ? undefined : MOST_LINES) ?? null,
      };
    },
  }),
];

const MOST_LINES = 10_000;
