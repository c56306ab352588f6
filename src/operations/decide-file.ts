import { findFile, type LedgerEntry, recordFile } from '../clickhouse/ledger';
import { commitFile, finishCommit } from '../clickhouse/loading/commit';
import { claimHeld, dropHeld, keepHeld } from '../clickhouse/loading/held';
import { type Decision, type FileReport } from '../domain/order-file';
import { PipelineError, terminal, transient } from '../errors';
import { type Context } from './context';
import { namedFile, reportOf, wrongState } from './file-report';
import { ingestFile } from './ingest-file';
import { judgeReleased } from './judge-staged';

/** What an operator decides on one file, named by its id or the beginning of it. */
export interface FileDecision {
  readonly fileId: string;
  readonly decision: Decision;
}

/**
 * releaseFile commits a held file. Its staged rows are taken when they are there; else (nobody knew its shop, or it was
 * held for longer than rows are kept) the file is read again from its path, if it is still the same. A file that is
 * committed already stays so, and one whose orders another shop has too is held for that unless it was before. Totals are
 * not refreshed here.
 * @throws PipelineError `nothing-found`, `file-state`, `file-unreadable`, `usage` for another shop than its rows have
 */
export async function releaseFile(
  context: Context,
  { fileId, decision, shop }: FileDecision & { readonly shop?: string },
): Promise<FileReport> {
  const { db, now } = context;
  const entry = await namedFile(context, fileId);
  if (entry.status === 'committing') await finishCommit(db, entry, now);
  else if (entry.status === 'held') refuseOtherShop(entry, shop);
  else if (entry.status !== 'committed') throw wrongState(entry, 'released');
  if (entry.status === 'held') {
    if ((await claimHeld(db, entry.staging)) === 'gone') {
      const latest = await findFile(db, entry.fileId);
      if (latest?.seq !== entry.seq) return await releaseFile(context, { fileId, decision });
      return await readAgain(context, entry, decision, shop);
    }
    const doubt = await judgeReleased(context, entry.path, {
      ...entry,
      suffix: entry.staging,
      heldFor: entry.error?.code ?? '',
      decision,
    });
    if (doubt) return await holdAgain(context, entry, doubt);
    await commitFile(db, { ...entry, seq: entry.seq + 1, error: null, decision }, now);
  }
  const released = await namedFile(context, entry.fileId);
  if (released.status !== 'committed') throw wrongState(released, 'released');
  return reportOf(released, 'committed');
}

/** What was held for another reason turns out to be in doubt for its shop. */
async function holdAgain({ db, now }: Context, entry: LedgerEntry, doubt: PipelineError): Promise<FileReport> {
  const { code, message, advice } = doubt;
  await keepHeld(db, entry.staging);
  const held = { ...entry, seq: entry.seq + 1, error: { code, message, advice } };
  await recordFile(db, held, now());
  return reportOf(held, 'held');
}

async function readAgain(
  context: Context,
  { path, fileId }: LedgerEntry,
  decision: Decision,
  shop: string | undefined,
): Promise<FileReport> {
  const named = shop === undefined ? {} : { shop };
  const report = await ingestFile(context, { path, ...named, release: { fileId, decision } }).catch(
    (error: unknown) => {
      throw error instanceof PipelineError && error.code === 'file-unreadable' ? goneFrom(path, error) : error;
    },
  );
  return report.status === 'duplicate' ? { ...report, status: 'committed' } : report;
}

const goneFrom = (path: string, cause: PipelineError) =>
  terminal(
    'file-unreadable',
    `nothing of ${path} is staged, and it can no longer be read there`,
    'Hand the file in again from where it is now: npx paceline ingest <file> --shop NAME',
    { path },
    cause,
  );

function refuseOtherShop({ path, shops, staging }: LedgerEntry, shop: string | undefined): void {
  if (shop === undefined || staging === '' || (shops.length === 1 && shops[0] === shop)) return;
  throw terminal(
    'usage',
    `${path} was read as of ${shops.join(', ')}, which --shop cannot change any more`,
    'Release it without --shop, or refuse it and hand it in again with the right one.',
    { path },
  );
}

/**
 * refuseFile refuses a held file for good and drops its staged rows; a refused file stays so.
 * @throws PipelineError `nothing-found`, `file-state`, and transient `file-busy` when it is being released
 */
export async function refuseFile(context: Context, { fileId, decision }: FileDecision): Promise<LedgerEntry> {
  const { db, now } = context;
  const entry = await namedFile(context, fileId);
  if (entry.status === 'refused') return entry;
  if (entry.status !== 'held') throw wrongState(entry, 'refused');
  const rows = await dropHeld(db, entry.staging);
  if (rows === 'claimed') throw beingReleased(entry);
  if (rows === 'gone' && (await findFile(db, entry.fileId))?.seq !== entry.seq) {
    return await refuseFile(context, { fileId, decision });
  }
  await recordFile(db, { ...entry, seq: entry.seq + 1, status: 'refused', decision }, now());
  return await namedFile(context, entry.fileId);
}

const beingReleased = ({ path }: LedgerEntry) =>
  transient(
    'file-busy',
    `${path} is being released by another command`,
    'See "npx paceline files"; if its release was cut off, run it again.',
    { path },
  );
