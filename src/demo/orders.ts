import { type BusinessDay } from '../domain/calendar';
import { HABITS, PROVINCES, type DemoShop, type Product } from './catalog';
import { weighted, type Random, type Weighted } from './random';
import { DAY, HOUR, dayText, startOfDay, type WallSeconds } from './wall-clock';

/** DemoLine is one item of an order; all money in fen. `paid` is what the buyer pays for it, postage apart. */
export interface DemoLine {
  readonly product: Product;
  readonly productNumber: number;
  readonly quantity: number;
  readonly shopDiscount: number;
  readonly subsidy: number;
  readonly paid: number;
  /** What the buyer gets back once the order's refund succeeds: never above `paid`, postage apart. */
  readonly refund: number;
}

/**
 * DemoOrder is the whole life of an order, drawn when it is made; an export shows what had happened by its snapshot.
 * Moments are wall-clock seconds, 0 for what never happens.
 */
export interface DemoOrder {
  readonly id: string;
  readonly shop: DemoShop;
  readonly province: string;
  readonly lines: readonly DemoLine[];
  /** In fen, once per order. */
  readonly postage: number;
  /** The refund gives back every line in full, and the postage when nothing had been shipped. */
  readonly fullRefund: boolean;
  readonly createdAt: WallSeconds;
  readonly cancelledAt: WallSeconds;
  readonly paidAt: WallSeconds;
  readonly dealtAt: WallSeconds;
  readonly shippedAt: WallSeconds;
  readonly receivedAt: WallSeconds;
  readonly settledAt: WallSeconds;
  readonly claimedAt: WallSeconds;
  readonly withdrawnAt: WallSeconds;
  readonly refundedAt: WallSeconds;
}

/** hasHappened says whether a moment of an order's life lies at or before a snapshot. */
export function hasHappened(moment: WallSeconds, snapshot: WallSeconds): boolean {
  return moment !== 0 && moment <= snapshot;
}

/** Relative volume of each hour of the day. */
const HOURS = weighted(
  [14, 8, 4, 3, 3, 5, 10, 20, 32, 42, 48, 46, 44, 46, 46, 46, 46, 44, 44, 50, 60, 62, 50, 30].map((weight, hour) => ({
    hour,
    weight,
  })),
  ({ weight }) => weight,
);
const QUANTITIES = weighted(
  [
    { pieces: 1, weight: 82 },
    { pieces: 2, weight: 13 },
    { pieces: 3, weight: 3 },
    { pieces: 5, weight: 1 },
  ],
  ({ weight }) => weight,
);
const DESTINATIONS = weighted(PROVINCES, ([, weight]) => weight);

/** OrderSource makes the orders of one shop, day by day. */
export class OrderSource {
  private readonly products: Weighted<{ readonly product: Product; readonly number: number }>;
  private made = 0;

  constructor(
    private readonly shop: DemoShop,
    private readonly shopNumber: number,
    private readonly random: Random,
  ) {
    this.products = weighted(
      shop.products.map((product, number) => ({ product, number })),
      ({ product }) => product.popularity,
    );
  }

  /** day makes `count` orders of a business day, earliest first. */
  day(day: BusinessDay, count: number): DemoOrder[] {
    const start = startOfDay(day);
    const moments = Array.from(
      { length: count },
      () => start + this.random.pick(HOURS).hour * HOUR + this.random.int(0, HOUR - 1),
    ).sort((a, b) => a - b);
    return moments.map((createdAt) => this.order(createdAt));
  }

  private order(createdAt: WallSeconds): DemoOrder {
    const { random, shop } = this;
    const habits = HABITS[shop.platform];
    const life = drawLife(random, createdAt, habits.neverPaid, habits.refunded);
    const partial = life.refundedAt !== 0 && life.shippedAt !== 0 && random.chance(habits.partialRefund);
    const several = random.chance(habits.severalLines) ? random.int(2, 3) : 1;
    const lines: DemoLine[] = [];
    while (lines.length < several) {
      const { product, number } = random.pick(this.products);
      if (lines.some((line) => line.productNumber === number)) continue;
      // A partial refund concerns one line and gives back a part of it.
      lines.push(this.line(product, number, life.refundedAt === 0 ? 0 : !partial ? 1 : lines.length === 0 ? 0.4 : 0));
    }
    // Field by field: spreading a life into each of 200,000 orders took longer than drawing it.
    return {
      id: this.orderId(createdAt),
      shop,
      province: random.pick(DESTINATIONS)[0],
      lines,
      postage: random.chance(0.06) ? random.int(6, 15) * 100 : 0,
      fullRefund: life.refundedAt !== 0 && !partial,
      createdAt,
      cancelledAt: life.cancelledAt,
      paidAt: life.paidAt,
      dealtAt: life.dealtAt,
      shippedAt: life.shippedAt,
      receivedAt: life.receivedAt,
      settledAt: life.settledAt,
      claimedAt: life.claimedAt,
      withdrawnAt: life.withdrawnAt,
      refundedAt: life.refundedAt,
    };
  }

