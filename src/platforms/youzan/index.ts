import {
  cell,
  constant,
  moment,
  moneyIf,
  never,
  oneOf,
  optionalCell,
  type Platform,
  whole,
  yuan,
  zero,
} from '../../domain/layout';

const status = cell('订单状态');
const buyerPaid = yuan(cell('订单实付金额'));

/**
 * Youzan (有赞), one row an order. Unverified: written from the names of single columns, without a whole header or a row
 * at hand. Statuses and times other than these will show as rejects, none as sales.
 */
export const youzan: Platform = {
  id: 'youzan',
  name: '有赞',
  layouts: [
    {
      id: 'youzan/orders',
      title: 'Youzan orders (有赞订单)',
      requires: ['订单号', '订单状态', '订单创建时间', '买家付款时间', '订单实付金额'],
      channel: 'retail',
      shop: optionalCell('归属店铺'),
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: null,
      line: {
        orderId: cell('订单号'),
        orderIdForm: 'E?\\d{10,30}',
        lineId: constant(''),
        status,
        statuses: [
          '待付款',
          '等待买家付款',
          '待成团',
          '待发货',
          '等待商家发货',
          '已发货',
          '商家已发货',
          '交易完成',
          '交易关闭',
        ],
        createdAt: moment(cell('订单创建时间')),
        paidAt: moment(cell('买家付款时间')),
        shippedAt: never,
        completedAt: never,
        quantity: whole(optionalCell('商品数量')),
        title: optionalCell('商品名称'),
        province: optionalCell('收货人省份'),
        gross: buyerPaid,
        shipping: zero,
        subsidy: zero,
        refunded: moneyIf(oneOf(status, '交易关闭'), buyerPaid, zero),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
