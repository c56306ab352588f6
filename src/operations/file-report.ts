import { findFile, findFileByPrefix, type LedgerEntry } from '../clickhouse/ledger';
import { type FileReport } from '../domain/order-file';
import { type PipelineError, terminal } from '../errors';
import { type Context } from './context';

/** reportOf tells what became of a file by its ledger entry; a status of its own where the entry's is not the answer. */
export function reportOf<Status extends string>(
  entry: LedgerEntry,
  status: Status,
): Omit<FileReport, 'status'> & { readonly status: Status } {
  return {
    path: entry.path,
    fileId: entry.fileId,
    status,
    platform: entry.platform || null,
    layout: entry.layout || null,
    encoding: entry.encoding || null,
    shop: shopLabel(entry.shops),
    snapshotAt: entry.snapshotAt,
    rows: entry.rows,
    figures: entry.figures,
    error: entry.error,
  };
}

/** shopLabel is the shop of a report: its name, or how many there are in the file. */
export function shopLabel(shops: readonly string[]): string | null {
  return shops.length > 1 ? `(${shops.length} shops)` : (shops[0] ?? null);
}

/**
 * namedFile is the file that an operator means by an id or by its beginning.
 * @throws PipelineError `nothing-found`
 */
export async function namedFile({ db }: Pick<Context, 'db'>, fileId: string): Promise<LedgerEntry> {
  const entry = (await findFile(db, fileId)) ?? (await findFileByPrefix(db, fileId));
  if (entry) return entry;
  throw terminal(
    'nothing-found',
    `the ledger knows no single file "${fileId}"`,
    'Give the id that "npx paceline files" shows, or at least six characters of its beginning.',
  );
}

const NEXT_STEP: Readonly<Record<LedgerEntry['status'], string>> = {
  received: 'Hand it in: "npx paceline ingest <file>".',
  committing: 'Run the command again once its commit has ended.',
  committed: 'A committed file can be withdrawn: "npx paceline files withdraw <fileId> --reason TEXT".',
  held: 'A held file can be released or refused: "npx paceline files release <fileId>", "… refuse <fileId>".',
  refused: 'Hand it in again: "npx paceline ingest <file>".',
  withdrawing: 'Run "npx paceline files withdraw <fileId>" to finish its withdrawal.',
  withdrawn: 'Hand it in again if it is to count: "npx paceline ingest <file>".',
};

/** wrongState is the error of asking for something that the state of a file does not allow. */
export function wrongState({ path, fileId, status }: LedgerEntry, asked: string): PipelineError {
  return terminal('file-state', `${path} is ${status} and cannot be ${asked}`, NEXT_STEP[status], {
    path,
    fileId,
    status,
  });
}
