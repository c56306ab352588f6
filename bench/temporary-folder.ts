import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Signals on which the exports, gigabytes, are removed all the same. */
const ENDING = ['SIGINT', 'SIGTERM'] as const;

const GIGABYTE = 1e9;

/**
 * inTemporaryFolder gives a piece of work a folder that is gone afterwards, however the work ends.
 * @throws Error before it begins when the disk has less than `needed` bytes free
 */
export async function inTemporaryFolder<T>(needed: number, work: (folder: string) => Promise<T>): Promise<T> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < needed) {
    const [free, wanted] = [bavail * bsize, needed].map((bytes) => (bytes / GIGABYTE).toFixed(1));
    throw new Error(
      `${tmpdir()} has ${free} GB free and this needs ${wanted}: free some, or set TMPDIR to another disk`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'paceline-bench-'));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const interrupted = (): void => {
    endProcessesAtWorkIn(folder);
    removeNow();
    process.exit(130);
  };
  for (const signal of ENDING) process.once(signal, interrupted);
  try {
    return await work(folder);
  } finally {
    for (const signal of ENDING) process.off(signal, interrupted);
    removeNow();
  }
}

const END_TRIES = 40;
const TRY_MS = 50;

/** Ends what is at work in a folder and waits for it, without giving way to anything that could start more. */
function endProcessesAtWorkIn(folder: string): void {
  for (let tries = 0; tries < END_TRIES; tries++) {
    const found = processesAtWorkIn(folder);
    if (found.length === 0) return;
    for (const pid of found) endNow(pid);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_MS);
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * An engine goes on for a while after its client, or is just starting, and would write into a folder that is being removed.
 * All that a bench starts are told the folder on their command lines. Only Linux shows those; elsewhere none is found.
 */
function processesAtWorkIn(folder: string): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && commandLine(pid).includes(folder));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
