import { type Figure } from '../../clickhouse/queries/explain';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { parseDay } from '../../domain/calendar';
import { type Totals } from '../../domain/measures';
import { formatYuan, groupYuan } from '../../domain/money';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { explainSince } from './explain-since';
import { explainDay, type NamedShare, type TracedLine, tracedLines } from '../../operations/explain-day';
import { type Io, table } from '../io';
import { totalsJson } from '../money';
import { knownPlatform } from '../known-platform';

export interface ExplainOptions {
  readonly day?: string;
  readonly platform?: string;
  readonly shop?: string;
  /** List every order line too. */
  readonly lines?: boolean;
  /** What has changed since the report of this day. */
  readonly since?: string;
}

/** explain lists what a figure is made of, or what has changed in it since it was reported. */
export async function explain(io: Io, context: Context, options: ExplainOptions): Promise<boolean> {
  const { day, platform, shop, lines = false, since } = options;
  const figure = {
    ...(day === undefined ? {} : { day: parseDay(day) }),
    ...(platform === undefined ? {} : { platform: await knownPlatform(context, platform) }),
    ...(shop === undefined ? {} : { shop }),
  };
  if (since !== undefined) {
    if (lines) throw terminal('usage', '--lines and --since do not go together', 'A difference is told by its files.');
    return await explainSince(io, context, parseDay(since), figure);
  }
  if (figure.day === undefined || figure.platform === undefined) {
    throw terminal(
      'usage',
      'a figure is that of a platform on a day',
      'Add --day and --platform, or ask with --since what has changed after a report.',
    );
  }
  return await answerDay(io, context, { ...figure, day: figure.day, platform: figure.platform }, lines);
}

/** It fails when the files don't add up to the figure. */
async function answerDay(io: Io, context: Context, figure: Figure, withLines: boolean): Promise<boolean> {
  const { db } = context;
  await refreshTotals(db, context.now);
  const { totals, files: shares, addsUp } = await explainDay(context, figure);
  const lines = withLines ? await allLines(io, context, figure) : null;
  io.answer(
    {
      ...figure,
      total: totalsJson(totals),
      addsUp,
      files: shares.map(({ totals: sums, entry: { path, snapshotAt }, ...share }) => ({
        ...share,
        path,
        snapshotAt,
        ...totalsJson(sums),
      })),
      ...(lines === null ? {} : { lines: lines.map(lineJson) }),
    },
    () => {
      const where = [figure.platform, ...(figure.shop === undefined ? [] : [figure.shop])].join(', ');
      if (shares.length === 0) return `nothing was paid on ${figure.day} on ${where}, as far as files have come in`;
      const told = [`paid on ${figure.day} on ${where}`, '', sharesTable(shares, totals)];
      if (lines !== null) told.push('', linesTable(lines));
      if (lines?.some(({ line }) => line === null)) {
        told.push(
          '',
          '-: the file is no longer where it was loaded from, so that only the number of the record is known',
        );
      }
      if (!addsUp) told.push('', 'The files do not add up to the total: run "npx paceline verify".');
      return told.join('\n');
    },
  );
  return addsUp;
}

const PAGE = 50_000;

async function allLines(io: Io, context: Context, figure: Figure): Promise<TracedLine[]> {
  const all: TracedLine[] = [];
  for (;;) {
    const page = await tracedLines(context, figure, { after: all.at(-1), limit: PAGE }, (path) =>
      io.progress(`looking up lines of ${path}`),
    );
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const lineJson = ({ gross, refunded, ...line }: TracedLine): Record<string, string | number | null> => ({
  ...line,
  gross: formatYuan(gross),
  refunded: formatYuan(refunded),
});

function sharesTable(shares: readonly NamedShare[], totals: Totals): string {
  const sums = ({ paidOrders, gross, refunded, net }: Totals): string[] => [
    String(paidOrders),
    ...[gross, refunded, net].map(groupYuan),
  ];
  const rows = shares.map((share) => [
    String(share.lines),
    share.firstRecord === share.lastRecord ? String(share.firstRecord) : `${share.firstRecord} to ${share.lastRecord}`,
    ...sums(share.totals),
    share.entry.snapshotAt ?? '-',
    `${share.fileId.slice(0, 12)} ${share.entry.path}`,
  ]);
  const all = shares.reduce((count, share) => count + share.lines, 0);
  const header = [
    'order lines',
    'records',
    'paid orders',
    'gross yuan',
    'refunded yuan',
    'net yuan',
    'snapshot',
    'file',
  ];
  return table(header, [...rows, [String(all), '', ...sums(totals), '', 'total']], header.slice(0, 6));
}

function linesTable(lines: readonly TracedLine[]): string {
  return table(
    ['file', 'line', 'record', 'order', 'gross yuan', 'refunded yuan', 'shop'],
    lines.map((line) => [
      line.fileId.slice(0, 12),
      line.line === null ? '-' : String(line.line),
      String(line.record),
      line.lineId === '' ? line.orderId : `${line.orderId} ${line.lineId}`,
      groupYuan(line.gross),
      groupYuan(line.refunded),
      line.shop,
    ]),
    ['line', 'record', 'gross yuan', 'refunded yuan'],
  );
}
