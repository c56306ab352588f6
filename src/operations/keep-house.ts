import { dropOldAudit } from '../clickhouse/accounts';
import { clearOldStaging } from '../clickhouse/loading/held';
import { dropSupersededEditions } from '../clickhouse/totals/coarse-totals';
import { dropSupersededGenerations } from '../clickhouse/totals/generations';
import { addDays, businessDayAt } from '../domain/calendar';
import { dropOldOriginals } from './clear-inbox';
import { type Context } from './context';
import { type KeptHouse } from './operations';
import { compactKept } from './withdraw-file';

/** Two years; a month goes when all of it is older. */
const AUDIT_DAYS = 2 * 366 + 31;

/** keepHouse removes what is past its retention: rows kept for withdrawals, originals, the audit log, totals that nobody reads. */
export async function keepHouse(context: Context): Promise<KeptHouse> {
  // First, since nothing that goes wrong in the store may keep personal data longer than is promised.
  const originals = await dropOldOriginals(context);
  const compacted = await compactKept(context);
  await clearOldStaging(context.db);
  await dropSupersededGenerations(context.db);
  await dropSupersededEditions(context.db);
  await dropOldAudit(context.db, addDays(businessDayAt(context.now().getTime()), -AUDIT_DAYS));
  return {
    keptRowsDropped: Math.max(0, compacted.rowsBefore - compacted.rowsAfter),
    heldDropped: compacted.heldDropped,
    daysOfOriginalsDropped: originals.folders,
  };
}
