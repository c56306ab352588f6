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
  return formatYuan(fen).replace(/\B(?=(\d{3})+\.)/g, ',');
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

/**
 * ceilFen divides rounding up, so that `by` parts of the result always cover the amount (a daily need).
 * @throws PipelineError `usage` when the divisor is not positive
 */
export function ceilFen(amount: Fen, by: bigint): Fen {
  if (by <= 0n) throw terminal('usage', 'an amount can only be shared out over a positive number');
  const quotient = amount / by; // rounds toward zero, which is already up for a negative amount
  return amount > quotient * by ? quotient + 1n : quotient;
}

const SHARE_SCALE = 1_000_000_000n;

/** A share as a whole number of billionths, so that money never meets a float. */
function billionths(share: number): bigint {
  if (!Number.isFinite(share)) throw terminal('internal', `${share} is not a share`);
  return BigInt(Math.round(share * Number(SHARE_SCALE)));
}

/**
 * scaleFen multiplies an amount by a share (0.1234…, kept to nine decimals), rounding half away from zero to the fen.
 * @throws PipelineError `internal` when the share is not a finite number
 */
export function scaleFen(amount: Fen, share: number): Fen {
  return divideFen(amount * billionths(share), SHARE_SCALE);
}

/**
 * wholeOfFen is the amount of which `part` is the given share (kept to nine decimals): the reverse of scaleFen.
 * @returns null when the share is zero to nine decimals: no whole can be told from it
 * @throws PipelineError `internal` when the share is not a finite number
 */
export function wholeOfFen(part: Fen, share: number): Fen | null {
  const units = billionths(share);
  return units === 0n ? null : divideFen(part * SHARE_SCALE, units);
}

/** shareOf is part ÷ whole as a plain ratio, for display and comparison only; 0 when the whole is zero. */
export function shareOf(part: Fen, whole: Fen): number {
  return whole === 0n ? 0 : Number((part * SHARE_SCALE) / whole) / Number(SHARE_SCALE);
}
