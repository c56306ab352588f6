import { addDays, daysBetween, firstDay, lastDay, lastDayOfMonth, type BusinessDay } from '../domain/calendar';
import { DEMO_SHOPS, type DemoPlatform, type DemoShop } from './catalog';
import { DAY, HOUR, dayText, startOfDay, wallText, type WallSeconds } from './wall-clock';
import { type Random } from './random';
import { pinduoduoName, type PinduoduoVariant } from './writers/pinduoduo';
import { templateName } from './writers/template';
import { wechatShopName } from './writers/wechat-shop';

/**
 * What a file is in the story: `earlier` is of the year before, `late` comes after newer ones, `broken` is cut short,
 * `redelivered` is its good version, `nameless` lies in no folder of a shop, so that nobody knows whose it is.
 */
export type DeliveryKind = 'regular' | 'earlier' | 'late' | 'broken' | 'redelivered' | 'nameless';

/** Source is who delivers: a shop, or a platform with all its shops in one file. */
export interface Source {
  readonly platform: DemoPlatform;
  /** null: the file names the shop on every row. */
  readonly shop: string | null;
  readonly shops: readonly DemoShop[];
  /** Days between the exports of the last two weeks. */
  readonly everyDays: 1 | 2 | 4;
  /** How far back each of those reaches, in days. */
  readonly windowDays: number;
  /** Months of an export before those. */
  readonly months: 1 | 3;
  /** Pinduoduo: also exports the short variant, on every other occasion. */
  readonly mixed: boolean;
  /** Reported in the year before already. */
  readonly sinceYearBefore: boolean;
}

const shopsOf = (platform: DemoPlatform): DemoShop[] => DEMO_SHOPS.filter((shop) => shop.platform === platform);
const together = (platform: DemoPlatform, habits: Omit<Source, 'platform' | 'shop' | 'shops'>): Source => ({
  platform,
  shop: null,
  shops: shopsOf(platform),
  ...habits,
});
const apart = (shop: DemoShop, habits: Omit<Source, 'platform' | 'shop' | 'shops'>): Source => ({
  platform: shop.platform,
  shop: shop.name,
  shops: [shop],
  ...habits,
});

/** DEMO_SOURCES are the seven deliverers of the demo, each with a rhythm of its own. */
export const DEMO_SOURCES: readonly Source[] = [
  ...shopsOf('pinduoduo').map((shop, index) =>
    apart(shop, {
      everyDays: index === 0 ? 1 : 4,
      windowDays: index === 2 ? 60 : 30,
      months: index === 2 ? 1 : 3,
      mixed: index !== 0,
      sinceYearBefore: index !== 0,
    }),
  ),
  ...shopsOf('wechat-shop').map((shop) =>
    apart(shop, { everyDays: 4, windowDays: 30, months: 3, mixed: false, sinceYearBefore: true }),
  ),
  together('douyin', { everyDays: 2, windowDays: 30, months: 3, mixed: false, sinceYearBefore: true }),
  together('kuaishou', { everyDays: 4, windowDays: 45, months: 3, mixed: false, sinceYearBefore: true }),
];

/** Delivery is one export file: a snapshot of the source's orders created from `from` up to `snapshot`. */
export interface Delivery {
  readonly source: Source;
  readonly kind: DeliveryKind;
  readonly name: string;
  readonly from: WallSeconds;
  readonly snapshot: WallSeconds;
  /** The night in which it reaches the bureau, 1 or 2. */
  readonly night: 1 | 2;
  readonly variant: PinduoduoVariant;
}

/** Half past three in the afternoon. */
const NAMELESS_AT = 15 * HOUR + 30 * 60;

/** Days over which the frequent exports before the as-of day are spread. */
const RECENT_DAYS = 14;

/** By how much a monthly or quarterly export reaches into the time of the one before. */
const OVERLAP_DAYS = 15;

/** An export before it has a name. */
interface Snapshot {
  readonly from: BusinessDay;
  readonly at: WallSeconds;
}

/**
 * planDeliveries lists the files of a source, oldest first: monthly or quarterly exports that overlap by two weeks, taken
 * on the third of the next month, then frequent ones up to the morning after `asOf`. All come in night 1.
 */
