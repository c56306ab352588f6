import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recoverCommits } from '../clickhouse/loading/commit';
import { isNightDone, recordNight } from '../clickhouse/nights';
import { keepReport } from '../clickhouse/reports';
import { refreshTotals } from '../clickhouse/totals/refresh';
import { filesUnder, findExports } from '../intake/find-files';
import { growingFiles } from '../intake/growing-files';
import { type Context } from './context';
import { clearInbox, PUT_AWAY_ON } from './clear-inbox';
import { deliverAlert } from './deliver-alert';
import { ingestFile } from './ingest-file';
import { keepHouse } from './keep-house';
import { type DayRange, type FoundFile, type Operations } from './operations';
import { placed } from './placed';
import { raiseAlerts } from './raise-alerts';
import { raiseReports } from './raise-reports';

/** operationsOf binds the operations of a night to a context. */
export function operationsOf(context: Context): Operations {
  const { db, now, log } = context;
  return {
    findFiles: async (inbox) => await findInInbox(context, inbox),
    findArchived: async (days) => await findArchived(context, days),
    ingestFile: async (file) => await ingestFile(context, { ...file, decisionsStand: true }),
    refreshTotals: async () => {
      // What was cut off long ago in a process that never came back would keep the totals waiting for ever.
      await recoverCommits(db, now, false);
      const partitions = await refreshTotals(db, now);
      await keepReport(db, now);
      return { partitions: partitions.length };
    },
    clearInbox: async (inbox) => {
      const cleared = await clearInbox(context, inbox);
      if (cleared.archived + cleared.refused > 0) log.info('put files of the inbox away', { ...cleared });
      return cleared;
    },
    raiseAlerts: async (request) => await raiseAlerts(context, request),
    raiseReports: async (request) => await raiseReports(context, request),
    isNightDone: async (due) => await isNightDone(db, due, now()),
    recordNight: async (night) => await recordNight(db, night, now()),
    deliverAlert: async (request) => await deliverAlert(context, request),
    keepHouse: async () => {
      const kept = await keepHouse(context);
      log.info('kept house', { ...kept });
      return kept;
    },
  };
}

/** Into the deployment's inbox things are delivered at any time: what is still being written is left for the next night. */
async function findInInbox({ settings, log }: Context, inbox: string): Promise<FoundFile[]> {
  const delivered = inbox === settings.inbox && existsSync(inbox) ? await filesUnder(inbox) : [];
  const growing = await growingFiles(delivered, settings.watching);
  for (const disk of growing) log.warn(`${disk} is still being written and is left for the next night`);
  return (await findExports(inbox, log, growing)).map((found) => placed(inbox, found));
}

/** The folders of the archive are named by day; below them everything lies as it lay in the inbox. */
async function findArchived({ settings, log }: Context, { from, to }: DayRange): Promise<FoundFile[]> {
  const names = existsSync(settings.archiveDir) ? await readdir(settings.archiveDir) : [];
  const wanted = names.filter((name) => {
    const day = PUT_AWAY_ON.exec(name)?.[1];
    return day !== undefined && day >= from && day <= to;
  });
  const found: FoundFile[] = [];
  for (const folder of wanted.sort().map((name) => join(settings.archiveDir, name))) {
    found.push(...(await findExports(folder, log)).map((each) => placed(folder, each)));
  }
  return found;
}
