import { type Confirmation, confirmationsOf } from '../../clickhouse/confirmations';
import { fileHistory, type LedgerEntry, listFiles } from '../../clickhouse/ledger';
import { type FileStatus } from '../../domain/order-file';
import { groupYuan } from '../../domain/money';
import { type Context } from '../../operations/context';
import { namedFile, reportOf } from '../../operations/file-report';
import { type FileLine, fileJson, filesTable } from '../files-json';
import { type Io, table } from '../io';

/** files lists every file that the ledger knows, newest first. */
export async function files(io: Io, context: Context): Promise<boolean> {
  const entries = await listFiles(context.db);
  io.answer({ files: entries.map(entryJson) }, () =>
    entries.length === 0
      ? 'no file has been handed in yet: try "npx paceline ingest <path>" or "npx paceline demo"'
      : filesTable(entries.map(lineOf)),
  );
  return true;
}

/** filesShow shows one file whole: where it stands, its figures, and everything that happened to it. */
export async function filesShow(io: Io, context: Context, fileId: string): Promise<boolean> {
  const entry = await namedFile(context, fileId);
  const [history, confirmations] = await Promise.all([
    fileHistory(context.db, entry.fileId),
    confirmationsOf(context.db, entry.fileId),
  ]);
  const events = history.map(({ seq, at, status, error, decision }) => ({
    seq,
    at: `${at}Z`,
    status,
    error,
    decision,
  }));
  const { bytes, days } = entry;
  const again = confirmations.map(({ snapshotAt, path, at }) => ({ snapshotAt, path, at: `${at}Z` }));
  io.answer({ ...entryJson(entry), bytes, days, confirmations: again, history: events }, () =>
    fileText(entry, confirmations, history),
  );
  return true;
}

const lineOf = (entry: LedgerEntry): FileLine<FileStatus> => reportOf(entry, entry.status);

/** entryJson is the JSON form of a ledger entry: that of a file, with when and by whom. */
export function entryJson(entry: LedgerEntry): Record<string, unknown> {
  const decision = entry.decision === null ? {} : { decision: entry.decision };
  return { ...fileJson(lineOf(entry)), at: `${entry.at}Z`, ...decision };
}

function fileText(entry: LedgerEntry, confirmations: readonly Confirmation[], history: readonly LedgerEntry[]): string {
  const { rows, figures, days } = entry;
  const facts: readonly (readonly [string, string])[] = [
    ['file', entry.path],
    ['id', entry.fileId],
    ['status', entry.status],
    ['platform', `${entry.platform || '-'} (${entry.layout || 'no layout'}, ${entry.encoding || 'no encoding'})`],
    ['shops', entry.shops.join(', ') || '-'],
    ['snapshot', entry.snapshotAt ?? '-'],
    ...confirmations.map(({ snapshotAt, path }) => ['came again', `${snapshotAt} as ${path}`] as const),
    ['bytes', String(entry.bytes)],
    ['rows', `${rows.read} read = ${rows.loaded} loaded + ${rows.rejected} rejected + ${rows.ignored} ignored`],
    ['order days', days.length === 0 ? '-' : `${days.length}, ${days[0]} to ${days.at(-1)}`],
    ['paid orders', String(figures.paidOrders)],
    ['gross yuan', groupYuan(figures.gross)],
    ['refunded yuan', groupYuan(figures.refunded)],
    ['net yuan', groupYuan(figures.net)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const events = history.map(({ at, status, error, decision }) => [
    `${at}Z`,
    status,
    decision === null ? '' : [decision.by, decision.reason].filter((part) => part !== '').join(': '),
    error === null ? '' : `${error.message} [${error.code}]`,
  ]);
  const advice = entry.error === null ? [] : ['', `what to do: ${entry.error.advice}`];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    table(['when', 'what', 'decided by', 'why'], events, []),
    ...advice,
  ].join('\n');
}
