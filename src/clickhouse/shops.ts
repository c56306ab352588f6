import { z } from 'zod';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

/** RegisteredShop is what the register says of a shop. */
export interface RegisteredShop {
  readonly platform: string;
  readonly shop: string;
  /** Sells to consumers: its exports count although the platform is one for wholesale. */
  readonly retail: boolean;
}

const SHOPS: NamedQuery<RegisteredShop & { seq: number }> = {
  name: 'register of shops',
  sql: `SELECT platform, shop, max(seq) AS seq, argMax(shops.retail, shops.seq) AS retail
    FROM shops GROUP BY platform, shop ORDER BY platform, shop`,
  row: z.object({ platform: z.string(), shop: z.string(), seq: z.number(), retail: z.boolean() }),
};

/** listShops is the register as it holds now. */
export async function listShops(db: Database): Promise<RegisteredShop[]> {
  return (await db.rows(SHOPS)).map(({ platform, shop, retail }) => ({ platform, shop, retail }));
}

/** sellsRetail says whether a shop is registered as selling to consumers. */
export async function sellsRetail(db: Database, platform: string, shop: string): Promise<boolean> {
  return (await listShops(db)).some((known) => known.platform === platform && known.shop === shop && known.retail);
}

/** registerShop writes down what holds of a shop from now on; files that are in already stay as they are. */
export async function registerShop(db: Database, shop: RegisteredShop, now: Date): Promise<void> {
  const known = (await db.rows(SHOPS)).find(
    ({ platform, shop: name }) => platform === shop.platform && name === shop.shop,
  );
  await db.insert('shops', [{ ...shop, seq: (known?.seq ?? 0) + 1, at: engineTime(now) }]);
}
