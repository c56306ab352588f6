import { join } from 'node:path';
import { DEMO_SHOPS } from '../../src/demo/catalog';
import { hasHappened, OrderSource } from '../../src/demo/orders';
import { Random } from '../../src/demo/random';
import { wechatOrder } from '../../src/demo/rows/wechat-shop';
import { startOfDay, wallText } from '../../src/demo/wall-clock';
import {
  WECHAT_SHOP_COLUMNS,
  type WechatOrder,
  wechatShopName,
  writeWechatShop,
} from '../../src/demo/writers/wechat-shop';
import { addDays } from '../../src/domain/calendar';
import { type Export } from './report';

const FIRST_DAY = '2026-01-01';
const DAYS = 365;
const SNAPSHOT = startOfDay('2027-01-01');

/** writeWechatExport streams a year of a WeChat shop into an xlsx of at least `rows` rows, one an item. */
export async function writeWechatExport(folder: string, rows: number): Promise<Export> {
  const file = join(folder, wechatShopName(wallText(SNAPSHOT)));
  const sum = { gross: 0 };
  const written = await writeWechatShop(file, orders(rows, sum));
  return { file, ...written, cells: written.rows * WECHAT_SHOP_COLUMNS.length, gross: BigInt(sum.gross) };
}

function* orders(rows: number, sum: { gross: number }): Generator<WechatOrder> {
  const shop = DEMO_SHOPS.find(({ platform }) => platform === 'wechat-shop');
  if (!shop) throw new Error('the demo has no WeChat shop');
  const source = new OrderSource(shop, 1, new Random(1, 'memory'));
  // Every order has an item, so that so many orders a day are enough.
  const perDay = Math.ceil(rows / DAYS);
  for (let day = 0, made = 0; made < rows; day++) {
    for (const order of source.day(addDays(FIRST_DAY, day), perDay)) {
      const shown = wechatOrder(order, SNAPSHOT);
      if (shown === null || made >= rows) continue;
      made += shown.lines.length;
      if (hasHappened(order.paidAt, SNAPSHOT)) {
        sum.gross += order.lines.reduce((paid, line) => paid + line.paid, order.postage);
      }
      yield shown;
    }
  }
}
