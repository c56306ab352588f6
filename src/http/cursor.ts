import { z } from 'zod';
import { wrongParameter } from './problem';

/** writeCursor makes the cursor of the page after a row, from what the row is sorted by. */
export function writeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

const cursorKey = z.array(z.union([z.string(), z.number()])).max(20);

/** readCursor takes a cursor back apart. @throws Refusal for what is none */
export function readCursor(cursor: string, parts: readonly ('string' | 'number')[]): (string | number)[] {
  try {
    const key = cursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (key.length === parts.length && key.every((part, index) => typeof part === parts[index])) return key;
  } catch {
    // Told below.
  }
  throw wrongParameter('query', 'cursor', 'is none that a page before gave');
}

/** wholeNumber is the line or record number that a cursor tells: 32 bits, whatever somebody made up. */
export const wholeNumber = (part: string | number): number =>
  Math.min(Math.max(0, Math.trunc(Number(part))), 2 ** 32 - 1);
