import fc from 'fast-check';

/** A record of a csv as it stands in the text, its line end included: where cells span lines, it has several. */
export interface RawRecord {
  readonly text: string;
  /** Lines that it begins before. */
  readonly line: number;
}

/** Mutant is a text with one record changed; `touched` are the records that the change concerns. */
export interface Mutant {
  readonly text: string;
  readonly touched: readonly number[];
  readonly what: string;
}

/** rawRecords cuts a well-formed csv into its records, the header first. */
export function rawRecords(text: string): string[] {
  const records: string[] = [];
  let [start, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] !== '\n' || quoted) continue;
    records.push(text.slice(start, at + 1));
    start = at + 1;
  }
  return start < text.length ? [...records, text.slice(start)] : records;
}

const CHARACTERS = ['"', ',', '\t', '\n', '\r', "'", '=', '-', '0', '9', 'E', '.', ' ', '\\', '，', '省', '😀', '\u00a0'];

type Change = (record: string, at: number, character: string) => string | null;

/** Changes of one record by itself; `at` is a number that each takes in its own way. Null: it does not apply. */
const CHANGES: Readonly<Record<string, Change>> = {
  'a character replaced': (record, at, character) => spliced(record, at % record.length, 1, character),
  'a character inserted': (record, at, character) => spliced(record, at % record.length, 0, character),
  'a character lost': (record, at) => spliced(record, at % record.length, 1, ''),
  'a quote inserted': (record, at) => spliced(record, at % record.length, 0, '"'),
  'a quote at the start of a cell': (record, at) => {
    const starts = [...record.matchAll(/,/g)].map(({ index }) => index + 1);
    return starts.length === 0 ? null : spliced(record, starts[at % starts.length] ?? 0, 0, '"');
  },
  'cut short': (record, at) => `${record.slice(0, at % record.length)}${endOf(record)}`,
  'written twice': (record) => (endOf(record) === '' ? null : record + record),
  'two cells swapped': (record, at) => swapped(record, at),
  'blank lines before it': (record, at) => '\n'.repeat(1 + (at % 3)) + record,
  'a Windows line end': (record) => (endOf(record) === '\n' ? `${record.slice(0, -1)}\r\n` : null),
  'no line end': (record) => record.replace(/\r?\n$/, ''),
  lost: () => '',
};

const endOf = (record: string): string => /\r?\n$/.exec(record)?.[0] ?? '';
const spliced = (text: string, at: number, lost: number, gained: string): string =>
  text.slice(0, at) + gained + text.slice(at + lost);

function swapped(record: string, at: number): string | null {
  const cells = record.slice(0, record.length - endOf(record).length).split(',');
  const [a, b] = [at % cells.length, (at * 7 + 3) % cells.length];
  [cells[a], cells[b]] = [cells[b] ?? '', cells[a] ?? ''];
  return cells.join(',') + endOf(record);
}

/** mutantOf draws a change of one record of a text. The header stays as it is. */
export function mutantOf(text: string): fc.Arbitrary<Mutant> {
  const records = rawRecords(text);
  return fc
    .tuple(
      fc.integer({ min: 1, max: records.length - 1 }),
      fc.constantFrom(...Object.keys(CHANGES)),
      fc.nat(5000),
      fc.constantFrom(...CHARACTERS),
    )
    .map(([index, what, at, character]) => {
      const record = records[index] ?? '';
      // A character outside the basic plane is two units: a cut between them is no text.
      const changed = (CHANGES[what]?.(record, at, character) ?? record).toWellFormed();
      const joined = changed !== '' && !changed.endsWith('\n') && index + 1 < records.length;
      return {
        text: records.map((other, i) => (i === index ? changed : other)).join(''),
        touched: joined ? [index, index + 1] : [index],
        what: `record ${index}: ${what}`,
      };
    });
}
