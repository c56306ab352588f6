import { divideFen, type Fen } from './money';

/** What one part of the region sold, and what of the gap comes from it. */
export interface Contribution {
  readonly part: string;
  readonly amount: Fen;
  /** Its amount minus what was expected of it: negative when it makes the region fall short. Null where nothing is known. */
  readonly gap: Fen | null;
}

/**
 * contributionsTo shares the gap to the expected amount out over the parts of a region: each is expected to sell what it
 * sold by the same day of the last year, times what the whole is expected to sell over what it sold then. So the gaps add
 * up to that of the whole, but for rounding to the fen; parts that are new help, parts that are gone lack. Largest
 * shortfall first; by amount where no last year is known.
 */
export function contributionsTo(
  expected: Fen,
  amounts: ReadonlyMap<string, Fen>,
  lastYear: ReadonlyMap<string, Fen> | null,
): Contribution[] {
  const before = [...(lastYear?.values() ?? [])].reduce((sum, amount) => sum + amount, 0n);
  const parts = new Set([...amounts.keys(), ...(before > 0n ? (lastYear?.keys() ?? []) : [])]);
  const contributions = [...parts].map((part): Contribution => {
    const amount = amounts.get(part) ?? 0n;
    const gap = before > 0n ? amount - divideFen(expected * (lastYear?.get(part) ?? 0n), before) : null;
    return { part, amount, gap };
  });
  return contributions.sort((a, b) => compare(a.gap ?? -a.amount, b.gap ?? -b.amount) || (a.part < b.part ? -1 : 1));
}

const compare = (a: Fen, b: Fen): number => (a < b ? -1 : a > b ? 1 : 0);
