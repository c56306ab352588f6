import { listChains } from '../clickhouse/chains';
import { type LedgerEntry } from '../clickhouse/ledger';
import { shopHistories, shopKey } from '../clickhouse/shops';
import { isLimited, type Limit, LIMIT_DIMENSIONS } from '../domain/access';
import { businessDayAt } from '../domain/calendar';
import { type ExpectedShop, waitedForIn } from '../domain/completeness';
import { type DimensionFilter } from '../domain/measures';
import { belongs, type Days, type ShopTraits, type Spell, spellsOf } from '../domain/shop-register';
import { terminal } from '../errors';
import { rowsNameShops } from '../platforms/registry';
import { type Context } from './context';

/** Seen says what an account sees. Shops move from one league to another, so it is a matter of days. */
export interface Seen {
  readonly everything: boolean;
  /** On any of the days. */
  shop(platform: string, shop: string, days: Days): boolean;
  /** Shops as the account waits for them in a period, on the days on which it sees them. */
  expected(shops: readonly ExpectedShop[], period: Days): readonly ExpectedShop[];
  /** A file is seen when all of its shops are, on each day of its orders; one whose shops are not known is not. */
  file(entry: Pick<LedgerEntry, 'platform' | 'shops' | 'days'>): boolean;
  /** The cells of its rows that were not loaded: where each row names its shop, they may be of a shop of others. */
  rejectedCells(entry: Pick<LedgerEntry, 'layout'>): boolean;
}

const EVERYTHING: Seen = {
  everything: true,
  shop: () => true,
  expected: (shops) => shops,
  file: () => true,
  rejectedCells: () => true,
};

/** seenWithin is what an account with a limit sees, as the register puts shops there. */
export async function seenWithin({ db, now }: Context, limit: Limit): Promise<Seen> {
  if (!isLimited(limit)) return EVERYTHING;
  refuseUnknown(limit);
  const [register, chains] = await Promise.all([shopHistories(db), listChains(db)]);
  const clusters = new Map(chains.map(({ chain, cluster }) => [chain, cluster]));
  const isWithin = (platform: string, shop: string, { liveStream, ...traits }: ShopTraits): boolean => {
    const cluster = clusters.get(traits.chain) ?? '';
    const values: DimensionFilter = { platform, shop, ...traits, cluster, 'live-stream': liveStream };
    return LIMIT_DIMENSIONS.every((name) => limit[name] === undefined || limit[name] === values[name]);
  };
  const known = new Map<string, readonly Spell[]>();
  const spells = (platform: string, shop: string): readonly Spell[] => {
    const key = shopKey({ platform, shop });
    const before = known.get(key);
    if (before) return before;
    const own = spellsOf(register.get(key)?.statements ?? [], (traits) => isWithin(platform, shop, traits));
    known.set(key, own);
    return own;
  };
  const sees = (platform: string, shop: string, days: Days): boolean => belongs(spells(platform, shop), days);
  return {
    everything: false,
    shop: sees,
    expected: (shops, period) =>
      shops.flatMap((shop) => waitedForIn(shop, spells(shop.platform, shop.shop), period) ?? []),
    rejectedCells: ({ layout }) => !rowsNameShops(layout),
    file: ({ platform, shops, days }) => {
      // What could not be read has no days: it is a matter of today.
      const each = days.length > 0 ? days : [businessDayAt(now().getTime())];
      return (
        shops.length > 0 && shops.every((shop) => each.every((day) => sees(platform, shop, { from: day, to: day })))
      );
    },
  };
}

/** narrowed is a filter within a limit; null when the two have nothing in common. */
export function narrowed(where: DimensionFilter, limit: Limit): DimensionFilter | null {
  refuseUnknown(limit);
  const contradicts = LIMIT_DIMENSIONS.some(
    (name) => limit[name] !== undefined && where[name] !== undefined && limit[name] !== where[name],
  );
  return contradicts ? null : { ...where, ...limit };
}

/** A limit by what the store does not know must let nothing through. */
function refuseUnknown(limit: Limit): void {
  const names: readonly string[] = LIMIT_DIMENSIONS;
  if (Object.keys(limit).every((name) => names.includes(name))) return;
  throw terminal('internal', 'an account is limited by what the totals do not know');
}
