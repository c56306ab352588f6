import { dropSupersededEditions } from '../clickhouse/totals/coarse-totals';
import { dropSupersededGenerations } from '../clickhouse/totals/generations';
import { dropOldOriginals } from './clear-inbox';
import { type Context } from './context';
import { type KeptHouse } from './operations';
import { compactKept } from './withdraw-file';

/** keepHouse removes what is past its retention: rows kept for withdrawals, originals, totals that nobody reads. */
export async function keepHouse(context: Context): Promise<KeptHouse> {
  // First, since nothing that goes wrong in the store may keep personal data longer than is promised.
  const originals = await dropOldOriginals(context);
  const compacted = await compactKept(context);
  await dropSupersededGenerations(context.db);
  await dropSupersededEditions(context.db);
  return {
    keptRowsDropped: Math.max(0, compacted.rowsBefore - compacted.rowsAfter),
    heldDropped: compacted.heldDropped,
    daysOfOriginalsDropped: originals.folders,
  };
}
