import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, type BusinessDay } from '../src/domain/calendar';
import { DEMO_SHOPS, type DemoShop } from '../src/demo/catalog';
import { type DemoOrder, hasHappened, OrderSource } from '../src/demo/orders';
import { Random } from '../src/demo/random';
import { pinduoduoRow } from '../src/demo/rows/pinduoduo';
import { HOUR, startOfDay, wallText } from '../src/demo/wall-clock';
import { buyerPaid, pinduoduoName, type PinduoduoRow, writePinduoduo } from '../src/demo/writers/pinduoduo';
import { type Written } from '../src/demo/writers/text-file';

/** An export goes back so many days, so that an order comes in as many exports. */
const WINDOW_DAYS = 10;

/** Sold is what a right load of exports gives: every order once, as its newest export has it. `gross` in fen. */
export interface Sold {
  readonly paidOrders: number;
  readonly gross: bigint;
}

/** DeliveringShops put the orders of their last ten days into an inbox, night after night. */
export class DeliveringShops {
  private readonly shops: readonly DeliveringShop[];

  /** `first` is the day of the first night; there are ten shops at most, since order numbers have one digit for the shop. */
  constructor(inbox: string, first: BusinessDay, size: { readonly shops: number; readonly ordersADay: number }) {
    const numbers = Array.from({ length: size.shops }, (_, number) => number);
    this.shops = numbers.map((number) => new DeliveringShop(inbox, first, number, size.ordersADay));
  }

  /** deliver writes the exports of the night that begins a day; days come in their order. */
  async deliver(day: BusinessDay): Promise<Written[]> {
    const written: Written[] = [];
    for (const shop of this.shops) written.push(await shop.deliver(day));
    return written;
  }

  /** sold adds up all that was delivered. */
  sold(): Sold {
    const each = this.shops.map((shop) => shop.sold());
    return {
      paidOrders: each.reduce((sum, { paidOrders }) => sum + paidOrders, 0),
      gross: each.reduce((sum, { gross }) => sum + gross, 0n),
    };
  }
}

class DeliveringShop {
  private readonly model: DemoShop;
  private readonly source: OrderSource;
  private readonly window: DemoOrder[][];
  /** Of orders that no export brings any more. */
  private settled: Sold = { paidOrders: 0, gross: 0n };
  private snapshot = 0;

  constructor(
    private readonly inbox: string,
    first: BusinessDay,
    private readonly number: number,
    private readonly ordersADay: number,
  ) {
    const [model] = DEMO_SHOPS;
    if (!model) throw new Error('the demo has no shop');
    this.model = model;
    this.source = new OrderSource(model, number, new Random(1, `shop ${number}`));
    this.window = Array.from({ length: WINDOW_DAYS }, (_, index) =>
      this.ordersOf(addDays(first, index - WINDOW_DAYS - 1)),
    );
  }

  async deliver(day: BusinessDay): Promise<Written> {
    this.settled = this.plus(this.settled, this.window.shift() ?? []);
    this.window.push(this.ordersOf(addDays(day, -1)));
    this.snapshot = startOfDay(day) + 2 * HOUR + this.number;
    const folder = join(this.inbox, this.model.platform, `${this.model.name}${this.number}`);
    await mkdir(folder, { recursive: true });
    const rows = this.window.flat().map((order) => this.rowOf(order));
    return await writePinduoduo(join(folder, pinduoduoName(wallText(this.snapshot))), 'full', rows);
  }

  sold(): Sold {
    return this.plus(this.settled, this.window.flat());
  }

  private ordersOf(day: BusinessDay): DemoOrder[] {
    return this.source.day(day, this.ordersADay);
  }

  private plus(sold: Sold, orders: readonly DemoOrder[]): Sold {
    const paid = orders.filter(({ paidAt }) => hasHappened(paidAt, this.snapshot));
    return {
      paidOrders: sold.paidOrders + paid.length,
      gross: paid.reduce((sum, order) => sum + BigInt(buyerPaid(this.rowOf(order))), sold.gross),
    };
  }

  private rowOf(order: DemoOrder): PinduoduoRow {
    return pinduoduoRow(order, this.snapshot);
  }
}
