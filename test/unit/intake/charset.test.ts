import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Gb18030Check, Utf16Decoder, Utf8Check } from '../../../src/intake/charset';
import { takeFingerprint } from '../../../src/intake/fingerprint';
import { utf16Of } from '../../support/containers';
import { useIntakeFolder } from '../../support/intake';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

const folder = useIntakeFolder();
const TEXT = textOf(TEMPLATE_ROWS);
/** 云岫茶 in GBK, € as its single byte never is, and 𠮷 in the four-byte form. */
const GBK = Buffer.from('d4c6e1b6b2e8', 'hex');
const FOUR_BYTES = Buffer.from('9530d636', 'hex');

/** Cuts bytes into chunks at the given places, whatever characters that goes through. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('a text is checked in chunks as it would be whole', () => {
  const cuts = fc.array(fc.nat(5000), { maxLength: 8 });
  const texts = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text));

  test('valid UTF-8 stays valid, wherever it is cut', () => {
    fc.assert(
      fc.property(texts, cuts, (bytes, at) => {
        const check = new Utf8Check();
        for (const chunk of chunksOf(bytes, at)) check.add(chunk);
        expect([check.firstInvalid, check.isUnfinished()]).toEqual([-1, false]);
      }),
    );
  });

  test('the byte that breaks UTF-8 is named, wherever the text is cut', () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(0x80, 0xc0, 0xff, 0xf8), cuts, (before, after, bad, at) => {
        const check = new Utf8Check();
        for (const chunk of chunksOf(Buffer.concat([before, Buffer.from([bad]), after]), at)) check.add(chunk);
        expect(check.firstInvalid).toBe(before.length);
      }),
    );
  });

  test('GB18030 with characters of two and of four bytes, and the byte that breaks it', () => {
    const line = Buffer.concat([GBK, FOUR_BYTES, Buffer.from(',a\n')]);
    const text = Buffer.concat(Array<Buffer>(50).fill(line));
    fc.assert(
      fc.property(cuts, fc.nat(49), (at, row) => {
        const good = new Gb18030Check();
        for (const chunk of chunksOf(text, at)) good.add(chunk);
        expect([good.firstInvalid, good.isUnfinished()]).toEqual([-1, false]);
        const broken = Buffer.concat([text.subarray(0, row * line.length), Buffer.from([0xff]), text]);
        const bad = new Gb18030Check();
        for (const chunk of chunksOf(broken, at)) bad.add(chunk);
        expect(bad.firstInvalid).toBe(row * line.length);
      }),
    );
  });

  test('any bytes are judged as a GB18030 decoder judges them, wherever they are cut', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x0a, 0x30, 0x41, 0x7f, 0x80, 0x81, 0xfe, 0xff),
    );
    const pieces = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.constant(GBK), fc.constant(FOUR_BYTES));
    const bytes = fc.oneof(
      fc.array(byte, { maxLength: 40 }).map((all) => Buffer.from(all)),
      fc.array(pieces, { maxLength: 12 }).map((all) => Buffer.concat(all)),
    );
    const decodes = (text: Buffer, unfinished: boolean): boolean => {
      try {
        new TextDecoder('gb18030', { fatal: true }).decode(text, { stream: unfinished });
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(bytes, cuts, (text, at) => {
        const check = new Gb18030Check();
        for (const chunk of chunksOf(text, at)) check.add(chunk);
        expect(check.firstInvalid < 0).toBe(decodes(text, true));
        if (check.firstInvalid < 0) expect(check.isUnfinished()).toBe(!decodes(text, false));
      }),
      { numRuns: 2000 },
    );
  });

  test('UTF-16 comes out as the same text, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.constantFrom<'le' | 'be'>('le', 'be'),
        cuts,
        (text, order, at) => {
          const decoder = new Utf16Decoder('a.csv', `utf-16${order}`);
          const parts = chunksOf(utf16Of(text, order), at).map((chunk) => decoder.decode(chunk));
          expect(Buffer.concat(parts).toString()).toBe(text.replace(/^\uFEFF/, ''));
          expect(decoder.isUnfinished()).toBe(false);
        },
      ),
    );
  });
});

describe('the encoding of a file', () => {
  const gb18030 = Buffer.concat([Buffer.from('a,'), GBK, FOUR_BYTES, Buffer.from('\n')]);

  test('is GB18030 only when all of it is', async () => {
    const late = Buffer.concat([Buffer.alloc(3 << 20, 'ascii only,\n'), gb18030]);
    for (const [name, bytes] of [
      ['early.csv', gb18030],
      ['late.csv', late],
    ] as const) {
      const { content } = await takeFingerprint(folder.write(name, bytes));
      expect(content).toMatchObject({ kind: 'text', encoding: 'gb18030', cutCharacter: false });
    }
  });

  test.each<[string, Buffer, RegExp]>([
    [
      'no text',
      Buffer.concat([gb18030, Buffer.from([0x61, 0xff, 0x0a])]),
      /UTF-8 \(byte 2 breaks it\) nor GB18030 \(byte 14 breaks it\)/,
    ],
    [
      'far down',
      Buffer.concat([Buffer.from(TEXT), Buffer.alloc(2 << 20, 'ä,\n'), Buffer.from([0xc3, 0x28, 0xff, 0x0a])]),
      /byte \d{7} breaks it/,
    ],
    ['a mark of UTF-8 before GBK', Buffer.concat([Buffer.from('\uFEFF'), gb18030]), /begins with a UTF-8 mark/],
    ['half a pair of UTF-16', Buffer.from('fffe610000d80a00', 'hex'), /UTF-16LE but is none: byte 4 breaks it/],
  ])('is refused with the byte that shows it: %s', async (name, bytes, words) => {
    await expect(takeFingerprint(folder.write(`${name}.csv`, bytes))).rejects.toMatchObject({
      code: 'encoding-unknown',
      message: expect.stringMatching(words),
      advice: expect.stringContaining('Export it again'),
    });
  });
});
