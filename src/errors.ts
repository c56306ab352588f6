/** What an error means for the caller: `transient` may pass when tried again, `terminal` will not. */
export type ErrorKind = 'transient' | 'terminal';

/** Stable identities of what can go wrong, for operators to search for and for programs to branch on. */
export type ErrorCode =
  // configuration and machine
  | 'config-invalid'
  | 'engine-platform-unsupported'
  | 'engine-start-failed'
  | 'engine-directory-locked'
  | 'engine-gone'
  | 'disk-full'
  | 'store-unreachable'
  | 'store-refused'
  | 'store-query-failed'
  | 'schema-newer'
  | 'schema-changed'
  | 'cluster-invalid'
  | 'shards-changed'
  | 'store-busy'
  | 'store-in-use'
  | 'store-not-empty'
  | 'backup-damaged'
  | 'queue-unreachable'
  | 'queue-payload-invalid'
  | 'queue-locked'
  | 'night-failed'
  // command line
  | 'usage'
  | 'nothing-found'
  | 'output-unwritable'
  // files
  | 'file-unreadable'
  | 'file-empty'
  | 'file-changed'
  | 'file-not-a-table'
  | 'file-truncated'
  | 'file-cut'
  | 'over-limit'
  | 'archive-encrypted'
  | 'archive-unsafe'
  | 'encoding-unknown'
  | 'layout-unknown'
  | 'layout-not-orders'
  | 'layout-ambiguous'
  | 'platform-mismatch'
  | 'shop-unknown'
  | 'shop-doubtful'
  | 'wholesale-not-retail'
  | 'no-orders'
  | 'snapshot-in-future'
  | 'rows-unaccounted'
  | 'rejects-over-limit'
  | 'rows-unusual'
  | 'sales-unusual'
  | 'file-state'
  | 'file-busy'
  | 'file-taken'
  | 'retention-over'
  // figures and mail
  | 'goal-missing'
  | 'totals-differ'
  | 'no-recipients'
  | 'mail-refused'
  | 'mail-outcome-unknown'
  | 'mail-unreachable'
  | 'delivery-busy'
  | 'alert-state'
  | 'internal';

/** Values that may stand beside an error: of a file's cells none but numbers of orders, since others can be personal. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * PipelineError is every failure that an operator may meet: `message` says what happened, where and why,
 * `advice` what to do about it, `context` holds values for programs (no personal data).
 */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly advice: string;
  readonly context: ErrorContext;

  constructor(
    code: ErrorCode,
    kind: ErrorKind,
    message: string,
    options: { advice?: string; context?: ErrorContext; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PipelineError';
    this.code = code;
    this.kind = kind;
    this.advice = options.advice ?? '';
    this.context = options.context ?? {};
  }
}

/** terminal makes an error that trying again cannot mend. */
export function terminal(
  code: ErrorCode,
  message: string,
  advice = '',
  context: ErrorContext = {},
  cause?: unknown,
): PipelineError {
  return new PipelineError(code, 'terminal', message, { advice, context, cause });
}

/** transient makes an error that may pass when the same step is tried again. */
export function transient(
  code: ErrorCode,
  message: string,
  advice = '',
  context: ErrorContext = {},
  cause?: unknown,
): PipelineError {
  return new PipelineError(code, 'transient', message, { advice, context, cause });
}
