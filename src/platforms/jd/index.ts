import {
  cell,
  constant,
  contains,
  moment,
  momentIf,
  moneyIf,
  never,
  oneOf,
  optionalCell,
  type Platform,
  provinceOf,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

const status = cell('订单状态');
const isDeleted = contains(status, '删除');
const buyerPays = yuan(cell('应付金额'));

const STATUSES = [
  '等待付款',
  '等待付款确认',
  '等待出库',
  '等待发货',
  '等待确认收货',
  '完成',
  '已完成',
  '已锁定',
  '锁定',
  '暂停',
  '取消',
  '已取消',
] as const;

/**
 * JD (京东 POP): one row is one SKU, and the money on it is the whole order's, repeated on each row. There is no refund
 * column: of refunds the file tells only that a paid order was cancelled. Who bears a discount is not told either.
 */
export const jd: Platform = {
  id: 'jd',
  name: '京东',
  layouts: [
    {
      id: 'jd/orders',
      title: 'JD orders (京东 POP 订单)',
      requires: ['订单号', '商品ID', '商品名称', '订购数量', '下单时间', '应付金额', '订单状态', '付款确认时间'],
      channel: 'retail',
      shop: null,
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: ['quantity'],
      line: {
        orderId: cell('订单号'),
        orderIdForm: '\\d{8,24}',
        lineId: constant(''),
        status,
        statuses: [...STATUSES, ...STATUSES.map((known) => `(删除)${known}`)],
        createdAt: moment(cell('下单时间')),
        // An order that was split stays in the file as deleted, beside its parts. It loads as never paid, rather than
        // not at all, so that it takes the place of what an earlier export said of it. 等待出库 proves no payment:
        // without a pay time (or with 0001-01-01) it is cash on delivery or pay later.
        paidAt: momentIf(isDeleted, never, moment(cell('付款确认时间'))),
        shippedAt: never,
        completedAt: moment(optionalCell('订单完成时间')),
        quantity: whole(cell('订购数量')),
        title: cell('商品名称'),
        province: provinceOf(optionalCell('客户地址')),
        gross: moneyIf(isDeleted, zero, buyerPays),
        shipping: yuanOrZero(optionalCell('运费金额')),
        subsidy: zero,
        refunded: moneyIf(oneOf(status, '取消', '已取消'), buyerPays, zero),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
