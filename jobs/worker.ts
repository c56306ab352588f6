import { mkdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../src/config';
import { type BusinessDay } from '../src/domain/calendar';
import { terminal } from '../src/errors';
import { lineLogger, type Logger, serviceLogger } from '../src/log';
import { type RunningApi, serveApi } from '../src/http/serve';
import { deploymentOf } from '../src/operations/deployment';
import { lastingOperations, LastingStore } from '../src/operations/lasting-store';
import { observe, surroundingsOf } from '../src/operations/observe';
import { type Operations } from '../src/operations/operations';
import { type QueueBackend } from '../src/queue/backend';
import { openQueueBackend } from '../src/queue/open';
import { catalog, type Payloads } from '../src/queue/contracts';
import { failureOf } from '../src/queue/failure';
import { jobsToDo } from '../src/queue/jobs-to-do';
import { runNight } from '../src/queue/night';
import { keepNights, type NightSchedule, nightUnderWay } from '../src/queue/night-clock';
import { type NightMessage, writeNightMessage } from '../src/queue/night-messages';
import { takeNightRequest } from '../src/queue/night-request';
import { type Handlers, startWorker, type WorkerOptions } from '../src/queue/worker';
import { serveTelemetry, type TelemetryServer } from '../src/telemetry/server';
import { alert } from './alert';
import { housekeeping } from './housekeeping';
import { ingest } from './ingest';
import { night } from './night';
import { pace } from './pace';
import { report } from './report';
import { totals } from './totals';

/** Wiring is everything that a worker process works with. */
export interface Wiring {
  readonly operations: Operations;
  readonly queue: QueueBackend;
  readonly log: Logger;
  readonly worker?: WorkerOptions;
  readonly schedule: Omit<NightSchedule, 'isDone'>;
  /** Begins to tell of the process, and how the deployment does; nowhere without it. */
  readonly telemetry?: () => Promise<TelemetryServer>;
  /** Begins to answer the API; nowhere without it. */
  readonly api?: () => Promise<RunningApi | null>;
  /** Lets go of what the operations hold (engine, mail); the queue is closed before. */
  close(): Promise<void>;
}

/** connect wires a worker from the environment: configuration to operations, queue and log. */
async function connect(log: Logger): Promise<Wiring> {
  const config = readConfig();
  if (config.ownInbox) await mkdir(config.inbox, { recursive: true });
  const store = await LastingStore.open(deploymentOf(config, log));
  try {
    const dataDir = config.queueDir;
    const redis = config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl };
    const queue = await openQueueBackend({ dataDir, ...redis }, log);
    const schedule: Wiring['schedule'] = {
      inbox: config.inbox,
      at: config.nightAt,
      now: config.now,
      takeRequest: async () => await takeNightRequest(dataDir),
    };
    const { metricsAt } = config;
    const telemetry =
      metricsAt && (() => serveTelemetry(metricsAt, observe(surroundingsOf(store, queue, config)), log));
    const { httpAt, sqlAt, httpUrl: publicUrl, httpRequestsAMinute: requestsAMinute, trustedProxies, now } = config;
    const asked = { nightUnderWay: () => nightUnderWay(queue, schedule), jobs: () => jobsToDo(queue) };
    const api =
      httpAt &&
      (() => serveApi({ at: httpAt, sqlAt, publicUrl, requestsAMinute, trustedProxies, store, ...asked, now, log }));
    return {
      operations: lastingOperations(store),
      queue,
      log,
      ...(config.filesAtOnce !== undefined && { worker: { concurrency: { ingest: config.filesAtOnce } } }),
      schedule,
      ...(telemetry && { telemetry }),
      ...(api && { api }),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** handlersFor binds the jobs to operations. */
export function handlersFor(operations: Operations): Handlers {
  return {
    night: night(operations),
    ingest: ingest(operations),
    totals: totals(operations),
    pace: pace(operations),
    report: report(operations),
    alert: alert(operations),
    housekeeping: housekeeping(operations),
  };
}

const STOP_DEADLINE_MS = 30_000;
/** For queue and stores to be let go of after it. */
const LET_GO_MS = 5_000;

/**
 * workerProcess is a worker from start to exit code. Without arguments it serves until SIGTERM or SIGINT; with
 * `--keep-nights` it also runs the night of every day, with `--only-nights` it leaves the jobs of those to others. With
 * `--night <json>` (payload of a night job) it does jobs until that night has ended, and tells its parent how it goes.
 * Jobs that are at work when the deadline of a stop has passed are done again by the next worker.
 */
export async function workerProcess(open: (log: Logger) => Promise<Wiring>, argv: readonly string[]): Promise<number> {
  const stop = stopSignal();
  const serves = !argv.includes('--night');
  const log = serves ? serviceLogger(process.stderr) : lineLogger(process.stderr);
  // Redis or a store that does not answer must not keep the process.
  stop.addEventListener('abort', () => setTimeout(leave, STOP_DEADLINE_MS + LET_GO_MS, log).unref());
  try {
    const night = nightOf(argv);
    const wiring = await open(log);
    const works = !argv.includes('--only-nights');
    const worker = works ? startWorker(wiring.queue, handlersFor(wiring.operations), wiring.log, wiring.worker) : null;
    try {
      if (night) await oneNight(wiring.queue, night, stop);
      else {
        const keepsNights = !works || argv.includes('--keep-nights');
        await serve(wiring, { works, keepsNights, answers: works && keepsNights }, stop);
      }
    } finally {
      const outcome = await worker?.close(STOP_DEADLINE_MS);
      if (outcome === 'abandoned') wiring.log.warn('stopped with jobs at work; the next worker does them again');
      await wiring.queue.close();
      await wiring.close();
    }
    return 0;
  } catch (error) {
    const failure = failureOf(error);
    if (serves) log.error(`${failure.message}. ${failure.advice}`, { code: failure.code });
    else await tell({ event: 'error', error: failure });
    return 1;
  }
}

function leave(log: Logger): void {
  log.warn('what did not let go in time is left');
  process.exit(1);
}

async function serve(
  { queue, schedule, operations, log, telemetry, api }: Wiring,
  { works, keepsNights, answers }: { works: boolean; keepsNights: boolean; answers: boolean },
  stop: AbortSignal,
): Promise<void> {
  const { inbox, at } = schedule;
  const nights = keepsNights ? { inbox, nightAt: `${at} Asia/Shanghai` } : {};
  log.info('at work', { pid: process.pid, queue: queue.kind, jobs: works, ...nights });
  const isNightDone = (due: BusinessDay) => operations.isNightDone(due);
  const telling = await telemetry?.();
  const answering = answers ? await api?.() : null;
  try {
    if (keepsNights) await keepNights(queue, { ...schedule, isDone: isNightDone }, log, stop);
    else await aborted(stop);
  } finally {
    await answering?.close();
    await telling?.close();
  }
  log.info('stopping: jobs at work are waited for');
}

async function oneNight(queue: QueueBackend, night: Payloads['night'], signal: AbortSignal): Promise<void> {
  const onProgress = (progress: Extract<NightMessage, { event: 'progress' }>['progress']) =>
    void tell({ event: 'progress', progress });
  await tell({ event: 'result', result: await runNight(queue, night, { onProgress, signal }) });
}

function nightOf(argv: readonly string[]): Payloads['night'] | null {
  const at = argv.indexOf('--night');
  if (at < 0) return null;
  try {
    return catalog.night.payload.parse(JSON.parse(argv[at + 1] ?? ''));
  } catch (error) {
    throw terminal('usage', '--night needs {"nightId": …, "inbox": …, "asOf"?: …} as JSON', '', {}, error);
  }
}

// A worker whose parent is gone has nobody to tell; its jobs stay in the queue.
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  // Told twice is told once: a supervisor may signal this process and its parent.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  if (process.send) process.once('disconnect', stop);
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  // A timer keeps the process alive while all of its connections wait.
  while (!signal.aborted) await wait(3_600_000, undefined, { signal }).catch(() => undefined);
}

/** Messages go to the parent where there is one, else to stdout, one JSON document a line. */
async function tell(message: NightMessage): Promise<void> {
  const wire = writeNightMessage(message);
  await new Promise<void>((resolve) => {
    if (!process.send) process.stdout.write(`${JSON.stringify(wire)}\n`, () => resolve());
    else if (process.connected) process.send(wire, undefined, undefined, () => resolve());
    else resolve();
  });
}

if (require.main === module) {
  void workerProcess(connect, process.argv.slice(2)).then((code) => process.exit(code));
}