  private line(product: Product, productNumber: number, refundShare: number): DemoLine {
    const { random } = this;
    const cheap = product.price < 1_000;
    const quantity = cheap ? random.int(20, 1_600) : random.pick(QUANTITIES).pieces;
    const list = product.price * quantity;
    const shopDiscount = !cheap && random.chance(0.4) ? Math.round(list * random.between(0.01, 0.1)) : 0;
    const upTo = HABITS[this.shop.platform].subsidyUpTo;
    const subsidy = !cheap && random.chance(0.7) ? Math.round(list * random.between(0.01, upTo)) : 0;
    const paid = list - shopDiscount - subsidy;
    return { product, productNumber, quantity, shopDiscount, subsidy, paid, refund: Math.round(paid * refundShare) };
  }

  /** Numbers hold a running number, scrambled by a multiplier without common factors, so none comes twice in a shop. */
  private orderId(createdAt: WallSeconds): string {
    const running = String((this.made++ * 7_919) % 1_000_000).padStart(6, '0');
    const { random, shopNumber } = this;
    const date = dayText(createdAt).slice(2).replaceAll('-', '');
    switch (this.shop.platform) {
      case 'pinduoduo':
        return `${date}-${shopNumber}${random.digits(8)}${running}`;
      case 'wechat-shop':
        return `37${shopNumber}${random.digits(10)}${running}`;
      case 'douyin':
        return `69${shopNumber}${random.digits(9)}${running}0`;
      case 'kuaishou':
        return `${date}${shopNumber}${random.digits(3)}${running}`;
    }
  }
}

/** The moments of a life while it is drawn. */
interface Life {
  createdAt: WallSeconds;
  cancelledAt: WallSeconds;
  paidAt: WallSeconds;
  dealtAt: WallSeconds;
  shippedAt: WallSeconds;
  receivedAt: WallSeconds;
  settledAt: WallSeconds;
  claimedAt: WallSeconds;
  withdrawnAt: WallSeconds;
  refundedAt: WallSeconds;
}

/** Adds a time between two bounds, given in hours. */
const after = (random: Random, moment: WallSeconds, from: number, to: number): WallSeconds =>
  moment + Math.round(random.between(from, to) * HOUR);

function drawLife(random: Random, createdAt: WallSeconds, neverPaid: number, refunded: number): Life {
  const life: Life = {
    createdAt,
    cancelledAt: 0,
    paidAt: 0,
    dealtAt: 0,
    shippedAt: 0,
    receivedAt: 0,
    settledAt: 0,
    claimedAt: 0,
    withdrawnAt: 0,
    refundedAt: 0,
  };
  if (random.chance(neverPaid)) {
    life.cancelledAt = after(random, createdAt, 0.5, 24);
    return life;
  }
  life.paidAt = createdAt + (random.chance(0.95) ? random.int(4, 90) : random.int(91, 1_500));
  life.dealtAt = dealAfter(life.paidAt, random.chance(0.15) ? random.int(1, 40) : 0);
  const refundStage = random.chance(refunded) ? random.next() : 1;
  if (refundStage < 0.28) {
    // Before it was shipped, which takes four hours at least.
    life.claimedAt = after(random, life.paidAt, 0.05, 2.5);
    life.refundedAt = after(random, life.claimedAt, 0.05, 1.4);
    return life;
  }
  life.shippedAt = after(random, life.paidAt, 4, 44);
  if (refundStage < 0.7) {
    life.claimedAt = after(random, life.shippedAt, 8, 36);
    life.refundedAt = after(random, life.claimedAt, 40, 240);
    return life;
  }
  life.receivedAt = after(random, life.shippedAt, 40, 200);
  if (refundStage < 1) {
    life.claimedAt = after(random, life.receivedAt, 6, 150);
    life.refundedAt = after(random, life.claimedAt, 30, 220);
    return life;
  }
  life.settledAt = after(random, life.receivedAt, 168, 200);
  if (random.chance(0.02)) {
    life.claimedAt = after(random, life.receivedAt, 2, 96);
    life.withdrawnAt = after(random, life.claimedAt, 5, 90);
  }
  return life;
}

/** The group forms on the day of payment here, so that both variants of an export agree on the business day. */
function dealAfter(paidAt: WallSeconds, seconds: number): WallSeconds {
  return Math.floor(paidAt / DAY) === Math.floor((paidAt + seconds) / DAY) ? paidAt + seconds : paidAt;
}
