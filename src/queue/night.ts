import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { transient } from '../errors';
import { type QueueBackend, type Sighting } from './backend';
import {
  catalog,
  type JobName,
  jobNames,
  type JobRequest,
  nightId,
  type Payloads,
  type RequestOf,
  type Results,
} from './contracts';
import { delivery, fileReport, paceReport, raisedAlert } from './wire';

const count = z.number().int().nonnegative();
const failure = z.object({ code: z.string(), message: z.string(), advice: z.string() });

/** nightResult is the outcome of a night, with a wire form (`z.encode`) for other processes. */
export const nightResult = z.object({
  nightId,
  /** What became of each file, by path. Files whose job failed are in `failed`. */
  files: z.array(fileReport),
  /** null when the job failed or never came up. */
  totals: z.object({ partitions: count }).nullable(),
  pace: paceReport.nullable(),
  /** One sentence on where the alert stands; null without a pace. */
  standing: z.string().nullable(),
  raised: z.array(raisedAlert).readonly(),
  alerts: z.array(delivery),
  /** Jobs that failed for good: `subject` is the path, the recipient, or the night. */
  failed: z.array(failure.extend({ job: z.enum(jobNames), subject: z.string() })),
});
export type NightResult = z.output<typeof nightResult>;
type NightFailure = NightResult['failed'][number];

/** nightProgress is how far a night has come; filesTotal is 0 while the inbox is walked. */
export const nightProgress = z.object({
  nightId,
  step: z.enum(['walk', 'ingest', 'totals', 'pace', 'report', 'alert', 'done']),
  filesDone: count,
  filesFailed: count,
  filesTotal: count,
});
export type NightProgress = z.output<typeof nightProgress>;

/** NightWatch says who is told of a running night, and when to stop watching. */
export interface NightWatch {
  readonly onProgress?: (progress: NightProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * runNight queues a night and waits until all of its jobs have ended, whichever workers do them; at least one must
 * run. A night id that was queued before is not run again: its outcome is waited for or read. Failed jobs are part
 * of the result.
 * @throws PipelineError `night-failed` when the queue has lost the night or watching was aborted
 */
export async function runNight(
  backend: QueueBackend,
  night: Payloads['night'],
  watch: NightWatch = {},
): Promise<NightResult> {
  const tell = teller(night.nightId, watch);
  const failed: NightFailure[] = [];
  const totalsJob = { name: 'totals', payload: { nightId: night.nightId } } satisfies JobRequest;
  const paceJob = { name: 'pace', payload: { nightId: night.nightId } } satisfies JobRequest;
  const reportJob = { name: 'report', payload: { nightId: night.nightId } } satisfies JobRequest;
  const end = async <N extends JobName>(request: RequestOf<N>, subject: string, step: NightProgress['step']) => {
    const sighting = await ended(backend, request, watch.signal, async () => tell(step, await files()));
    return outcomeOf(request, sighting, subject, failed);
  };
  const files = async () => backend.lookJoin(totalsJob);
  const result: NightResult = {
    nightId: night.nightId,
    files: [],
    totals: null,
    pace: null,
    standing: null,
    raised: [],
    alerts: [],
    failed,
  };

  await backend.enqueue([{ name: 'night', payload: night }]);
  if (!(await end({ name: 'night', payload: night }, night.nightId, 'walk'))) return result;
  result.totals = await end(totalsJob, night.nightId, 'ingest');
  result.files = await filesOf(backend, totalsJob, failed);
  const pace = result.totals && (await end(paceJob, night.nightId, 'pace'));
  if (pace) {
    result.pace = pace.report;
    result.standing = pace.standing;
    // Workers of a version that knows no reports apart have raised them with the pace.
    const isApart = (await backend.look(reportJob)).state !== 'missing';
    const reports = isApart ? await end(reportJob, night.nightId, 'report') : null;
    const alerts = [...pace.alerts, ...(reports?.alerts ?? [])];
    result.raised = alerts;
    for (const request of alertJobs(night.nightId, { alerts })) {
      const sent = await end(request, request.payload.recipient, 'alert');
      if (sent) result.alerts.push(sent);
    }
  }
  tell('done', await files());
  return result;
}

/** whyNoPace says why a night has no pace: its job failed, or never came up. */
export const whyNoPace = ({ failed }: NightResult): string =>
  failed.find(({ job }) => job === 'pace')?.message ?? 'the pace was not measured';

/** lookAtNight says how far a night has come: `missing` when it was never queued, `over` when its jobs have ended. */
export async function lookAtNight(backend: QueueBackend, nightId: string): Promise<NightProgress | 'missing' | 'over'> {
  const steps = [
    ['walk', { name: 'night', payload: { nightId, inbox: '' } }],
    ['ingest', { name: 'totals', payload: { nightId } }],
    ['pace', { name: 'pace', payload: { nightId } }],
    ['report', { name: 'report', payload: { nightId } }],
  ] as const satisfies readonly (readonly [NightProgress['step'], JobRequest])[];
  for (const [step, request] of steps) {
    const { state } = await backend.look(request);
    if (state === 'missing' && step === 'walk') return 'missing';
    if (state === 'pending') {
      const files = await backend.lookJoin({ name: 'totals', payload: { nightId } });
      return progressOf(nightId, step, files);
    }
    if (state !== 'completed') return 'over';
  }
  return 'over';
}

/** alertJobs lists one job for each alert and each of its recipients. */
export function alertJobs(
  night: string,
  raised: { readonly alerts: readonly { readonly alertId: string; readonly recipients: readonly string[] }[] },
): RequestOf<'alert'>[] {
  return raised.alerts.flatMap(({ alertId, recipients }) =>
    recipients.map((recipient): RequestOf<'alert'> => ({
      name: 'alert',
      payload: { nightId: night, alertId, recipient },
    })),
  );
}

type Ended = Exclude<Sighting, { state: 'pending' | 'missing' }>;

const FIRST_LOOK_MS = 10;
const SLOWEST_LOOK_MS = 250;

// Looks again and again instead of listening to events: an event that a lost connection or a killed process swallowed
// cannot hang the night. A look is one short query; the pauses grow while nothing ends.
async function ended<N extends JobName>(
  backend: QueueBackend,
  request: RequestOf<N>,
  signal: AbortSignal | undefined,
  onLook: () => Promise<void>,
): Promise<Ended> {
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.3, SLOWEST_LOOK_MS)) {
    if (signal?.aborted) throw stopped(request.name, request.payload.nightId);
    const sighting = await backend.look(request);
    if (sighting.state === 'missing') throw lost(request.name, request.payload.nightId);
    await onLook();
    if (sighting.state !== 'pending') return sighting;
    await wait(pause);
  }
}

