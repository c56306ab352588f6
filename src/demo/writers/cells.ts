/**
 * OrderFen is an amount of one order in whole fen, as a safe integer: a single order lies far below 2^53 fen, and a bench
 * writes millions of them. Sums over orders are kept as bigint.
 */
export type OrderFen = number;

/** yuan writes fen with two decimals: `169.00`. Amounts in exports are never negative. */
export function yuan(fen: OrderFen): string {
  const rest = fen % 100;
  return `${(fen - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}

/** shortYuan writes fen as Pinduoduo does, without a trailing zero but with at least one decimal: `0.0`, `155.5`, `168.99`. */
export function shortYuan(fen: OrderFen): string {
  const rest = fen % 100;
  const whole = (fen - rest) / 100;
  if (rest % 10 === 0) return `${whole}.${rest / 10}`;
  return `${whole}.${rest < 10 ? '0' : ''}${rest}`;
}

const NEEDS_QUOTES = /[",\r\n]/;

/** csvCell quotes a value only when a comma, a quote or a line break in it needs that. */
export function csvCell(value: string): string {
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** BYTE_ORDER_MARK opens the UTF-8 files of Pinduoduo and of the template. */
export const BYTE_ORDER_MARK = '\uFEFF';
