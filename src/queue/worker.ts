import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type PipelineError, terminal } from '../errors';
import { loggedWith, type LogFields, type Logger } from '../log';
import { type Consumer, type QueueBackend, type ReceivedJob } from './backend';
import {
  catalog,
  type JobName,
  type JobProgress,
  jobNames,
  type JobRequest,
  type Payloads,
  type Results,
} from './contracts';
import { failureOf } from './failure';

/** JobContext is what a handler may know of its job beside the payload. */
interface JobContext {
  readonly jobId: string;
  readonly attempt: number;
  readonly lease: Pick<ReceivedJob, 'turn' | 'isHeld'>;
  readonly log: Logger;
  /** Says how far the job is, for whoever looks at the queue; may be called often. */
  readonly tellProgress: (progress: JobProgress) => void;
}

/** Successors are the jobs that follow: `each` at once, and `then` once when all of those have ended, failed or not. */
interface Successors {
  readonly each: readonly JobRequest[];
  readonly then?: JobRequest;
}

/** Outcome is what a handler returns when its effect is durable. The job completes after its successors are queued. */
interface Outcome<N extends JobName> {
  readonly result: Results[N];
  readonly next?: Successors;
  /** What could not be done: the job fails with it, after its successors are queued. */
  readonly failure?: PipelineError;
}

/** Handler does one kind of job. It may run more than once for the same job, also at the same time after a stall. */
export type Handler<N extends JobName> = (payload: Payloads[N], context: JobContext) => Promise<Outcome<N>>;

/** Handlers has one handler for each kind of job; leaving one out does not compile. */
export type Handlers = { readonly [N in JobName]: Handler<N> };

/** WorkerOptions tune a worker; the defaults suit production. */
export interface WorkerOptions {
  /** Jobs at once in this process, by kind; the catalog's figure where not given. */
  readonly concurrency?: Partial<Record<JobName, number>>;
  /** A worker that is silent this long loses its job to another, in milliseconds. */
  readonly lockMs?: number;
  /** How often to look for jobs of silent workers, in milliseconds. */
  readonly stalledCheckMs?: number;
}

/** WorkerRun is a running worker. */
export interface WorkerRun {
  /** close takes no more jobs and waits for those at work: `drained`, or `abandoned` when the deadline came first. */
  close(deadlineMs: number): Promise<'drained' | 'abandoned'>;
}

/** startWorker takes jobs of every kind from the queue until it is closed. */
export function startWorker(
  backend: QueueBackend,
  handlers: Handlers,
  log: Logger,
  options: WorkerOptions = {},
): WorkerRun {
  const consumers = jobNames.map((name) => startConsumer(name, backend, handlers, log, options));
  return {
    async close(deadlineMs) {
      const drained = Promise.all(consumers.map((consumer) => consumer.close())).then(() => 'drained' as const);
      const timer = new AbortController();
      const expired = wait(deadlineMs, 'abandoned' as const, { signal: timer.signal }).catch(() => 'drained' as const);
      const outcome = await Promise.race([drained, expired]);
      timer.abort();
      return outcome;
    },
  };
}

function startConsumer<N extends JobName>(
  name: N,
  backend: QueueBackend,
  handlers: Pick<Handlers, N>,
  log: Logger,
  options: WorkerOptions,
): Consumer {
  const handler: Handler<N> = handlers[name];
  const work = (job: ReceivedJob) =>
    loggedWith(idsOf(name, job), () => logged(name, job, log, () => perform(name, handler, backend, job, log)));
  return backend.consume(name, work, {
    concurrency: options.concurrency?.[name] ?? catalog[name].concurrency,
    lockMs: options.lockMs ?? 30_000,
    stalledCheckMs: options.stalledCheckMs ?? 5_000,
    log,
  });
}

const ofNight = z.object({ nightId: z.string() });
const ofFile = z.object({ path: z.string() });

function idsOf(name: JobName, { id, payload }: ReceivedJob): LogFields {
  return { night: ofNight.safeParse(payload).data?.nightId, job: name, jobId: id };
}

// The order is the promise: effect, successors, and only by returning the completion. A crash in between repeats the
// job, and the repeated successors have the ids of the first ones.
async function perform<N extends JobName>(
  name: N,
  handler: Handler<N>,
  backend: QueueBackend,
  job: ReceivedJob,
  log: Logger,
): Promise<unknown> {
  const payload = parsePayload(name, job);
  const context = { jobId: job.id, attempt: job.attempt, lease: job, log, tellProgress: nowAndThen(job, log) };
  const outcome = await handler(payload, context);
  const { each = [], then } = outcome.next ?? {};
  await (then ? backend.enqueueJoin(each, then) : backend.enqueue(each));
  if (outcome.failure) throw outcome.failure;
  return z.encode(catalog[name].result, outcome.result);
}

const TELL_EVERY_MS = 1_000;

/** Progress is told once a second at most, one after the other, and a job does not fail for it. */
function nowAndThen(job: ReceivedJob, log: Logger): JobContext['tellProgress'] {
  let last = -TELL_EVERY_MS;
  let telling = Promise.resolve();
  return (progress) => {
    const now = performance.now();
    if (now - last < TELL_EVERY_MS) return;
    last = now;
    telling = telling.then(() => job.tellProgress(progress)).catch(unsaid(log));
  };
}

const unsaid =
  (log: Logger) =>
  (error: unknown): void =>
    log.debug('the queue did not take a word about a job', { error: failureOf(error).message });

function parsePayload<N extends JobName>(name: N, job: ReceivedJob): Payloads[N] {
  const parsed = catalog[name].payload.safeParse(job.payload);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(payload)'}: ${issue.message}`);
  throw terminal(
    'queue-payload-invalid',
    `${name} job ${job.id} was queued with a payload that this version does not understand (${fields.join('; ')})`,
    'It comes from another version of the program. Run the night again after all workers have the same version.',
    { job: name, jobId: job.id, fields },
  );
}

async function logged<T>(name: JobName, job: ReceivedJob, log: Logger, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const fields = () => ({
    job: name,
    jobId: job.id,
    attempt: job.attempt,
    ms: Math.round(performance.now() - started),
  });
  try {
    const result = await work();
    log.debug('job done', fields());
    await job.note(`attempt ${job.attempt} done in ${fields().ms} ms`).catch(unsaid(log));
    return result;
  } catch (error) {
    const { code, message } = failureOf(error);
    const { path } = ofFile.safeParse(job.payload).data ?? {};
    log.warn('job failed', { ...fields(), ...(path !== undefined && { path }), code, error: message });
    await job.note(`attempt ${job.attempt} failed after ${fields().ms} ms: ${message} [${code}]`).catch(unsaid(log));
    throw error;
  }
}
