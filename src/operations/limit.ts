import { listChains } from '../clickhouse/chains';
import { type LedgerEntry } from '../clickhouse/ledger';
import { shopHistories, shopKey } from '../clickhouse/shops';
import { isLimited, type Limit, LIMIT_DIMENSIONS } from '../domain/access';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import { type DimensionFilter } from '../domain/measures';
import { ALWAYS, type ShopTraits, UNKNOWN_TRAITS, versionsOf } from '../domain/shop-register';
import { terminal } from '../errors';
import { type Context } from './context';

/** Days, both ends included. */
interface Days {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** Seen says what an account sees. Shops move from one league to another, so it is a matter of days. */
export interface Seen {
  readonly everything: boolean;
  /** On any of the days. */
  shop(platform: string, shop: string, days: Days): boolean;
  /** A file is seen when all of its shops are, on each day of its orders; one whose shops are not known is not. */
  file(entry: Pick<LedgerEntry, 'platform' | 'shops' | 'days'>): boolean;
}

const EVERYTHING: Seen = { everything: true, shop: () => true, file: () => true };

/** A version of the register, up to the day on which the next one begins. */
interface Spell {
  readonly from: BusinessDay;
  readonly isWithin: boolean;
}

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
  const spellsOf = (platform: string, shop: string): readonly Spell[] => {
    const key = shopKey({ platform, shop });
    const before = known.get(key);
    if (before) return before;
    const versions = versionsOf(register.get(key)?.statements ?? []);
    const spells = [{ ...UNKNOWN_TRAITS, validFrom: ALWAYS }, ...versions].map(({ validFrom: from, ...traits }) => ({
      from,
      isWithin: isWithin(platform, shop, traits),
    }));
    known.set(key, spells);
    return spells;
  };
  const sees = (platform: string, shop: string, { from, to }: Days): boolean =>
    spellsOf(platform, shop).some((spell, index, all) => {
      const next = all[index + 1];
      return spell.isWithin && spell.from <= to && (next === undefined || next.from > from);
    });
  return {
    everything: false,
    shop: sees,
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
