import { parse as parseSync } from 'csv-parse/sync';
import { terminal } from '../errors';
import { LIMITS, overLimit } from './faults';
import { charsetOf, type TextFile } from './fingerprint';

/** Delimiter parts the cells of a text; a file is read with the first one that makes its header a known one. */
export type Delimiter = ',' | '\t' | ';';

/** DELIMITERS in the order in which they are tried. */
export const DELIMITERS: readonly Delimiter[] = [',', '\t', ';'];

/** A candidate for the header row: its text, where it ends, and its physical line. */
export interface HeadLine {
  readonly text: string;
  /** Offset of the first byte after the line. */
  readonly endByte: number;
  readonly line: number;
}

/** Account flows write up to a dozen lines above their header. */
const HEADER_WITHIN_LINES = 20;
const LINE_FEED = 0x0a;

/** readHead gives the first lines of a text: one of them is the header, if this is a table that Paceline knows. */
export function readHead(file: TextFile): HeadLine[] {
  const { head } = file.content;
  const decoder = new TextDecoder(charsetOf(file));
  const lines: HeadLine[] = [];
  // One line at a time, so that a broken quote further down can't hide the header. A line feed is never part of a
  // longer character, in UTF-8 or in GB18030.
  for (let start = 0; start < head.length && lines.length < HEADER_WITHIN_LINES;) {
    const lineFeed = head.indexOf(LINE_FEED, start);
    const end = lineFeed < 0 ? head.length : lineFeed + 1;
    lines.push({ text: decoder.decode(head.subarray(start, end)), endByte: end, line: lines.length + 1 });
    start = end;
  }
  if (lines.every(({ text }) => text.replaceAll(/[,;"]/g, '').trim() === '')) {
    throw terminal('file-empty', `${file.path} holds no text`, 'Export it again from the platform.', {
      path: file.path,
    });
  }
  return lines;
}

/**
 * cellsOf takes one line apart; a line that csv can't be made of is one cell.
 * @throws PipelineError `over-limit`
 */
export function cellsOf(path: string, line: string, delimiter: Delimiter): string[] {
  const cells = parsed(line, delimiter);
  if (cells.length <= LIMITS.columns) return cells;
  throw overLimit(path, `has a row of ${cells.length} cells`, `${LIMITS.columns} columns`);
}

function parsed(line: string, delimiter: Delimiter): string[] {
  try {
    const [cells = []] = parseSync(line, { delimiter, relax_column_count: true, relax_quotes: true, bom: true });
    return cells;
  } catch {
    return [line];
  }
}
