import { charsetOf, type TextFile, textFrom } from './fingerprint';

/** SalvagedRecord is one record of a text that the engine alone can't take apart. */
export interface SalvagedRecord {
  /** Physical line on which the record begins, from 1. */
  readonly line: number;
  /** Its wanted cells in the order asked for, or null where its quoting is broken. */
  readonly cells: readonly string[] | null;
  /** How many cells it has in all. */
  readonly width: number;
  /** Nothing stands in it. */
  readonly blank: boolean;
}

/** LINES_OF_ONE_RECORD is how many lines a record may span; a quote that is still open then was never closed. */
export const LINES_OF_ONE_RECORD = 50;

/**
 * salvageRecords takes a text apart line by line, from a byte on, so that a broken record costs itself and nothing
 * after it: a line whose quotes don't close is joined with the next ones, and when they don't close within a few dozen
 * lines, or close to a record of another width than the header's, the first line alone is given up. Only the wanted cells (by position) are kept: they are few of many, and the
 * others may be personal.
 */
export async function* salvageRecords(
  file: TextFile,
  header: { readonly endByte: number; readonly line: number; readonly width: number; readonly delimiter: string },
  wanted: readonly number[],
): AsyncGenerator<SalvagedRecord[]> {
  const form = { slots: slotsOf(wanted), width: header.width, delimiter: header.delimiter };
  let waiting: string[] = [];
  let line = header.line + 1;
  for await (const lines of decodedLines(file, header.endByte)) {
    waiting.push(...lines);
    const { records, taken } = takeRecords(waiting, line, form, false);
    waiting = waiting.slice(taken);
    line += taken;
    yield records;
  }
  yield takeRecords(waiting, line, form, true).records;
}

function takeRecords(
  lines: readonly string[],
  firstLine: number,
  form: RecordForm,
  atEnd: boolean,
): { records: SalvagedRecord[]; taken: number } {
  const records: SalvagedRecord[] = [];
  let taken = 0;
  while (taken < lines.length) {
    const record = takeRecord(lines, taken, form);
    if (record.kind === 'open' && !atEnd && lines.length - taken < LINES_OF_ONE_RECORD) break;
    const { cells, width, blank } = record.kind === 'cells' ? record.split : BROKEN;
    records.push({ line: firstLine + taken, cells, width, blank });
    taken += record.kind === 'cells' ? record.lines : 1;
  }
  return { records, taken };
}

interface Split {
  readonly cells: string[];
  readonly width: number;
  readonly blank: boolean;
}

type Taken =
  { readonly kind: 'cells'; readonly split: Split; readonly lines: number } | { readonly kind: 'open' | 'broken' };

const BROKEN = { cells: null, width: 0, blank: false } as const;

interface RecordForm {
  readonly slots: Slots;
  /** Cells of the header. */
  readonly width: number;
  readonly delimiter: string;
}

/** For each position in a record the slot among the wanted cells, or -1. */
type Slots = Int32Array;

/** slotsOf gives each wanted position its slot. */
export function slotsOf(wanted: readonly number[]): Slots {
  const slots = new Int32Array(Math.max(-1, ...wanted) + 1).fill(-1);
  wanted.forEach((position, slot) => (slots[position] = slot));
  return slots;
}

/** The record that begins at a line: joined with the following ones as long as a quote stays open. */
function takeRecord(lines: readonly string[], from: number, { slots, width, delimiter }: RecordForm): Taken {
  let joined = lines[from] ?? '';
  for (let count = 1; ; count += 1) {
    const split = splitRecord(joined, slots, delimiter);
    if (split === 'broken') return { kind: 'broken' };
    // A stray quote finds another one to close it somewhere below, and would take all the rows between with it.
    if (split !== 'open' && count > 1 && split.width !== width) return { kind: 'broken' };
    if (split !== 'open') return { kind: 'cells', split, lines: count };
    const next = lines[from + count];
    if (next === undefined || count === LINES_OF_ONE_RECORD) return { kind: 'open' };
    joined += next;
  }
}

/**
 * splitRecord takes the cells of one record apart (RFC 4180, with quotes inside unquoted cells taken as text). `open`: a quoted cell does not end;
 * `broken`: text follows a closing quote. Written out because csv-parse, called line by line, took a hundred times as
 * long, and called on the whole text it can't go on after a broken record.
 */
export function splitRecord(record: string, slots: Slots, delimiter: string): Split | 'open' | 'broken' {
  const end = record.endsWith('\r\n') ? record.length - 2 : record.endsWith('\n') ? record.length - 1 : record.length;
  const cells: string[] = [];
  const delimiterCode = delimiter.charCodeAt(0);
  for (let at = 0, width = 1; ; width += 1) {
    const slot = slots[width - 1] ?? -1;
    let stop: number;
    if (record.charCodeAt(at) !== QUOTE || at >= end) {
      const next = record.indexOf(delimiter, at);
      stop = next < 0 || next > end ? end : next;
      if (slot >= 0) cells[slot] = record.slice(at, stop);
    } else {
      let close = record.indexOf('"', at + 1);
      while (close >= 0 && record.charCodeAt(close + 1) === QUOTE) close = record.indexOf('"', close + 2);
      if (close < 0) return 'open';
      stop = close + 1;
      if (stop < end && record.charCodeAt(stop) !== delimiterCode) return 'broken';
      if (slot >= 0) cells[slot] = record.slice(at + 1, close).replaceAll('""', '"');
    }
    if (stop >= end) return { cells, width, blank: width === 1 && record.trim() === '' };
    at = stop + 1;
  }
}

const QUOTE = '"'.charCodeAt(0);

/** Lines with their ends, as many at a time as a chunk of the file holds. */
async function* decodedLines(file: TextFile, start: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(charsetOf(file));
  let rest = '';
  for await (const chunk of textFrom(file, start)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) yield splitLines(text.slice(0, end));
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/** splitLines cuts a text into its lines, each with its end. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length;) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    lines.push(text.slice(at, end));
    at = end;
  }
  return lines;
}