export function planDeliveries(source: Source, year: number, asOf: BusinessDay, random: Random): Delivery[] {
  const snapshots = exportsOfMonths(year, source.months, asOf, random);
  // The first of the frequent exports reaches back to the last of those, so that no day is left out.
  let reach = addDays(dayText(snapshots.at(-1)?.at ?? startOfDay(firstDay(year))), -OVERLAP_DAYS);
  for (let back = RECENT_DAYS - 1 - ((RECENT_DAYS - 1) % source.everyDays); back >= 0; back -= source.everyDays) {
    const taken = addDays(asOf, 1 - back);
    if (daysBetween(firstDay(year), taken) < 1) continue;
    const usual = addDays(taken, -source.windowDays);
    const from = reach < usual ? reach : usual;
    snapshots.push({ from, at: startOfDay(taken) + random.int(HOUR, 5 * HOUR) });
    reach = usual;
  }
  return snapshots
    .sort((a, b) => a.at - b.at)
    .map((snapshot, index) => ({
      ...deliveryOf(source, snapshot),
      variant: source.mixed && index % 2 === 1 ? 'short' : 'full',
    }));
}

/** planYearBefore lists the exports of the year before, of half a year each. All come in night 1. */
export function planYearBefore(source: Source, year: number, random: Random): Delivery[] {
  return exportsOfMonths(year - 1, 6, lastDay(year), random).map((snapshot) => ({
    ...deliveryOf(source, snapshot),
    kind: 'earlier',
  }));
}

function exportsOfMonths(year: number, months: 1 | 3 | 6, until: BusinessDay, random: Random): Snapshot[] {
  const snapshots: Snapshot[] = [];
  for (let month: number = months; month <= 12; month += months) {
    const taken = addDays(lastDayOfMonth(year, month), 3);
    if (taken > until) break;
    const first = `${year}-${String(month - months + 1).padStart(2, '0')}-01`;
    snapshots.push({ from: addDays(first, -OVERLAP_DAYS), at: startOfDay(taken) + random.int(9 * HOUR, 17 * HOUR) });
  }
  return snapshots;
}

const deliveryOf = (source: Source, { from, at }: Snapshot): Delivery => ({
  source,
  kind: 'regular',
  name: nameOf(source, wallText(at)),
  from: startOfDay(from),
  snapshot: at,
  night: 1,
  variant: 'full',
});

function nameOf(source: Source, snapshotAt: string): string {
  switch (source.platform) {
    case 'pinduoduo':
      return pinduoduoName(snapshotAt);
    case 'wechat-shop':
      return wechatShopName(snapshotAt);
    case 'douyin':
    case 'kuaishou':
      return templateName(source.platform, snapshotAt);
  }
}

/**
 * withMishaps turns a plan into the demo's story. The export for May of the third Pinduoduo shop comes a night late,
 * after newer ones. A WeChat shop's export of the last days arrives cut short, and whole in the night after. The first
 * Pinduoduo shop hands in one more export on the afternoon after `asOf`, in no folder of its own.
 */
export function withMishaps(plan: readonly Delivery[], asOf: BusinessDay): Delivery[] {
  const late = exportOfMay(plan.filter(({ source }) => source === DEMO_SOURCES[2]));
  const recent = startOfDay(asOf) - 8 * DAY;
  const cut = plan.find(({ source, snapshot }) => source === DEMO_SOURCES[3] && snapshot > recent);
  const newest = plan.findLast(({ source }) => source === DEMO_SOURCES[0]);
  return plan.flatMap((delivery): Delivery[] => {
    if (delivery === newest) return [delivery, namelessAfter(delivery, asOf)];
    if (delivery === late) return [{ ...delivery, kind: 'late', night: 2 }];
    if (delivery !== cut) return [delivery];
    return [
      { ...delivery, kind: 'broken' },
      { ...delivery, kind: 'redelivered', night: 2 },
    ];
  });
}

function namelessAfter(delivery: Delivery, asOf: BusinessDay): Delivery {
  const snapshot = startOfDay(addDays(asOf, 1)) + NAMELESS_AT;
  return { ...delivery, kind: 'nameless', name: nameOf(delivery.source, wallText(snapshot)), snapshot, night: 2 };
}

/** The export for May when there is one, else an early one. */
function exportOfMay(files: readonly Delivery[]): Delivery | undefined {
  return files.find(({ snapshot }) => wallText(snapshot).slice(5, 7) === '06') ?? files[0];
}
