import { charsetOf, type TextFile } from './fingerprint';
import { LINES_OF_ONE_RECORD, slotsOf, splitLines, splitRecord } from './salvage';

/** What platforms write under the last record. */
const FOOTER = /^[\s"'=]*(#|总计|合计|总合计|小计|汇总|共)/;
const NO_SLOTS = slotsOf([]);

/**
 * isCut says whether a text ends in the middle of its last record (or character), as a broken transfer leaves it: the
 * record has fewer cells than the header, and no line end or an open quote. A record with a broken quote that has all
 * its cells is no cut: it alone is rejected. A cut between two records cannot be seen.
 */
export function isCut(file: TextFile, header: { readonly width: number; readonly delimiter: string }): boolean {
  if (file.content.cutCharacter) return true;
  const text = new TextDecoder(charsetOf(file)).decode(file.content.tail).replace(/\r$/, '');
  const ended = text.endsWith('\n');
  // Most texts end with a line end and hold no quote near it.
  if (ended && !text.includes('"')) return false;
  const lines = splitLines(text);
  const last = lines[lines.length - 1] ?? '';
  if (last.trim() === '' || FOOTER.test(last)) return false;
  const cellsAsText = (line: string): number => line.split(header.delimiter).length;
  let open = false;
  for (let count = 1; count <= Math.min(LINES_OF_ONE_RECORD, lines.length); count += 1) {
    const record = lastRecord(lines, lines.length - count, header.delimiter);
    if (record === 'open') {
      const [first = ''] = lines.slice(-count);
      if (cellsAsText(first) >= header.width && (count === 1 || ended)) return false;
      open = true;
    } else if (record !== null && record >= header.width) return false;
  }
  return open || !ended;
}

/** Width of the record that begins on a line, if it is the last one; null if it ends before, or its quoting is broken. */
function lastRecord(lines: readonly string[], from: number, delimiter: string): number | 'open' | null {
  let record = '';
  for (let at = from; at < lines.length; at += 1) {
    record += lines[at] ?? '';
    const split = splitRecord(record, NO_SLOTS, delimiter);
    if (split === 'broken') return null;
    if (split !== 'open') return at === lines.length - 1 ? split.width : null;
  }
  return 'open';
}
