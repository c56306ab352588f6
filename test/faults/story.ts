import { copyFile, mkdir, open, readFile, rename } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DEMO_SOURCES, type Delivery, type Source } from '../../src/demo/deliveries';
import { type DemoOrder, OrderSource } from '../../src/demo/orders';
import { Random } from '../../src/demo/random';
import { writeDelivery } from '../../src/demo/region';
import { truthOf, type Truth } from '../../src/demo/truth';
import { DAY, HOUR, startOfDay, wallText } from '../../src/demo/wall-clock';
import { pinduoduoName } from '../../src/demo/writers/pinduoduo';
import { templateName } from '../../src/demo/writers/template';
import { wechatShopName } from '../../src/demo/writers/wechat-shop';
import { addDays, type BusinessDay } from '../../src/domain/calendar';

/** One source of each kind of file: xlsx, csv of a shop, csv that names its shops. */
const SOURCES: readonly Source[] = (['pinduoduo', 'wechat-shop', 'douyin'] as const).flatMap(
  (platform) => DEMO_SOURCES.find((source) => source.platform === platform) ?? [],
);
/** Days that an export reaches back: each order comes in several. */
const WINDOW_DAYS = 5;
const ORDERS_PER_SHOP = 12;

/** An export of the story, written outside the inbox. */
export interface Made {
  readonly delivery: Delivery;
  /** The night in which it is handed in. */
  readonly day: BusinessDay;
  /** Its place below an inbox. */
  readonly place: string;
  readonly file: string;
  readonly sha256: string;
}

/** Story is a region's orders as they happen night by night, the exports that show them, and what is true of those that were handed in. */
export class Story {
  private readonly shops = SOURCES.map((source, at) =>
    source.shops.map((shop, number) => new OrderSource(shop, at * 10 + number + 1, new Random(this.seed, shop.name))),
  );
  private readonly orders = SOURCES.map((): DemoOrder[] => []);
  private readonly handedIn: Delivery[] = [];

  constructor(
    private readonly folder: string,
    private readonly seed: number,
  ) {}

  /** exportsOf writes what the sources export in the night that begins on a day: orders up to then, changed ones included. */
  async exportsOf(day: BusinessDay): Promise<Made[]> {
    const made: Made[] = [];
    for (const [at, source] of SOURCES.entries()) {
      const fresh = this.shops[at]?.flatMap((shop) => shop.day(addDays(day, -1), ORDERS_PER_SHOP)) ?? [];
      const all = this.orders[at] ?? [];
      all.push(...fresh);
      all.sort((a, b) => b.createdAt - a.createdAt);
      const snapshot = startOfDay(day) + HOUR + at;
      const name = nameOf(source, wallText(snapshot));
      const from = startOfDay(day) - WINDOW_DAYS * DAY;
      const delivery: Delivery = { source, kind: 'regular', name, from, snapshot, night: 1, variant: 'full' };
      const place = join(source.platform, source.shop ?? '', name);
      const file = join(this.folder, place);
      await mkdir(dirname(file), { recursive: true });
      await writeDelivery(file, delivery, all);
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      made.push({ delivery, day, place, file, sha256 });
    }
    return made;
  }

  /** handIn puts an export into the inbox, whole at once; from then on the truth knows it. */
  async handIn({ delivery, place, file }: Made, inbox: string, as = place): Promise<void> {
    const to = join(inbox, as);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(file, join(inbox, '.arriving'));
    await rename(join(inbox, '.arriving'), to);
    this.handedIn.push(delivery);
  }

  /** trickleIn writes an export into the inbox piece by piece, while it may be read. */
  async trickleIn({ delivery, place, file }: Made, inbox: string, ms: number): Promise<void> {
    const bytes = await readFile(file);
    const to = join(inbox, place);
    const pieces = 8;
    await onceThereIsRoom(() => mkdir(dirname(to), { recursive: true }));
    const growing = await onceThereIsRoom(() => open(to, 'w'));
    try {
      let at = 0;
      for (let piece = 1; piece <= pieces; piece += 1) {
        const end = Math.floor((bytes.length * piece) / pieces);
        while (at < end) at += (await onceThereIsRoom(() => growing.write(bytes, at, end - at, at))).bytesWritten;
        await wait(ms / pieces);
      }
    } finally {
      await growing.close();
    }
    this.handedIn.push(delivery);
  }

  /** truth is what must be read from all that was handed in. */
  truth(asOf: BusinessDay): Truth {
    return truthOf(
      SOURCES.map((source, at) => ({
        files: this.handedIn.filter((delivery) => delivery.source === source),
        orders: this.orders[at] ?? [],
      })),
      asOf,
    );
  }
}

/** isDiskFull tells that error from others. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOSPC';

const FULL_DISK_LOOK_MS = 100;

/** Does a step again for as long as the disk is full, as whoever delivers an export would. */
async function onceThereIsRoom<T>(step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await wait(FULL_DISK_LOOK_MS);
    }
  }
}

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
