import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { handlersFor } from '../../jobs/worker';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { readConfig } from '../../src/config';
import { addDays } from '../../src/domain/calendar';
import { type FileReport } from '../../src/domain/order-file';
import { silentLogger } from '../../src/log';
import { deploymentOf } from '../../src/operations/deployment';
import { type FoundFile, type Operations } from '../../src/operations/operations';
import { openContext, type OpenContext } from '../../src/operations/open';
import { operationsOf } from '../../src/operations/operations-of';
import { type QueueBackend } from '../../src/queue/backend';
import { openQueueBackend } from '../../src/queue/open';
import { runNight } from '../../src/queue/night';
import { startWorker, type WorkerOptions } from '../../src/queue/worker';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { DeliveringShops } from '../delivering-shops';
import { freePort } from '../free-port';
import { secondsSince } from '../ingest-command';
import { writeWechatExport } from '../wechat-export';
import { inTemporaryFolder } from '../temporary-folder';
import { type Exports, type Night, throughputReport, throughputText } from './report';

const NIGHTS = 50;
const FIRST_NIGHT = '2026-03-10';
const SIZE = { shops: 10, ordersADay: 1_000 };
/** Of the exports, the rows in the store, and room for the engine's merges. */
const BYTES_PER_NIGHT = 120e6;

/** benchThroughput loads the same night by a plain loop, and through both queues by one worker and by two. */
export const benchThroughput: Bench = (options) =>
  inTemporaryFolder(NIGHTS * options.scale * BYTES_PER_NIGHT, (folder) => measureIn(folder, options));

async function measureIn(folder: string, { scale, progress }: BenchOptions): Promise<BenchResult> {
  const [loadBefore = 0] = loadavg();
  progress('making the exports');
  const made = await writeExports(join(folder, 'exports'), Math.max(1, Math.round(NIGHTS * scale)));
  const workbooks = await writeWorkbooks(join(folder, 'workbooks'), Math.round(WORKBOOK_ROWS * scale));
  const nights: Night[] = [];
  const run = async (id: Night['id'], of: Made, load: (home: string) => Promise<Seconds> | Seconds): Promise<void> => {
    const home = homeOf(folder, id);
    const seconds = await load(home);
    await requireTotals(home, of);
    progress(`${id}: files ${seconds.files.toFixed(1)} s, all ${seconds.all.toFixed(1)} s`);
    nights.push({ id, of, ...seconds });
  };
  progress('loop and queue in turn');
  const inTurn = await besideTheLoop(folder, made);
  await run('loop', made, () => inTurn.loop);
  await run('embedded, one at a time', made, () => inTurn.queue);
  await run('embedded', made, (home) => inOneProcess(home, made));
  if (spawnSync('redis-server', ['--version']).status === 0) {
    await run('Redis, one worker', made, (home) => withWorkers(home, made, 1));
    await run('Redis, two workers', made, (home) => withWorkers(home, made, 2));
    await run('Redis, one worker, xlsx', workbooks, (home) => withWorkers(home, workbooks, 1));
    await run('Redis, two workers, xlsx', workbooks, (home) => withWorkers(home, workbooks, 2));
    await run('Redis, one worker, xlsx, half a core', workbooks, (home) => withWorkers(home, workbooks, 1, takeTurns));
    await run('Redis, two workers, xlsx, half a core', workbooks, (home) => withWorkers(home, workbooks, 2, takeTurns));
  }
  const report = throughputReport(made, workbooks, nights, [
    'One run of each, in a home of its own; the totals of each were compared with what the generator wrote. The loop is `ingestFile` for one file after the other in one process, then the totals.',
    `The loop and "embedded, one at a time" took the files in turn, ${BLOCK} by ${BLOCK}: the difference is what the queue costs, whatever else the machine did meanwhile.`,
    'Files are timed from the first job to the end of the last one, all to the end of the totals; a night looks four times a second how far it is.',
    'A worker loads four files at once. Of csv, which the engine reads, one worker takes two cores, and a second cannot be faster.',
    `A workbook is read by the worker itself. A machine of two cores has none to spare beside two such workers, so they are also run with half a core each: stopped in turn every ${TURN_MS} ms, one while the other runs. Those two are what twoWorkers compares.`,
    `${cpus().length} cores, load ${loadBefore.toFixed(1)} at the start, shared by workers, engine and queue.`,
  ]);
  return { report, text: throughputText(report) };
}

/** Seconds of the files alone, and with their totals. */
interface Seconds {
  readonly files: number;
  readonly all: number;
}

