import { type BusinessDay } from '../domain/calendar';
import { type Totals } from '../domain/measures';
import { type Delivery } from './deliveries';
import { hasHappened, type DemoOrder } from './orders';
import { dayText, type WallSeconds } from './wall-clock';

/** TruthRow is what a correct reading must find for one platform and month of payment (`YYYY-MM`), money in fen. */
interface TruthRow {
  readonly platform: string;
  readonly month: string;
  readonly totals: Totals;
}

/** Truth is what a correct reading of a set of files must find; each order once, as its newest good export shows it. */
export interface Truth {
  /** By platform, then month. Quantity counts pieces of paid orders. */
  readonly byPlatformAndMonth: readonly TruthRow[];
  readonly total: Totals;
  /** Paid on or before the as-of day. */
  readonly throughAsOf: Totals;
}

type Sums = { -readonly [K in keyof Totals]: Totals[K] };

/**
 * truthOf works out totals from the orders' lives, not from rows: for every order the newest good file that holds it says
 * how much of its life is known. A Pinduoduo refund counts as the whole of what was paid, as its export tells no amount.
 */
export function truthOf(
  orders: readonly { readonly files: readonly Delivery[]; readonly orders: readonly DemoOrder[] }[],
  asOf: BusinessDay,
): Truth {
  const groups = new Map<string, { platform: string; month: string; totals: Sums }>();
  const total = zero();
  const throughAsOf = zero();
  for (const source of orders) {
    const newestFirst = source.files
      .filter(({ kind }) => kind !== 'broken' && kind !== 'nameless')
      .sort((a, b) => b.snapshot - a.snapshot);
    for (const order of source.orders) {
      const file = newestFirst.find(({ from, snapshot }) => from <= order.createdAt && order.createdAt <= snapshot);
      if (file === undefined || !hasHappened(order.paidAt, file.snapshot)) continue;
      const platform = order.shop.platform;
      const day = dayText(order.paidAt);
      const key = `${platform} ${day.slice(0, 7)}`;
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { platform, month: day.slice(0, 7), totals: zero() }));
      const figures = figuresOf(order, file.snapshot);
      add(group.totals, figures);
      add(total, figures);
      if (day <= asOf) add(throughAsOf, figures);
    }
  }
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { byPlatformAndMonth: rows, total, throughAsOf };
}

function figuresOf(order: DemoOrder, known: WallSeconds): Totals {
  let quantity = 0;
  let goods = 0;
  let subsidy = 0;
  let refund = 0;
  for (const line of order.lines) {
    quantity += line.quantity;
    goods += line.paid;
    subsidy += line.subsidy;
    refund += line.refund;
  }
  const gross = goods + order.postage;
  if (!hasHappened(order.refundedAt, known)) refund = 0;
  else if (order.shop.platform === 'pinduoduo') refund = gross;
  else if (order.fullRefund && order.shippedAt === 0) refund = gross;
  return {
    paidOrders: 1,
    quantity,
    gross: BigInt(gross),
    shipping: BigInt(order.postage),
    subsidy: BigInt(subsidy),
    booked: BigInt(gross + subsidy),
    refunded: BigInt(refund),
    net: BigInt(gross - refund),
  };
}

function zero(): Sums {
  return { paidOrders: 0, quantity: 0, gross: 0n, shipping: 0n, subsidy: 0n, booked: 0n, refunded: 0n, net: 0n };
}

function add(to: Sums, more: Totals): void {
  to.paidOrders += more.paidOrders;
  to.quantity += more.quantity;
  to.gross += more.gross;
  to.shipping += more.shipping;
  to.subsidy += more.subsidy;
  to.booked += more.booked;
  to.refunded += more.refunded;
  to.net += more.net;
}
