import { BYTE_ORDER_MARK, csvCell, shortYuan, type OrderFen } from './cells';
import { writeText, type Written } from './text-file';

/** PINDUODUO_FULL are the 87 columns of a full order export, in its order. */
export const PINDUODUO_FULL: readonly string[] = (
  '商品,订单号,订单状态,商品数量(件),是否审核中,支付时间,承诺发货时间,承诺送达时间,发货时间,确认收货时间,商品id,商品规格,样式ID,' +
  '商品一级类目,商品二级类目,商品三级类目,商品四级类目,商家编码-规格维度,商家编码-商品维度,商家备注,买家留言,售后状态,消费者资料,' +
  '订单成交时间,消费者资料上传时间,赠品名称,赠品id,赠品规格,赠品数量,团ID,团身份,是否已开始配送,配送员是否已送达,配送状态,' +
  '同城是否普通快递,集运类型,赠品订单号,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),' +
  '上门安装费(元),送货入户费(元),送货入户并安装费(元),用户实付金额(元),商家实收金额(元),快递单号,快递公司,省,市,区,街道/镇,' +
  '配送员手机号,是否抽奖或0元试用,是否顺丰加价,用户购买手机号,旅行类信息,充值号码,是否门店自提,门店名称,门店自定义编码,' +
  '关联货品编码,货品名称,货品类型,子货品,仓库名称,仓库所在地址,海淘清关订单号,支付ID,支付方式,保税仓,是否直播间成交,' +
  '是否直播间引导成交,预约配送时间,是否节能补贴,是否分期,分期期数,手续费承担方,是否无痕发货,订单来源,是否社区团购,' +
  '小区送达情况,分期方式,是否已上传证件照片,是否支持上传识别码,识别码上传状态'
).split(',');

/** PINDUODUO_SHORT are the 27 columns of the short variant: no pay time, no province. */
export const PINDUODUO_SHORT: readonly string[] = (
  '商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),' +
  '商家实收金额(元),商品数量(件),发货时间,确认收货时间,商品id,商品规格,样式ID,商家编码-规格维度,商家编码-商品维度,商家备注,' +
  '售后状态,快递单号,快递公司,订单成交时间,是否分期,分期期数,手续费承担方,分期方式'
).split(',');

/** Which columns an export holds; sellers get either, even on consecutive days. */
export type PinduoduoVariant = 'full' | 'short';

/** PinduoduoStatus: the order statuses of the export; the comma in them is full width. */
export type PinduoduoStatus =
  | '待付款'
  | '已取消'
  | '待发货'
  | '已发货，待收货'
  | '已收货'
  | '未发货，退款成功'
  | '已发货，退款成功'
  | '已收货，退款成功';

/** 售后状态: what became of a refund claim. */
export type PinduoduoAfterSale = '无售后或售后取消' | '售后处理中' | '退款成功';

/** PinduoduoProduct is what an order bought. Reuse the object for all its orders: the writer keeps its cells by identity. */
export interface PinduoduoProduct {
  readonly title: string;
  readonly productId: string;
  readonly variant: string;
  readonly skuId: string;
  readonly category: readonly [string, string, string];
  /** The merchant's own code; empty when there is none. */
  readonly productCode: string;
}

/**
 * PinduoduoRow is one order. Times are `YYYY-MM-DD HH:MM:SS`, empty when it has not happened; money is in fen and stays
 * filled whatever the status. What the buyer paid and the merchant gets follows from the five amounts.
 */
export interface PinduoduoRow {
  product: PinduoduoProduct;
  /** `yymmdd-` and 15 digits. */
  orderId: string;
  status: PinduoduoStatus;
  afterSale: PinduoduoAfterSale;
  quantity: number;
  paidAt: string;
  /** When the group formed: at payment or seconds later. */
  dealtAt: string;
  promisedAt: string;
  shippedAt: string;
  receivedAt: string;
  goods: OrderFen;
  postage: OrderFen;
  shopDiscount: OrderFen;
  platformDiscount: OrderFen;
  payDiscount: OrderFen;
  /** Empty: masked as `****`, as the platform does once an order is received, refunded or cancelled. */
  province: string;
  courier: string;
  trackingNumber: string;
  sellerNote: string;
  buyerNote: string;
  phone: string;
}

/** buyerPaid is 用户实付金额 in fen, also on rows that were never paid. */
export function buyerPaid(row: PinduoduoRow): OrderFen {
  return row.goods + row.postage - row.shopDiscount - row.platformDiscount - row.payDiscount;
}

/** merchantReceives is 商家实收金额 in fen: what the buyer paid plus what the platform added. */
export function merchantReceives(row: PinduoduoRow): OrderFen {
  return row.goods + row.postage - row.shopDiscount;
}

/**
 * writePinduoduo streams orders into a csv as the merchant console exports it: UTF-8 with BOM, LF and none after the last
 * row, a TAB after most values, a lone TAB for most empty cells, quotes only where needed.
 */
