import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, daysBetween, type BusinessDay } from '../domain/calendar';
import { type Fen } from '../domain/money';
import { terminal } from '../errors';
import { DEMO_SHOPS, type DemoPlatform, type DemoShop } from './catalog';
import {
  DEMO_SOURCES,
  planDeliveries,
  planYearBefore,
  withMishaps,
  type Delivery,
  type DeliveryKind,
  type Source,
} from './deliveries';
import { OrderSource, type DemoOrder } from './orders';
import { Random } from './random';
import { pinduoduoRow } from './rows/pinduoduo';
import { templateRows } from './rows/template';
import { wechatOrder } from './rows/wechat-shop';
import { seasonalShares } from './season';
import { truthOf, type Truth } from './truth';
import { wallText } from './wall-clock';
import { writePinduoduo } from './writers/pinduoduo';
import { writeTemplate } from './writers/template';
import { type Written } from './writers/text-file';
import { writeWechatShop } from './writers/wechat-shop';

/** DEMO_GOAL_FEN is the fictional region's goal: 60 million yuan, a thousandth of the 60 billion, net of refunds. */
export const DEMO_GOAL_FEN: Fen = 6_000_000_000n;

/** DEMO_DEFAULTS: the year, the day on which it is seen to slip, and the seed of the figures in the documentation. */
export const DEMO_DEFAULTS = { seed: 20_260, year: 2026, asOf: '2026-10-20' } as const;

