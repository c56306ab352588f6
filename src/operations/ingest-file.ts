import { basename } from 'node:path';
import { isParseRefusal } from '../clickhouse/errors';
import { findFile, type LedgerEntry, recordFile } from '../clickhouse/ledger';
import { commitFile } from '../clickhouse/loading/commit';
import { dropStaging, type LoadRequest, stageFile, type Staged } from '../clickhouse/loading/stage';
import { instantOf, wallClockAt } from '../domain/calendar';
import { type FileFigures, type FileReport, type RowAccount } from '../domain/order-file';
import { type Layout } from '../domain/layout';
import { PipelineError, terminal } from '../errors';
import { type Fingerprint, refuseChanged, takeFingerprint } from '../intake/fingerprint';
import { openTable, type OrderTable, type TableBody } from '../intake/open-table';
import { templatePlatform } from '../intake/template-platform';
import { platformOf } from '../platforms/registry';
import { type Context } from './context';

/** What the caller knows of a file beside its path. */
export interface IngestRequest {
  readonly path: string;
  /** Refuse the file when it is another platform's. */
  readonly platform?: string;
  /** The shop, for layouts that don't say it. */
  readonly shop?: string;
  /** The shop is known to sell retail there, so that an export of a wholesale platform counts. */
  readonly retail?: boolean;
}

const NO_ROWS: RowAccount = { read: 0, loaded: 0, rejected: 0, ignored: 0 };
const NO_FIGURES: FileFigures = {
  paidOrders: 0,
  gross: 0n,
  shipping: 0n,
  subsidy: 0n,
  booked: 0n,
  refunded: 0n,
  net: 0n,
};

/** Snapshots of machines whose clocks run a little ahead are believed. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** How far a file has come: what a report or a ledger entry can say of it. */
interface Progress {
  file: Fingerprint | null;
  platform: string;
  layout: string;
  encoding: string;
  shop: string;
  shops: readonly string[];
  snapshotAt: string | null;
  rows: RowAccount;
  figures: FileFigures;
  seq: number;
  attempt: string;
}

/**
 * ingestFile takes one file to its commit: recognise, stage, verify, commit. A file that can't be loaded is an answer
 * (`refused` or `held`, with the reason), not an exception; a transient failure of a store is thrown.
 * Totals are not refreshed here.
 */
export async function ingestFile(context: Context, request: IngestRequest): Promise<FileReport> {
  const progress: Progress = {
    file: null,
    platform: '',
    layout: '',
    encoding: '',
    shop: '',
    shops: [],
    snapshotAt: null,
    rows: NO_ROWS,
    figures: NO_FIGURES,
    seq: 0,
    attempt: '',
  };
  try {
    const file = await takeFingerprint(request.path);
    progress.file = file;
    const known = await findFile(context.db, file.fileId);
    if (known?.status === 'committed') return duplicateOf(request.path, known);
    progress.seq = known?.seq ?? 0;
    const table = await openTable(file);
    try {
      return await loadTable(context, request, file, table, progress);
    } finally {
      table.close();
    }
  } catch (error) {
    if (!(error instanceof PipelineError) || !isAboutTheFile(error)) throw error;
    return await settle(context, request.path, progress, error);
  }
}

/** A fault of a store or of the program says nothing about the file: it is thrown and the file can be tried again. */
function isAboutTheFile(error: PipelineError): boolean {
  return error.kind === 'terminal' && (isParseRefusal(error) || !error.code.startsWith('store-'));
}

