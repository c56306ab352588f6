import { type BackendClasses, type IQueueBackend, type Job, type JobsOptions, UnrecoverableError } from 'bullmq';
import { PipelineError, transient } from '../errors';
import { type Logger } from '../log';
import { type QueueBackend, type QueuedJob, type ReceivedJob } from './backend';
import { catalog, type JobName, jobIdOf, jobNames, type JobRequest, type RequestOf } from './contracts';
import { failureOf, readFailure, writeFailure } from './failure';

/** A job that killed its worker this often is the cause: it fails, so that it cannot kill workers for ever. */
const MAX_STALLED = 5;

/**
 * KEEP_COMPLETED_S is how long a job that is done is remembered, for operators and so that a repeated request is
 * recognised, in seconds. By age only: on PostgreSQL a limit by count sorts all kept jobs of the kind whenever one ends.
 */
export const KEEP_COMPLETED_S = 30 * 86_400;
const KEEP_FAILED = { age: 90 * 86_400 };

/** KeptQueue is what holds whatever keeps the queue. */
export interface KeptQueue {
  /** Queues of different prefixes do not see each other. */
  readonly prefix: string;
  /** How long a job that is done is remembered, in seconds. */
  readonly keepCompletedS: number;
  readonly log: Logger;
}

/** BullSettings is what an implementation brings along. */
export interface BullSettings<C> extends KeptQueue {
  readonly kind: QueueBackend['kind'];
  readonly classes: BackendClasses<IQueueBackend, C>;
  readonly connection: C;
  /** Called last. */
  readonly disconnect: () => Promise<void>;
}

const COUNTED = ['waiting', 'prioritized', 'waiting-children', 'active', 'delayed', 'failed', 'completed'] as const;

/** States as an operator sees them, and what they are to BullMQ. */
const SHOWN = [
  ['active', 'active'],
  ['waiting', 'waiting', 'prioritized', 'waiting-children'],
  ['delayed', 'delayed'],
  ['failed', 'failed'],
] as const;

// Braces keep all queues of a deployment in one slot of a Redis cluster, which joins need.
const REDIS_KEYS = '{paceline}';

