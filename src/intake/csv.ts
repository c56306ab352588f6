import { Readable } from 'node:stream';
import { parse as parseSync } from 'csv-parse/sync';
import { terminal } from '../errors';
import { type Fingerprint, readChunks } from './fingerprint';

/** A candidate for the header row: its cells, where it ends, and the physical line on which its record ends. */
export interface HeadRecord {
  readonly cells: readonly string[];
  /** Offset of the first byte after the record. */
  readonly endByte: number;
  readonly line: number;
}

/** Account flows write up to a dozen lines above their header. */
const HEADER_WITHIN_RECORDS = 20;
const LINE_FEED = 0x0a;

/** readHead takes apart the first records of a text: one of them is the header, if this is a table that Paceline knows. */
export function readHead(file: Fingerprint): HeadRecord[] {
  const decoder = new TextDecoder(file.encoding === 'gb18030' ? 'gb18030' : 'utf-8');
  const records: HeadRecord[] = [];
  // One line at a time, so that a broken quote further down can't hide the header. A line feed is never part of a
  // longer character, in UTF-8 or in GB18030.
  for (let start = 0; start < file.head.length && records.length < HEADER_WITHIN_RECORDS;) {
    const lineFeed = file.head.indexOf(LINE_FEED, start);
    const end = lineFeed < 0 ? file.head.length : lineFeed + 1;
    const cells = cellsOf(decoder.decode(file.head.subarray(start, end)));
    records.push({ cells, endByte: end, line: records.length + 1 });
    start = end;
  }
  if (records.every(({ cells }) => cells.every((cell) => cell.trim() === ''))) {
    throw terminal('file-empty', `${file.path} holds no text`, 'Export it again from the platform.', {
      path: file.path,
    });
  }
  return records;
}

/** bodyFrom streams a text from a byte on. */
export function bodyFrom(file: Fingerprint, start: number): Readable {
  return Readable.from(readChunks(file.path, start), { objectMode: false });
}

/** Takes one line apart; a line that csv can't be made of is one cell. */
function cellsOf(line: string): string[] {
  try {
    const [cells = []] = parseSync(line, { relax_column_count: true, relax_quotes: true, bom: true });
    return cells;
  } catch {
    return [line];
  }
}
