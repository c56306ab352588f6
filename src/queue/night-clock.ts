import { setTimeout as wait } from 'node:timers/promises';
import { type BusinessDay } from '../domain/calendar';
import { dueNight } from '../domain/night-time';
import { PipelineError } from '../errors';
import { type Logger } from '../log';
import { type QueueBackend } from './backend';
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
  /** A night that takes longer hangs: the next attempt begins beside it. */
  readonly longestMs: number;
}

const USUAL_PACE: ClockPace = { lookMs: 1_000, retryMs: 3_600_000, longestMs: 6 * 3_600_000 };
/** Nobody tries a night more often than this before an operator has looked at it. */
const MOST_ATTEMPTS = 48;

/**
 * keepNights sees to it that the night of every day is run, until it is stopped. Nothing is set off by a moment: again
 * and again it is asked which night is due by now and whether it is done. So a start in the middle of the day, a night
 * that failed and a queue that lost its memory are made up for in the same way, and any number of processes may keep
 * the same nights, since a night has one id and is queued once. A night some of whose files could not be loaded, since
 * the store was away for too long, is run again for them, and one that hangs is left behind. Nothing waits for a backfill
 * that was asked for: its files come behind those of any night.
 */
export async function keepNights(
  backend: QueueBackend,
  schedule: NightSchedule,
  log: Logger,
  signal: AbortSignal,
  pace: ClockPace = USUAL_PACE,
): Promise<void> {
  let done: BusinessDay | null = null;
  let tried: BusinessDay | null = null;
  let [notBefore, lacksFiles] = [0, false];
  const hung = new Set<string>();
  const backfills = new Set<Promise<void>>();
  const runBeside = (backfill: Payloads['night']): void => {
    const running = told(backend, backfill, log, signal)
      .then(
        () => undefined,
        (error: unknown) => {
          if (isStopped(error, signal)) return;
          const { code, message } = failureOf(error);
          log.error('a backfill could not be watched to its end', { night: backfill.nightId, code, error: message });
        },
      )
      .finally(() => void backfills.delete(running));
    backfills.add(running);
  };
  while (!signal.aborted) {
    try {
      const asked = await schedule.takeRequest();
      if (asked?.archived) runBeside(asked);
      else if (asked) await told(backend, asked, log, signal);
      const due = dueNight(schedule.now(), schedule.at);
      if (due !== tried) [tried, notBefore, lacksFiles] = [due, 0, false];
      // Not by the clock of the machine, which may jump.
      if (due !== done && performance.now() >= notBefore) {
        if (lacksFiles || !(await schedule.isDone(due))) {
          lacksFiles = await attempt(backend, schedule, { due, hung, longestMs: pace.longestMs }, log, signal);
        }
        if (!lacksFiles && (await schedule.isDone(due))) done = due;
        else notBefore = performance.now() + pace.retryMs;
      }
    } catch (error) {
      if (isStopped(error, signal)) break;
      const { code, message } = failureOf(error);
      log.error('the night clock could not do its work; it tries again', { code, error: message });
      notBefore = performance.now() + Math.min(pace.retryMs, RETRY_AFTER_FAULT_MS);
    }
    await wait(pace.lookMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(backfills);
}

/** Stores and queues that do not answer are usually back in a minute. */
const RETRY_AFTER_FAULT_MS = 60_000;

const isStopped = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && error instanceof PipelineError && error.code === 'night-failed';

/** Tried is a night to be done; `hung` are ids of attempts at it that have not ended in time. */
interface Tried {
  readonly due: BusinessDay;
  readonly hung: Set<string>;
  readonly longestMs: number;
}

/** Joins the attempt at a night that is under way, or begins the next one; says whether some files could not be loaded. */
async function attempt(
  backend: QueueBackend,
  { inbox }: NightSchedule,
  { due, hung, longestMs }: Tried,
  log: Logger,
  signal: AbortSignal,
): Promise<boolean> {
  for (let number = 1; number <= MOST_ATTEMPTS; number += 1) {
    const nightId = number === 1 ? due : `${due}.${number}`;
    if (hung.has(nightId) || (await isOver(backend, nightId))) continue;
    const tooLong = AbortSignal.timeout(longestMs);
    try {
      const { failed } = await told(backend, { nightId, inbox, due }, log, AbortSignal.any([signal, tooLong]));
      return failed.some(({ job }) => job === 'ingest');
    } catch (error) {
      if (tooLong.aborted && !signal.aborted) hung.add(nightId);
      throw error;
    }
  }
  log.error(`the night of ${due} has failed ${MOST_ATTEMPTS} times and is not tried again`, { night: due });
  return false;
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
  for (const name of ['totals', 'pace', 'report'] as const) {
    const { state } = await backend.look({ name, payload: { nightId } });
    if (state === 'pending') return false;
    if (state !== 'completed') return true;
  }
  return true;
}

async function told(
  backend: QueueBackend,
  night: Payloads['night'],
  log: Logger,
  signal: AbortSignal,
): Promise<NightResult> {
  const { nightId, inbox } = night;
  log.info(`night ${nightId} begins`, { night: nightId, inbox });
  const result = await runNight(backend, night, { signal });
  const [report, fields] = summaryOf(result);
  if (result.failed.length === 0) log.info(report, { night: nightId, ...fields });
  else log.error(report, { night: nightId, ...fields });
  for (const { job, subject, code, message, advice } of result.failed) {
    log.error(`night ${nightId}: ${job} of ${subject} failed: ${message}. ${advice}`, {
      ...{ night: nightId, job, subject, code },
    });
  }
  return result;
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
