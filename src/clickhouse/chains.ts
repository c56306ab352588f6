import { z } from 'zod';
import { type Chain } from '../domain/chains';
import { type Database, type NamedQuery } from './client';
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

/** replaceChains puts another table in the place of the one that holds; earlier editions stay. */
export async function replaceChains(db: Database, chains: readonly Chain[], now: Date): Promise<void> {
  const edition = ((await db.rows(CHAINS))[0]?.edition ?? 0) + 1;
  await db.insert(
    'chains',
    chains.map(({ cluster, chain }, index) => ({ edition, place: index + 1, cluster, chain, at: engineTime(now) })),
  );
}
