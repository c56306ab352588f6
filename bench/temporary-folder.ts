import { mkdtempSync, rmSync } from 'node:fs';
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
