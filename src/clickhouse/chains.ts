import { z } from 'zod';
import { type Chain } from '../domain/chains';
import { type Database, type NamedQuery, type QueryParams } from './client';
import { engineTime } from './time';

const CHAINS: NamedQuery<Chain & { edition: number }> = {
  name: 'table of industry chains',
  sql: `SELECT edition, cluster, chain FROM chains WHERE edition = (SELECT max(edition) FROM chains) ORDER BY place`,
  row: z.object({ edition: z.number(), cluster: z.string(), chain: z.string() }),
};

/** listChains is the table of industry chains as it holds now, in the order of its file. */
export async function listChains(db: Database): Promise<Chain[]> {
  return (await db.rows(CHAINS)).map(({ cluster, chain }) => ({ cluster, chain }));
}

/** ChainsEdition is a table of industry chains as it held from a moment on. */
export interface ChainsEdition {
  readonly edition: number;
  /** UTC, as the engine writes it. */
  readonly at: string;
  readonly chains: readonly Chain[];
}

/** clustersOf are the parameters by which `registerOf` finds the cluster of a chain, as it was known at a moment. */
export function clustersOf(editions: readonly ChainsEdition[], known: string): QueryParams {
  const chains = editions.findLast(({ at }) => at <= known)?.chains ?? [];
  return { chains: chains.map(({ chain }) => chain), clusters: chains.map(({ cluster }) => cluster) };
}

/** replaceChains puts another table in the place of the one that holds; earlier editions stay. */
export async function replaceChains(db: Database, chains: readonly Chain[], now: Date): Promise<void> {
  const edition = ((await db.rows(CHAINS))[0]?.edition ?? 0) + 1;
  await db.insert(
    'chains',
    chains.map(({ cluster, chain }, index) => ({ edition, place: index + 1, cluster, chain, at: engineTime(now) })),
  );
}
