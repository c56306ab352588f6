import { isUtf8 } from 'node:buffer';
import { type PipelineError, terminal } from '../errors';

/** How the text of a file is written; decided over the whole file, never guessed from its beginning. */
export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** Utf8Check validates a text in chunks, whatever characters the cuts go through. */
export class Utf8Check {
  private rest: Buffer = Buffer.alloc(0);
  private checked = 0;
  /** Offset of the first byte that is no UTF-8, or -1. */
  firstInvalid = -1;

  add(chunk: Buffer): void {
    if (this.firstInvalid >= 0) return;
    const bytes = this.mended(chunk);
    if (this.firstInvalid >= 0) return;
    const end = completeEnd(bytes);
    const complete = bytes.subarray(0, end);
    if (!isUtf8(complete)) {
      this.firstInvalid = this.checked + firstInvalidUtf8(complete);
      return;
    }
    this.checked += end;
    this.rest = Buffer.from(bytes.subarray(end));
  }

  /** Whether the text ends within a character. */
  isUnfinished(): boolean {
    return this.rest.length > 0;
  }

  /** Puts a cut character together; only then are bytes copied, and only its few. */
  private mended(chunk: Buffer): Buffer {
    if (this.rest.length === 0) return chunk;
    const needed = sequenceLength(this.rest[0] ?? 0) - this.rest.length;
    const whole = Buffer.concat([this.rest, chunk.subarray(0, needed)]);
    this.rest = Buffer.alloc(0);
    if (chunk.length < needed) return whole;
    if (isUtf8(whole)) this.checked += whole.length;
    else this.firstInvalid = this.checked;
    return chunk.subarray(needed);
  }
}

/** Where the last character that is complete ends: at most three bytes before the end of the buffer. */
function completeEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How long the character is that begins with a byte; a byte that begins none stands for itself. */
function sequenceLength(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

/** Character by character: it is only called for a text that is not valid. */
function firstInvalidUtf8(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}

/**
 * Gb18030Check validates a text in chunks, strictly: every character must be one that the standard has. One and two
 * bytes are told by a walk over them; from the first line on that has anything else, a decoder decides, which takes
 * twice as long.
 */
export class Gb18030Check {
  private decoder: InstanceType<typeof TextDecoder> | null = null;
  /** The chunk before ended after the first of two bytes. */
  private halfway = false;
  /** What stands before a chunk on its first line, so that a bad byte can be looked for from the line's start. */
  private before: Buffer = Buffer.alloc(0);
  private checked = 0;
  /** Offset of the first byte that is no GB18030, or -1. */
  firstInvalid = -1;

  add(chunk: Buffer): void {
    if (this.firstInvalid >= 0) return;
    if (!this.walk(chunk) && !this.decode(chunk)) {
      this.firstInvalid = this.locate(chunk);
      return;
    }
    this.checked += chunk.length;
    // A line feed is never part of a longer character.
    const line = chunk.subarray(chunk.lastIndexOf(LINE_FEED) + 1);
    this.before = line.length < chunk.length ? Buffer.from(line) : Buffer.concat([this.before, line]);
  }

  /** Whether the text ends within a character; asked once, at its end. */
  isUnfinished(): boolean {
    if (!this.decoder) return this.halfway;
    try {
      this.decoder.decode();
      return false;
    } catch {
      return true;
    }
  }

  /** Whether a chunk goes on as ASCII and characters of two bytes, of which the standard has every one. */
  private walk(chunk: Buffer): boolean {
    if (this.decoder) return false;
    let at = this.halfway ? -1 : 0;
    while (at < chunk.length) {
      if (at >= 0) {
        const first = chunk[at] ?? 0;
        if (first < 0x80) {
          at += 1;
          continue;
        }
        if (first === 0x80 || first === 0xff) return false;
      }
      if (at + 1 === chunk.length) break;
      const second = chunk[at + 1] ?? 0;
      if (second < 0x40 || second === 0x7f || second === 0xff) return false;
      at += 2;
    }
    this.halfway = at < chunk.length;
    return true;
  }

  private decode(chunk: Buffer): boolean {
    try {
      if (!this.decoder) {
        this.decoder = new TextDecoder('gb18030', { fatal: true });
        this.decoder.decode(this.before, { stream: true });
      }
      this.decoder.decode(chunk, { stream: true });
      return true;
    } catch {
      return false;
    }
  }

  private locate(chunk: Buffer): number {
    const bytes = Buffer.concat([this.before, chunk]);
    let [good, bad] = [0, bytes.length];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (isGb18030Beginning(bytes.subarray(0, middle))) good = middle;
      else bad = middle;
    }
    return this.checked - this.before.length + good;
  }
}

const LINE_FEED = 0x0a;

function isGb18030Beginning(bytes: Buffer): boolean {
  try {
    new TextDecoder('gb18030', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Utf16Decoder turns UTF-16 text into UTF-8, chunk by chunk, without its byte order mark. */
export class Utf16Decoder {
  private readonly decoder: InstanceType<typeof TextDecoder>;
  private rest: Buffer = Buffer.alloc(0);
  private decoded = 0;

  constructor(
    private readonly path: string,
    readonly encoding: 'utf-16le' | 'utf-16be',
  ) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  /** @throws PipelineError `encoding-unknown` with the byte that is no UTF-16 */
  decode(chunk: Buffer): Buffer {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const end = bytes.length - this.unfinished(bytes);
    const whole = bytes.subarray(0, end);
    try {
      const text = this.decoder.decode(whole, { stream: true });
      this.rest = Buffer.from(bytes.subarray(end));
      this.decoded += end;
      return Buffer.from(text);
    } catch {
      throw this.broken(this.decoded + this.loneSurrogate(whole));
    }
  }

  /** Whether the text ends within a character. */
  isUnfinished(): boolean {
    return this.rest.length > 0;
  }

  async *stream(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      const text = this.decode(chunk);
      if (text.length > 0) yield text;
    }
  }

  /** A half unit, or the first half of a pair, waits for the next chunk. */
  private unfinished(bytes: Buffer): number {
    const odd = bytes.length % 2;
    const last = bytes.length - odd - 2;
    return last >= 0 && this.isHalf(bytes, last, 0xd8) ? odd + 2 : odd;
  }

  private isHalf(bytes: Buffer, at: number, high: 0xd8 | 0xdc): boolean {
    return ((bytes[this.encoding === 'utf-16le' ? at + 1 : at] ?? 0) & 0xfc) === high;
  }

  private loneSurrogate(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at += 2) {
      const paired = this.isHalf(bytes, at, 0xd8) && at + 2 < bytes.length && this.isHalf(bytes, at + 2, 0xdc);
      if (paired) at += 2;
      else if (this.isHalf(bytes, at, 0xd8) || this.isHalf(bytes, at, 0xdc)) return at;
    }
    return 0;
  }

  private broken(byte: number): PipelineError {
    return terminal(
      'encoding-unknown',
      `${this.path} begins as ${this.encoding.toUpperCase()} but is none: byte ${byte} breaks it`,
      'Export it again from the platform; a file that was cut or edited in a wrong encoding cannot be read safely.',
      { path: this.path, byte },
    );
  }
}
