import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { handlersFor } from '../../jobs/worker';
import { type NamedQuery } from '../../src/clickhouse/client';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { readConfig } from '../../src/config';
import { addDays, type BusinessDay, instantOf } from '../../src/domain/calendar';
import { silentLogger } from '../../src/log';
import { deploymentOf } from '../../src/operations/deployment';
import { openContext, type OpenContext } from '../../src/operations/open';
import { operationsOf } from '../../src/operations/operations-of';
import { type QueueBackend } from '../../src/queue/backend';
import { openQueueBackend } from '../../src/queue/open';
import { runNight } from '../../src/queue/night';
import { startWorker } from '../../src/queue/worker';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { DeliveringShops, type Sold } from '../delivering-shops';
import { pidOfEngine, secondsSince } from '../ingest-command';
import { inTemporaryFolder } from '../temporary-folder';
import { type Sample, soakReport, soakText } from './report';

const NIGHTS = 365;
const FIRST_NIGHT = '2026-01-02';
const SIZE = { shops: 3, ordersADay: 20 };
const BYTES_NEEDED = 2e9;
/** A night takes about a second here, so that as many nights are remembered as a deployment remembers days. */
const KEEP_COMPLETED_S = 30;
const SAMPLES = 20;
const ENDS_WITHIN_MS = 30_000;

/** benchSoak runs a year of small nights in one process and looks at what grows. */
export const benchSoak: Bench = (options) => inTemporaryFolder(BYTES_NEEDED, (home) => soakIn(home, options));

async function soakIn(home: string, { scale, progress }: BenchOptions): Promise<BenchResult> {
  const nights = Math.max(SAMPLES, Math.round(NIGHTS * scale));
  let day: BusinessDay = FIRST_NIGHT;
  const config = readConfig({ PACELINE_HOME: home, PACELINE_USUAL_FACTOR: '1000', ALERT_TO: 'bench@example.invalid' });
  const plain = deploymentOf(config, silentLogger);
  const context = await openContext({
    ...plain,
    now: () => new Date(instantOf(`${day} 02:30:00`)),
    settings: { ...plain.settings, watching: { quietMs: 60_000, betweenMs: 10, withinMs: 1_000 } },
  });
  const queue = await openQueueBackend({ dataDir: config.queueDir, keepCompletedS: KEEP_COMPLETED_S }, silentLogger);
  const worker = startWorker(queue, handlersFor(operationsOf(context)), silentLogger);
  const shops = new DeliveringShops(config.inbox, FIRST_NIGHT, SIZE);
  const samples: Sample[] = [];
  try {
    let start = process.hrtime.bigint();
    let since = 0;
    for (let night = 1; night <= nights; night++, day = addDays(day, 1)) {
      await shops.deliver(day);
      const { failed } = await runNight(queue, { nightId: day, inbox: config.inbox, due: day });
      const [failure] = failed;
      if (failure) throw new Error(`${day}: ${failure.job} ${failure.subject}: ${failure.message}`);
      if (night % Math.floor(nights / SAMPLES) > 0) continue;
      const msPerNight = (secondsSince(start) * 1000) / (night - since);
      samples.push({ night, msPerNight, ...(await measured(context, queue, home)) });
      progress(`night ${night} of ${nights}: ${Math.round(msPerNight)} ms each`);
      [start, since] = [process.hrtime.bigint(), night];
    }
    await requireTotals(context, shops.sold());
  } finally {
    await worker.close(ENDS_WITHIN_MS);
    await queue.close();
    await context.close();
  }
  const report = soakReport(samples, [
    'One process with the embedded engine and queue; its clock moves on by a day a night, the machine’s does not. Three shops deliver the orders of their last ten days; totals were compared with what the generator wrote.',
    `The queue remembers jobs that are done for ${KEEP_COMPLETED_S} s instead of as many days, which is about as many nights.`,
    'Superseded totals stay for ten minutes of the machine’s clock, however many nights that is: their parts come to rest only in a soak of longer than that. Files, orders and reports of a year are there at its end: a month that has passed leaves its partitions, so that parts are held to a limit by partition.',
  ]);
  return { report, text: soakText(report) };
}

async function requireTotals({ db }: OpenContext, { paidOrders, gross }: Sold): Promise<void> {
  const { total } = await readTotals(db, { from: '2025-01-01', to: '2030-12-31', by: [] });
  if (total.paidOrders === paidOrders && total.gross === gross) return;
  throw new Error(`${paidOrders} orders of ${gross} fen were loaded as ${total.paidOrders} of ${total.gross}`);
}

const PARTS: NamedQuery<{ parts: number; ofTotals: number; perPartition: number }> = {
  name: 'parts of a soak',
  sql: `SELECT countIf(NOT isOfTotals) AS parts, countIf(isOfTotals) AS ofTotals,
      count() / uniqExact(table, partition_id) AS perPartition
    FROM (SELECT table, partition_id, table IN ('daily_totals', 'coarse_totals') AS isOfTotals FROM system.parts
      WHERE database = currentDatabase() AND active)`,
  row: z.object({ parts: z.coerce.number(), ofTotals: z.coerce.number(), perPartition: z.number() }),
};

async function measured(
  { db }: OpenContext,
  queue: QueueBackend,
  home: string,
): Promise<Omit<Sample, 'night' | 'msPerNight'>> {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const engine = pidOfEngine(join(home, 'engine'));
  const { parts, ofTotals, perPartition } = await db.row(PARTS);
  const jobs = (await queue.depths()).reduce((sum, depth) => sum + depth.jobs, 0);
  return {
    nodeMiB: rss / MIB,
    heapMiB: heapUsed / MIB,
    engineMiB: engine === null ? null : residentMiB(engine),
    handles: process.getActiveResourcesInfo().length,
    openFiles: openFilesOf('self'),
    engineFiles: engine === null ? null : openFilesOf(engine),
    parts,
    totalsParts: ofTotals,
    partsOfPartition: perPartition,
    jobs,
  };
}

const MIB = 2 ** 20;
const KIB_PER_MIB = 1024;

/** Null where the system does not tell (only Linux does). */
function residentMiB(pid: number): number | null {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / KIB_PER_MIB;
  } catch {
    return null;
  }
}

function openFilesOf(pid: number | 'self'): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}
