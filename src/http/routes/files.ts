import { z } from 'zod';
import { confirmationsOf } from '../../clickhouse/confirmations';
import { fileHistory, findFile, type LedgerEntry, pageOfFiles } from '../../clickhouse/ledger';
import { pageOfRejects } from '../../clickhouse/queries/rejects';
import { wallClockOf } from '../../clickhouse/time';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { isLimited } from '../../domain/access';
import { FILE_STATUSES } from '../../domain/order-file';
import { type Context } from '../../operations/context';
import { refuseFile, releaseFile } from '../../operations/decide-file';
import { reportOf } from '../../operations/file-report';
import { type Seen, seenWithin } from '../../operations/limit';
import { withdrawFile } from '../../operations/withdraw-file';
import { fileReport } from '../../queue/wire';
import { type ColumnId } from '../../tables/columns';
import { type Caller, nameOf, signedIn } from '../caller';
import { readCursor, wholeNumber, writeCursor } from '../cursor';
import { refusal } from '../problem';
import { type AnyRoute, route } from '../route';
import { businessDay, count, fileId, instant, next, paging, reason, shanghaiTime, text } from '../shapes';

const status = z.enum(FILE_STATUSES);
const decision = z.object({ by: z.string(), reason: z.string() }).nullable();

const file = fileReport
  .extend({
    status,
    shops: z.array(z.string()).readonly(),
    bytes: count,
    at: instant.meta({ description: 'When it came to its status, UTC.' }),
    decision: decision.meta({ description: 'Who decided this by hand, and why; null: the program did.' }),
  })
  .meta({ title: 'A file that was handed in, and what became of it' });

const wholeFile = file.extend({
  days: z.array(businessDay).readonly().meta({ description: 'Order days that it has rows of.' }),
  confirmations: z
    .array(z.object({ snapshotAt: shanghaiTime, path: z.string(), at: instant }))
    .meta({ description: 'When the same bytes came again under the name of a later snapshot: nothing had happened.' }),
  history: z.array(z.object({ seq: count, at: instant, status, error: fileReport.shape.error, decision })),
});

const reject = z.object({
  record: count.meta({ description: 'Number of the data record, from 1.' }),
  line: count.meta({ description: 'Physical line of the file, or row of the sheet.' }),
  outcome: z.enum(['rejected', 'ignored']),
  reasons: z.array(z.string()).readonly(),
  columns: z.array(z.string()).readonly(),
  cells: z.record(z.string(), z.string()).meta({
    description:
      'Those of its cells that are not personal. None for accounts of a part of the region where each row names its shop.',
  }),
});

const FILE_COLUMNS = [
  'fileId',
  'path',
  'status',
  'statusAt',
  'handedIn',
  'platform',
  'shops',
  'snapshotAt',
  'layout',
  'encoding',
  'bytes',
  'rowsRead',
  'rowsLoaded',
  'rowsRejected',
  'rowsIgnored',
  'paidOrders',
  'gross',
  'shipping',
  'subsidy',
  'booked',
  'refunded',
  'net',
  'errorCode',
  'errorMessage',
  'errorAdvice',
  'decidedBy',
  'decisionReason',
] as const satisfies readonly ColumnId[];

const params = z.strictObject({ fileId });
const PAGE = 100;

