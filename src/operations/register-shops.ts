import { listChains } from '../clickhouse/chains';
import { deliveriesOfShops } from '../clickhouse/queries/deliveries';
import { registerShops, type ShopHistory, shopHistories, shopKey } from '../clickhouse/shops';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import {
  ALWAYS,
  amending,
  changesOf,
  restating,
  type ShopStatement,
  type ShopTraits,
  traitsOn,
  versionsOf,
} from '../domain/shop-register';
import { readShops } from '../intake/read-register';
import { type Context } from './context';

/** RegisterChange is a shop of which something new was said, with the first day whose figures it moves. */
export interface RegisterChange {
  readonly platform: string;
  readonly shop: string;
  readonly from: BusinessDay;
}

/** What an import did. */
export interface RegisterImport {
  readonly changes: readonly RegisterChange[];
  /** Shops of the csv of which it said nothing new. */
  readonly unchanged: number;
  /** Shops of the csv of which no file has come: perhaps a name that is written otherwise. */
  readonly silent: readonly { readonly platform: string; readonly shop: string }[];
}

/**
 * importShops takes a csv of shops into the register. A row holds from its day on and restates nothing before it; with
 * `restate` the first row of each shop holds for all days before it too. Saying the same again changes nothing.
 * @throws PipelineError of readShops; then nothing is taken over
 */
export async function importShops(
  context: Context,
  { path, restate }: { readonly path: string; readonly restate: boolean },
): Promise<RegisterImport> {
  const { db, now } = context;
  const rows = await readShops(path, await listChains(db));
  const histories = await shopHistories(db);
  const byShop = new Map<string, ShopStatement[]>();
  for (const statement of rows) {
    const key = shopKey(statement);
    const said = byShop.get(key);
    if (said) said.push(statement);
    else byShop.set(key, restate ? restating(histories.get(key)?.statements ?? [], statement) : [statement]);
  }
  const changed = [...byShop].map(([key, said]) => changesOf(histories.get(key)?.statements ?? [], said));
  await registerShops(db, changed.flat(), now());
  const delivered = new Set((await deliveriesOfShops(db, businessDayAt(now().getTime()))).map(shopKey));
  return {
    changes: changed.flatMap(([first]) =>
      first === undefined ? [] : [{ platform: first.platform, shop: first.shop, from: first.validFrom }],
    ),
    unchanged: changed.filter((said) => said.length === 0).length,
    silent: [...byShop]
      .filter(([key]) => !delivered.has(key))
      .flatMap(([, [first]]) => (first === undefined ? [] : [{ platform: first.platform, shop: first.shop }])),
  };
}

/** sayOfShop changes some traits of one shop from a day on, with `restate` of all days; the others stay as they are. */
export async function sayOfShop(
  { db, now }: Context,
  { platform, shop, validFrom }: Pick<ShopStatement, 'platform' | 'shop' | 'validFrom'>,
  { traits, restate }: { readonly traits: Partial<ShopTraits>; readonly restate: boolean },
): Promise<ShopStatement> {
  const known = (await shopHistories(db)).get(shopKey({ platform, shop }))?.statements ?? [];
  const from = restate ? ALWAYS : validFrom;
  const said = restate
    ? [{ ...traitsOn(known, from), platform, shop, validFrom: from }, ...versionsOf(known)].map((version) => ({
        ...version,
        ...traits,
      }))
    : amending(known, { platform, shop, validFrom }, traits);
  await registerShops(db, changesOf(known, said), now());
  return { ...traitsOn([...known, ...said], validFrom), platform, shop, validFrom: from };
}

/** shopsOf is the register: all that was said of each shop, by platform and name. */
export async function shopsOf({ db }: Context): Promise<ShopHistory[]> {
  return [...(await shopHistories(db)).values()];
}
