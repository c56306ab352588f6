import { addDays, type BusinessDay, EARLIEST } from './calendar';

/** A question with two answers, or none yet. */
export type YesNo = 'yes' | 'no' | '';

/** ShopTraits are what the register knows of a shop beside its exports; blank: unknown. */
export interface ShopTraits {
  /** Official name of a league or city. */
  readonly league: string;
  /** Industry chain; the bureau's table of chains says which cluster it belongs to. */
  readonly chain: string;
  readonly brand: string;
  readonly kind: 'goods' | 'services' | '';
  /** Sells to consumers: its exports count although the platform is one for wholesale. */
  readonly retail: YesNo;
  readonly rural: YesNo;
  /** Sells agricultural products. */
  readonly agricultural: YesNo;
  /** Sells by live-stream. */
  readonly liveStream: YesNo;
}

export const UNKNOWN_TRAITS: ShopTraits = {
  league: '',
  chain: '',
  brand: '',
  kind: '',
  retail: '',
  rural: '',
  agricultural: '',
  liveStream: '',
};

/** TRAITS names all of them, in the order in which they are shown. */
export const TRAITS = Object.keys(UNKNOWN_TRAITS) as readonly (keyof ShopTraits)[];

/** ShopStatement is what was said of a shop, from a day on. */
export interface ShopStatement extends ShopTraits {
  readonly platform: string;
  readonly shop: string;
  readonly validFrom: BusinessDay;
}

/** The first day that the register can speak of: a statement valid from here restates everything. */
export const ALWAYS: BusinessDay = EARLIEST;

/**
 * versionsOf lists what holds of one shop, earliest first: each version from its day to the next one's. Of two statements
 * for the same day the later one counts; a statement changes nothing on days for which another one begins after it.
 * @param statements of that shop, in the order in which they were said
 */
export function versionsOf(statements: readonly ShopStatement[]): ShopStatement[] {
  const byDay = new Map(statements.map((statement) => [statement.validFrom, statement]));
  return [...byDay.values()].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
}

/** traitsOn says what holds of one shop on a day. */
export function traitsOn(statements: readonly ShopStatement[], day: BusinessDay): ShopTraits {
  const { league, chain, brand, kind, retail, rural, agricultural, liveStream } =
    versionsOf(statements).findLast(({ validFrom }) => validFrom <= day) ?? UNKNOWN_TRAITS;
  return { league, chain, brand, kind, retail, rural, agricultural, liveStream };
}

/** Spell is a time from a day to the beginning of the next one: whether a shop belongs to a part of the region in it. */
export interface Spell {
  readonly from: BusinessDay;
  readonly isWithin: boolean;
}

/** Days, both ends included. */
export interface Days {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** spellsOf is when one shop belonged to a part of the region, from ALWAYS on. */
export function spellsOf(
  statements: readonly ShopStatement[],
  isWithin: (traits: ShopTraits) => boolean,
): readonly Spell[] {
  const versions = [{ ...UNKNOWN_TRAITS, validFrom: ALWAYS }, ...versionsOf(statements)];
  return versions.map((version) => ({ from: version.validFrom, isWithin: isWithin(version) }));
}

/** spellsIn are the spells that a period has days of, cut to it. */
export function spellsIn(spells: readonly Spell[], { from, to }: Days): (Days & Pick<Spell, 'isWithin'>)[] {
  return spells.flatMap(({ from: begins, isWithin }, index) => {
    const next = spells[index + 1];
    const first = begins > from ? begins : from;
    const last = next !== undefined && next.from <= to ? addDays(next.from, -1) : to;
    return first <= last ? [{ from: first, to: last, isWithin }] : [];
  });
}

/** belongs says whether a shop belonged to its part on any of the days. */
export const belongs = (spells: readonly Spell[], days: Days): boolean =>
  spellsIn(spells, days).some(({ isWithin }) => isWithin);

/**
 * restating is what must be said for a statement to hold on all days before its own too: it takes the place of every
 * version that begins before it.
 */
export function restating(known: readonly ShopStatement[], statement: ShopStatement): ShopStatement[] {
  const before = versionsOf(known).filter(({ validFrom }) => validFrom < statement.validFrom);
  const days = new Set([ALWAYS, ...before.map(({ validFrom }) => validFrom), statement.validFrom]);
  return [...days].map((validFrom) => ({ ...statement, validFrom }));
}

/**
 * amending is what must be said to change some traits of a shop from a day on: a version that begins later and only
 * carries the old value on is changed with it, one that says another value keeps it.
 */
export function amending(
  known: readonly ShopStatement[],
  { platform, shop, validFrom }: Pick<ShopStatement, 'platform' | 'shop' | 'validFrom'>,
  traits: Partial<ShopTraits>,
): ShopStatement[] {
  const before = traitsOn(known, validFrom);
  const carried = new Set(TRAITS.filter((trait) => traits[trait] !== undefined));
  const amended = [{ ...before, ...traits, platform, shop, validFrom }];
  for (const version of versionsOf(known).filter((later) => later.validFrom > validFrom)) {
    for (const trait of carried) if (version[trait] !== before[trait]) carried.delete(trait);
    if (carried.size === 0) break;
    const kept = Object.fromEntries(Object.entries(traits).filter(([trait]) => carried.has(trait as keyof ShopTraits)));
    amended.push({ ...version, ...kept });
  }
  return amended;
}

const sameTraits = (a: ShopTraits, b: ShopTraits): boolean => TRAITS.every((trait) => a[trait] === b[trait]);

/**
 * changesOf is what is to be said of one shop, or nothing when it holds already on every day: saying the same again
 * changes nothing.
 */
export function changesOf(known: readonly ShopStatement[], said: readonly ShopStatement[]): readonly ShopStatement[] {
  const all = [...known, ...said];
  return all.every(({ validFrom }) => sameTraits(traitsOn(known, validFrom), traitsOn(all, validFrom))) ? [] : said;
}
