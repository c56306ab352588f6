import { createHash } from 'node:crypto';
import { z } from 'zod';
import { day, delivery, fileReport, paceReport, raisedAlert } from './wire';

/*
 * The catalog of jobs. Jobs of an older version are in flight while a newer one starts, in both directions, so a
 * payload or result only ever gains fields, and each of them optional or with a default; nothing is renamed,
 * removed or narrowed. What breaks that rule is a new job with a new name.
 */

/** nightId names one run of a night: letters, digits, dot, dash, underscore, since it becomes part of job ids. */
export const nightId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

const payloads = {
  /**
   * `due`: the business day of which this is the night; without it somebody asked for it. `archived`: the files that were
   * put away on those days are loaded again, behind those of any night, and the inbox is left alone.
   */
  night: z.object({
    nightId,
    inbox: z.string().min(1),
    asOf: day.exactOptional(),
    due: day.exactOptional(),
    archived: z.object({ from: day, to: day }).exactOptional(),
  }),
  ingest: z.object({
    nightId,
    path: z.string().min(1),
    platform: z.string().min(1).exactOptional(),
    shop: z.string().min(1).exactOptional(),
    /** Waits until the files of nights are in. */
    backfill: z.boolean().exactOptional(),
  }),
  /** `inbox`: what of it is done with is put away. */
  totals: z.object({
    nightId,
    asOf: day.exactOptional(),
    due: day.exactOptional(),
    inbox: z.string().min(1).exactOptional(),
  }),
  pace: z.object({ nightId, asOf: day.exactOptional(), due: day.exactOptional() }),
  /** `unfinished`: not all of what the pace calls for could be raised, so that the night has not come to its end. */
  report: z.object({
    nightId,
    asOf: day.exactOptional(),
    due: day.exactOptional(),
    unfinished: z.boolean().exactOptional(),
  }),
  alert: z.object({ nightId, alertId: z.string().min(1), recipient: z.string().min(1) }),
  housekeeping: z.object({ nightId }),
};

const count = z.number().int().nonnegative();

const results = {
  night: z.object({ files: count }),
  ingest: fileReport,
  totals: z.object({ partitions: count }),
  pace: z.object({
    report: paceReport,
    standing: z.string(),
    alerts: z.array(raisedAlert).readonly(),
    recipients: z.array(z.string()).readonly(),
  }),
  report: z.object({ alerts: z.array(raisedAlert).readonly() }),
  alert: delivery,
  housekeeping: z.object({ keptRowsDropped: count, heldDropped: count, daysOfOriginalsDropped: count }),
};

/** JobProgress is how far a job has come with its file. */
export const jobProgress = z.object({
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Null where it is not known. */
  bytesTotal: z.number().int().nullable(),
});
export type JobProgress = z.output<typeof jobProgress>;

/** JobName is a kind of job; each kind has a queue of its own. */
export type JobName = keyof typeof payloads;

/** Payloads and Results say what goes into a job and what comes out of it, by kind. */
export type Payloads = { readonly [N in JobName]: z.output<(typeof payloads)[N]> };
export type Results = { readonly [N in JobName]: z.output<(typeof results)[N]> };

/** RequestOf is one job to be done: its kind and payload. JobRequest is any of them. */
export type RequestOf<N extends JobName> = {
  readonly [K in N]: { readonly name: K; readonly payload: Payloads[K] };
}[N];
export type JobRequest = RequestOf<JobName>;

/** JobContract is everything the queue knows of a kind of job. */
export interface JobContract<P, R> {
  readonly payload: z.ZodType<P>;
  readonly result: z.ZodType<R>;
  /** Attempts in all; only transient errors use more than one. */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; doubled before each further one. */
  readonly backoffMs: number;
  /** Lower runs first within the kind's queue. 0 is before all others. */
  readonly priority: (payload: P) => number;
  /** How many run at once in one worker process. */
  readonly concurrency: number;
  /** The same work has the same key, so that it is queued once however often it is asked for. */
  readonly key: (payload: P) => string;
}

const AT_ONCE = (): number => 0;
const BEHIND_NIGHTS = 10;
/** Of what needs the store: with waits from a second on, doubled, it may be away for four minutes. */
const STORE_ATTEMPTS = 9;

// Paths and addresses are hashed: ids may not hold ':' and should not hold an address.
const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** catalog lists every kind of job. */
export const catalog: { readonly [N in JobName]: JobContract<Payloads[N], Results[N]> } = {
  night: {
    payload: payloads.night,
    result: results.night,
    attempts: 3,
    backoffMs: 1000,
    priority: AT_ONCE,
    concurrency: 1,
    key: (p) => `night-${p.nightId}`,
  },
  ingest: {
    payload: payloads.ingest,
    result: results.ingest,
    attempts: STORE_ATTEMPTS,
    backoffMs: 1000,
    priority: (p) => (p.backfill === true ? BEHIND_NIGHTS : 0),
    concurrency: 4,
    key: (p) => `ingest-${p.nightId}-${digest(p.path)}`,
  },
  totals: {
    payload: payloads.totals,
    result: results.totals,
    attempts: STORE_ATTEMPTS,
    backoffMs: 1000,
    priority: AT_ONCE,
    concurrency: 1,
    key: (p) => `totals-${p.nightId}`,
  },
  pace: {
    payload: payloads.pace,
    result: results.pace,
    attempts: STORE_ATTEMPTS,
    backoffMs: 1000,
    priority: AT_ONCE,
    concurrency: 1,
    key: (p) => `pace-${p.nightId}`,
  },
  report: {
    payload: payloads.report,
    result: results.report,
    attempts: STORE_ATTEMPTS,
    backoffMs: 1000,
    priority: AT_ONCE,
    concurrency: 1,
    key: (p) => `report-${p.nightId}`,
  },
  // A mail server may refuse for a quarter of an hour (greylisting). What a night could not deliver the next one finds again.
  alert: {
    payload: payloads.alert,
    result: results.alert,
    attempts: 9,
    backoffMs: 5000,
    priority: AT_ONCE,
    concurrency: 4,
    key: (p) => `alert-${p.nightId}-${digest(p.alertId, p.recipient)}`,
  },
  housekeeping: {
    payload: payloads.housekeeping,
    result: results.housekeeping,
    attempts: 3,
    backoffMs: 60_000,
    priority: AT_ONCE,
    concurrency: 1,
    key: (p) => `housekeeping-${p.nightId}`,
  },
};

/** jobNames lists the kinds of jobs in the order in which a night goes through them. */
export const jobNames = [
  'night',
  'ingest',
  'totals',
  'pace',
  'report',
  'alert',
  'housekeeping',
] as const satisfies readonly JobName[];

/** jobIdOf is the id under which a job is queued: the same for the same work, unique within its kind, without ':'. */
export function jobIdOf<N extends JobName>(request: RequestOf<N>): string {
  return catalog[request.name].key(request.payload);
}