export async function writePinduoduo(
  path: string,
  variant: PinduoduoVariant,
  rows: Iterable<PinduoduoRow>,
): Promise<Written> {
  let count = 0;
  function* texts(): Generator<string> {
    yield BYTE_ORDER_MARK + (variant === 'full' ? PINDUODUO_FULL : PINDUODUO_SHORT).join(',');
    const line = variant === 'full' ? fullLine : shortLine;
    for (const row of rows) {
      count++;
      yield line(row);
    }
  }
  const bytes = await writeText(path, texts());
  return { rows: count, bytes };
}

const EMPTY = '\t';

/** Cells that are always empty or always `否`, between two that vary: joined once, since they are most of a row. */
const DEAL_TO_GOODS = `,${EMPTY},,,,,,,否,否,${EMPTY},否,${EMPTY},,`;
const INSTALLATION = `,0.0${EMPTY},0.0${EMPTY},0.0${EMPTY},`;
const AFTER_PHONE = `,${EMPTY},${EMPTY},否` + `,${EMPTY}`.repeat(12) + `,否,否,${EMPTY},否,`;
const AFTER_INSTALMENT = `,,${EMPTY},否,${EMPTY},否,,,否,否,未上传`;

/** Free text may need quotes; times and made-up names never do. */
const orEmptyText = (value: string): string => (value === '' ? EMPTY : csvCell(value));
const orEmpty = (value: string): string => (value === '' ? EMPTY : value);
const orTab = (value: string): string => (value === '' ? EMPTY : `${value}\t`);

interface ProductCells {
  readonly title: string;
  readonly ids: string;
  readonly categories: string;
  readonly code: string;
}

const cellsByProduct = new WeakMap<PinduoduoProduct, ProductCells>();

function productCells(product: PinduoduoProduct): ProductCells {
  let cells = cellsByProduct.get(product);
  if (cells === undefined) {
    cells = {
      title: `\n${csvCell(product.title)},`,
      ids: `,${product.productId}\t,${orEmptyText(product.variant)},${product.skuId}\t,`,
      categories: `${product.category.join(',')},${EMPTY},`,
      code: `${EMPTY},${orEmptyText(product.productCode)},`,
    };
    cellsByProduct.set(product, cells);
  }
  return cells;
}

function fullLine(row: PinduoduoRow): string {
  const { title, ids, categories, code } = productCells(row.product);
  const shipped = row.shippedAt !== '';
  const place = row.province === '' ? '****,****,****,****' : `${row.province},***,***,${shipped ? '****' : ''}`;
  return (
    `${title}${row.orderId},${row.status},${row.quantity}\t,正常,` +
    `${orEmpty(row.paidAt)},${orEmpty(row.promisedAt)},${shipped ? EMPTY : ''},${orEmpty(row.shippedAt)},` +
    `${orEmpty(row.receivedAt)}${ids}${categories}${code}` +
    `${orEmptyText(row.sellerNote)},${orEmptyText(row.buyerNote)},${row.afterSale},,${orEmpty(row.dealtAt)}` +
    `${DEAL_TO_GOODS}${moneyCells(row)}${INSTALLATION}` +
    `${shortYuan(buyerPaid(row))}\t,${shortYuan(merchantReceives(row))}\t,` +
    `${orTab(row.trackingNumber)},${orEmpty(row.courier)},${place},,否,否,${orTab(row.phone)}` +
    `${AFTER_PHONE}${row.paidAt === '' ? EMPTY : '否'}${AFTER_INSTALMENT}`
  );
}

function shortLine(row: PinduoduoRow): string {
  const { title, ids, code } = productCells(row.product);
  return (
    `${title}${row.orderId},${row.status},${moneyCells(row)},` +
    `${shortYuan(buyerPaid(row))}\t,${shortYuan(merchantReceives(row))}\t,${row.quantity}\t,` +
    `${orEmpty(row.shippedAt)},${orEmpty(row.receivedAt)}${ids}${code}${orEmptyText(row.sellerNote)},${row.afterSale},` +
    `${orTab(row.trackingNumber)},${orEmpty(row.courier)},${orEmpty(row.dealtAt)},` +
    `${row.paidAt === '' ? EMPTY : '否'},,${EMPTY},`
  );
}

/** The five amounts from 商品总价 to 多多支付立减, without a comma after the last. */
function moneyCells(row: PinduoduoRow): string {
  return (
    `${shortYuan(row.goods)}\t,${shortYuan(row.postage)}\t,${shortYuan(row.shopDiscount)}\t,` +
    `${shortYuan(row.platformDiscount)}\t,${shortYuan(row.payDiscount)}\t`
  );
}

/** pinduoduoName is the file name of an export; it holds the snapshot time (`YYYY-MM-DD HH:MM:SS`). */
export function pinduoduoName(snapshotAt: string): string {
  return `orders_export${snapshotAt.replaceAll(/[ :]/g, '-')}.csv`;
}
