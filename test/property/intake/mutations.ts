import fc from 'fast-check';

/** Mutation is a change of one record of a text, drawn without regard to the text. */
export interface Mutation {
  readonly what: keyof typeof CHANGES;
  readonly record: number;
  readonly at: number;
  readonly character: string;
}

/** Mutant is a text with one record changed; `touched` are the records, by number, that the change concerns. */
export interface Mutant {
  readonly text: string;
  readonly touched: readonly number[];
}

/** rawRecords cuts a well-formed csv into its records, the header first, each with its line end. */
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

/** firstLines is the physical line on which each record of a well-formed csv begins, from 1. */
export function firstLines(text: string): number[] {
  let line = 1;
  return rawRecords(text).map((record) => {
    const first = line;
    line += record.split('\n').length - (record.endsWith('\n') ? 1 : 0);
    return first;
  });
}

const CHARACTERS = [
  '"',
  ',',
  '\t',
  '\n',
  '\r',
  "'",
  '=',
  '-',
  '0',
  '9',
  'E',
  '.',
  ' ',
  '\\',
  '，',
  '省',
  '😀',
  '\u00a0',
];

type Change = (record: string, at: number, character: string) => string;

/** Changes of one record by itself; `at` is a number that each takes in its own way. */
const CHANGES = {
  'a character replaced': (record, at, character) => spliced(record, at % record.length, 1, character),
  'a character inserted': (record, at, character) => spliced(record, at % record.length, 0, character),
  'a character lost': (record, at) => spliced(record, at % record.length, 1, ''),
  'a quote inserted': (record, at) => spliced(record, at % record.length, 0, '"'),
  'a quote at the start of a cell': (record, at) => {
    const starts = [0, ...[...record.matchAll(/,/g)].map(({ index }) => index + 1)];
    return spliced(record, starts[at % starts.length] ?? 0, 0, '"');
  },
  'cut short': (record, at) => `${record.slice(0, at % record.length)}${endOf(record)}`,
  'written twice': (record) => (endOf(record) === '' ? record : record + record),
  'two cells swapped': (record, at) => swapped(record, at),
  'blank lines before it': (record, at) => '\n'.repeat(1 + (at % 3)) + record,
  'a Windows line end': (record) => (endOf(record) === '\n' ? `${record.slice(0, -1)}\r\n` : record),
  'no line end': (record) => record.replace(/\r?\n$/, ''),
  lost: () => '',
} satisfies Record<string, Change>;

const endOf = (record: string): string => /\r?\n$/.exec(record)?.[0] ?? '';
const spliced = (text: string, at: number, lost: number, gained: string): string =>
  text.slice(0, at) + gained + text.slice(at + lost);

function swapped(record: string, at: number): string {
  const cells = record.slice(0, record.length - endOf(record).length).split(',');
  const [a, b] = [at % cells.length, (at * 7 + 3) % cells.length];
  [cells[a], cells[b]] = [cells[b] ?? '', cells[a] ?? ''];
  return cells.join(',') + endOf(record);
}

/** mutations draws changes. */
export const mutations: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[])),
  record: fc.nat(50),
  at: fc.nat(5000),
  character: fc.constantFrom(...CHARACTERS),
});

/** mutate makes a change in a text. The header stays as it is. */
export function mutate(text: string, { what, record, at, character }: Mutation): Mutant {
  const records = rawRecords(text);
  if (records.length < 2) return { text, touched: [] };
  const index = 1 + (record % (records.length - 1));
  const change: Change = CHANGES[what];
  const changed = wellFormed(change(records[index] ?? '', at, character));
  const joined = changed !== '' && !changed.endsWith('\n') && index + 1 < records.length;
  return {
    text: records.map((other, i) => (i === index ? changed : other)).join(''),
    touched: joined ? [index, index + 1] : [index],
  };
}

/** cutAt cuts a text after some of its characters, as a broken transfer does; the header and one record are left. */
export function cutAt(text: string, at: number): string {
  const [header = '', first = ''] = rawRecords(text);
  const least = header.length + first.length;
  return wellFormed(text.slice(0, least + (at % (text.length - least + 1))));
}

/** A character outside the basic plane is two units of a string: a cut between them leaves no text. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '');
