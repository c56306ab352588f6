import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readDisk } from './disk-file';

/** What a file on the disk is known by. */
export interface Hashed {
  /** SHA-256, hex. */
  readonly fileId: string;
  readonly bytes: number;
}

/** hashFile reads a file on the disk to its end. @throws PipelineError `file-unreadable` */
export async function hashFile(path: string): Promise<Hashed> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readDisk(path, 0, 'shared')) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { fileId: hash.digest('hex'), bytes };
}

/** A thread costs as much to start as this is to hash. */
export const WORTH_A_THREAD_BYTES = 1 << 26;

/** What the thread is given; it answers with one Hashed. */
interface Job {
  readonly fileToHash: string;
}

/** hashAside is hashFile by a thread of its own, beside whatever else is done; null when it fails: then it is to be read here. */
export async function hashAside(path: string): Promise<Hashed | null> {
  const thread = new Worker(threadScript(), { workerData: { fileToHash: path } satisfies Job });
  thread.unref();
  return await new Promise((resolve) => {
    thread.once('message', (hashed: Hashed) => resolve(hashed));
    thread.once('error', () => resolve(null));
    thread.once('exit', () => resolve(null));
  });
}

/** The compiled form of this file, also when it runs uncompiled in a test. */
function threadScript(): string {
  const beside = join(__dirname, 'hash.js');
  return existsSync(beside) ? beside : join(__dirname, '../../dist/src/intake/hash.js');
}

const job = isMainThread ? null : (workerData as Partial<Job> | null);
if (job?.fileToHash !== undefined) void hashFile(job.fileToHash).then((hashed) => parentPort?.postMessage(hashed));
