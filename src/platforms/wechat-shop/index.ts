import {
  cell,
  constant,
  minus,
  moment,
  optionalCell,
  type Platform,
  whole,
  yuan,
  yuanOrZero,
} from '../../domain/layout';

const buyerPaid = yuan(cell('订单实际支付金额'));

/**
 * WeChat shop (微信小店, formerly 视频号小店): one row is one item of an order. Columns left of 商品名称 belong to the
 * order and repeat on each of its items, those from there on belong to the item; refunds are given per item.
 */
export const wechatShop: Platform = {
  id: 'wechat-shop',
  name: '微信小店',
  alsoNamed: ['微信', '视频号小店'],
  layouts: [
    {
      id: 'wechat-shop/orders',
      title: 'WeChat shop orders (微信小店订单)',
      requires: [
        '订单号',
        '订单下单时间',
        '订单状态',
        '订单实际支付金额',
        '订单实际收款金额',
        '订单运费',
        '支付时间',
        '商品名称',
        '商品数量',
        '商品售后',
        '商品已退款金额',
      ],
      channel: 'retail',
      shop: null,
      platform: null,
      orderDay: 'created-at',
      snapshotInName: /(\d{4})年(\d{2})月(\d{2})日(\d{2})时(\d{2})分(\d{2})秒/,
      addUpItems: ['refunded', 'quantity'],
      line: {
        orderId: cell('订单号'),
        orderIdForm: '\\d{15,24}',
        lineId: constant(''),
        status: cell('订单状态'),
        statuses: ['待付款', '待发货', '部分发货', '已发货', '已完成', '已取消', '已关闭'],
        createdAt: moment(cell('订单下单时间')),
        paidAt: moment(cell('支付时间')),
        shippedAt: moment(optionalCell('订单发货时间')),
        completedAt: moment(optionalCell('订单确认收货时间')),
        quantity: whole(cell('商品数量')),
        title: cell('商品名称'),
        province: optionalCell('省'),
        gross: buyerPaid,
        shipping: yuan(cell('订单运费')),
        // What the platform's coupon adds to the buyer's money for the merchant.
        subsidy: minus(yuan(cell('订单实际收款金额')), buyerPaid),
        refunded: yuanOrZero(cell('商品已退款金额')),
        refundBasis: 'exact',
      },
    },
  ],
};
