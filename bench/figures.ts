/** Figure is a number that was measured, or null where it could not be. */
export type Figure = number | null;

/** median of at least one value. @throws Error when there is none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

/** rounded keeps four significant digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(4));

/** ratio is ours over theirs; null when either is missing. */
export function ratio(ours: Figure | undefined, theirs: Figure | undefined): Figure {
  return ours == null || theirs == null || theirs === 0 ? null : rounded(ours / theirs);
}

/** Target is what a measured figure is held to; a bench reports by how much it is missed and never asserts. */
export interface Target {
  readonly name: string;
  readonly value: Figure;
  readonly most: number;
}

/** missedBy is the share of the target by which each missed one lies above it, by name. */
export function missedBy(targets: readonly Target[]): Record<string, number> {
  return Object.fromEntries(
    targets.flatMap(({ name, value, most }) =>
      value === null || value <= most ? [] : [[name, rounded(value / most - 1)]],
    ),
  );
}

/** verdictOf says in one line what was measured, what it is held to, and by how much it is missed. */
export function verdictOf({ name, value, most }: Target): string {
  const held = `at most ${shown(most)}`;
  if (value === null) return `${name}: not measured (${held})`;
  const verdict =
    value <= most ? 'kept' : `MISSED by ${shown(value - most)} (${((value / most - 1) * 100).toFixed(0)} %)`;
  return `${name}: ${shown(value)}, ${held}: ${verdict}`;
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));