async function loadTable(
  context: Context,
  request: IngestRequest,
  file: Fingerprint,
  table: OrderTable,
  progress: Progress,
): Promise<FileReport> {
  const { layout } = table;
  const began = performance.now();
  progress.layout = layout.id;
  progress.encoding = table.encoding;
  progress.platform = layout.platform ? await templatePlatform(table, request.path) : platformOf(layout).id;
  refuseOtherPlatform(request, progress.platform);
  refuseWholesale(request, layout);
  progress.shop = shopOf(request, table);
  const snapshotSecond = snapshotInName(request.path, layout);
  progress.snapshotAt = snapshotSecond === null ? null : wallClockAt(snapshotSecond * 1000);
  refuseFutureSnapshot(context, request.path, progress.snapshotAt);
  const load = (body: TableBody): LoadRequest => ({
    layout,
    form: body,
    fileId: file.fileId,
    platform: progress.platform,
    shop: progress.shop,
    snapshotSecond,
    headerLine: table.headerLine,
    body: body.open,
  });
  const staged = await stageSafely(context, file, table, load);
  progress.rows = staged.rows;
  progress.figures = staged.figures;
  progress.shops = staged.shops.length > 0 ? staged.shops : progress.shop === '' ? [] : [progress.shop];
  progress.attempt = staged.suffix;
  try {
    await refuseChanged(file);
    refuseRejects(context, request.path, staged.rows);
    // An export that was cut to its header must not pass for a shop that sold nothing.
    if (staged.snapshotSecond === null || staged.rows.loaded === 0) throw withoutOrders(request.path);
    progress.snapshotAt = wallClockAt(staged.snapshotSecond * 1000);
    refuseFutureSnapshot(context, request.path, progress.snapshotAt);
  } catch (error) {
    await dropStaging(context.db, staged.suffix);
    throw error;
  }
  const entry = { ...ledgerEntry(request.path, file, progress), days: staged.days, staging: staged.suffix };
  await commitFile(context.db, { ...entry, error: null }, context.now);
  context.log.info(`committed ${request.path}`, {
    file: file.fileId.slice(0, 12),
    platform: progress.platform,
    ...staged.rows,
    bytes: file.bytes,
    seconds: ((performance.now() - began) / 1000).toFixed(2),
  });
  return report(request.path, progress, 'committed', null);
}

/**
 * The engine reads the file as it is written. When it can't take the rows apart, or when rows are misaligned or cells
 * span lines so that record numbers are not lines, the file is taken apart here, more slowly and line by line.
 */
async function stageSafely(
  context: Context,
  file: Fingerprint,
  table: OrderTable,
  load: (body: TableBody) => LoadRequest,
): Promise<Staged> {
  if (!table.asWritten) return await stageFile(context.db, load(table.takenApart));
  try {
    const staged = await stageFile(context.db, load(table.asWritten));
    const lines = file.lineFeeds + (file.endsWithLineFeed ? 0 : 1) - table.headerLine;
    const lineByLine = lines === staged.rows.read;
    if (lineByLine || staged.rows.loaded === staged.rows.read) return staged;
    await dropStaging(context.db, staged.suffix);
  } catch (error) {
    if (!isParseRefusal(error)) throw error;
  }
  context.log.info('taking apart line by line, since the engine alone cannot tell its lines', {
    path: file.path,
    file: file.fileId.slice(0, 12),
  });
  return await stageFile(context.db, load(table.takenApart));
}

/** The shop that the caller names holds for the whole file, except in the template, which names one on each row. */
function shopOf(request: IngestRequest, { layout, takenApart }: OrderTable): string {
  if (layout.platform !== null) return '';
  const shop = request.shop?.trim() ?? '';
  const saysShop = layout.shop?.names.some((name) => takenApart.columns.has(takenApart.normalise(name))) ?? false;
  if (!saysShop && shop === '') {
    throw terminal(
      'shop-unknown',
      `${request.path} does not say which shop it is of`,
      'Name it with --shop, or put the file into <inbox>/<platform>/<shop>/.',
      { path: request.path, layout: layout.id },
    );
  }
  return shop;
}

function refuseWholesale(request: IngestRequest, layout: Layout): void {
  if (layout.channel === 'retail' || request.retail === true) return;
  throw terminal(
    'wholesale-not-retail',
    `${request.path} is of a wholesale platform (${layout.title}); sales between businesses are no retail sales`,
    'Leave it out; if the shop sells to consumers there, have it registered as retail.',
    { path: request.path, layout: layout.id },
  );
}

