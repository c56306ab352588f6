import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type TextFile } from '../../../src/intake/fingerprint';
import { pickRecords } from '../../../src/intake/pick-records';
import { salvageRecords, type SalvagedRecord } from '../../../src/intake/salvage';

const HEADER = '编号,备注,金额\n';
const HEADER_BYTES = Buffer.byteLength(HEADER);
const FORM = { endByte: HEADER_BYTES, line: 1, width: 3, delimiter: ',' };
const ALL = [0, 1, 2];

/** A text that is read in chunks of a size, whatever characters and quotes that goes through. */
function textIn(rows: string, chunkBytes: number): TextFile {
  const bytes = Buffer.from(HEADER + rows);
  async function* open(start: number): AsyncGenerator<Buffer> {
    for (let at = start; at < bytes.length; at += chunkBytes) {
      yield await Promise.resolve(Buffer.from(bytes.subarray(at, at + chunkBytes)));
    }
  }
  return { path: 'a.csv', source: { open }, content: { kind: 'text', encoding: 'utf-8' } } as unknown as TextFile;
}

async function salvaged(file: TextFile): Promise<SalvagedRecord[]> {
  const records: SalvagedRecord[] = [];
  for await (const batch of salvageRecords(file, FORM, ALL)) records.push(...batch);
  return records;
}

/** A cell as an export writes it: quoted where it must be, or bare with a quote inside that means nothing. */
const cell = fc.oneof(
  fc
    .array(fc.constantFrom('云', 'a', '"', ',', '\n', '\r\n'), { maxLength: 5 })
    .map((parts) => `"${parts.join('').replaceAll('"', '""')}"`),
  fc.array(fc.constantFrom('岫', 'b', '5"', ' '), { maxLength: 3 }).map((parts) => parts.join('')),
);
const row = fc.tuple(cell, cell, cell).map((cells) => cells.join(','));
const rows = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([all, end, ended]) => all.join(end) + (ended ? end : ''));

describe('a few rows picked out of a text', () => {
  test('have the lines and cells that taking all of it apart gives them, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (text, size, wanted) => {
          const file = textIn(text, size);
          const all = (await salvaged(file)).map(({ line, cells }, index) => ({ record: index + 1, line, cells }));
          const chosen = all.filter(() => wanted.next().value);
          const numbers = chosen.map(({ record }) => record);
          const picked = await pickRecords(file, FORM, { numbers, count: all.length }, ALL);
          expect(picked).toEqual(chosen.map((expected) => ({ ...expected, problem: '' })));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('say what is wrong with them', async () => {
    const file = textIn('1,a,2\n1,2\n\n1,"x",2,3\n', 1 << 20);
    expect(await pickRecords(file, FORM, { numbers: [2, 3, 4], count: 4 }, ALL)).toEqual([
      { record: 2, line: 3, problem: 'too-few-cells', cells: [] },
      { record: 3, line: 4, problem: '', cells: [''] },
      { record: 4, line: 5, problem: 'too-many-cells', cells: [] },
    ]);
  });

  test('are not told from a text that has another number of records, or one that never ends', async () => {
    expect(await pickRecords(textIn('1,a,2\n', 8), FORM, { numbers: [1], count: 2 }, ALL)).toBeNull();
    const endless = textIn(`1,"a\n${'x\n'.repeat(1_500_000)}`, 1 << 16);
    expect(await pickRecords(endless, FORM, { numbers: [1], count: 1 }, ALL)).toBeNull();
  });
});
