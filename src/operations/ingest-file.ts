import { isParseRefusal } from '../clickhouse/errors';
import { findFile, latestSeq, type LedgerEntry, recordFile } from '../clickhouse/ledger';
import { commitFile } from '../clickhouse/loading/commit';
import { keepHeld } from '../clickhouse/loading/held';
import { dropStaging, type LoadRequest, stageFile, type Staged } from '../clickhouse/loading/stage';
import { type BusinessDay, wallClockAt } from '../domain/calendar';
import { HOLD_CODES } from '../domain/holds';
import { type Decision, type FileFigures, type FileReport, type RowAccount } from '../domain/order-file';
import { PipelineError, transient } from '../errors';
import { type FileIdentity, type Fingerprint, identityOf, refuseChanged, takeFingerprint } from '../intake/fingerprint';
import { untilStable } from '../intake/source';
import { openTable, type OrderTable } from '../intake/open-table';
import { type TableBody } from '../intake/table-body';
import { templatePlatform } from '../intake/template-platform';
import { platformOf } from '../platforms/registry';
import { type Context } from './context';
import { countedBody, type LoadProgress } from './counted-body';
import { reportOf, shopLabel } from './file-report';
import {
  refuseCut,
  refuseFutureRow,
  refuseFutureSnapshot,
  refuseOtherPlatform,
  refuseWholesale,
  shopOf,
  snapshotInName,
} from './file-claims';
import { judgeReleased, judgeStaged, withoutOrders } from './judge-staged';
import { type Lease } from './operations';
import { lookUp, refuseOtherThanMeant } from './look-up';

/** What the caller knows of a file beside its path. */
export interface IngestRequest {
  readonly path: string;
  /** Refuse the file when it is another platform's. */
  readonly platform?: string;
  /** The shop, for layouts that don't say it. */
  readonly shop?: string;
  /** An operator's decision to commit this one file although it was held. */
  readonly release?: { readonly fileId: string; readonly decision: Decision };
  /** The file that this one is to replace, which must be another. */
  readonly replaces?: string;
  /** Nobody hands the file in anew, it is only still there: what an operator refused or withdrew stays so. */
  readonly decisionsStand?: boolean;
  /** The hold of the worker that loads it: without it any more, nothing is committed. */
  readonly lease?: Lease;
  /** The fingerprint of the file, where it was begun before. */
  readonly fingerprint?: Promise<Fingerprint>;
  /** Told while the rows are on their way to the engine; called often. */
  readonly onProgress?: (progress: LoadProgress) => void;
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

/** How far a file has come: what a report or a ledger entry can say of it. */
interface Progress {
  file: FileIdentity | null;
  platform: string;
  layout: string;
  encoding: string;
  shop: string;
  shops: readonly string[];
  snapshotAt: string | null;
  rows: RowAccount;
  figures: FileFigures;
  /** What the ledger knew of it before. */
  known: LedgerEntry | null;
  /** Order days of the staged rows. */
  days: readonly BusinessDay[];
  /** Suffix of the staging table; blank before the rows are staged. */
  attempt: string;
}

/** How often a file that is still being written is begun anew. */
const ATTEMPTS = 3;

/**
 * ingestFile takes one file to its commit: recognise, stage, verify, commit. A file that can't be loaded is an answer
 * (`refused` or `held`, with the reason), not an exception; a transient failure of a store is thrown, and so is a file
 * that goes on changing. Totals are not refreshed here.
 */
export async function ingestFile(context: Context, request: IngestRequest): Promise<FileReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const begun = attempt === 1 ? request.fingerprint : undefined;
      return await ingestOnce(context, request, begun ?? fingerprintOf(context, request));
    } catch (error) {
      const changed = error instanceof PipelineError && error.code === 'file-changed';
      if (!changed || attempt === ATTEMPTS) throw error;
      context.log.info(`waiting until ${request.path} is written`, { attempt });
      await untilStable(request.path);
    }
  }
}

const fingerprintOf = async ({ settings }: Context, { path }: IngestRequest): Promise<Fingerprint> =>
  await takeFingerprint(path, { password: settings.archivePassword });

