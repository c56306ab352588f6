import { relative, sep } from 'node:path';
import { isNightDone, recordNight } from '../clickhouse/nights';
import { refreshTotals } from '../clickhouse/totals/refresh';
import { findExports, type FoundExport } from '../intake/find-files';
import { type Context } from './context';
import { clearInbox } from './clear-inbox';
import { deliverAlert } from './deliver-alert';
import { ingestFile } from './ingest-file';
import { type FoundFile, type Operations } from './operations';
import { raiseAlerts } from './raise-alerts';

/** operationsOf binds the operations of a night to a context. */
export function operationsOf(context: Context): Operations {
  return {
    findFiles: async (inbox) => (await findExports(inbox, context.log)).map((found) => placed(inbox, found)),
    ingestFile: async (file) => await ingestFile(context, file),
    refreshTotals: async () => ({ partitions: (await refreshTotals(context.db, context.now)).length }),
    clearInbox: async (inbox) => {
      const cleared = await clearInbox(context, inbox);
      if (cleared.archived + cleared.refused > 0) context.log.info('put files of the inbox away', { ...cleared });
      return cleared;
    },
    raiseAlerts: async (request) => await raiseAlerts(context, request),
    isNightDone: async (due) => await isNightDone(context.db, due),
    recordNight: async (night) => await recordNight(context.db, night, context.now()),
    deliverAlert: async (request) => await deliverAlert(context, request),
  };
}

/** placed reads platform and shop off a file's place in an inbox: `<inbox>/<platform>/<shop>/<file>`, either may be absent. */
export function placed(inbox: string, { path, disk }: FoundExport): FoundFile {
  const [platform, shop] = relative(inbox, disk).split(sep).slice(0, -1);
  return {
    path,
    ...(platform === undefined ? {} : { platform }),
    ...(shop === undefined ? {} : { shop }),
  };
}
