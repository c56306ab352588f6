import { lstat, open } from 'node:fs/promises';
import { unreadable } from './faults';

/** FileStamp tells a file's state apart from a later one. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** stampOf looks at a file without opening it. @throws PipelineError `file-unreadable`, also for links and folders */
export async function stampOf(path: string): Promise<FileStamp> {
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) throw withCode('ELOOP');
    if (info.isDirectory()) throw withCode('EISDIR');
    // A pipe or a device would be waited for without end.
    if (!info.isFile()) throw withCode('not a plain file');
    return { size: info.size, mtimeMs: info.mtimeMs };
  } catch (error) {
    throw unreadable(path, error);
  }
}

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

const CHUNK_BYTES = 1 << 20;

/**
 * readDisk streams a file's bytes from a position on, and reads one chunk ahead while the last one is looked at.
 * `shared` chunks lie in two buffers that are used over and over: each is valid only until the next one is asked for.
 * @throws PipelineError `file-unreadable`
 */
export async function* readDisk(path: string, start: number, chunks: 'shared' | 'own'): AsyncGenerator<Buffer> {
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;
  let at = start;
  let turn: 0 | 1 = 0;
  const readNext = async (): Promise<Buffer> => {
    turn = turn === 0 ? 1 : 0;
    const buffer = chunks === 'shared' ? buffers[turn] : Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, at);
    at += bytesRead;
    return buffer.subarray(0, bytesRead);
  };
  let reading = readNext();
  try {
    for (;;) {
      const chunk = await reading;
      if (chunk.length === 0) return;
      reading = readNext();
      yield chunk;
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}

/** from leaves out the first bytes of a stream. */
export async function* from(start: number, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = start;
  for await (const chunk of bytes) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
