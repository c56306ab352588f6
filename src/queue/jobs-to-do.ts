import { z } from 'zod';
import { type QueueBackend } from './backend';
import { jobNames, jobProgress } from './contracts';

/** jobToDo is a job that is not done, with a wire form for the API. */
export const jobToDo = z.object({
  queue: z.enum(jobNames),
  id: z.string(),
  state: z.enum(['active', 'waiting', 'delayed', 'failed']),
  /** Blank where the job is not of a night. */
  nightId: z.string(),
  /** The file, the recipient, or blank. */
  subject: z.string(),
  /** Attempts that have ended. */
  attempts: z.number().int(),
  queuedAt: z.iso.datetime(),
  /** How far a job at work has come with its file; null where nothing is known. */
  progress: jobProgress.nullable(),
  /** Why the last attempt failed; null when none has. */
  failure: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
});
export type JobToDo = z.output<typeof jobToDo>;

/** Of each kind of job and state. */
const MOST = 200;

/** Payloads of other versions may lack any of it. */
const named = z.object({ nightId: z.string(), path: z.string(), recipient: z.string() }).partial().catch({});

/** jobsToDo lists what the queue has to do, is at, and has failed at, the newest of each. */
export async function jobsToDo(queue: QueueBackend): Promise<JobToDo[]> {
  return (await queue.jobs(MOST)).map(({ payload, queuedAt, progress, ...job }) => {
    const { nightId = '', path, recipient } = named.parse(payload);
    return {
      ...job,
      nightId,
      subject: path ?? recipient ?? '',
      queuedAt: new Date(queuedAt).toISOString(),
      progress: job.state === 'active' ? (jobProgress.safeParse(progress).data ?? null) : null,
    };
  });
}
