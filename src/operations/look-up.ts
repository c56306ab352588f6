import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import { finishCommit } from '../clickhouse/loading/commit';
import { dropHeld, isStaged } from '../clickhouse/loading/held';
import { type FileReport } from '../domain/order-file';
import { type PipelineError, terminal, transient } from '../errors';
import { rowsNameShops } from '../platforms/registry';
import { confirmSilence } from './confirm-silence';
import { type Context } from './context';
import { reportOf } from './file-report';

/** What a caller hands in: where, and which file it means by it if that is known before the bytes are read. */
interface Meant {
  readonly path: string;
  /** The export's own name. */
  readonly name: string;
  readonly shop?: string;
  /** Set when an operator released the file of this id. */
  readonly release?: { readonly fileId: string };
  /** Set when it is to replace another file. */
  readonly replaces?: string;
  /** Nobody hands the file in anew, it is only still there: what an operator refused or withdrew stays so. */
  readonly decisionsStand?: boolean;
}

/**
 * lookUp asks the ledger about a file before anything of it is staged. It has the answer by itself when the file is
 * committed (`duplicate`), waits for an operator (`held`), was decided on by one (`refused`) where that is to stand, or when
 * its commit was cut off, which is finished here.
 * @throws PipelineError transient `file-busy` while it is being withdrawn or decided on
 */
export async function lookUp(
  context: Context,
  meant: Meant,
  fileId: string,
): Promise<{ answer: FileReport | null; known: LedgerEntry | null }> {
  const { db, now } = context;
  const { path, release, decisionsStand = false } = meant;
  let known = await findFile(db, fileId);
  const wasCutOff = known?.status === 'committing';
  if (known && wasCutOff) {
    await finishCommit(db, known, now);
    known = await findFile(db, fileId);
  }
  if (known?.status === 'committed') {
    await confirmSilence(context, meant, known);
    return { answer: reportOf({ ...known, path }, wasCutOff ? 'committed' : 'duplicate'), known };
  }
  if (known?.status === 'withdrawing') throw beingWithdrawn(path);
  const decided = (known?.status === 'refused' && known.decision !== null) || known?.status === 'withdrawn';
  if (known && decided && decisionsStand && !comesUnderItsShop(known, meant)) {
    return { answer: standing(known, path), known };
  }
  if (known?.status !== 'held' || release || !(await isStaged(db, known.staging))) return { answer: null, known };
  if (known.error?.code === 'shop-doubtful') {
    // What made it doubtful may have been withdrawn, or it comes under another name: it is judged anew.
    const rows = await dropHeld(db, known.staging);
    if (rows === 'dropped') return { answer: null, known };
    if (rows === 'gone') throw beingDecided(path);
  }
  return { answer: reportOf({ ...known, path }, 'held'), known };
}

/** What somebody refused for the name of its shop does not stay refused under another one. */
const comesUnderItsShop = ({ status, error, layout, shops }: LedgerEntry, { shop = '' }: Meant): boolean =>
  status === 'refused' &&
  (error?.code === 'shop-doubtful' || error?.code === 'shop-unknown') &&
  shop !== '' &&
  !shops.includes(shop) &&
  !rowsNameShops(layout);

function standing(known: LedgerEntry, path: string): FileReport {
  const { by = '', reason = '' } = known.decision ?? {};
  const why = [by, reason].filter((part) => part !== '').join(': ');
  const error = {
    code: 'file-state',
    message: `${path} was ${known.status} by hand${why === '' ? '' : ` (${why})`}, which stands`,
    advice: `If it is to count all the same, hand it in by hand: npx paceline ingest <file>`,
  };
  return { ...reportOf({ ...known, path }, 'refused'), error };
}

function beingDecided(path: string): PipelineError {
  return transient(
    'file-busy',
    `${path} is being decided on by another command`,
    'Hand it in again in a moment if it should still be needed.',
    { path },
  );
}

function beingWithdrawn(path: string): PipelineError {
  return transient(
    'file-busy',
    `${path} is being withdrawn by another command`,
    'Hand it in again in a moment; if no other command is at work, "npx paceline files withdraw <fileId>" finishes it.',
    { path },
  );
}

/**
 * refuseOtherThanMeant makes sure that the bytes are those of the file that was released, or not those of the one that is
 * to be replaced.
 * @throws PipelineError `file-state`, `usage`
 */
export function refuseOtherThanMeant({ path, release, replaces }: Omit<Meant, 'name'>, fileId: string): void {
  if (release && release.fileId !== fileId) {
    throw terminal(
      'file-state',
      `${path} is no longer the file that was held`,
      `Hand it in as it is now: npx paceline ingest ${path}`,
      { path, fileId: release.fileId },
    );
  }
  if (replaces === fileId) {
    throw terminal('usage', `${path} is the file that it is to replace`, 'Name the corrected file.', { path });
  }
}
