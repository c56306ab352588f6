/** How many runs it takes to see every step once, unless all are asked for at once. */
const SHORT_FORM = 5;

/**
 * stepsToCut are the steps, from 1, at which an operation of so many is cut off: every fifth, beginning with another one
 * for each `turn`, so that the cases of a suite see all of them between them; with PACELINE_CRASH_STEPS=all each sees all
 * (npm run test:crash). The last is always one.
 */
export function stepsToCut(count: number, turn: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  if (process.env['PACELINE_CRASH_STEPS'] === 'all') return all;
  return all.filter((step) => step === count || step % SHORT_FORM === turn % SHORT_FORM);
}
