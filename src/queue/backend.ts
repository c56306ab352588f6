import { type Logger } from '../log';
import { type JobName, type JobRequest, type RequestOf } from './contracts';
import { type Failure } from './failure';

/** ReceivedJob is a job as it comes out of the queue: the payload is not parsed yet. */
export interface ReceivedJob {
  readonly id: string;
  readonly payload: unknown;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** How often the job has been given to a worker: who has the higher number has it now. */
  readonly turn: number;
  /** Whether the job is still this worker's; one that was silent for too long has lost it to another. */
  isHeld(): Promise<boolean>;
  /** Says on the job how far it is. */
  tellProgress(progress: object): Promise<void>;
  /** Adds a line to the log that the queue keeps with the job. */
  note(line: string): Promise<void>;
}

/** Sighting is where a queued job stands. `missing`: never queued, or forgotten by retention. */
export type Sighting =
  | { readonly state: 'missing' }
  | { readonly state: 'pending' }
  | { readonly state: 'completed'; readonly result: unknown }
  | { readonly state: 'failed'; readonly failure: Failure };

/** JoinSighting is where the jobs stand that another job waits for. */
interface JoinSighting {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** Joined is the outcome of the jobs that another job waited for, by job id. */
interface Joined {
  readonly results: ReadonlyMap<string, unknown>;
  readonly failures: ReadonlyMap<string, Failure>;
}

/** ConsumerOptions tune one kind's consumer. */
export interface ConsumerOptions {
  readonly concurrency: number;
  /** How long a worker may be silent before its job may be given to another, in milliseconds. */
  readonly lockMs: number;
  /** How often to look for jobs of silent workers, in milliseconds. */
  readonly stalledCheckMs: number;
  readonly log: Logger;
}

/** QueueDepth is the number of jobs of one kind in one state. */
interface QueueDepth {
  readonly queue: JobName;
  readonly state: 'waiting' | 'active' | 'delayed' | 'failed' | 'completed';
  readonly jobs: number;
}

/** QueuedJob is a job that is not done, as an operator looks at it. */
export interface QueuedJob {
  readonly queue: JobName;
  readonly id: string;
  readonly state: 'active' | 'waiting' | 'delayed' | 'failed';
  readonly payload: unknown;
  /** Attempts that have ended. */
  readonly attempts: number;
  /** What its worker said last of how far it is. */
  readonly progress: unknown;
  /** Milliseconds since 1970 at which it was queued. */
  readonly queuedAt: number;
  /** Why the last attempt failed; null when none has. */
  readonly failure: Failure | null;
}

/** Consumer takes jobs of one kind until it is closed; close waits for those at work. */
export interface Consumer {
  close(): Promise<void>;
}

/** QueueBackend is a queue that does not say what keeps it: Redis and the embedded database behave the same. */
export interface QueueBackend {
  readonly kind: 'embedded' | 'redis';
  /** enqueue adds jobs; those whose id is already known are left alone, whatever their state. */
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  /**
   * enqueueJoin adds jobs and one that runs when all of them have ended, failed ones included: all or none. Nothing
   * happens when that last job is already known.
   */
  enqueueJoin(each: readonly JobRequest[], then: JobRequest): Promise<void>;
  /** look says where a job stands. */
  look<N extends JobName>(request: RequestOf<N>): Promise<Sighting>;
  /** lookJoin counts the jobs that a job waits or waited for; null when it is not known. */
  lookJoin(then: JobRequest): Promise<JoinSighting | null>;
  /** joined gives the outcome of the jobs that a job waited for. */
  joined(then: JobRequest): Promise<Joined>;
  /** notesOf gives the lines that workers have added to a job, oldest first. */
  notesOf(name: JobName, id: string): Promise<readonly string[]>;
  /** payloadOf gives the payload under which a job was queued; null when it is not known. */
  payloadOf(name: JobName, id: string): Promise<unknown>;
  /** depths counts the jobs of every kind that wait, are at work, have failed, or are done and still remembered. */
  depths(): Promise<readonly QueueDepth[]>;
  /** jobs lists those that are not done, of each kind and state the newest `most`. */
  jobs(most: number): Promise<readonly QueuedJob[]>;
  /** consume runs `work` for every job of a kind; what it throws is retried or not by its PipelineError kind. */
  consume(name: JobName, work: (job: ReceivedJob) => Promise<unknown>, options: ConsumerOptions): Consumer;
  /** close lets go of the queue; consumers are to be closed before. */
  close(): Promise<void>;
}
