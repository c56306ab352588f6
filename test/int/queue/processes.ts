import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type NightMessage, readNightMessage } from '../../../src/queue/night-messages';
import { type CrewOrders } from './crew';

/** Crew is a running worker process and what it has told. */
export interface Crew {
  readonly child: ChildProcess;
  readonly messages: NightMessage[];
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

const running = new Set<ChildProcess>();

/** startCrew starts a worker process. */
export function startCrew(orders: CrewOrders, ...argv: string[]): Crew {
  if (!existsSync(orders.journal)) writeFileSync(orders.journal, '');
  const child = fork(require.resolve('./crew.ts'), [JSON.stringify(orders), ...argv], {
    execArgv: ['-r', require.resolve('./register.cjs')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  const messages: NightMessage[] = [];
  child.on('message', (wire) => {
    const message = readNightMessage(wire);
    if (message) messages.push(message);
  });
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
    running.delete(child);
    return typeof code === 'number' ? code : String(signal);
  });
  return { child, messages, ended };
}

/** endCrews kills what a failed test has left running. */
export function endCrews(): void {
  running.forEach((child) => child.kill('SIGKILL'));
}

/** upFile is where each process of a journal says that it is about to take jobs. */
export const upFile = (journal: string): string => `${journal}.up`;

/** areUp says whether so many processes of a journal take jobs. */
export function areUp(journal: string, count: number): boolean {
  return existsSync(upFile(journal)) && readFileSync(upFile(journal), 'utf8').trim().split('\n').length >= count;
}

/** journalOf lists what the processes have done, in order, without their process ids. */
export function journalOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
}

/** pidsOf lists the processes that wrote into a journal. */
export function pidsOf(path: string): Set<string> {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return new Set(lines.map((line) => line.slice(line.lastIndexOf(' ') + 1)));
}

/** until waits for something to become true. */
export async function until(what: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const start = Date.now();
  while (!(await what())) {
    if (Date.now() - start > limitMs) throw new Error('waited in vain');
    await wait(20);
  }
}
