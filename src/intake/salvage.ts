import { parse as parseSync } from 'csv-parse/sync';
import { type Fingerprint, readChunks } from './fingerprint';

/** SalvagedRecord is one record of a text whose quoting the engine does not take: its cells, or null where it is broken. */
export interface SalvagedRecord {
  /** Physical line on which the record begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[] | null;
}

/** A cell may span this many lines; a quote that is still open then was never closed. */
const LINES_OF_ONE_RECORD = 50;

/**
 * salvageRecords takes a text apart line by line, from a byte on, so that a broken record costs itself and nothing
 * after it: a line whose quotes don't close is joined with the next ones, and when they don't close within a few dozen
 * lines, the first line alone is given up.
 */
export async function* salvageRecords(
  file: Fingerprint,
  start: number,
  firstLine: number,
): AsyncGenerator<SalvagedRecord> {
  const pending: { text: string; line: number }[] = [];
  const settle = function* (atEnd: boolean): Generator<SalvagedRecord> {
    while (pending.length > 0) {
      const outcome = takeRecord(pending, atEnd);
      if (outcome === 'wait') return;
      yield outcome;
    }
  };
  let line = firstLine;
  for await (const text of decodedLines(file, start)) {
    pending.push({ text, line });
    line += 1;
    yield* settle(false);
  }
  yield* settle(true);
}

function takeRecord(pending: { text: string; line: number }[], atEnd: boolean): SalvagedRecord | 'wait' {
  const [first] = pending;
  if (!first) return 'wait';
  let joined = '';
  for (let count = 1; count <= pending.length; count += 1) {
    joined += pending[count - 1]?.text ?? '';
    if (!quotesClose(joined)) continue;
    pending.splice(0, count);
    return { line: first.line, cells: parseCells(joined) };
  }
  if (!atEnd && pending.length < LINES_OF_ONE_RECORD) return 'wait';
  pending.shift();
  return { line: first.line, cells: null };
}

/** Whether every quote that opens a cell is closed; quotes inside unquoted cells are text. */
function quotesClose(text: string): boolean {
  let quoted = false;
  let atStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') continue;
      if (text[at + 1] === '"') at += 1;
      else quoted = false;
    } else if (character === '"' && atStart) quoted = true;
    atStart = !quoted && (character === ',' || character === '\n');
  }
  return !quoted;
}

function parseCells(text: string): readonly string[] | null {
  try {
    const records = parseSync(text, { relax_column_count: true, skip_empty_lines: false });
    return records.length === 1 ? (records[0] ?? null) : records.length === 0 ? [''] : null;
  } catch {
    return null;
  }
}

async function* decodedLines(file: Fingerprint, start: number): AsyncGenerator<string> {
  const decoder = new TextDecoder(file.encoding === 'gb18030' ? 'gb18030' : 'utf-8');
  let rest = '';
  for await (const chunk of readChunks(file.path, start)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield `${text}\n`;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
