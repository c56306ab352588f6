import { terminal } from '../errors';

/** Fen is an amount of money in whole fen (1 yuan = 100 fen): exact for any sum, never a float. */
export type Fen = bigint;

const YUAN = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;

/**
 * parseYuan reads a decimal amount in yuan, as JSON and the engine write it (`-1234.5`, `0.01`), into fen.
 * @throws PipelineError `usage` for anything else: thousands separators, exponents, more than two decimals
 */
export function parseYuan(text: string): Fen {
  const parts = YUAN.exec(text);
  if (!parts) throw terminal('usage', `"${text}" is not an amount in yuan`, 'Write it like 60000000000 or 1234.56.');
  const fen = BigInt(parts[2] ?? '0') * 100n + BigInt((parts[3] ?? '').padEnd(2, '0'));
  return parts[1] === '-' ? -fen : fen;
}

/** formatYuan writes fen as yuan with exactly two decimals, the form of money on every wire: `-1234.50`. */
export function formatYuan(fen: Fen): string {
  const sign = fen < 0n ? '-' : '';
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** groupYuan writes fen as yuan with thousands separators, for people: `1,234.50`. */
export function groupYuan(fen: Fen): string {
  return formatYuan(fen).replace(/\B(?=(\d{3})+(?!\d))(?=.*\.)/g, ',');
}

/**
 * divideFen divides rounding half away from zero, for figures derived from money (a daily need, a share).
 * @throws PipelineError `usage` when the divisor is zero
 */
export function divideFen(amount: Fen, by: bigint): Fen {
  if (by === 0n) throw terminal('usage', 'an amount cannot be divided by zero');
  const positive = amount < 0n === by < 0n;
  const a = amount < 0n ? -amount : amount;
  const b = by < 0n ? -by : by;
  const rounded = (2n * a + b) / (2n * b);
  return positive ? rounded : -rounded;
}

const SHARE_SCALE = 1_000_000_000n;

/** scaleFen multiplies an amount by a share (0.1234…, kept to nine decimals), rounding to the fen. */
export function scaleFen(amount: Fen, share: number): Fen {
  return divideFen(amount * BigInt(Math.round(share * Number(SHARE_SCALE))), SHARE_SCALE);
}

/** shareOf is part ÷ whole as a plain ratio, for display and comparison only; 0 when the whole is zero. */
export function shareOf(part: Fen, whole: Fen): number {
  return whole === 0n ? 0 : Number((part * SHARE_SCALE) / whole) / Number(SHARE_SCALE);
}
