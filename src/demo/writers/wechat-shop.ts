import { yuan, type OrderFen } from './cells';
import { type Written } from './text-file';
import { writeXlsx, type XlsxCell } from './xlsx';

/** WECHAT_SHOP_COLUMNS are the 63 columns of an order export; those left of 商品名称 are the order's, the rest the line's. */
export const WECHAT_SHOP_COLUMNS: readonly string[] = (
  '订单号,订单下单时间,订单发货时间,订单确认收货时间,订单完成结算时间,订单状态,发货方式,收件人姓名,收件人地址,省,市,区,收件人手机,' +
  '买家备注,商家备注,打标颜色,商品总价,订单实际支付金额,订单实际收款金额,订单运费,商品优惠,跨店优惠,商品改价,积分抵扣,支付方式,' +
  '支付时间,交易单号,物流公司,快递单号,技术服务费,技术服务费（将以人气卡形式返还）,运费险预计投保费用,带货方式,带货账号类型,' +
  '带货账号昵称,带货费用渠道,带货费用类型,带货费用,带货佣金率,企微企业ID,企微工号,导购最近分享时间,企业微信加密id,企微备注,' +
  '礼物单号,商品名称,商品编码(平台),商品编码(自定义),SKU编码(自定义),商品属性,商品价格(单件),商品实际价格(单件),商品实际价格(总共),' +
  '是否预售,商品数量,商品平台券优惠,商品平均运费,活动商家补贴,定制信息,定制预览图,商品发货,商品售后,商品已退款金额'
).split(',');

/** The name of the export's only sheet. */
const WECHAT_SHOP_SHEET = '快递订单';

/** The order statuses; 已取消 is both never paid and refunded as a whole. */
export type WechatStatus = '待发货' | '已发货' | '已完成' | '已取消';

/** 商品售后 of a line. */
export type WechatAfterSale = '无' | '用户取消申请' | '待商家受理' | '待买家退货' | '退款完成' | '退货退款完成';

/** WechatOrder is what every row of an order repeats: times `YYYY-MM-DD HH:MM:SS` or empty (written `-`), money in fen. */
export interface WechatOrder {
  orderId: string;
  createdAt: string;
  shippedAt: string;
  receivedAt: string;
  settledAt: string;
  paidAt: string;
  status: WechatStatus;
  province: string;
  postage: OrderFen;
  payLater: boolean;
  /** Ends the made-up markers of the personal columns. */
  person: string;
  lines: readonly WechatLine[];
}

/** WechatLine is one item of an order; `paid` is what the buyer pays for it without postage, in fen. */
interface WechatLine {
  title: string;
  productId: string;
  skuCode: string;
  variant: string;
  unitPrice: OrderFen;
  quantity: number;
  paid: OrderFen;
  /** The platform's coupon: the buyer pays it less, the merchant receives it all the same. */
  subsidy: OrderFen;
  afterSale: WechatAfterSale;
  refunded: OrderFen;
}

/**
 * writeWechatShop streams orders into an xlsx as the shop's console exports it: one row an item, the order's columns on
 * each of them, `-` for what has not happened, all cells text but the insurance fee and the quantity.
 */
export function writeWechatShop(path: string, orders: Iterable<WechatOrder>): Promise<Written> {
  return writeXlsx(path, WECHAT_SHOP_SHEET, WECHAT_SHOP_COLUMNS, rowsOf(orders));
}

function* rowsOf(orders: Iterable<WechatOrder>): Generator<XlsxCell[]> {
  for (const order of orders) {
    const head = orderCells(order);
    for (const line of order.lines) yield [...head, ...lineCells(line, order.shippedAt !== '')];
  }
}

const orDash = (value: string): string => (value === '' ? '-' : value);
const sum = (lines: readonly WechatLine[], amount: (line: WechatLine) => OrderFen): OrderFen =>
  lines.reduce((total, line) => total + amount(line), 0);

function orderCells(order: WechatOrder): XlsxCell[] {
  const paid = sum(order.lines, (line) => line.paid) + order.postage;
  const subsidy = sum(order.lines, (line) => line.subsidy);
  const list = sum(order.lines, (line) => line.unitPrice * line.quantity);
  const personal = (what: string): string => `P-${what}-${order.person}`;
  const shipped = order.shippedAt !== '';
  const isPaid = order.paidAt !== '';
  return [
    order.orderId,
    order.createdAt,
    orDash(order.shippedAt),
    orDash(order.receivedAt),
    orDash(order.settledAt),
    order.status,
    '快递',
    personal('name'),
    personal('address'),
    order.province,
    personal('city'),
    personal('district'),
    personal('phone'),
    '',
    '',
    '灰色',
    yuan(list),
    yuan(paid),
    yuan(paid + subsidy),
    yuan(order.postage),
    '0.00',
    '0.00',
    '0.00',
    '0.00',
    order.payLater ? '先用后付' : '微信支付',
    orDash(order.paidAt),
    isPaid ? personal('trade') : '',
    shipped ? '云岫快运' : '',
    shipped ? personal('parcel') : '',
    isPaid ? yuan(Math.round(paid / 100)) : '0',
    '-',
    isPaid ? 0.6 : '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '0.00',
    '',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
  ];
}

function lineCells(line: WechatLine, shipped: boolean): XlsxCell[] {
  return [
    line.title,
    line.productId,
    '',
    line.skuCode,
    line.variant,
    yuan(line.unitPrice),
    yuan(Math.round(line.paid / line.quantity)),
    yuan(line.paid),
    '现货',
    line.quantity,
    yuan(line.subsidy),
    '',
    '0.00',
    '',
    '',
    shipped ? '已发货' : '未发货',
    line.afterSale,
    line.refunded === 0 ? '0' : yuan(line.refunded),
  ];
}

/** wechatShopName is the file name of an export; it holds the snapshot time (`YYYY-MM-DD HH:MM:SS`). */
export function wechatShopName(snapshotAt: string): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = snapshotAt.split(/[- :]/);
  return `微信小店订单_${year}年${month}月${day}日${hour}时${minute}分${second}秒_1.xlsx`;
}
