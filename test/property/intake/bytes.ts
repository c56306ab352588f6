import fc from 'fast-check';

/** ByteMutation is a change of a file's bytes, drawn without regard to the file. */
export interface ByteMutation {
  readonly what: keyof typeof CHANGES;
  /** Where, and how far, as shares of the file (0 to 1). */
  readonly at: number;
  readonly size: number;
  readonly byte: number;
}

type Change = (bytes: Buffer, at: number, length: number, byte: number) => Buffer;

const spliced = (bytes: Buffer, at: number, lost: number, gained: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), gained, bytes.subarray(at + lost)]);

/** Bytes that mean something to a reader of tables, archives or encodings. */
const SPEAKING = Buffer.from('",\t\n\r\'=\0\\<>&;-0E.\ufeff省，', 'utf8');

const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** The stretch between two separators around a place: a cell, roughly, in whatever encoding. */
function cellAround(bytes: Buffer, at: number): readonly [from: number, to: number] {
  const stops = (byte: number | undefined): boolean => byte === COMMA || byte === LINE_FEED || byte === undefined;
  let [from, to] = [at, at];
  while (from > 0 && !stops(bytes[from - 1])) from -= 1;
  while (to < bytes.length && !stops(bytes[to])) to += 1;
  return [from, to];
}

const CHANGES = {
  'a bit flipped': (bytes, at, _, byte) => spliced(bytes, at, 1, Buffer.of((bytes[at] ?? 0) ^ (1 << (byte % 8)))),
  'a byte replaced': (bytes, at, _, byte) => spliced(bytes, at, 1, Buffer.of(byte)),
  'a speaking byte inserted': (bytes, at, _, byte) =>
    spliced(bytes, at, 0, Buffer.of(SPEAKING[byte % SPEAKING.length] ?? 0)),
  'a stretch lost': (bytes, at, length) => spliced(bytes, at, length, Buffer.alloc(0)),
  'a stretch written twice': (bytes, at, length) => spliced(bytes, at, 0, bytes.subarray(at, at + length)),
  'a stretch of one byte': (bytes, at, length, byte) => spliced(bytes, at, length, Buffer.alloc(length, byte)),
  'its end lost': (bytes, at) => bytes.subarray(0, at),
  'its beginning lost': (bytes, at) => bytes.subarray(at),
  'two cells swapped': (bytes, at, length) => {
    const [a, b] = cellAround(bytes, at);
    const [c, d] = cellAround(bytes, Math.min(bytes.length, b + 1 + length));
    if (c < b) return bytes;
    const between = [bytes.subarray(c, d), bytes.subarray(b, c), bytes.subarray(a, b)];
    return Buffer.concat([bytes.subarray(0, a), ...between, bytes.subarray(d)]);
  },
  'a header renamed': (bytes, at, _, byte) => {
    const end = bytes.indexOf(LINE_FEED);
    const [from, to] = cellAround(bytes, end <= 0 ? at : at % end);
    return spliced(bytes, from, to - from, Buffer.from(`列${byte}`));
  },
} satisfies Record<string, Change>;

/** Cuts and copies are mostly short: a stretch of a cell or of a few rows. */
const LONGEST_STRETCH = 4_000;

/** byteMutations draws changes. */
export const byteMutations: fc.Arbitrary<ByteMutation> = fc.record({
  what: fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[])),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.double({ min: 0, max: 1, noNaN: true }),
  byte: fc.nat(255),
});

/** mutateBytes makes a change in a file. */
export function mutateBytes(bytes: Buffer, { what, at, size, byte }: ByteMutation): Buffer {
  const place = Math.floor(at * bytes.length);
  // Short stretches as often as long ones.
  const length = Math.floor(LONGEST_STRETCH ** size);
  const change: Change = CHANGES[what];
  return change(bytes, place, length, byte);
}
