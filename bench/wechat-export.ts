import { join } from 'node:path';
import { DEMO_SHOPS } from '../src/demo/catalog';
import { hasHappened, OrderSource } from '../src/demo/orders';
import { Random } from '../src/demo/random';
import { wechatOrder } from '../src/demo/rows/wechat-shop';
import { startOfDay, wallText } from '../src/demo/wall-clock';
import {
  WECHAT_SHOP_COLUMNS,
  type WechatOrder,
  wechatShopName,
  writeWechatShop,
} from '../src/demo/writers/wechat-shop';
import { addDays } from '../src/domain/calendar';
import { type Export } from './memory/report';

const FIRST_DAY = '2026-01-01';
const DAYS = 365;
const SNAPSHOT = startOfDay('2027-01-01');

/** writeWechatExport streams a year of a WeChat shop, one of ten by its number, into an xlsx of at least `rows` rows, one an item. */
export async function writeWechatExport(
  folder: string,
  rows: number,
  number = 1,
): Promise<Export & { readonly paidOrders: number }> {
  const file = join(folder, wechatShopName(wallText(SNAPSHOT)));
  const sold = { gross: 0, paidOrders: 0 };
  const written = await writeWechatShop(file, orders(rows, number, sold));
  const { paidOrders, gross } = sold;
  return { file, ...written, cells: written.rows * WECHAT_SHOP_COLUMNS.length, paidOrders, gross: BigInt(gross) };
}

function* orders(rows: number, number: number, sold: { gross: number; paidOrders: number }): Generator<WechatOrder> {
  const shop = DEMO_SHOPS.find(({ platform }) => platform === 'wechat-shop');
  if (!shop) throw new Error('the demo has no WeChat shop');
  const source = new OrderSource(shop, number, new Random(number, 'memory'));
  // Every order has an item, so that so many orders a day are enough.
  const perDay = Math.ceil(rows / DAYS);
  for (let day = 0, made = 0; made < rows; day++) {
    for (const order of source.day(addDays(FIRST_DAY, day), perDay)) {
      const shown = wechatOrder(order, SNAPSHOT);
      if (shown === null || made >= rows) continue;
      made += shown.lines.length;
      if (hasHappened(order.paidAt, SNAPSHOT)) {
        sold.paidOrders += 1;
        sold.gross += order.lines.reduce((paid, line) => paid + line.paid, order.postage);
      }
      yield shown;
    }
  }
}