/** After every snapshot; nothing is held because it is unlike what came before. */
const SETTINGS = {
  PACELINE_CLOCK: '2027-01-01 12:00:00',
  PACELINE_USUAL_FACTOR: '1000',
  PACELINE_METRICS_LISTEN: 'off',
  PACELINE_HTTP_PORT: 'off',
  ALERT_TO: 'bench@example.invalid',
};

/** Of each of ten shops. */
const WORKBOOK_ROWS = 30_000;

async function writeWorkbooks(inbox: string, rowsEach: number): Promise<Made> {
  const sum = { files: 0, rows: 0, bytes: 0, paidOrders: 0, gross: 0n };
  for (let number = 0; number < 10; number++) {
    const folder = join(inbox, 'wechat-shop', `shop ${number}`);
    await mkdir(folder, { recursive: true });
    const { rows, bytes, paidOrders, gross } = await writeWechatExport(folder, rowsEach, number);
    sum.files += 1;
    sum.rows += rows;
    sum.bytes += bytes;
    sum.paidOrders += paidOrders;
    sum.gross += gross;
  }
  return { inbox, ...sum };
}

async function withContext<T>(home: string, use: (context: OpenContext) => Promise<T>): Promise<T> {
  const context = await openContext(deploymentOf(readConfig({ PACELINE_HOME: home, ...SETTINGS }), silentLogger));
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

async function requireTotals(home: string, { paidOrders, gross }: Exports): Promise<void> {
  const { total } = await withContext(home, async ({ db }) =>
    readTotals(db, { from: '2026-01-01', to: '2026-12-31', by: [] }),
  );
  if (total.paidOrders === paidOrders && total.gross === gross) return;
  throw new Error(`${paidOrders} orders of ${gross} fen were loaded as ${total.paidOrders} of ${total.gross}`);
}

/** Made is the exports of a bench, and the inbox that they lie in. */
type Made = Exports & { readonly inbox: string };

async function writeExports(inbox: string, nights: number): Promise<Made> {
  const shops = new DeliveringShops(inbox, FIRST_NIGHT, SIZE);
  const size = { files: 0, rows: 0, bytes: 0 };
  for (let night = 0; night < nights; night++) {
    for (const { rows, bytes } of await shops.deliver(addDays(FIRST_NIGHT, night))) {
      size.files += 1;
      size.rows += rows;
      size.bytes += bytes;
    }
  }
  return { inbox, ...size, ...shops.sold() };
}

/** Files that the loop takes before the queue takes the same ones. */
const BLOCK = 25;

/** besideTheLoop has a plain loop and a queue that gives out one file at a time load the same files, each into its own home. */
async function besideTheLoop(folder: string, { inbox }: Made): Promise<{ loop: Seconds; queue: Seconds }> {
  const homes = { loop: homeOf(folder, 'loop'), queue: homeOf(folder, 'embedded, one at a time') };
  return await withContext(homes.loop, (ofLoop) =>
    withContext(homes.queue, async (ofQueue) => {
      const [loop, queue] = [operationsOf(ofLoop), operationsOf(ofQueue)];
      const found = await loop.findFiles(inbox);
      const took = { loop: 0, queue: 0 };
      await oneAtATime(queue, homes.queue, async (load) => {
        for (let at = 0; at < found.length; at += BLOCK) {
          const block = found.slice(at, at + BLOCK);
          took.loop += await timed(async () => {
            for (const file of block) requireCommitted(await loop.ingestFile(file));
          });
          took.queue += await timed(() => load(block));
        }
      });
      return {
        loop: { files: took.loop, all: took.loop + (await timed(() => loop.refreshTotals())) },
        queue: { files: took.queue, all: took.queue + (await timed(() => queue.refreshTotals())) },
      };
    }),
  );
}

/** Gives files to a queue whose worker does one at a time; ends with the last of them. */
type LoadQueued = (files: readonly FoundFile[]) => Promise<void>;

async function oneAtATime<T>(operations: Operations, home: string, use: (load: LoadQueued) => Promise<T>): Promise<T> {
  const reports = new EventEmitter();
  const ingestFile: Operations['ingestFile'] = async (request) => {
    const report = await operations.ingestFile(request);
    reports.emit('report', report);
    return report;
  };
  const options = { concurrency: { ingest: 1 } };
  return await withQueue({ ...operations, ingestFile }, home, options, async (queue) =>
    use(async (files) => {
      const coming = on(reports, 'report');
      await queue.enqueue(files.map((file) => ({ name: 'ingest', payload: { nightId: 'bench', ...file } })));
      let left = files.length;
      for await (const [report] of coming as AsyncIterableIterator<[FileReport]>) {
        requireCommitted(report);
        left -= 1;
        if (left === 0) return;
      }
    }),
  );
}

/** An embedded queue with a worker in this process. */
async function withQueue<T>(
  operations: Operations,
  home: string,
  options: WorkerOptions,
  use: (queue: QueueBackend) => Promise<T>,
): Promise<T> {
  const queue = await openQueueBackend({ dataDir: join(home, 'queue') }, silentLogger);
  const worker = startWorker(queue, handlersFor(operations), silentLogger, options);
  try {
    return await use(queue);
  } finally {
    await worker.close(ENDS_WITHIN_MS);
    await queue.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return secondsSince(start);
}

const homeOf = (folder: string, id: Night['id']): string => join(folder, id.replaceAll(/\W+/g, '-'));

function requireCommitted({ path, status, error }: FileReport): void {
  if (status !== 'committed') throw new Error(`${path} is ${status}: ${error?.message ?? ''}`);
}

async function inOneProcess(home: string, made: Made): Promise<Seconds> {
  return await withContext(home, (context) =>
    withQueue(operationsOf(context), home, {}, (queue) => timeNight(queue, made)),
  );
}

const ENDS_WITHIN_MS = 30_000;
const WORKER = join(__dirname, '../../jobs/worker.js');

/** Keeps workers from the processor for a part of their time; what it returns ends that. */
type Hold = (workers: readonly ChildProcess[]) => () => void;

const TURN_MS = 20;

/** Each runs half of the time, the second while the first is stopped: one core for both, whatever the machine has. */
const takeTurns: Hold = (workers) => {
  let turn = 0;
  const timer = setInterval(() => {
    turn = 1 - turn;
    workers.forEach((worker, number) => worker.kill(number === turn ? 'SIGCONT' : 'SIGSTOP'));
  }, TURN_MS);
  return () => {
    clearInterval(timer);
    for (const worker of workers) worker.kill('SIGCONT');
  };
};

/** Workers in processes of their own, over one Redis and one engine. */
async function withWorkers(home: string, made: Made, workers: number, hold?: Hold): Promise<Seconds> {
  const port = await freePort();
  const redis = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', '/'], { stdio: 'ignore' });
  const redisUrl = `redis://127.0.0.1:${port}`;
  const children: ChildProcess[] = [];
  try {
    return await withContext(home, async () => {
      const queue = await openQueueBackend({ dataDir: join(home, 'queue'), redisUrl }, silentLogger);
      try {
        const env = { PACELINE_HOME: home, REDIS_URL: redisUrl, ...SETTINGS };
        for (let i = 0; i < workers; i++)
          children.push(spawn(process.execPath, [WORKER], { stdio: ['ignore', 'ignore', 'pipe'], env }));
        await Promise.all(children.map(isAtWork));
        const letGo = hold?.(children);
        try {
          return await Promise.race([timeNight(queue, made), ...children.map(failWhenEnded)]);
        } finally {
          letGo?.();
        }
      } finally {
        await Promise.all(children.map(ended));
        await queue.close();
      }
    });
  } finally {
    await ended(redis);
  }
}

/** Its log goes on being read: a worker that cannot write it ends. */
async function isAtWork(worker: ChildProcess): Promise<void> {
  const isThere = new Promise<void>((resolve) => {
    worker.stderr?.on('data', (said: Buffer) => {
      if (said.includes('at work')) resolve();
    });
  });
  await Promise.race([isThere, failWhenEnded(worker)]);
}

async function failWhenEnded(worker: ChildProcess): Promise<never> {
  await once(worker, 'exit');
  throw new Error('a worker has ended');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function timeNight(queue: QueueBackend, { inbox, files }: Made): Promise<Seconds> {
  let start = 0n;
  const at = { files: 0, all: 0 };
  const result = await runNight(
    queue,
    { nightId: 'bench', inbox },
    {
      onProgress: ({ step, filesTotal }) => {
        if (start === 0n && filesTotal > 0) start = process.hrtime.bigint();
        if (at.files === 0 && step === 'totals') at.files = secondsSince(start);
        if (at.all === 0 && step === 'pace') at.all = secondsSince(start);
      },
    },
  );
  const [failure] = result.failed;
  if (failure) throw new Error(`${failure.job} ${failure.subject}: ${failure.message}`);
  for (const file of result.files) requireCommitted(file);
  if (result.files.length !== files) throw new Error(`${result.files.length} of ${files} files were loaded`);
  return at;
}
