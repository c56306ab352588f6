import { fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseDay, wallClockAt } from '../../domain/calendar';
import { PipelineError } from '../../errors';
import { type DayRange } from '../../operations/operations';
import { type NightProgress, type NightResult, whyNoPace } from '../../queue/night';
import { type Payloads } from '../../queue/contracts';
import { readNightMessage } from '../../queue/night-messages';
import { isNightRequested, requestNight, takeNightRequest } from '../../queue/night-request';
import { fileJson, filesTable } from '../files-json';
import { type Io } from '../io';
import { inheritedEnv, workerScript } from '../worker-script';
import { paceJson, paceText } from './pace';

export interface NightOptions {
  readonly inbox: string;
  readonly asOf?: string;
  /** Days whose archived files are loaded again, instead of the inbox. */
  readonly archived?: DayRange;
}

/** What a night of the command line needs to know of its surroundings. */
export interface NightSetting {
  readonly now: () => Date;
  /** Added to the environment of the worker. */
  readonly env?: Readonly<Record<string, string>>;
}

/** ServedSetting is that of a night where another process may serve the same home. */
export type ServedSetting = NightSetting & {
  /** Folder of the embedded queue. */
  readonly queueDir: string;
};

/** night runs one night through the queue and prints its outcome; it succeeds when nothing failed and no file was left out. */
export async function night(io: Io, setting: ServedSetting, options: NightOptions): Promise<boolean> {
  try {
    const result = await runNightInWorker(io, setting, options);
    io.answer(nightJson(result), () => nightText(result));
    return isGood(result);
  } catch (error) {
    const served = error instanceof PipelineError && error.code === 'queue-locked';
    if (!served || !(await askServing(setting, options))) throw error;
    io.answer({ asked: true }, () => 'asked the running "paceline start" to do this now; its log tells how it goes');
    return true;
  }
}

/** Asks the process that has the embedded queue open; false when it is none that keeps nights, and does not take it. */
async function askServing({ queueDir, now }: ServedSetting, options: NightOptions): Promise<boolean> {
  await requestNight(queueDir, nightOf(now, options));
  for (let look = 0; look < TAKEN_WITHIN_LOOKS; look += 1) {
    await wait(LOOK_MS);
    if (!(await isNightRequested(queueDir))) return true;
  }
  await takeNightRequest(queueDir);
  return false;
}

/** A process that keeps nights looks every second, unless a night is under way. */
const LOOK_MS = 250;
const TAKEN_WITHIN_LOOKS = 20;

function nightOf(now: () => Date, options: NightOptions): Payloads['night'] {
  return {
    nightId: `${wallClockAt(now().getTime()).replace(/\D/g, '')}-${process.pid}-${Date.now().toString(36)}`,
    inbox: options.inbox,
    ...(options.asOf === undefined ? {} : { asOf: parseDay(options.asOf) }),
    ...(options.archived === undefined ? {} : { archived: options.archived }),
  };
}

/** Whether every file of a night is in and every job was done. */
function isGood(result: NightResult): boolean {
  const arrived = result.alerts.every(({ outcome }) => outcome === 'delivered' || outcome === 'written');
  return (
    result.failed.length === 0 &&
    arrived &&
    result.files.every(({ status }) => status === 'committed' || status === 'duplicate')
  );
}

/** runNightInWorker starts a worker process for one night: the queue is its business alone. */
export async function runNightInWorker(io: Io, setting: NightSetting, options: NightOptions): Promise<NightResult> {
  const payload = nightOf(setting.now, options);
  const worker = fork(workerScript(), ['--night', JSON.stringify(payload)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...inheritedEnv(), ...setting.env },
  });
  let said = '';
  worker.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    const lines = said.split('\n');
    said = lines.pop() ?? '';
    for (const line of lines) io.log.info(line);
  });
  return await new Promise((resolve, reject) => {
    let result: NightResult | null = null;
    let failure: Error | null = null;
    worker.on('message', (wire) => {
      const message = readNightMessage(wire);
      if (message?.event === 'progress') io.progress(progressText(message.progress));
      if (message?.event === 'result') result = message.result;
      if (message?.event === 'error') failure = failureFrom(message.error);
    });
    worker.once('error', reject);
    worker.once('close', (code) => {
      if (result) resolve(result);
      else reject(failure ?? new Error(`the worker of the night ended with code ${code ?? 'none'}. ${said}`));
    });
  });
}

function failureFrom({ code, message, advice }: { code: string; message: string; advice: string }): PipelineError {
  return new PipelineError(code as PipelineError['code'], 'terminal', message, { advice });
}

const STEPS: Readonly<Record<NightProgress['step'], string>> = {
  walk: 'walking the inbox',
  ingest: 'loading files',
  totals: 'refreshing totals',
  pace: 'measuring the pace',
  report: 'writing reports',
  alert: 'delivering alerts',
  done: 'done',
};

function progressText({ step, filesDone, filesFailed, filesTotal }: NightProgress): string {
  const files =
    filesTotal === 0 ? '' : ` ${filesDone} of ${filesTotal} files${filesFailed > 0 ? `, ${filesFailed} failed` : ''}`;
  return `${STEPS[step]}${files}`;
}

/** nightJson is the JSON form of a night. */
export function nightJson(result: NightResult): unknown {
  return {
    nightId: result.nightId,
    files: result.files.map(fileJson),
    totals: result.totals,
    pace: result.pace === null ? null : paceJson(result.pace),
    standing: result.standing,
    alerts: result.alerts,
    failed: result.failed,
  };
}

function nightText(result: NightResult): string {
  return [
    filesTable(result.files),
    '',
    result.pace === null ? whyNoPace(result) : paceText(result.pace),
    '',
    result.standing ?? '',
    ...result.alerts.map(({ outcome, recipient, detail }) => `${outcome}: ${recipient} (${detail})`),
    ...result.failed.map(({ job, subject, message, advice }) => `failed: ${job} ${subject}: ${message}. ${advice}`),
  ].join('\n');
}
