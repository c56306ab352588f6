import { notATable } from './faults';

/** What a file is by its first bytes, whatever its name. */
export type Kind = 'text' | 'utf-16le' | 'utf-16be' | 'zip' | 'gz' | 'zst' | 'ole';

/** How many of the first bytes are looked at. */
export const SNIFFED_BYTES = 8;

const KNOWN: readonly (readonly [bytes: readonly number[], kind: Kind])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'zip'],
  [[0x50, 0x4b, 0x05, 0x06], 'zip'],
  [[0x1f, 0x8b], 'gz'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zst'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'ole'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** First bytes of files that people rename to .csv, with what they are. */
const FOREIGN: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xff, 0xd8, 0xff], 'a JPEG picture'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF picture'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x52, 0x61, 0x72, 0x21], 'a RAR archive: unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive: unpack it first'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive: unpack it first'],
];

/** kindOf tells what a file is. @throws PipelineError `file-not-a-table` for what can be no table */
export function kindOf(path: string, first: Buffer): Kind {
  const startsWith = (bytes: readonly number[]): boolean => bytes.every((byte, i) => first[i] === byte);
  const foreign = FOREIGN.find(([bytes]) => startsWith(bytes));
  if (foreign) throw notATable(path, foreign[1]);
  return KNOWN.find(([bytes]) => startsWith(bytes))?.[1] ?? 'text';
}
