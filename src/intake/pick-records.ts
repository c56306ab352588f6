import { charsetOf, type TextFile, textFrom } from './fingerprint';
import { slotsOf, splitRecord } from './salvage';
import { type NumberedRow } from './taken-apart';

/** RowNumbers are those of a few rows, ascending from 1, and how many there are in all. */
export interface RowNumbers {
  readonly numbers: readonly number[];
  readonly count: number;
}

/** What of a text's header its records depend on. */
interface RecordForm {
  /** Where the header ends, and its physical line. */
  readonly endByte: number;
  readonly line: number;
  readonly width: number;
  readonly delimiter: string;
}

/** A longer record is one that a stray quote has joined. */
const LONGEST_RECORD = 1 << 20;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/**
 * pickRecords reads a text through for the physical lines of a few of its records and takes apart only those. It is null
 * when the text has not that many records in all, or one that is hardly a record: then records are not what the engine
 * took for them, and the text is to be taken apart line by line.
 */
export async function pickRecords(
  file: TextFile,
  form: RecordForm,
  { numbers, count }: RowNumbers,
  wanted: readonly number[],
): Promise<NumberedRow[] | null> {
  const decoder = new TextDecoder(charsetOf(file));
  const slots = slotsOf(wanted);
  const picked: NumberedRow[] = [];
  let [record, line] = [0, form.line + 1];
  const take = (bytes: Buffer, lines: number): void => {
    record += 1;
    if (record === numbers[picked.length]) {
      const split = splitRecord(decoder.decode(bytes), slots, form.delimiter);
      picked.push({ record, line, ...rowOf(split, form.width) });
    }
    line += lines;
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of textFrom(file, form.endByte)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const ends = new RecordEnds(bytes, form.delimiter);
    let start = 0;
    while (ends.next()) {
      take(bytes.subarray(start, ends.end), ends.lines);
      start = ends.end;
    }
    rest = Buffer.from(bytes.subarray(start));
    if (rest.length > LONGEST_RECORD + chunk.length) return null;
  }
  if (rest.length > 0) take(rest, 1);
  return record === count ? picked : null;
}

function rowOf(split: ReturnType<typeof splitRecord>, width: number): Pick<NumberedRow, 'problem' | 'cells'> {
  if (split === 'open' || split === 'broken') return { problem: 'quoting-broken', cells: [] };
  if (split.width === width || split.blank) return { problem: '', cells: split.cells };
  return { problem: split.width < width ? 'too-few-cells' : 'too-many-cells', cells: [] };
}

/**
 * RecordEnds walks from record to record of some bytes, by the native search for line feeds and quotes alone. A quote
 * opens a cell only where a cell begins.
 */
class RecordEnds {
  /** Where the record ends that was found last, and how many lines it has. */
  end = 0;
  lines = 0;
  /** The next quote at or after the place that has been reached. */
  private quote: number;
  private readonly delimiter: number;

  constructor(
    private readonly bytes: Buffer,
    delimiter: string,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
    this.quote = this.from(QUOTE, 0);
  }

  /** Goes on to the next record that ends within the bytes. */
  next(): boolean {
    const start = this.end;
    let [from, lines] = [start, 1];
    for (;;) {
      const lineFeed = this.from(LINE_FEED, from);
      while (this.quote < lineFeed && !this.opens(this.quote, start)) this.quote = this.from(QUOTE, this.quote + 1);
      if (this.quote < lineFeed) {
        const close = this.closeOf(this.quote);
        if (close < 0) return false;
        lines += this.lineFeeds(this.quote, close);
        from = close + 1;
        this.quote = this.from(QUOTE, from);
      } else {
        if (lineFeed === Infinity) return false;
        [this.end, this.lines] = [lineFeed + 1, lines];
        return true;
      }
    }
  }

  private opens(quote: number, start: number): boolean {
    return quote === start || this.bytes[quote - 1] === this.delimiter;
  }

  /** The quote that closes a cell; two in a row stand for one within it. */
  private closeOf(open: number): number {
    let close = this.bytes.indexOf(QUOTE, open + 1);
    while (close >= 0 && this.bytes[close + 1] === QUOTE) close = this.bytes.indexOf(QUOTE, close + 2);
    return close;
  }

  /** Where a byte stands next, or Infinity. */
  private from(byte: number, at: number): number {
    const found = this.bytes.indexOf(byte, at);
    return found < 0 ? Infinity : found;
  }

  private lineFeeds(from: number, to: number): number {
    let count = 0;
    for (let at = this.bytes.indexOf(LINE_FEED, from); at >= 0 && at < to; at = this.bytes.indexOf(LINE_FEED, at + 1)) {
      count += 1;
    }
    return count;
  }
}
