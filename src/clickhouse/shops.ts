import { z } from 'zod';
import { type BusinessDay } from '../domain/calendar';
import { type ShopStatement, traitsOn, type YesNo } from '../domain/shop-register';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

const yesNo = z.enum(['yes', 'no', '']);

const statementRow = z
  .object({
    platform: z.string(),
    shop: z.string(),
    seq: z.number(),
    valid_from: z.string(),
    league: z.string(),
    chain: z.string(),
    brand: z.string(),
    kind: z.enum(['goods', 'services', '']),
    retail: yesNo,
    rural: yesNo,
    agricultural: yesNo,
    live_stream: yesNo,
  })
  .transform(({ valid_from, live_stream, ...row }) => ({ ...row, validFrom: valid_from, liveStream: live_stream }));

const SHOPS: NamedQuery<ShopStatement & { seq: number }> = {
  name: 'register of shops',
  sql: `SELECT platform, shop, seq, toString(valid_from) AS valid_from, league, chain, brand, kind, retail, rural,
      agricultural, live_stream
    FROM shops ORDER BY platform, shop, seq`,
  row: statementRow,
};

/** ShopHistory is all that was ever said of a shop, in the order in which it was said. */
export interface ShopHistory {
  readonly platform: string;
  readonly shop: string;
  readonly statements: readonly ShopStatement[];
  /** Number of the last statement; 0 when nothing was said. */
  readonly seq: number;
}

/** shopKey tells shops apart: the same name on two platforms is two shops. */
export const shopKey = ({ platform, shop }: { readonly platform: string; readonly shop: string }): string =>
  `${platform}\u0000${shop}`;

/** shopHistories is the whole register by shopKey, sorted by platform and shop. */
export async function shopHistories(db: Database): Promise<Map<string, ShopHistory>> {
  const histories = new Map<string, ShopHistory>();
  for (const { seq, ...statement } of await db.rows(SHOPS)) {
    const { platform, shop } = statement;
    const before = histories.get(shopKey(statement))?.statements ?? [];
    histories.set(shopKey(statement), { platform, shop, statements: [...before, statement], seq });
  }
  return histories;
}

/** sellsRetail says whether a shop is registered as selling to consumers on a day. */
export async function sellsRetail(
  db: Database,
  shop: { readonly platform: string; readonly shop: string },
  day: BusinessDay,
): Promise<boolean> {
  const history = (await shopHistories(db)).get(shopKey(shop));
  const retail: YesNo = traitsOn(history?.statements ?? [], day).retail;
  return retail === 'yes';
}

/**
 * registerShops writes down what is said of shops, all of it or nothing. Of one shop's statements for the same day
 * the later one counts.
 */
export async function registerShops(db: Database, statements: readonly ShopStatement[], now: Date): Promise<void> {
  const histories = await shopHistories(db);
  const newest = new Map<string, number>();
  const rows = statements.map((statement) => {
    const key = shopKey(statement);
    const seq = (newest.get(key) ?? histories.get(key)?.seq ?? 0) + 1;
    newest.set(key, seq);
    const { validFrom, liveStream, ...same } = statement;
    return { ...same, seq, valid_from: validFrom, live_stream: liveStream, at: engineTime(now) };
  });
  await db.insert('shops', rows);
}

/** What the register says of a shop, as columns; its cluster is that of its chain. */
export type RegisterColumn =
  'league' | 'chain' | 'cluster' | 'brand' | 'kind' | 'rural' | 'agricultural' | 'live_stream';

/**
 * registerOf is what holds of each shop, as a SELECT of its versions: each from `valid_from` to the next one's, so that a
 * day is joined by ASOF. It is read as it was at the moment of the parameter `known`; the table of chains comes as parameters
 * (clustersOf), since to ask for it in the statement would take 3 ms of a question's time.
 */
export function registerOf(columns: readonly RegisterColumn[], known = 'known'): string {
  const newest = (column: string): string => `argMax(s.${column}, s.seq)`;
  const values = columns.map((column) =>
    column === 'cluster'
      ? `mapFromArrays({chains: Array(String)}, {clusters: Array(String)})[toString(${newest('chain')})] AS cluster`
      : `${newest(column)} AS ${column}`,
  );
  return `SELECT platform, shop, valid_from, ${values.join(', ')}
    FROM shops AS s WHERE at <= {${known}: DateTime64(3, 'UTC')} GROUP BY platform, shop, valid_from`;
}
