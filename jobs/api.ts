import { readConfig } from '../src/config';
import { type RunningApi, serveApi } from '../src/http/serve';
import { type Logger, serviceLogger } from '../src/log';
import { deploymentOf } from '../src/operations/deployment';
import { LastingStore } from '../src/operations/lasting-store';
import { observe, surroundingsOf } from '../src/operations/observe';
import { type QueueBackend } from '../src/queue/backend';
import { openQueueBackend } from '../src/queue/open';
import { failureOf } from '../src/queue/failure';
import { jobsToDo } from '../src/queue/jobs-to-do';
import { nightUnderWay } from '../src/queue/night-clock';
import { serveTelemetry, type TelemetryServer } from '../src/telemetry/server';

/** The API alone, until SIGTERM, SIGINT or the end of whoever started it. The embedded queue belongs to another process, and is not looked at. */
async function apiProcess(log: Logger): Promise<number> {
  const stop = stopped();
  const config = readConfig();
  const {
    httpAt,
    metricsAt,
    sqlAt,
    httpUrl: publicUrl,
    httpRequestsAMinute: requestsAMinute,
    trustedProxies,
    redisUrl,
    now,
  } = config;
  if (httpAt === null) return 1;
  const store = await LastingStore.open(deploymentOf(config, log));
  let queue: QueueBackend | null = null;
  let api: RunningApi | null = null;
  let telling: TelemetryServer | null = null;
  try {
    queue = redisUrl === undefined ? null : await openQueueBackend({ dataDir: config.queueDir, redisUrl }, log);
    const schedule = { at: config.nightAt, now };
    const asked = {
      nightUnderWay: async () => queue && (await nightUnderWay(queue, schedule)),
      jobs: async () => queue && (await jobsToDo(queue)),
    };
    api = await serveApi({ at: httpAt, sqlAt, publicUrl, requestsAMinute, trustedProxies, store, ...asked, now, log });
    if (api === null) return 1;
    telling = metricsAt && (await serveTelemetry(metricsAt, observe(surroundingsOf(store, queue, config)), log));
    process.send?.({ url: api.url });
    await stop;
    return 0;
  } finally {
    await telling?.close();
    await api?.close();
    await queue?.close();
    await store.close();
  }
}

async function stopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => resolve();
    process.on('SIGTERM', stop).on('SIGINT', stop);
    if (process.send) process.once('disconnect', stop);
  });
}

const log = serviceLogger(process.stderr);
apiProcess(log).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { code, message, advice } = failureOf(error);
    log.error(`${message}. ${advice}`, { code });
    process.exit(1);
  },
);
