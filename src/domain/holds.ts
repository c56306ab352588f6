import { type ErrorCode } from '../errors';

/**
 * HOLD_CODES are the reasons for which a file waits for an operator instead of being refused: it may be right, but
 * nobody here can tell. Whoever finds such a reason throws a terminal error with its code.
 */
export const HOLD_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'shop-unknown',
  'shop-doubtful',
  'rejects-over-limit',
  'rows-unusual',
  'sales-unusual',
  'file-cut',
  // The clock of this machine may be wrong, or right by the next night.
  'snapshot-in-future',
  'wholesale-not-retail',
]);