/** bullBackend makes a backend of BullMQ's classes and a connection that fits them. */
export async function bullBackend<C>(settings: BullSettings<C>): Promise<QueueBackend> {
  const { classes, connection, log } = settings;
  const base = { connection, prefix: REDIS_KEYS };
  const queueName = (name: JobName): string => `${settings.prefix}-${name}`;
  const complain = (where: string) => (error: Error) =>
    log.warn('the queue reports an error', { where, error: error.message });

  const queues = new Map(jobNames.map((name) => [name, new classes.Queue<unknown, unknown>(queueName(name), base)]));
  const queue = (name: JobName) => {
    const found = queues.get(name);
    if (!found) throw transient('internal', `there is no queue for ${name}`);
    return found;
  };
  const flows = new classes.FlowProducer(base);
  queues.forEach((each, name) => each.on('error', complain(name)));
  flows.on('error', complain('flows'));
  await Promise.all([...queues.values(), flows].map((each) => each.waitUntilReady()));

  const bulkEntry = (request: JobRequest) => ({
    name: request.name,
    data: request.payload,
    opts: optionsOf(request, settings.keepCompletedS),
  });
  const find = async <N extends JobName>(request: RequestOf<N>) => queue(request.name).getJob(jobIdOf(request));

  return {
    kind: settings.kind,

    async enqueue(requests) {
      for (const name of jobNames) {
        const jobs = requests.filter((request) => request.name === name);
        if (jobs.length > 0) await queue(name).addBulk(jobs.map(bulkEntry));
      }
    },

    // BullMQ would hang a failed child on its finished parent again, so a join is never added twice: since it is
    // added in one step, the existence of the last job says that the others were added too.
    async enqueueJoin(each, then) {
      if (await find(then)) return;
      const children = each.map((request) => ({
        ...bulkEntry(request),
        queueName: queueName(request.name),
        prefix: REDIS_KEYS,
        opts: { ...optionsOf(request, settings.keepCompletedS), ignoreDependencyOnFailure: true },
      }));
      const parent = { ...bulkEntry(then), queueName: queueName(then.name), prefix: REDIS_KEYS };
      const added: unknown = await flows.add(children.length > 0 ? { ...parent, children } : parent);
      if (added === undefined) throw transient('queue-unreachable', 'the queue was closed before jobs were added');
    },

    async look(request) {
      const state = await queue(request.name).getJobState(jobIdOf(request));
      if (state === 'unknown') return { state: 'missing' };
      if (state !== 'completed' && state !== 'failed') return { state: 'pending' };
      const job = await find(request);
      if (!job) return { state: 'missing' };
      return state === 'completed'
        ? { state, result: job.returnvalue }
        : { state, failure: readFailure(job.failedReason) };
    },

    async lookJoin(then) {
      const job = await find(then);
      if (!job) return null;
      const counts = await job.getDependenciesCount({ processed: true, unprocessed: true, ignored: true });
      const failed = counts.ignored ?? 0;
      const done = (counts.processed ?? 0) + failed;
      return { done, failed, total: done + (counts.unprocessed ?? 0) };
    },

    async joined(then) {
      const job = await find(then);
      const results = job ? await job.getChildrenValues<unknown>() : {};
      const failures = job ? await job.getIgnoredChildrenFailures() : {};
      return {
        results: new Map(Object.entries(results).map(([key, value]) => [idIn(key), value])),
        failures: new Map(Object.entries(failures).map(([key, reason]) => [idIn(key), readFailure(reason)])),
      };
    },

    async notesOf(name, id) {
      return (await queue(name).getJobLogs(id)).logs;
    },

    async payloadOf(name, id) {
      return (await queue(name).getJob(id))?.data ?? null;
    },

    async depths() {
      const counts = await Promise.all(
        jobNames.map(async (name) => {
          const jobs = await queue(name).getJobCounts(...COUNTED);
          const of = (...types: (typeof COUNTED)[number][]) => types.reduce((sum, type) => sum + (jobs[type] ?? 0), 0);
          return [
            { queue: name, state: 'waiting', jobs: of('waiting', 'prioritized', 'waiting-children') },
            { queue: name, state: 'active', jobs: of('active') },
            { queue: name, state: 'delayed', jobs: of('delayed') },
            { queue: name, state: 'failed', jobs: of('failed') },
            { queue: name, state: 'completed', jobs: of('completed') },
          ] as const;
        }),
      );
      return counts.flat();
    },

    async jobs(most) {
      const listed = await Promise.all(
        jobNames.flatMap((name) =>
          SHOWN.map(async ([state, ...types]): Promise<QueuedJob[]> =>
            (await queue(name).getJobs(types, 0, most - 1, false)).map((job) => ({
              queue: name,
              id: job.id ?? '',
              state,
              payload: job.data,
              attempts: job.attemptsMade,
              progress: job.progress,
              queuedAt: job.timestamp,
              failure: job.failedReason ? readFailure(job.failedReason) : null,
            })),
          ),
        ),
      );
      return listed.flat();
    },

    consume(name, work, options) {
      const worker = new classes.Worker<unknown, unknown>(
        queueName(name),
        (job, token) => run(job, () => isHeld(job, token, options.lockMs), work),
        {
          ...base,
          concurrency: options.concurrency,
          lockDuration: options.lockMs,
          stalledInterval: options.stalledCheckMs,
          maxStalledCount: MAX_STALLED,
        },
      );
      worker.on('error', complain(name));
      worker.on('stalled', (jobId) =>
        options.log.warn('a job was taken over from a silent worker', { job: name, jobId }),
      );
      return { close: () => worker.close() };
    },

    async close() {
      await Promise.all([...queues.values(), flows].map((each) => each.close()));
      await settings.disconnect();
    },
  };
}

// Keys of joined jobs end in the job's id, which holds no ':'.
const idIn = (key: string): string => key.slice(key.lastIndexOf(':') + 1);

function optionsOf<N extends JobName>(request: RequestOf<N>, keepCompletedS: number): JobsOptions {
  const contract = catalog[request.name];
  return {
    jobId: jobIdOf(request),
    attempts: contract.attempts,
    backoff: { type: 'exponential', delay: contract.backoffMs },
    priority: contract.priority(request.payload),
    removeOnComplete: { age: keepCompletedS },
    removeOnFail: KEEP_FAILED,
    stackTraceLimit: 1,
  };
}

type BullJob = Pick<Job, 'id' | 'data' | 'attemptsMade' | 'attemptsStarted' | 'extendLock' | 'updateProgress' | 'log'>;

/** Only the holder of a lock can extend it. */
async function isHeld(job: BullJob, token: string | undefined, lockMs: number): Promise<boolean> {
  if (token === undefined) return false;
  try {
    return (await job.extendLock(token, lockMs)) === 1;
  } catch {
    return false;
  }
}

async function run(
  job: BullJob,
  held: () => Promise<boolean>,
  work: (job: ReceivedJob) => Promise<unknown>,
): Promise<unknown> {
  const payload: unknown = job.data;
  try {
    return await work({
      id: job.id ?? '',
      payload,
      attempt: job.attemptsMade + 1,
      turn: job.attemptsStarted,
      isHeld: held,
      tellProgress: (progress) => job.updateProgress(progress),
      note: async (line) => {
        await job.log(line);
      },
    });
  } catch (error) {
    // BullMQ keeps the message only, and decides by the class whether to try again.
    const text = writeFailure(failureOf(error));
    if (error instanceof PipelineError && error.kind === 'terminal') throw new UnrecoverableError(text);
    throw new Error(text, { cause: error });
  }
}
