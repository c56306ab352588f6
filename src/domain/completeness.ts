import { addDays, type BusinessDay } from './calendar';
import { belongs, type Days, type Spell, spellsIn } from './shop-register';

/** What one shop of one platform has delivered, by its committed exports. */
export interface ShopDeliveries {
  readonly platform: string;
  readonly shop: string;
  /** The days that its exports reach over. A day is in reach only when it lies wholly before an export's snapshot. */
  readonly first: BusinessDay;
  readonly last: BusinessDay;
  /** Days between them that no export reaches. */
  readonly gaps: readonly BusinessDay[];
  /** Days from one snapshot to the next, the middle of the latest; null while too few are known. */
  readonly everyDays: number | null;
}

/** What an operator has said of how often a shop reports; `everyDays` null: from `since` on it does not any more. */
export interface ShopExpectation {
  readonly platform: string;
  readonly shop: string;
  readonly everyDays: number | null;
  /** Null: from its first export on. */
  readonly since: BusinessDay | null;
  /** The day on which it was said. */
  readonly saidOn: BusinessDay;
}

/** Days of a shop for which no export will come: closed, or nothing sold. Both ends are included. */
export interface AcceptedDays {
  readonly platform: string;
  readonly shop: string;
  readonly first: BusinessDay;
  readonly last: BusinessDay;
}

/** ExpectedShop is a shop with what is expected of it and what has come: what every question of completeness rests on. */
export interface ExpectedShop {
  readonly platform: string;
  readonly shop: string;
  /** Days from one export to the next; null when it does not report any more. */
  readonly everyDays: number | null;
  /** Said by an operator, learned from its exports, or taken for daily while too few are known. */
  readonly source: 'set' | 'learned' | 'assumed';
  /** First day that is expected of it. */
  readonly from: BusinessDay;
  /** First day that is not expected any more; null while it reports. */
  readonly until: BusinessDay | null;
  /** Last day that its exports reach; null when it has never delivered. */
  readonly last: BusinessDay | null;
  readonly gaps: ReadonlySet<BusinessDay>;
  readonly accepted: readonly AcceptedDays[];
}

/** What one shop of one platform has delivered so far: complete to the end of `completeTo` (null: never). */
export interface ShopCoverage {
  readonly platform: string;
  readonly shop: string;
  /** Last business day up to which nothing is missing. */
  readonly completeTo: BusinessDay | null;
  /** Days from one of its exports to the next; daily where it is not told. */
  readonly everyDays?: number;
}

/**
 * DayState is where one day of one shop stands. `gap`: later days came, this one did not. `late`: an export that reaches
 * it was due. `awaited`: none was due yet.
 */
export type DayState = 'complete' | 'accepted' | 'gap' | 'late' | 'awaited' | 'not-expected';

const DAILY = 1;

/** expectedShops joins what has come with what operators have said, by platform and shop. */
export function expectedShops(
  deliveries: readonly ShopDeliveries[],
  expectations: readonly ShopExpectation[],
  accepted: readonly AcceptedDays[],
): ExpectedShop[] {
  const deliveriesOf = new Map(deliveries.map((each) => [keyOf(each), each]));
  const saidOf = new Map(expectations.map((each) => [keyOf(each), each]));
  return [...new Set([...deliveriesOf.keys(), ...saidOf.keys()])].sort().map((key): ExpectedShop => {
    const delivered = deliveriesOf.get(key);
    const said = saidOf.get(key);
    const { platform = '', shop = '' } = delivered ?? said ?? {};
    const retired = said?.everyDays === null;
    const first = delivered?.first ?? said?.saidOn ?? '';
    return {
      platform,
      shop,
      everyDays: said ? said.everyDays : (delivered?.everyDays ?? DAILY),
      source: said ? 'set' : delivered?.everyDays == null ? 'assumed' : 'learned',
      from: retired ? first : (said?.since ?? first),
      until: retired ? (said.since ?? said.saidOn) : null,
      last: delivered?.last ?? null,
      gaps: new Set(delivered?.gaps),
      accepted: accepted.filter((each) => keyOf(each) === key),
    };
  });
}

