import { type LedgerEntry } from '../clickhouse/ledger';
import { readTotals } from '../clickhouse/queries/totals';
import { shopHistories } from '../clickhouse/shops';
import { isLimited, type Limit, LIMIT_DIMENSIONS } from '../domain/access';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import { type DimensionFilter } from '../domain/measures';
import { traitsOn } from '../domain/shop-register';
import { terminal } from '../errors';
import { type Context } from './context';

/** ALL_TIME are the days that the store can hold. */
const ALL_TIME = { from: '1970-01-01', to: '2149-06-06' } as const;

/** Seen says which shops an account sees. */
export interface Seen {
  readonly everything: boolean;
  shop(platform: string, shop: string): boolean;
  /** A file counts when all of its shops do; one whose shops are not known does not. */
  file(entry: Pick<LedgerEntry, 'platform' | 'shops'>): boolean;
}

const EVERYTHING: Seen = { everything: true, shop: () => true, file: () => true };

/**
 * seenWithin lists the shops that have sold anything within a limit, and those that the register puts there today although
 * they have not delivered yet: those are what an account sees.
 */
export async function seenWithin(context: Context, limit: Limit): Promise<Seen> {
  if (!isLimited(limit)) return EVERYTHING;
  const [sold, register] = await Promise.all([soldWithin(context, limit, ALL_TIME), shopHistories(context.db)]);
  const today = businessDayAt(context.now().getTime());
  const registered = [...register.values()].filter(({ platform, shop, statements }) => {
    const { liveStream, ...traits } = traitsOn(statements, today);
    return isWithin(limit, { platform, shop, ...traits, 'live-stream': liveStream });
  });
  const shops = new Set([...sold, ...registered.map(({ platform, shop }) => keyOf(platform, shop))]);
  const sees = (platform: string, shop: string): boolean => shops.has(keyOf(platform, shop));
  return {
    everything: false,
    shop: sees,
    file: ({ platform, shops: own }) => own.length > 0 && own.every((shop) => sees(platform, shop)),
  };
}

/** sellsWithin says whether what a shop sold on a day is within a limit: shops move from one league to another. */
export async function sellsWithin(
  context: Context,
  limit: Limit,
  { day, platform, shop }: { readonly day: BusinessDay; readonly platform: string; readonly shop: string },
): Promise<boolean> {
  return !isLimited(limit) || (await soldWithin(context, limit, { from: day, to: day })).has(keyOf(platform, shop));
}

async function soldWithin(
  { db }: Context,
  limit: Limit,
  period: { readonly from: BusinessDay; readonly to: BusinessDay },
): Promise<Set<string>> {
  refuseUnknown(limit);
  const { rows } = await readTotals(db, { ...period, by: ['platform', 'shop'], where: limit });
  return new Set(rows.map(({ dimensions: { platform = '', shop = '' } }) => keyOf(platform, shop)));
}

const isWithin = (limit: Limit, values: DimensionFilter): boolean =>
  LIMIT_DIMENSIONS.every((name) => limit[name] === undefined || limit[name] === values[name]);

const keyOf = (platform: string, shop: string): string => `${platform}\u0000${shop}`;

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
