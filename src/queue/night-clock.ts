import { setTimeout as wait } from 'node:timers/promises';
import { type BusinessDay } from '../domain/calendar';
import { dueNight } from '../domain/night-time';
import { PipelineError } from '../errors';
import { type Logger } from '../log';
import { type QueueBackend } from './bull';
import { type Payloads } from './contracts';
import { failureOf } from './failure';
import { lookAtNight, type NightProgress, type NightResult, runNight, whyNoPace } from './night';

/** NightSchedule is when nights are due and what tells that one is done. */
export interface NightSchedule {
  readonly inbox: string;
  /** Time of day, Asia/Shanghai, `HH:MM`. */
  readonly at: string;
  readonly now: () => Date;
  /** Whether the night of a day came to its end: the store is asked, since a queue may lose its memory. */
  readonly isDone: (due: BusinessDay) => Promise<boolean>;
  /** Takes a night that somebody has asked for since the last look. */
  readonly takeRequest: () => Promise<Payloads['night'] | null>;
}

/** How often to look, and how long to leave a night alone that has failed. Shorter in tests. */
export interface ClockPace {
  readonly lookMs: number;
  readonly retryMs: number;
}

const USUAL_PACE: ClockPace = { lookMs: 1_000, retryMs: 3_600_000 };
/** Nobody tries a night more often than this before an operator has looked at it. */
const MOST_ATTEMPTS = 48;

/**
 * keepNights sees to it that the night of every day is run, until it is stopped. Nothing is set off by a moment: again
 * and again it is asked which night is due by now and whether it is done. So a start in the middle of the day, a night
 * that failed and a queue that lost its memory are made up for in the same way, and any number of processes may keep
 * the same nights, since a night has one id and is queued once.
 */
export async function keepNights(
  backend: QueueBackend,
  schedule: NightSchedule,
  log: Logger,
  signal: AbortSignal,
  pace: ClockPace = USUAL_PACE,
): Promise<void> {
  let done: BusinessDay | null = null;
  let notBefore = 0;
  while (!signal.aborted) {
    try {
      const asked = await schedule.takeRequest();
      if (asked) await told(backend, asked, log, signal);
      const due = dueNight(schedule.now(), schedule.at);
      if (due !== done && Date.now() >= notBefore) {
        if (!(await schedule.isDone(due))) await attempt(backend, schedule, due, log, signal);
        if (await schedule.isDone(due)) done = due;
        else notBefore = Date.now() + pace.retryMs;
      }
    } catch (error) {
      if (isStopped(error, signal)) return;
      const { code, message } = failureOf(error);
      log.error('the night clock could not do its work; it tries again', { code, error: message });
      notBefore = Date.now() + Math.min(pace.retryMs, RETRY_AFTER_FAULT_MS);
    }
    await wait(pace.lookMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Stores and queues that do not answer are usually back in a minute. */
const RETRY_AFTER_FAULT_MS = 60_000;

const isStopped = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && error instanceof PipelineError && error.code === 'night-failed';

/** Joins the attempt at a night that is under way, or begins the next one. */
async function attempt(
  backend: QueueBackend,
  { inbox }: NightSchedule,
  due: BusinessDay,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (let number = 1; number <= MOST_ATTEMPTS; number += 1) {
    const nightId = number === 1 ? due : `${due}.${number}`;
    if (await isOver(backend, nightId)) continue;
    await told(backend, { nightId, inbox, due }, log, signal);
    return;
  }
  log.error(`the night of ${due} has failed ${MOST_ATTEMPTS} times and is not tried again`);
}

/** nightUnderWay says how far the night of the day has come that is due by now; null when none is being run. */
export async function nightUnderWay(
  backend: QueueBackend,
  { at, now }: Pick<NightSchedule, 'at' | 'now'>,
): Promise<NightProgress | null> {
  const due = dueNight(now(), at);
  for (let number = 1; number <= MOST_ATTEMPTS; number += 1) {
    const nightId = number === 1 ? due : `${due}.${number}`;
    const progress = await lookAtNight(backend, nightId);
    if (progress === 'missing') return null;
    if (progress !== 'over') return progress;
  }
  return null;
}

/** Whether all that can follow from a night has ended, without the night being done. */
async function isOver(backend: QueueBackend, nightId: string): Promise<boolean> {
  const night = await backend.look({ name: 'night', payload: { nightId, inbox: '' } });
  if (night.state === 'missing' || night.state === 'pending') return false;
  if (night.state === 'failed') return true;
  for (const name of ['totals', 'pace'] as const) {
    const { state } = await backend.look({ name, payload: { nightId } });
    if (state === 'pending') return false;
    if (state !== 'completed') return true;
  }
  return true;
}

async function told(backend: QueueBackend, night: Payloads['night'], log: Logger, signal: AbortSignal): Promise<void> {
  const { nightId, inbox } = night;
  log.info(`night ${nightId} begins`, { inbox });
  const result = await runNight(backend, night, { signal });
  const [report, fields] = summaryOf(result);
  if (result.failed.length === 0) log.info(report, fields);
  else log.error(report, fields);
  for (const { job, subject, message, advice } of result.failed) {
    log.error(`night ${nightId}: ${job} of ${subject} failed: ${message}. ${advice}`);
  }
}

function summaryOf(result: NightResult): [string, Record<string, number>] {
  const { nightId, files, pace, standing, alerts, failed } = result;
  const counted = Object.fromEntries(
    [...new Set(files.map(({ status }) => status))].map((status) => [
      status,
      files.filter((file) => file.status === status).length,
    ]),
  );
  const state = pace === null ? whyNoPace(result) : `${pace.state}. ${standing ?? ''}`;
  const outcome = failed.length === 0 ? 'has ended' : 'has ended with failures';
  return [`night ${nightId} ${outcome}: ${state}`, { files: files.length, ...counted, mails: alerts.length }];
}