const keyOf = ({ platform, shop }: { readonly platform: string; readonly shop: string }): string =>
  `${platform}\u0000${shop}`;

/**
 * coverageOf says how far a shop has delivered without a hole since a day (the first of a goal's year); null when it is
 * not expected to: it has reported all that it ever will, or it begins after `asOf`. One that was to begin within the
 * period and has not holds back the days from its beginning on, and not those before.
 */
export function coverageOf(shop: ExpectedShop, since: BusinessDay, asOf: BusinessDay): ShopCoverage | null {
  const { platform, last, until } = shop;
  const from = shop.from > since ? shop.from : since;
  if (from > asOf || (until !== null && until <= from)) return null;
  const hole = firstMissing(shop, from);
  const missing = hole <= asOf ? hole : addDays(asOf, 1);
  if (until !== null && missing >= until) return null;
  // Nothing of the period: how far it came before.
  const before = last !== null && last < from ? last : addDays(from, -1);
  const never = last === null && from === since;
  const completeTo = missing > from ? addDays(missing, -1) : never ? null : before;
  return {
    platform,
    shop: shop.shop,
    completeTo,
    ...(shop.everyDays === null ? {} : { everyDays: shop.everyDays }),
  };
}

/**
 * waitedForIn is a shop as a part of the region waits for it, in a period: on days on which it belonged to another part
 * nobody does. Null when it never belonged to this one.
 */
export function waitedForIn(shop: ExpectedShop, spells: readonly Spell[], period: Days): ExpectedShop | null {
  if (!belongs(spells, period)) return null;
  const { platform, shop: name } = shop;
  const elsewhere = spellsIn(spells, period)
    .filter(({ isWithin }) => !isWithin)
    .map(({ from, to }) => ({ platform, shop: name, first: from, last: to }));
  return elsewhere.length === 0 ? shop : { ...shop, accepted: [...shop.accepted, ...elsewhere] };
}

/** coverageOfShops is what the pace and every other question of "complete to when" rest on. */
export function coverageOfShops(
  shops: readonly ExpectedShop[],
  since: BusinessDay,
  asOf: BusinessDay,
): readonly ShopCoverage[] {
  return shops.flatMap((shop) => coverageOf(shop, since, asOf) ?? []);
}

/** The first day from a day on that has neither come nor been accepted. It is asked of many shops and years: no walk by days. */
function firstMissing(shop: ExpectedShop, from: BusinessDay): BusinessDay {
  const { gaps, last } = shop;
  let day = last !== null && last >= from ? addDays(last, 1) : from;
  const gap = [...gaps].filter((each) => from <= each && each < day && !isAccepted(shop, each)).sort()[0];
  if (gap !== undefined) return gap;
  for (let over = acceptedOver(shop, day); over; over = acceptedOver(shop, day)) day = addDays(over.last, 1);
  return day;
}

const acceptedOver = ({ accepted }: ExpectedShop, day: BusinessDay): AcceptedDays | undefined =>
  accepted.find(({ first, last }) => first <= day && day <= last);

const isAccepted = (shop: ExpectedShop, day: BusinessDay): boolean => acceptedOver(shop, day) !== undefined;

/** dayState says where one day of a shop stands when it is looked at on the morning of `asOf`. */
export function dayState(shop: ExpectedShop, day: BusinessDay, asOf: BusinessDay): DayState {
  const { from, until, last } = shop;
  if (day < from || (until !== null && day >= until)) return 'not-expected';
  if (last !== null && day <= last && !shop.gaps.has(day)) return 'complete';
  if (isAccepted(shop, day)) return 'accepted';
  if (last !== null && day <= last) return 'gap';
  const due = nextDue(shop);
  return day < asOf && due !== null && due <= asOf ? 'late' : 'awaited';
}

/** nextDue is the business day on whose morning the next export of a shop should be there; null when none is expected. */
export function nextDue({ from, until, last, everyDays }: ExpectedShop): BusinessDay | null {
  if (everyDays === null) {
    // One that ends still owes the days before its end.
    return until !== null && until > from && (last === null || last < addDays(until, -1)) ? until : null;
  }
  return last === null ? addDays(from, everyDays) : addDays(last, 1 + everyDays);
}
