/** A real worker process for tests: jobs/worker.ts on operations that write down what they do, and can hang or die. */
import { appendFileSync, readFileSync } from 'node:fs';
import { type Wiring, workerProcess } from '../../../jobs/worker';
import { silentLogger } from '../../../src/log';
import { openQueueBackend, type QueueSettings } from '../../../src/queue/open';
import { upFile } from './processes';
import { fileOf, operationsWith } from './samples';

/** CrewOrders is the child's only argument beside those of the worker itself. */
export interface CrewOrders {
  readonly queue: QueueSettings;
  readonly journal: string;
  readonly files: readonly string[];
  /** Die by SIGKILL when the night's files are queued, before the night's job has completed. */
  readonly dieAfterFanOut?: boolean;
  readonly slowMs?: number;
}

const orders: CrewOrders = JSON.parse(process.argv[2] ?? '{}') as CrewOrders;
const note = (line: string) => appendFileSync(orders.journal, `${line} ${process.pid}\n`);
const noted = (line: string) => readFileSync(orders.journal, 'utf8').includes(`${line} `);
const hang = () => new Promise<never>(() => setInterval(() => undefined, 1000));

async function open(): Promise<Wiring> {
  const queue = await openQueueBackend(orders.queue, silentLogger);
  const operations = operationsWith({
    findFiles: () => Promise.resolve(orders.files.map((path) => ({ path }))),
    async ingestFile({ path, lease }) {
      const first = !noted(path);
      note(path);
      if (first && path.includes('freeze')) process.kill(process.pid, 'SIGSTOP');
      if (path.includes('freeze'))
        note(`turn ${lease?.turn ?? 0} ${(await lease?.isHeld()) === true ? 'held' : 'lost'}`);
      if (first && path.includes('hang')) return hang();
      if (orders.slowMs !== undefined) await new Promise((done) => setTimeout(done, orders.slowMs));
      return fileOf(path);
    },
    refreshTotals: () => {
      note('totals');
      return Promise.resolve({ partitions: 1 });
    },
  });
  const dying: Wiring['queue'] = {
    ...queue,
    async enqueueJoin(each, then) {
      await queue.enqueueJoin(each, then);
      process.kill(process.pid, 'SIGKILL');
      await hang();
    },
  };
  appendFileSync(upFile(orders.journal), `${process.pid}\n`);
  return {
    operations,
    queue: orders.dieAfterFanOut ? dying : queue,
    log: silentLogger,
    worker: { lockMs: 1000, stalledCheckMs: 300 },
    schedule: { inbox: '/inbox', at: '02:30', now: () => new Date(), takeRequest: () => Promise.resolve(null) },
    close: () => Promise.resolve(),
  };
}

void workerProcess(open, process.argv.slice(3)).then((code) => process.exit(code));
