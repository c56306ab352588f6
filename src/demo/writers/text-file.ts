import { open, type FileHandle } from 'node:fs/promises';

/** Written is what a writer put on disk: `rows` data rows (lines of orders, no header) in `bytes` bytes. */
export interface Written {
  readonly rows: number;
  readonly bytes: number;
}

/** Bytes gathered before a write: large enough for few calls, small enough that memory stays flat. */
const CHUNK = 1 << 20;

/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/**
 * writeText streams texts into a new file as UTF-8 and returns its bytes. One chunk is filled while the one before is
 * written and no more is drawn until that has ended, so a slow disk slows the source and memory stays at two chunks. Each
 * text is encoded at once: gathering them as one long string costs twice the time, most of it garbage collection.
 */
export async function writeText(path: string, texts: Iterable<string>): Promise<number> {
  const file = await open(path, 'w');
  let filling = Buffer.allocUnsafe(CHUNK);
  let spare = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  let bytes = 0;
  let written: Promise<void> = Promise.resolve();
  const swap = async (): Promise<void> => {
    await written;
    written = writeAll(file, filling.subarray(0, filled));
    // Awaited at the next swap; without a handler now, a failure before that would end the process.
    written.catch(() => undefined);
    bytes += filled;
    filled = 0;
    [filling, spare] = [spare, filling];
  };
  try {
    for (const text of texts) {
      const most = text.length * BYTES_PER_UNIT;
      if (most > filling.length - filled) await swap();
      if (most > filling.length) filling = Buffer.allocUnsafe(most);
      filled += filling.write(text, filled, 'utf8');
    }
    await swap();
    await written;
  } finally {
    await written.catch(() => undefined);
    await file.close();
  }
  return bytes;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length;) from += (await file.write(bytes, from, bytes.length - from)).bytesWritten;
}
