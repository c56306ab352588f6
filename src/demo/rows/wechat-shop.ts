import { hasHappened, type DemoLine, type DemoOrder } from '../orders';
import { wallText, type WallSeconds } from '../wall-clock';
import { type WechatAfterSale, type WechatOrder, type WechatStatus } from '../writers/wechat-shop';

/** wechatOrder shows an order as an export taken at `snapshot` does; null while it waits for payment, since none lists it. */
export function wechatOrder(order: DemoOrder, snapshot: WallSeconds): WechatOrder | null {
  const status = statusAt(order, snapshot);
  if (status === null) return null;
  const at = (moment: WallSeconds): string => (hasHappened(moment, snapshot) ? wallText(moment) : '');
  const refunded = hasHappened(order.refundedAt, snapshot);
  const shippedAt = at(order.shippedAt);
  return {
    orderId: order.id,
    createdAt: wallText(order.createdAt),
    shippedAt,
    receivedAt: at(order.receivedAt),
    settledAt: at(order.settledAt),
    paidAt: at(order.paidAt),
    status,
    province: order.province,
    postage: order.postage,
    payLater: order.id.endsWith('7'),
    person: order.id.slice(-6),
    lines: order.lines.map((line, index) => ({
      title: line.product.title,
      productId: `10000${String(order.shop.name.length)}000000${String(line.productNumber).padStart(2, '0')}`,
      skuCode: line.productNumber % 2 === 0 ? `YX-${line.productNumber}` : '',
      variant: line.product.variant,
      unitPrice: line.product.price,
      quantity: line.quantity,
      paid: line.paid,
      subsidy: line.subsidy,
      // The shop's own discount shows only as the distance between list price and price paid.
      afterSale: afterSaleAt(order, line, snapshot),
      refunded: refunded ? line.refund + postageBack(order, index) : 0,
    })),
  };
}

/** postageBack is the postage that a refund of the first line gives back, in fen: when nothing had been shipped. */
export function postageBack(order: DemoOrder, lineIndex: number): number {
  return lineIndex === 0 && order.fullRefund && order.shippedAt === 0 ? order.postage : 0;
}

function statusAt(order: DemoOrder, snapshot: WallSeconds): WechatStatus | null {
  if (hasHappened(order.refundedAt, snapshot) && order.fullRefund) return '已取消';
  if (hasHappened(order.receivedAt, snapshot)) return '已完成';
  if (hasHappened(order.shippedAt, snapshot)) return '已发货';
  if (hasHappened(order.paidAt, snapshot)) return '待发货';
  return hasHappened(order.cancelledAt, snapshot) ? '已取消' : null;
}

function afterSaleAt(order: DemoOrder, line: DemoLine, snapshot: WallSeconds): WechatAfterSale {
  if (!hasHappened(order.claimedAt, snapshot)) return '无';
  if (hasHappened(order.withdrawnAt, snapshot)) return '用户取消申请';
  if (order.withdrawnAt === 0 && line.refund === 0) return '无';
  if (!hasHappened(order.refundedAt, snapshot)) return order.shippedAt === 0 ? '待商家受理' : '待买家退货';
  return order.shippedAt === 0 ? '退款完成' : '退货退款完成';
}
