import {
  any,
  cell,
  constant,
  contains,
  moment,
  moneyIf,
  never,
  oneOf,
  optionalCell,
  type Platform,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

const status = cell('订单状态');
const buyerPaid = yuan(cell('实付款'));

/**
 * Kuaishou shop (快手小店): one row is one order of one SKU, amounts are texts such as `¥1,299.90`. Gifts are orders of
 * their own over ¥0. An order of which only the deposit is paid (预售定金支付时间) has no pay time yet and is no sale.
 */
export const kuaishou: Platform = {
  id: 'kuaishou',
  name: '快手',
  layouts: [
    {
      id: 'kuaishou/orders',
      title: 'Kuaishou shop orders (快手小店订单)',
      requires: ['订单号', '订单创建时间', '订单支付时间', '订单状态', '实付款', '成交数量', '售后状态', '商品名称'],
      channel: 'retail',
      shop: null,
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: null,
      line: {
        orderId: cell('订单号'),
        orderIdForm: '\\d{10,24}',
        lineId: constant(''),
        status,
        statuses: [
          '待付款',
          '待发货',
          '部分发货',
          '已发货',
          '已收货',
          '交易成功',
          '交易关闭',
          '售后处理中',
          '退款成功',
        ],
        createdAt: moment(cell('订单创建时间')),
        paidAt: moment(cell('订单支付时间')),
        shippedAt: moment(optionalCell('发货时间')),
        completedAt: never,
        quantity: whole(cell('成交数量')),
        title: cell('商品名称'),
        province: optionalCell('收货地址-省'),
        gross: buyerPaid,
        shipping: yuanOrZero(optionalCell('快递费')),
        // 主播补贴 is the creator's, not the platform's.
        subsidy: yuanOrZero(optionalCell('平台补贴')),
        // Refunds of a part stand only as words in notes (退差价), which are personal and not read.
        refunded: moneyIf(
          any(contains(cell('售后状态'), '退款成功'), oneOf(status, '退款成功', '交易关闭')),
          buyerPaid,
          zero,
        ),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
