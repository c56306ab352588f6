/**
 * How many runs a property that loads files gets. Each run loads several files, so the usual number is small;
 * PACELINE_TEST_RUNS multiplies it for a long night.
 */
export function runs(usual: number): { numRuns: number; interruptAfterTimeLimit?: number; endOnFailure?: boolean } {
  const factor = Number(process.env['PACELINE_TEST_RUNS'] ?? 1);
  return factor > 1
    ? { numRuns: usual * factor, endOnFailure: true }
    : { numRuns: usual, interruptAfterTimeLimit: 60_000 };
}

/** Longest time of a property, in milliseconds, shrinking included. */
export const PROPERTY_TIMEOUT = 20 * 60_000;
