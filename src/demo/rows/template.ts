import { hasHappened, type DemoOrder } from '../orders';
import { wallText, type WallSeconds } from '../wall-clock';
import { type TemplateRow, type TemplateStatus } from '../writers/template';
import { postageBack } from './wechat-shop';

/** templateRows shows an order as a delivery taken at `snapshot` does: one row a line, postage on the first. */
export function templateRows(order: DemoOrder, snapshot: WallSeconds): TemplateRow[] {
  const at = (moment: WallSeconds): string => (hasHappened(moment, snapshot) ? wallText(moment) : '');
  const refunded = hasHappened(order.refundedAt, snapshot);
  const status = statusAt(order, snapshot);
  return order.lines.map((line, index) => {
    const postage = index === 0 ? order.postage : 0;
    return {
      platform: order.shop.platform,
      shop: order.shop.name,
      orderId: order.id,
      lineId: order.id.slice(0, -1) + String(index + 1),
      createdAt: wallText(order.createdAt),
      paidAt: at(order.paidAt),
      shippedAt: at(order.shippedAt),
      completedAt: at(order.receivedAt),
      status,
      quantity: line.quantity,
      title: line.product.title,
      province: order.province,
      paid: line.paid + postage,
      postage,
      subsidy: line.subsidy,
      refunded: refunded ? line.refund + postageBack(order, index) : 0,
    };
  });
}

function statusAt(order: DemoOrder, snapshot: WallSeconds): TemplateStatus {
  if (hasHappened(order.receivedAt, snapshot)) return '已完成';
  if (hasHappened(order.refundedAt, snapshot) && order.fullRefund) return '已关闭';
  if (hasHappened(order.shippedAt, snapshot)) return '已发货';
  if (hasHappened(order.paidAt, snapshot)) return '待发货';
  return hasHappened(order.cancelledAt, snapshot) ? '已关闭' : '待付款';
}
