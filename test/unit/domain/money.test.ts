import { describe, expect, test } from '@jest/globals';
import {
  ceilFen,
  divideFen,
  formatYuan,
  groupYuan,
  parseYuan,
  scaleFen,
  shareOf,
  wholeOfFen,
} from '../../../src/domain/money';

describe('amounts of money', () => {
  test.each([
    ['0', 0n],
    ['0.01', 1n],
    ['0.1', 10n],
    ['-0.05', -5n],
    ['1234.5', 123_450n],
    ['-1234.56', -123_456n],
    ['60000000000', 6_000_000_000_000n],
    ['1000000000000.00', 100_000_000_000_000n],
    ['9007199254740993.01', 900_719_925_474_099_301n],
  ])('%s yuan is read exactly', (text, fen) => {
    expect(parseYuan(text)).toBe(fen);
  });

  test.each(['', '-', '.5', '1.', '1.234', '1,234.00', '1e3', '+1', ' 1', '1 ', '1\n', '¥1', '１２', 'NaN', '0x10'])(
    '%j is refused as an amount, with advice',
    (text) => {
      expect(() => parseYuan(text)).toThrow(
        expect.objectContaining({ code: 'usage', kind: 'terminal', advice: expect.stringContaining('1234.56') }),
      );
    },
  );

  test.each([
    [0n, '0.00', '0.00'],
    [5n, '0.05', '0.05'],
    [-5n, '-0.05', '-0.05'],
    [99_999n, '999.99', '999.99'],
    [100_000n, '1000.00', '1,000.00'],
    [-100_000n, '-1000.00', '-1,000.00'],
    [-99_999_999n, '-999999.99', '-999,999.99'],
    [6_000_000_000_000n, '60000000000.00', '60,000,000,000.00'],
    [100_000_000_000_000n, '1000000000000.00', '1,000,000,000,000.00'],
  ])('%s fen are written for wires and for people', (fen, wire, people) => {
    expect(formatYuan(fen)).toBe(wire);
    expect(groupYuan(fen)).toBe(people);
  });

  test.each([
    [10n, 4n, 3n],
    [-10n, 4n, -3n],
    [10n, -4n, -3n],
    [-10n, -4n, 3n],
    [9n, 4n, 2n],
    [0n, -4n, 0n],
    [1n, 3n, 0n],
  ])('%s fen divided by %s round half away from zero to %s', (amount, by, quotient) => {
    expect(divideFen(amount, by)).toBe(quotient);
  });

  test.each([
    [10n, 4n, 3n],
    [8n, 4n, 2n],
    [1n, 365n, 1n],
    [0n, 4n, 0n],
    [-10n, 4n, -2n],
  ])('%s fen shared out over %s days need %s a day', (amount, by, daily) => {
    expect(ceilFen(amount, by)).toBe(daily);
  });

  test('dividing by zero is refused', () => {
    expect(() => divideFen(1n, 0n)).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => ceilFen(1n, 0n)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('a share of an amount is exact to nine decimals of the share', () => {
    expect(scaleFen(6_000_000_000_000n, 0.98)).toBe(5_880_000_000_000n);
    expect(scaleFen(6_000_000_000_000n, 0.123456789)).toBe(740_740_734_000n);
    expect(scaleFen(-150n, 0.01)).toBe(-2n);
    expect(scaleFen(100_000_000_000_000n, 1)).toBe(100_000_000_000_000n);
  });

  test('the whole is found again from a part and its share, and not from a share of zero', () => {
    expect(wholeOfFen(740_740_734_000n, 0.123456789)).toBe(6_000_000_000_000n);
    expect(wholeOfFen(5n, 1)).toBe(5n);
    expect(wholeOfFen(5n, 0)).toBeNull();
    expect(wholeOfFen(5n, 1e-12)).toBeNull();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused as a share', (share) => {
    expect(() => scaleFen(1n, share)).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => wholeOfFen(1n, share)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('a ratio of amounts is a plain number, and 0 of nothing', () => {
    expect(shareOf(1n, 4n)).toBe(0.25);
    expect(shareOf(-1n, 4n)).toBe(-0.25);
    expect(shareOf(50_000_000_000_000n, 100_000_000_000_000n)).toBe(0.5);
    expect(shareOf(1n, 0n)).toBe(0);
  });
});