function outcomeOf<N extends JobName>(
  request: RequestOf<N>,
  sighting: Ended,
  subject: string,
  failed: NightFailure[],
): Results[N] | null {
  if (sighting.state === 'completed') return catalog[request.name].result.parse(sighting.result);
  failed.push({ job: request.name, subject, ...sighting.failure });
  return null;
}

async function filesOf(
  backend: QueueBackend,
  totals: JobRequest,
  failed: NightFailure[],
): Promise<NightResult['files']> {
  const { results, failures } = await backend.joined(totals);
  for (const [id, reason] of failures) {
    const payload = catalog.ingest.payload.safeParse(await backend.payloadOf('ingest', id));
    failed.push({ job: 'ingest', subject: payload.data?.path ?? id, ...reason });
  }
  const reports = [...results.values()].map((value) => fileReport.parse(value));
  return reports.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function teller(night: string, watch: NightWatch) {
  let last = '';
  return (step: NightProgress['step'], files: Awaited<ReturnType<QueueBackend['lookJoin']>>): void => {
    const progress = progressOf(night, step, files);
    const text = JSON.stringify(progress);
    if (text !== last) watch.onProgress?.(progress);
    last = text;
  };
}

function progressOf(
  night: string,
  step: NightProgress['step'],
  files: Awaited<ReturnType<QueueBackend['lookJoin']>>,
): NightProgress {
  const { done = 0, failed = 0, total = 0 } = files ?? {};
  return { nightId: night, step: refined(step, done, total), filesDone: done, filesFailed: failed, filesTotal: total };
}

// Files end while the walk's job is being closed, and totals begin when the last file has ended.
function refined(step: NightProgress['step'], done: number, total: number): NightProgress['step'] {
  if (step === 'walk' && total > 0) return 'ingest';
  return step === 'ingest' && done === total ? 'totals' : step;
}

const lost = (job: JobName, night: string) =>
  transient(
    'night-failed',
    `the queue no longer knows the ${job} job of night ${night}`,
    'It has lost its memory or forgotten an old night. Run the night under a new id: committed files are skipped.',
    { job, nightId: night },
  );

const stopped = (job: JobName, night: string) =>
  transient(
    'night-failed',
    `night ${night} was stopped before its end`,
    'What is left stays in the queue and goes on when a worker runs again; or run the night again: committed files are skipped.',
    { job, nightId: night },
  );
