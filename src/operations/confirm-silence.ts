import { knownSince, recordConfirmation } from '../clickhouse/confirmations';
import { type LedgerEntry } from '../clickhouse/ledger';
import { wallClockAt } from '../domain/calendar';
import { isUsualSilence } from '../domain/usual';
import { LAYOUTS, rowsNameShops } from '../platforms/registry';
import { type Context } from './context';
import { isToCome, snapshotInName } from './file-claims';

/** A file whose bytes are those of a committed one. */
interface SameBytes {
  readonly path: string;
  /** The export's own name. */
  readonly name: string;
  readonly shop?: string;
}

/**
 * confirmSilence takes the same bytes under the name of a later snapshot for what a shop exports in which nothing has
 * happened: it has delivered up to then. Only where they are the latest that came of the shop, and it is silent no longer
 * than it was before: anything else may be an old copy, and says nothing.
 */
export async function confirmSilence(context: Context, file: SameBytes, known: LedgerEntry): Promise<void> {
  const { db, now, log } = context;
  const { path, shop = '' } = file;
  const snapshotAt = snapshotOf(file, known);
  if (snapshotAt === null || snapshotAt <= (known.snapshotAt ?? '') || isToCome(context, snapshotAt)) return;
  if (shop !== '' && !known.shops.includes(shop) && !rowsNameShops(known.layout)) return;
  if (!isUsualSilence(known.days, snapshotAt.slice(0, 10))) return;
  const { others, isConfirmed } = await knownSince(db, known, snapshotAt);
  if (isConfirmed || others > (known.snapshotAt ?? '')) return;
  await recordConfirmation(db, { fileId: known.fileId, path, snapshotAt }, now());
  log.info(`${path} is the same as ${known.path}: nothing has happened in its shop up to ${snapshotAt}`, {
    file: known.fileId.slice(0, 12),
  });
}

function snapshotOf({ name }: SameBytes, known: LedgerEntry): string | null {
  const layout = LAYOUTS.find(({ id }) => id === known.layout);
  const second = layout ? snapshotInName(name, layout) : null;
  return second === null ? null : wallClockAt(second * 1000);
}
