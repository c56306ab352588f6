import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ceilFen, divideFen, formatYuan, groupYuan, parseYuan, scaleFen, wholeOfFen } from '../../../src/domain/money';

/** 10^12 yuan in fen. */
const LARGEST = 100_000_000_000_000n;
const fen = fc.bigInt({ min: -LARGEST, max: LARGEST });
const divisor = fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).filter((by) => by !== 0n);
const abs = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

describe('money is exact for any sum up to 10^12 yuan', () => {
  test('an amount that is written and read again is the same amount', () => {
    fc.assert(fc.property(fen, (amount) => expect(parseYuan(formatYuan(amount))).toBe(amount)));
  });

  test('a sum of amounts read from texts is the sum that school arithmetic gives', () => {
    const text = fc.tuple(fc.boolean(), fc.nat({ max: 10 ** 9 }), fc.nat({ max: 99 }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (parts) => {
        const sum = parts.reduce(
          (total, [negative, yuan, rest]) =>
            total + parseYuan(`${negative ? '-' : ''}${yuan}.${String(rest).padStart(2, '0')}`),
          0n,
        );
        // Yuan and fen summed apart stay far below 2^53, so plain numbers are exact here.
        const sign = (negative: boolean): number => (negative ? -1 : 1);
        const yuan = parts.reduce((total, [negative, whole]) => total + sign(negative) * whole, 0);
        const rest = parts.reduce((total, [negative, , cents]) => total + sign(negative) * cents, 0);
        expect(sum).toBe(BigInt(yuan) * 100n + BigInt(rest));
      }),
    );
  });

  test('separators stand before every third digit of the yuan, and change nothing else', () => {
    fc.assert(
      fc.property(fen, (amount) => {
        const text = groupYuan(amount);
        expect(text).toMatch(/^-?\d{1,3}(,\d{3})*\.\d{2}$/);
        expect(text.replaceAll(',', '')).toBe(formatYuan(amount));
      }),
    );
  });

  test('a quotient is never further than half a fen from the exact one, and mirrors under a change of sign', () => {
    fc.assert(
      fc.property(fen, divisor, (amount, by) => {
        const quotient = divideFen(amount, by);
        expect(2n * abs(quotient * by - amount) <= abs(by)).toBe(true);
        expect(divideFen(-amount, by)).toBe(-quotient);
        expect(divideFen(amount, -by)).toBe(-quotient);
      }),
    );
  });

  test('shared out over days, an amount is covered with less than a fen a day too much', () => {
    fc.assert(
      fc.property(fen, fc.bigInt({ min: 1n, max: 366n }), (amount, days) => {
        const surplus = ceilFen(amount, days) * days - amount;
        expect(surplus >= 0n && surplus < days).toBe(true);
      }),
    );
  });

  test('a share in billionths takes exactly that part, and the whole is found again to the rounding', () => {
    fc.assert(
      fc.property(fen, fc.integer({ min: 1, max: 1_000_000_000 }), (amount, units) => {
        const share = units / 1_000_000_000;
        const part = scaleFen(amount, share);
        expect(part).toBe(divideFen(amount * BigInt(units), 1_000_000_000n));
        const again = wholeOfFen(part, share)!;
        // Half a fen of rounding in the part grows by 1 ÷ share.
        expect(2n * abs(again - amount) * BigInt(units) <= 1_000_000_000n + BigInt(units)).toBe(true);
      }),
    );
  });
});
