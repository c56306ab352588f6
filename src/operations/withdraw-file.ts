import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import { finishCommit } from '../clickhouse/loading/commit';
import { type Compaction, compactKept as compact, keptSince } from '../clickhouse/loading/compact';
import { finishWithdrawal, withdrawFile as withdraw } from '../clickhouse/loading/withdraw';
import { type FileReport } from '../domain/order-file';
import { terminal } from '../errors';
import { type Context } from './context';
import { type FileDecision } from './decide-file';
import { namedFile, wrongState } from './file-report';
import { ingestFile, type IngestRequest } from './ingest-file';

/**
 * withdrawFile takes a committed file out again: orders, destinations and, once they are refreshed, totals are as if it
 * had never come. A withdrawn file stays so; it may be handed in again.
 * @throws PipelineError `nothing-found`, `file-state`, `retention-over`, transient `file-busy`
 */
export async function withdrawFile(context: Context, { fileId, decision }: FileDecision): Promise<LedgerEntry> {
  const { db, now } = context;
  const entry = await namedFile(context, fileId);
  switch (entry.status) {
    case 'withdrawn':
      return entry;
    case 'withdrawing':
      await finishWithdrawal(db, entry, now);
      break;
    case 'committing':
      await finishCommit(db, entry, now);
      return await withdrawFile(context, { fileId: entry.fileId, decision });
    case 'committed':
      await refuseTooOld(context, entry);
      await withdraw(db, { ...entry, seq: entry.seq + 1, decision }, now);
      break;
    case 'received':
    case 'held':
    case 'refused':
      throw wrongState(entry, 'withdrawn');
  }
  return (await findFile(db, entry.fileId)) ?? entry;
}

async function refuseTooOld({ db, settings, now }: Context, { path, at }: LedgerEntry): Promise<void> {
  if (at >= (await keptSince(db, settings.keepDays, now()))) return;
  throw terminal(
    'retention-over',
    `${path} was committed at ${at} UTC, and what was there before is kept for ${settings.keepDays} days only`,
    'Hand in a newer export of the same orders: the newest snapshot of an order counts. PACELINE_KEEP_DAYS sets how long rows are kept.',
    { path, at },
  );
}

/**
 * replaceFile commits a corrected file and withdraws the one that it replaces. When the new file is held or refused the
 * old one stays. Run again after a crash it goes on where it was: the new file is then a duplicate.
 * @throws PipelineError as ingestFile and withdrawFile do, and `usage` when both are the same file
 */
export async function replaceFile(
  context: Context,
  request: IngestRequest,
  { fileId, decision }: FileDecision,
): Promise<FileReport> {
  const old = await namedFile(context, fileId);
  if (old.status === 'committed') await refuseTooOld(context, old);
  else if (old.status !== 'withdrawing' && old.status !== 'withdrawn') throw wrongState(old, 'replaced');
  const report = await ingestFile(context, { ...request, replaces: old.fileId });
  if (report.status === 'committed' || report.status === 'duplicate') {
    await withdrawFile(context, { fileId: old.fileId, decision });
  }
  return report;
}

/** compactKept is the housekeeping of what withdrawals need: past the retention only the newest versions stay. */
export async function compactKept({ db, settings, now }: Context): Promise<Compaction> {
  return await compact(db, settings.keepDays, now);
}
