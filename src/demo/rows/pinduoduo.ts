import { type DemoShop, type Product } from '../catalog';
import { hasHappened, type DemoLine, type DemoOrder } from '../orders';
import { DAY, wallText, type WallSeconds } from '../wall-clock';
import {
  type PinduoduoAfterSale,
  type PinduoduoProduct,
  type PinduoduoRow,
  type PinduoduoStatus,
} from '../writers/pinduoduo';

/** pinduoduoRow shows an order as an export taken at `snapshot` does. */
export function pinduoduoRow(order: DemoOrder, snapshot: WallSeconds): PinduoduoRow {
  const at = (moment: WallSeconds): string => (hasHappened(moment, snapshot) ? wallText(moment) : '');
  const line = order.lines[0];
  if (line === undefined) throw new RangeError(`order ${order.id} has no line`);
  const status = statusAt(order, snapshot);
  const open = status === '待发货' || status === '已发货，待收货';
  const paidAt = at(order.paidAt);
  const shippedAt = at(order.shippedAt);
  const tail = order.id.slice(-6);
  // Two promotions of the platform share the subsidy; the second in whole jiao, so that short forms occur.
  const payDiscount = line.subsidy > 2_000 ? Math.floor(line.subsidy / 40) * 10 : 0;
  return {
    product: productOf(order.shop, line),
    orderId: order.id,
    status,
    afterSale: afterSaleAt(order, snapshot),
    quantity: line.quantity,
    paidAt,
    dealtAt: at(order.dealtAt),
    promisedAt: paidAt === '' ? '' : wallText(order.paidAt + 2 * DAY),
    shippedAt,
    receivedAt: at(order.receivedAt),
    goods: line.product.price * line.quantity,
    postage: order.postage,
    shopDiscount: line.shopDiscount,
    platformDiscount: line.subsidy - payDiscount,
    payDiscount,
    province: open ? order.province : '',
    courier: shippedAt === '' ? '' : '云岫快运',
    trackingNumber: shippedAt === '' ? '' : `P-parcel-${tail}`,
    // A few hundred notes hold a comma or a line break: a reader by lines breaks on them.
    sellerNote: tail.endsWith('37') ? `P-note-${tail}, packed` : '',
    buyerNote: tail.endsWith('418') ? `P-note-${tail}\nsecond line` : '',
    phone: tail.endsWith('9') ? `P-phone-${tail}` : '',
  };
}

const products = new WeakMap<Product, PinduoduoProduct>();

/** Keeps one object per product, as the writer asks. */
function productOf(shop: DemoShop, { product, productNumber }: DemoLine): PinduoduoProduct {
  let known = products.get(product);
  if (known === undefined) {
    known = {
      title: product.title,
      productId: `8800000${productNumber}${shop.name.length}000`,
      variant: product.variant,
      skuId: `1700000000${productNumber}00`,
      category: shop.category,
      productCode: productNumber % 2 === 0 ? `YX-${productNumber}` : '',
    };
    products.set(product, known);
  }
  return known;
}

function statusAt(order: DemoOrder, snapshot: WallSeconds): PinduoduoStatus {
  const received = hasHappened(order.receivedAt, snapshot);
  const shipped = hasHappened(order.shippedAt, snapshot);
  if (hasHappened(order.refundedAt, snapshot))
    return received ? '已收货，退款成功' : shipped ? '已发货，退款成功' : '未发货，退款成功';
  if (received) return '已收货';
  if (shipped) return '已发货，待收货';
  if (hasHappened(order.paidAt, snapshot)) return '待发货';
  return hasHappened(order.cancelledAt, snapshot) ? '已取消' : '待付款';
}

function afterSaleAt(order: DemoOrder, snapshot: WallSeconds): PinduoduoAfterSale {
  if (hasHappened(order.refundedAt, snapshot)) return '退款成功';
  const pending = hasHappened(order.claimedAt, snapshot) && !hasHappened(order.withdrawnAt, snapshot);
  return pending ? '售后处理中' : '无售后或售后取消';
}