function refuseOtherPlatform(request: IngestRequest, platform: string): void {
  if (request.platform === undefined || request.platform === platform) return;
  throw terminal(
    'platform-mismatch',
    `${request.path} was handed in as ${request.platform} but is an export of ${platform}`,
    'Move it to the folder of its platform, or leave --platform out.',
    { path: request.path, platform },
  );
}

function snapshotInName(path: string, layout: Layout): number | null {
  const parts = layout.snapshotInName?.exec(basename(path).normalize('NFC'));
  if (!parts) return null;
  const [, year, month, day, hour, minute, second = '00'] = parts;
  const instant = instantOf(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
  return Number.isNaN(instant) ? null : instant / 1000;
}

function refuseFutureSnapshot(context: Context, path: string, snapshotAt: string | null): void {
  if (snapshotAt === null || instantOf(snapshotAt) <= context.now().getTime() + CLOCK_TOLERANCE_MS) return;
  throw terminal(
    'snapshot-in-future',
    `${path} claims to be of ${snapshotAt}, which is still to come`,
    'Check the clock of this machine and the name of the file.',
    { path, snapshotAt },
  );
}

function withoutOrders(path: string): PipelineError {
  return terminal(
    'no-orders',
    `${path} has a header but no orders`,
    'Export again over a period in which the shop sold something.',
    { path },
  );
}

function refuseRejects(context: Context, path: string, rows: RowAccount): void {
  const counted = rows.loaded + rows.rejected;
  if (counted === 0 || rows.rejected / counted <= context.settings.maxRejectShare) return;
  throw terminal(
    'rejects-over-limit',
    `${path}: ${rows.rejected} of ${counted} rows cannot be read, more than the ${context.settings.maxRejectShare * 100} % allowed`,
    'See "npx paceline rejects <file>" for the lines and reasons; export the file again or have it mended.',
    { path, rejected: rows.rejected, rows: counted },
  );
}

/** A file whose shop nobody knows waits for the operator; everything else that is terminal is refused. */
async function settle(context: Context, path: string, progress: Progress, error: PipelineError): Promise<FileReport> {
  const status = error.code === 'shop-unknown' ? 'held' : 'refused';
  const reason = { code: error.code, message: error.message, advice: error.advice };
  if (progress.file) {
    const entry = { ...ledgerEntry(path, progress.file, progress), days: [], staging: progress.attempt };
    await recordFile(context.db, { ...entry, status, error: reason }, context.now());
  }
  context.log.warn(`${status}: ${error.message}`, { file: progress.file?.fileId.slice(0, 12), code: error.code });
  return report(path, progress, status, reason);
}

function ledgerEntry(
  path: string,
  file: Fingerprint,
  progress: Progress,
): Omit<LedgerEntry, 'at' | 'status' | 'days' | 'staging' | 'error'> {
  const { platform, layout, encoding, shops, snapshotAt, rows, figures, seq } = progress;
  return {
    fileId: file.fileId,
    seq: seq + 1,
    path,
    bytes: file.bytes,
    platform,
    layout,
    encoding,
    shops,
    snapshotAt,
    rows,
    figures,
  };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/** The shop of a report: its name, or how many there are in the file. */
const shopLabel = (shops: readonly string[]): string | null =>
  shops.length > 1 ? `(${shops.length} shops)` : (shops[0] ?? null);

function report(
  path: string,
  progress: Progress,
  status: FileReport['status'],
  error: FileReport['error'],
): FileReport {
  return {
    path,
    fileId: progress.file?.fileId ?? '',
    status,
    platform: orNull(progress.platform),
    layout: orNull(progress.layout),
    encoding: orNull(progress.encoding),
    shop: shopLabel(progress.shops) ?? orNull(progress.shop),
    snapshotAt: progress.snapshotAt,
    rows: progress.rows,
    figures: progress.figures,
    error,
  };
}

function duplicateOf(path: string, known: LedgerEntry): FileReport {
  return {
    path,
    fileId: known.fileId,
    status: 'duplicate',
    platform: known.platform,
    layout: known.layout,
    encoding: known.encoding,
    shop: shopLabel(known.shops),
    snapshotAt: known.snapshotAt,
    rows: known.rows,
    figures: known.figures,
    error: null,
  };
}