export const fileRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/files',
    summary: 'Every file that was handed in, and what became of it; those that came last first',
    rule: { who: 'analyst', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({
      status: status.optional(),
      platform: text(100).optional(),
      shop: text(200).optional(),
      path: text(200).meta({ description: 'A part of the path.' }).optional(),
      ...paging.shape,
    }),
    answer: z.object({ files: z.array(file.extend({ handedIn: instant })), next }),
    table: ({ files }) => ({
      name: 'files',
      columns: FILE_COLUMNS,
      rows: files.map(({ figures, rows, error, decision: by, shops, at, handedIn, ...each }) => ({
        ...each,
        ...figures,
        shops: shops.join('；'),
        statusAt: wallClockOf(at),
        handedIn: wallClockOf(handedIn),
        rowsRead: rows.read,
        rowsLoaded: rows.loaded,
        rowsRejected: rows.rejected,
        rowsIgnored: rows.ignored,
        errorCode: error?.code,
        errorMessage: error?.message,
        errorAdvice: error?.advice,
        decidedBy: by?.by,
        decisionReason: by?.reason,
      })),
      facts: {},
      about: [],
    }),
    examples: [{ path: '/v1/files' }, { path: '/v1/files?status=held&limit=10' }],
    handle: async ({ query, caller, context }) => {
      const limit = query.limit ?? PAGE;
      const seen = await seenWithin(context, signedIn(caller).account.limit);
      const files = [];
      // A limited account sees some of a page only: pages are read until one is full or there are no more.
      let after = afterOf(query.cursor);
      for (;;) {
        const page = await pageOfFiles(context.db, {
          statuses: query.status === undefined ? [] : [query.status],
          platform: query.platform ?? '',
          shop: query.shop ?? '',
          path: query.path ?? '',
          after,
          limit: limit + 1,
        });
        for (const entry of page) {
          if (!seen.file(entry)) continue;
          files.push(entry);
          if (files.length > limit) break;
        }
        const last = page.at(-1);
        if (files.length > limit || last === undefined || page.length <= limit) break;
        after = { handedIn: last.handedIn, fileId: last.fileId };
      }
      const shown = files.slice(0, limit);
      const end = shown.at(-1);
      return {
        files: shown.map((entry) => ({ ...shownFile(caller, entry), handedIn: entry.handedIn })),
        next: files.length > limit && end !== undefined ? writeCursor([end.handedIn, end.fileId]) : null,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/files/:fileId',
    summary: 'One file whole, with everything that happened to it',
    rule: { who: 'analyst', limited: 'narrowed' },
    restsOn: 'data',
    params,
    answer: wholeFile,
    examples: [{ path: '/v1/files/{fileId}' }],
    handle: async ({ params: asked, caller, context }) =>
      wholeOf(context, caller, (await visibleFile(context, caller, asked.fileId)).entry),
  }),
  route({
    method: 'GET',
    path: '/v1/files/:fileId/rejects',
    summary: 'The rows of a file that were not loaded, with line and reason, in the order of the file',
    rule: { who: 'analyst', limited: 'narrowed' },
    restsOn: 'data',
    params,
    query: z.strictObject({ ...paging.shape }),
    answer: z.object({ rows: z.array(reject), next }),
    table: ({ rows }) => ({
      name: 'rejects',
      columns: ['record', 'line', 'outcome', 'reasons', 'columns', 'cells'],
      rows: rows.map(({ record, line, outcome, reasons, columns, cells }) => ({
        record,
        line,
        outcome,
        reasons: reasons.join('；'),
        columns: columns.join('；'),
        cells: Object.entries(cells)
          .map(([name, cell]) => `${name}：${cell}`)
          .join('；'),
      })),
      facts: {},
      about: [],
    }),
    examples: [{ path: '/v1/files/{fileId}/rejects' }, { path: '/v1/files/{fileId}/rejects?limit=2' }],
    handle: async ({ params: asked, query, caller, context }) => {
      const { entry, seen } = await visibleFile(context, caller, asked.fileId);
      const limit = query.limit ?? PAGE;
      const [line = 0, record = 0] =
        query.cursor === undefined ? [] : readCursor(query.cursor, ['number', 'number']).map(wholeNumber);
      const rows = await pageOfRejects(context.db, entry, { after: { line, record }, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        rows: page.map((row) => ({ ...row, cells: seen.rejectedCells(entry) ? { ...row.cells } : {} })),
        next: rows.length > limit && last !== undefined ? writeCursor([last.line, last.record]) : null,
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/files/:fileId/release',
    summary: 'Commit a held file; `shop` where it was held because nobody knew the shop',
    rule: { who: 'operator', limited: 'narrowed' },
    params,
    body: z.strictObject({ reason, shop: text(200).min(1).optional() }),
    answer: wholeFile,
    examples: [],
    handle: async ({ params: asked, body, caller, context }) => {
      const { entry } = await visibleFile(context, caller, asked.fileId);
      const named = body.shop === undefined ? {} : { shop: body.shop };
      const report = await releaseFile(context, {
        fileId: entry.fileId,
        decision: { by: nameOf(caller), reason: body.reason },
        ...named,
      });
      if (report.status === 'committed') await refreshTotals(context.db, context.now);
      return await wholeNow(context, caller, entry.fileId);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/files/:fileId/refuse',
    summary: 'Refuse a held file for good and drop its staged rows',
    rule: { who: 'operator', limited: 'narrowed' },
    params,
    body: z.strictObject({ reason }),
    answer: wholeFile,
    examples: [],
    handle: async ({ params: asked, body, caller, context }) => {
      const { entry } = await visibleFile(context, caller, asked.fileId);
      await refuseFile(context, { fileId: entry.fileId, decision: { by: nameOf(caller), reason: body.reason } });
      return await wholeNow(context, caller, entry.fileId);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/files/:fileId/withdraw',
    summary: 'Take a committed file out again, as if it had never come',
    rule: { who: 'operator', limited: 'narrowed' },
    params,
    body: z.strictObject({ reason: reason.min(1) }),
    answer: wholeFile,
    examples: [],
    handle: async ({ params: asked, body, caller, context }) => {
      const { entry } = await visibleFile(context, caller, asked.fileId);
      await withdrawFile(context, { fileId: entry.fileId, decision: { by: nameOf(caller), reason: body.reason } });
      await refreshTotals(context.db, context.now);
      return await wholeNow(context, caller, entry.fileId);
    },
  }),
];

function afterOf(cursor: string | undefined): { handedIn: string; fileId: string } | null {
  if (cursor === undefined) return null;
  const [handedIn = '', id = ''] = readCursor(cursor, ['string', 'string']).map(String);
  return { handedIn, fileId: id };
}

/** A file that an account does not see is to it as if there were none. */
async function visibleFile(
  context: Context,
  caller: Caller,
  id: string,
): Promise<{ readonly entry: LedgerEntry; readonly seen: Seen }> {
  const [entry, seen] = await Promise.all([
    findFile(context.db, id),
    seenWithin(context, signedIn(caller).account.limit),
  ]);
  if (entry !== null && seen.file(entry)) return { entry, seen };
  throw refusal(404, 'nothing-found', 'There is no such file.');
}

async function wholeNow(context: Context, caller: Caller, id: string): Promise<z.output<typeof wholeFile>> {
  const entry = await findFile(context.db, id);
  if (entry === null) throw refusal(404, 'nothing-found', 'There is no such file.');
  return await wholeOf(context, caller, entry);
}

async function wholeOf(context: Context, caller: Caller, entry: LedgerEntry): Promise<z.output<typeof wholeFile>> {
  const [history, confirmations] = await Promise.all([
    fileHistory(context.db, entry.fileId),
    confirmationsOf(context.db, entry.fileId),
  ]);
  return {
    ...shownFile(caller, entry),
    days: entry.days,
    confirmations: confirmations.map(({ snapshotAt, path, at }) => ({ snapshotAt, path, at })),
    history: history.map(({ seq, at, status: was, error, decision: by }) => ({
      seq,
      at,
      status: was,
      error: reasonFor(caller, error),
      decision: by,
    })),
  };
}

function shownFile(caller: Caller, entry: LedgerEntry): z.output<typeof file> {
  const { status: is, shops, bytes, at, decision: by, error } = entry;
  return { ...reportOf(entry, is), error: reasonFor(caller, error), shops, bytes, at, decision: by };
}

/** Why a file is held may name a shop of others, which is not for accounts of a part of the region. */
function reasonFor(caller: Caller, error: LedgerEntry['error']): LedgerEntry['error'] {
  if (error?.code !== 'shop-doubtful' || !isLimited(signedIn(caller).account.limit)) return error;
  return { ...error, message: 'orders of this file are counted already under another shop of the platform' };
}