/** DemoFile is one file written; `path` is absolute or relative as `outDir` was. */
export interface DemoFile {
  readonly path: string;
  /** 1 or 2: the night in which it reaches the bureau. */
  readonly night: number;
  readonly kind: DeliveryKind;
  readonly platform: DemoPlatform;
  /** null for the template's files, which name the shop on every row, and for the one whose folder names none. */
  readonly shop: string | null;
  readonly bytes: number;
  /** Data rows; of a broken file those of its good version. */
  readonly rows: number;
  /** Asia/Shanghai wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly snapshotAt: string;
}

/** DemoNight is one night's folder and what is true once all files of it and of the nights before are in. */
interface DemoNight {
  readonly folder: string;
  readonly truth: Truth;
}

/** DemoRegion is the manifest of a generated region. `orders` counts all made, paid or not. */
export interface DemoRegion {
  readonly files: readonly DemoFile[];
  /** In order; the last one's truth is the final one, in which the file without a shop is held. */
  readonly nights: readonly DemoNight[];
  readonly truth: Truth;
  readonly goal: Fen;
  readonly orders: number;
  readonly bytes: number;
}

/** DemoProgress tells how many files are written. */
interface DemoProgress {
  readonly done: number;
  readonly files: number;
  readonly path: string;
}

/** DemoOptions: `scale` (1 unless told, 0.01 for a test) multiplies the number of orders; `yearBefore` false leaves it out. */
export interface DemoOptions {
  readonly seed: number;
  readonly year: number;
  readonly asOf: BusinessDay;
  readonly outDir: string;
  readonly scale?: number;
  readonly yearBefore?: boolean;
  readonly onProgress?: (progress: DemoProgress) => void;
}

/**
 * makeDemoRegion writes the exports of a fictional region from 1 January to `asOf`, and those of the year before of all
 * shops that reported then, as `outDir/<night>/<platform>/<shop>/<file>` (template files directly under their platform), and returns a manifest with
 * the truth. Equal options give equal bytes. The region slips: see `slippage`.
 * `outDir` should be empty: files of other options that lie there stay.
 * @throws PipelineError `usage` when `asOf` does not lie in `year`
 */
export async function makeDemoRegion(options: DemoOptions): Promise<DemoRegion> {
  const { seed, year, asOf, outDir, yearBefore = true } = options;
  if (!asOf.startsWith(`${year}-`)) throw terminal('usage', `${asOf} does not lie in ${year}`);
  const earlier = yearBefore ? DEMO_SOURCES.filter((source) => source.sinceYearBefore) : [];
  const reported = new Set(earlier.flatMap(({ shops }) => shops));
  const orders = new Map(
    DEMO_SHOPS.map((shop, i) => [
      shop,
      [...(reported.has(shop) ? makeOrdersBefore(shop, i + 1, options) : []), ...makeOrders(shop, i + 1, options)],
    ]),
  );
  const plan = [
    ...earlier.flatMap((source, i) => planYearBefore(source, year, new Random(seed, `deliveries before ${i}`))),
    ...withMishaps(
      DEMO_SOURCES.flatMap((source, i) => planDeliveries(source, year, asOf, new Random(seed, `deliveries ${i}`))),
      asOf,
    ),
  ];
  const folders = [1, 2].map((night) => join(outDir, addDays(asOf, night)));
  const ofSource = new Map(DEMO_SOURCES.map((source) => [source, ordersOf(source, orders)]));
  const files: DemoFile[] = [];
  for (const delivery of plan) {
    const shop = delivery.kind === 'nameless' ? null : delivery.source.shop;
    const folder = join(folders[delivery.night - 1] ?? outDir, delivery.source.platform, shop ?? '');
    await mkdir(folder, { recursive: true });
    const path = join(folder, delivery.name);
    const written = await writeDelivery(path, delivery, ofSource.get(delivery.source) ?? []);
    files.push({
      path,
      night: delivery.night,
      kind: delivery.kind,
      platform: delivery.source.platform,
      shop,
      ...written,
      snapshotAt: wallText(delivery.snapshot),
    });
    options.onProgress?.({ done: files.length, files: plan.length, path });
  }
  const truthAfter = (night: number): Truth =>
    truthOf(
      DEMO_SOURCES.map((source) => ({
        files: plan.filter((delivery) => delivery.source === source && delivery.night <= night),
        orders: ofSource.get(source) ?? [],
      })),
      asOf,
    );
  const truth = truthAfter(2);
  return {
    files,
    nights: folders.map((folder, i) => ({ folder, truth: i === 0 ? truthAfter(1) : truth })),
    truth,
    goal: DEMO_GOAL_FEN,
    orders: [...orders.values()].reduce((sum, list) => sum + list.length, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

/**
 * slippage is the factor by which a day falls short of a year that meets its goal: as good as none until the end of
 * April, then a growing loss until July, and no recovery.
 */
export function slippage(day: BusinessDay): number {
  const since = daysBetween(`${day.slice(0, 4)}-05-01`, day);
  return 0.99 - 0.145 * Math.min(1, Math.max(0, since / 61));
}

function makeOrders(shop: DemoShop, number: number, { seed, year, asOf, scale = 1 }: DemoOptions): DemoOrder[] {
  const random = new Random(seed, `orders ${shop.name}`);
  const source = new OrderSource(shop, number, random);
  return seasonalShares(year)
    .filter(({ day }) => day <= asOf)
    .flatMap(({ day, share }) => {
      const expected = shop.ordersPerYear * scale * share * slippage(day) * random.between(0.92, 1.08);
      return source.day(day, Math.floor(expected + random.next()));
    });
}

/** The year before sold a little less than a year that meets the goal. */
const SHARE_BEFORE = 0.94;

function makeOrdersBefore(shop: DemoShop, number: number, { seed, year, scale = 1 }: DemoOptions): DemoOrder[] {
  const random = new Random(seed, `orders before ${shop.name}`);
  const source = new OrderSource(shop, number, random);
  return seasonalShares(year - 1).flatMap(({ day, share }) => {
    const expected = shop.ordersPerYear * scale * share * SHARE_BEFORE * random.between(0.92, 1.08);
    return source.day(day, Math.floor(expected + random.next()));
  });
}

/** Newest first, as consoles list them. */
function ordersOf(source: Source, orders: ReadonlyMap<DemoShop, readonly DemoOrder[]>): DemoOrder[] {
  return source.shops.flatMap((shop) => orders.get(shop) ?? []).sort((a, b) => b.createdAt - a.createdAt);
}

/** writeDelivery writes the export of one delivery; `orders` are all of its source's, in the order of the rows. */
export async function writeDelivery(path: string, delivery: Delivery, orders: readonly DemoOrder[]): Promise<Written> {
  const { source, snapshot } = delivery;
  const held = orders.filter(({ createdAt }) => delivery.from <= createdAt && createdAt <= snapshot);
  switch (source.platform) {
    case 'pinduoduo':
      return writePinduoduo(
        path,
        delivery.variant,
        mapped(held, (order) => [pinduoduoRow(order, snapshot)]),
      );
    case 'wechat-shop': {
      const written = await writeWechatShop(
        path,
        mapped(held, (order) => [wechatOrder(order, snapshot)].filter((shown) => shown !== null)),
      );
      return delivery.kind === 'broken' ? cutShort(path, written) : written;
    }
    case 'douyin':
      return writeTemplate(
        path,
        '\r\n',
        mapped(held, (order) => templateRows(order, snapshot)),
      );
    case 'kuaishou':
      return writeTemplate(
        path,
        '\n',
        mapped(held, (order) => templateRows(order, snapshot)),
      );
  }
}

/** Leaves three fifths of a file, as a broken transfer does. */
async function cutShort(path: string, written: Written): Promise<Written> {
  const whole = await readFile(path);
  const part = whole.subarray(0, Math.floor(whole.length * 0.6));
  await writeFile(path, part);
  return { rows: written.rows, bytes: part.length };
}

function* mapped<T>(orders: Iterable<DemoOrder>, rowsOf: (order: DemoOrder) => readonly T[]): Generator<T> {
  for (const order of orders) yield* rowsOf(order);
}
