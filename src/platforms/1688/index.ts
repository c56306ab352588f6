import {
  cell,
  constant,
  moment,
  moneyIf,
  never,
  oneOf,
  orderCell,
  type Platform,
  provinceOf,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

const status = orderCell('订单状态');
const buyerPaid = yuan(orderCell('实付款(元)'));

/**
 * 1688: the items of an order below one another, with the order's own columns filled on the first of them only. Sales
 * from business to business, so that a file counts only for a shop that is known to sell retail there.
 */
export const wholesale1688: Platform = {
  id: '1688',
  name: '1688',
  layouts: [
    {
      id: '1688/orders',
      title: '1688 orders (wholesale)',
      requires: [
        '订单编号',
        '买家公司名',
        '卖家公司名',
        '运费(元)',
        '实付款(元)',
        '订单状态',
        '订单创建时间',
        '订单付款时间',
        '货品标题',
        '数量',
      ],
      channel: 'wholesale',
      shop: null,
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: ['quantity'],
      line: {
        orderId: orderCell('订单编号'),
        orderIdForm: '\\d{10,24}',
        lineId: constant(''),
        status,
        statuses: ['待付款', '待发货', '待收货', '已收货', '交易成功', '已退换货', '交易关闭'],
        createdAt: moment(orderCell('订单创建时间')),
        paidAt: moment(orderCell('订单付款时间')),
        shippedAt: never,
        completedAt: never,
        quantity: whole(cell('数量')),
        title: cell('货品标题'),
        province: provinceOf(orderCell('收货地址')),
        gross: buyerPaid,
        shipping: yuanOrZero(orderCell('运费(元)')),
        subsidy: zero,
        refunded: moneyIf(oneOf(status, '已退换货', '交易关闭'), buyerPaid, zero),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
