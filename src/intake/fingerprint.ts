import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PipelineError, terminal, transient } from '../errors';

/** How the text of a file is written; decided over the whole file, never guessed from its beginning. */
export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'gb18030';

/** Fingerprint is what one pass over a file's bytes tells. */
export interface Fingerprint {
  readonly path: string;
  /** SHA-256 of the bytes, hex. */
  readonly fileId: string;
  readonly bytes: number;
  /** Last change of the file when it was read, in milliseconds. */
  readonly changedAt: number;
  /** The file's first bytes, at most HEAD_BYTES. */
  readonly head: Buffer;
  readonly container: 'text' | 'xlsx';
  /** Null for a container that is not text. */
  readonly encoding: TextEncoding | null;
  /** Line feeds in a text. */
  readonly lineFeeds: number;
  readonly endsWithLineFeed: boolean;
}

const HEAD_BYTES = 1 << 20;
const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/** First bytes of files that people rename to .csv, with what they are. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xff, 0xd8, 0xff], 'a JPEG picture'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF picture'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive'],
  [[0x52, 0x61, 0x72, 0x21], 'a RAR archive'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook (.xls) or a password-protected one'],
  [[0xff, 0xfe], 'UTF-16 text'],
  [[0xfe, 0xff], 'UTF-16 text'],
];
const ZIP = [0x50, 0x4b];

/**
 * takeFingerprint reads a file once: its hash, its encoding, its lines.
 * @throws PipelineError `file-unreadable`, `file-empty`, `file-not-a-table`, `encoding-unknown`, `file-changed`
 */
export async function takeFingerprint(path: string): Promise<Fingerprint> {
  const before = await statOf(path);
  const hash = createHash('sha256');
  const utf8 = new Utf8Check();
  const headParts: Buffer[] = [];
  let headLength = 0;
  let bytes = 0;
  let lineFeeds = 0;
  let lastByte = 0;
  let nulAt = -1;
  let text = true;
  for await (const chunk of readChunks(path)) {
    if (bytes === 0) text = kindOf(path, chunk) === 'text';
    hash.update(chunk);
    if (headLength < HEAD_BYTES) {
      headParts.push(chunk.subarray(0, HEAD_BYTES - headLength));
      headLength += Math.min(chunk.length, HEAD_BYTES - headLength);
    }
    if (text) {
      utf8.add(chunk);
      lineFeeds += countLineFeeds(chunk);
      if (nulAt < 0) {
        const at = chunk.indexOf(0);
        if (at >= 0) nulAt = bytes + at;
      }
    }
    bytes += chunk.length;
    lastByte = chunk[chunk.length - 1] ?? 0;
  }
  if (bytes === 0) throw empty(path);
  if (bytes !== before.size) throw changed(path);
  if (nulAt >= 0) {
    throw terminal(
      'file-not-a-table',
      `${path} is not a text table: byte ${nulAt} is NUL`,
      'Export it again from the platform; do not rename other files to .csv.',
      { path, byte: nulAt },
    );
  }
  const head = Buffer.concat(headParts);
  return {
    path,
    fileId: hash.digest('hex'),
    bytes,
    changedAt: before.mtimeMs,
    head,
    container: text ? 'text' : 'xlsx',
    encoding: text ? await encodingOf(path, head, utf8) : null,
    lineFeeds,
    endsWithLineFeed: lastByte === LINE_FEED,
  };
}

/** readChunks streams a file's bytes. @throws PipelineError `file-unreadable` */
export async function* readChunks(path: string, start = 0): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { start, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * refuseChanged makes sure that a file is still the one that was read first, so that what was loaded is what was hashed.
 * @throws PipelineError `file-changed`, transient
 */
export async function refuseChanged(file: Fingerprint): Promise<void> {
  const now = await statOf(file.path);
  if (now.size !== file.bytes || now.mtimeMs !== file.changedAt) throw changed(file.path);
}

async function statOf(path: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EACCES: 'this user may not read it',
    EPERM: 'this user may not read it',
    EISDIR: 'it is a folder',
  };
  return terminal(
    'file-unreadable',
    `${path} cannot be read: ${reasons[code] ?? code}`,
    'Check the path and the rights of the user that runs Paceline.',
    { path, reason: code },
    error,
  );
}

function empty(path: string): PipelineError {
  return terminal('file-empty', `${path} is empty (0 bytes)`, 'Export it again from the platform.', { path });
}

function changed(path: string): PipelineError {
  return transient(
    'file-changed',
    `${path} changed while it was read`,
    'Wait until it is written completely, then run the command again; nothing of it was loaded.',
    { path },
  );
}

function kindOf(path: string, chunk: Buffer): 'text' | 'zip' {
  const startsWith = (bytes: readonly number[]): boolean => bytes.every((byte, i) => chunk[i] === byte);
  if (startsWith(ZIP)) return 'zip';
  const signature = SIGNATURES.find(([bytes]) => startsWith(bytes));
  if (!signature) return 'text';
  throw terminal(
    'file-not-a-table',
    `${path} is ${signature[1]}, not a csv or xlsx table`,
    'Export orders as csv or xlsx from the platform; unpack archives first.',
    { path, kind: signature[1] },
  );
}

function countLineFeeds(chunk: Buffer): number {
  let found = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) found += 1;
  return found;
}

/** Utf8Check validates a text in chunks, whatever characters the cuts go through. */
class Utf8Check {
  private rest: Buffer = Buffer.alloc(0);
  private valid = true;
  private checked = 0;
  firstInvalid = -1;

  add(chunk: Buffer): void {
    if (!this.valid) return;
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const end = completeEnd(bytes);
    const complete = bytes.subarray(0, end);
    if (!isUtf8(complete)) {
      this.valid = false;
      this.firstInvalid = this.checked + firstInvalidByte(complete);
      return;
    }
    this.checked += end;
    this.rest = Buffer.from(bytes.subarray(end));
  }

  isValid(): boolean {
    if (this.valid && this.rest.length > 0) {
      this.valid = false;
      this.firstInvalid = this.checked;
    }
    return this.valid;
  }
}

/** Where the last character that is complete ends: at most three bytes before the end of the buffer. */
function completeEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function firstInvalidByte(bytes: Buffer): number {
  let [low, high] = [0, bytes.length];
  // The longest valid beginning, found by halves; each half is cut at a whole character.
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const end = completeEnd(bytes.subarray(0, middle));
    if (end > low && isUtf8(bytes.subarray(low, end))) low = end;
    else if (high === middle) break;
    else high = middle;
  }
  return low;
}

async function encodingOf(path: string, head: Buffer, utf8: Utf8Check): Promise<TextEncoding> {
  if (utf8.isValid()) return head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 'utf-8-bom' : 'utf-8';
  const decoder = new TextDecoder('gb18030', { fatal: true });
  let at = 0;
  try {
    for await (const chunk of readChunks(path)) {
      decoder.decode(chunk, { stream: true });
      at += chunk.length;
    }
    decoder.decode();
    return 'gb18030';
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw terminal(
      'encoding-unknown',
      `${path} is neither UTF-8 (byte ${utf8.firstInvalid} breaks it) nor GB18030 (broken after byte ${at})`,
      'Export it again from the platform; a file that was cut or edited in a wrong encoding cannot be read safely.',
      { path, byte: utf8.firstInvalid },
    );
  }
}
