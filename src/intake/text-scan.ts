import { type PipelineError, terminal } from '../errors';
import { Gb18030Check, type TextEncoding, Utf8Check } from './charset';
import { LIMITS, notATable, overLimit } from './faults';

const HEAD_BYTES = 1 << 20;
const TAIL_BYTES = 1 << 17;
const LINE_FEED = 0x0a;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * TextScan looks at a text once, in chunks that it does not keep: how it is encoded, its first and last bytes, and
 * whether something in it shows that it is none.
 */
export class TextScan {
  private readonly utf8 = new Utf8Check();
  /** Made with the first chunk, where most texts that are not UTF-8 show it; else the text is read again. */
  private gb18030: Gb18030Check | null = null;
  private readonly heads: Buffer[] = [];
  private headLength = 0;
  private last: Buffer = Buffer.alloc(0);
  private length = 0;
  private lineLength = 0;

  constructor(private readonly path: string) {}

  add(chunk: Buffer): void {
    this.utf8.add(chunk);
    if (this.length === 0 && this.utf8.firstInvalid >= 0) this.gb18030 = new Gb18030Check();
    this.gb18030?.add(chunk);
    if (this.headLength < HEAD_BYTES) {
      this.heads.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - this.headLength)));
      this.headLength += Math.min(chunk.length, HEAD_BYTES - this.headLength);
    }
    this.refuseNul(chunk);
    this.measureLine(chunk);
    const kept = chunk.length < TAIL_BYTES ? Buffer.concat([this.last, chunk]) : chunk;
    this.last = Buffer.from(kept.subarray(-TAIL_BYTES));
    this.length += chunk.length;
  }

  get head(): Buffer {
    return Buffer.concat(this.heads);
  }

  /** The last bytes, from the start of the text or of a line in it. */
  get tail(): Buffer {
    return this.length <= this.last.length ? this.last : this.last.subarray(this.last.indexOf(LINE_FEED) + 1);
  }

  /**
   * How the text is encoded, and whether it ends within a character: then it was cut, and is otherwise whole.
   * @throws PipelineError `encoding-unknown` with the byte that shows it
   */
  async encoding(again: () => AsyncIterable<Buffer>): Promise<{ encoding: TextEncoding; cutCharacter: boolean }> {
    const marked = this.head.subarray(0, 3).equals(MARK);
    if (this.utf8.firstInvalid < 0) {
      return { encoding: marked ? 'utf-8-bom' : 'utf-8', cutCharacter: this.utf8.isUnfinished() };
    }
    if (marked) throw this.unknown('anything else, since it begins with a UTF-8 mark');
    const check = this.gb18030 ?? new Gb18030Check();
    if (!this.gb18030) for await (const chunk of again()) check.add(chunk);
    if (check.firstInvalid < 0) return { encoding: 'gb18030', cutCharacter: check.isUnfinished() };
    throw this.unknown(`GB18030 (byte ${check.firstInvalid} breaks it)`);
  }

  private unknown(other: string): PipelineError {
    const { firstInvalid } = this.utf8;
    return terminal(
      'encoding-unknown',
      `${this.path} is neither UTF-8 (byte ${firstInvalid} breaks it) nor ${other}`,
      'Export it again from the platform; a file that was cut or edited in a wrong encoding cannot be read safely.',
      { path: this.path, byte: firstInvalid },
    );
  }

  private refuseNul(chunk: Buffer): void {
    const at = chunk.indexOf(0);
    if (at >= 0) throw notATable(this.path, `not a text table: byte ${this.length + at} is NUL`);
  }

  /** The ends of a chunk are enough: a line within one is shorter than the bound. */
  private measureLine(chunk: Buffer): void {
    const first = chunk.indexOf(LINE_FEED);
    const longest = this.lineLength + (first < 0 ? chunk.length : first);
    if (longest > LIMITS.lineBytes) {
      throw overLimit(this.path, 'has a line that is too long', `${LIMITS.lineBytes >> 20} MiB of one line`);
    }
    this.lineLength = first < 0 ? longest : chunk.length - 1 - chunk.lastIndexOf(LINE_FEED);
  }
}