async function ingestOnce(
  context: Context,
  request: IngestRequest,
  fingerprint: Promise<Fingerprint>,
): Promise<FileReport> {
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
    known: null,
    days: [],
    attempt: '',
  };
  const password = context.settings.archivePassword;
  try {
    const file = await fingerprint;
    refuseOtherThanMeant(request, file.fileId);
    const { answer, known } = await lookUp(context, { ...request, path: file.path, name: file.name }, file.fileId);
    if (answer) return answer;
    progress.file = file;
    progress.known = known;
    const table = await openTable(file, { password });
    try {
      return await loadTable(context, { ...request, path: file.path }, file, table, progress);
    } finally {
      table.close();
    }
  } catch (error) {
    if (!(error instanceof PipelineError) || !isAboutTheFile(error)) throw error;
    if (!progress.file) {
      if ((request.release ?? request.replaces) !== undefined) throw error;
      progress.file = await identityOf(request.path);
      const known = progress.file && (await findFile(context.db, progress.file.fileId));
      // It could be opened before: what it brought stays.
      if (known?.status === 'committed') return reportOf({ ...known, path: request.path }, 'duplicate');
      progress.known = known;
    }
    return await settle(context, progress.file?.path ?? request.path, progress, error);
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
  if (table.skippedSheets.length > 0) {
    context.log.info(`left out of ${request.path}, since they hold no orders: ${table.skippedSheets.join(', ')}`);
  }
  if (!request.release) refuseCut(request.path, table);
  progress.platform = layout.platform ? await templatePlatform(table, request.path) : platformOf(layout).id;
  refuseOtherPlatform(request, progress.platform);
  if (!request.release) await refuseWholesale(context, request, layout);
  progress.shop = shopOf(request, table);
  const snapshotSecond = snapshotInName(file.name, layout);
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
    body: request.onProgress ? countedBody(file, body, request.onProgress) : body.open,
    pick: async (rows) => {
      const picked = await table.pick(rows);
      return picked && { form: picked, body: picked.open };
    },
  });
  const staged = await stageSafely(context, file, table, load);
  progress.rows = staged.rows;
  progress.figures = staged.figures;
  progress.shops = staged.shops.length > 0 ? staged.shops : progress.shop === '' ? [] : [progress.shop];
  progress.attempt = staged.suffix;
  progress.days = staged.days;
  let doubt: PipelineError | null;
  try {
    await refuseChanged(file);
    if (staged.snapshotSecond === null || staged.rows.loaded === 0) throw withoutOrders(request.path, staged.rows);
    progress.snapshotAt = wallClockAt(staged.snapshotSecond * 1000);
    refuseFutureRow(context, request.path, progress.snapshotAt);
    [doubt] = await Promise.all([
      judge(context, request, progress, staged),
      request.lease && refuseTaken(context, request.path, request.lease, progress),
    ]);
  } catch (error) {
    await dropStaging(context.db, staged.suffix);
    throw error;
  }
  if (doubt) {
    await keepHeld(context.db, staged.suffix);
    throw doubt;
  }
  const decision = request.release?.decision ?? null;
  await commitFile(context.db, { ...ledgerEntry(request.path, file, progress), error: null, decision }, context.now);
  context.log.info(`committed ${request.path}`, {
    file: file.fileId.slice(0, 12),
    platform: progress.platform,
    ...staged.rows,
    bytes: file.bytes,
    seconds: ((performance.now() - began) / 1000).toFixed(2),
  });
  return report(request.path, progress, 'committed', null);
}

async function judge(
  context: Context,
  { path, release, replaces }: IngestRequest,
  progress: Progress,
  staged: Staged,
): Promise<PipelineError | null> {
  if (!release) return await judgeStaged(context, path, { ...progress, staged, replaces });
  const { suffix, days } = staged;
  const heldFor = progress.known?.error?.code ?? '';
  return await judgeReleased(context, path, { ...progress, suffix, days, heldFor, decision: release.decision });
}

/**
 * A worker that was silent for too long (frozen, or cut off) leaves its file to whoever has it now. The queue is asked
 * for the lease and the ledger for its number: neither may have moved. Between this look and its announcement in the
 * ledger it may be frozen again, so commitFile looks once more.
 */
async function refuseTaken({ db }: Context, path: string, lease: Lease, { file, known }: Progress): Promise<void> {
  const [latest, isHeld] = await Promise.all([file ? latestSeq(db, file.fileId) : 0, lease.isHeld()]);
  if (latest === (known?.seq ?? 0) && isHeld) return;
  throw transient(
    'file-taken',
    `${path} has gone to another worker (this one had turn ${lease.turn})`,
    'Nothing to do: the other worker loads it.',
  );
}

/**
 * The engine reads the file as it is written. When it can't take the rows apart or they can't be accounted for, or when
 * rows are misaligned or not all known by their lines although cells span some, the file is taken apart here, more slowly
 * and line by line.
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
    if (staged.linesKnown && staged.misaligned === 0) return staged;
    if ((await table.countLines()) - table.headerLine === staged.rows.read) return staged;
    await dropStaging(context.db, staged.suffix);
  } catch (error) {
    const unaccounted = error instanceof PipelineError && error.code === 'rows-unaccounted';
    if (!isParseRefusal(error) && !unaccounted) throw error;
  }
  context.log.info('taking apart line by line, since the engine alone cannot tell its lines', {
    path: file.path,
    file: file.fileId.slice(0, 12),
  });
  return await stageFile(context.db, load(table.takenApart));
}

/** A file that somebody must decide on is held, with its staged rows if there are any; everything else is refused. */
async function settle(context: Context, path: string, progress: Progress, error: PipelineError): Promise<FileReport> {
  const status = HOLD_CODES.has(error.code) ? 'held' : 'refused';
  const reason = { code: error.code, message: error.message, advice: error.advice };
  const { known } = progress;
  const heldBefore = status === 'held' && known?.status === 'held' && known.error?.code === error.code;
  if (progress.file && !(heldBefore && progress.attempt === '')) {
    const entry = ledgerEntry(path, progress.file, progress);
    await recordFile(context.db, { ...entry, status, error: reason, decision: null }, context.now());
  }
  context.log.warn(`${status}: ${error.message}`, { file: progress.file?.fileId.slice(0, 12), code: error.code });
  return report(path, progress, status, reason);
}

function ledgerEntry(
  path: string,
  file: FileIdentity,
  progress: Progress,
): Omit<LedgerEntry, 'at' | 'status' | 'error' | 'decision'> {
  const { platform, layout, encoding, shops, snapshotAt, rows, figures, known, days, attempt } = progress;
  return {
    fileId: file.fileId,
    seq: (known?.seq ?? 0) + 1,
    path,
    bytes: file.bytes,
    platform,
    layout,
    encoding,
    shops,
    snapshotAt,
    rows,
    figures,
    days,
    staging: attempt,
  };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

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
