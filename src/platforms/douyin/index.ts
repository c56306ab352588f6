import {
  any,
  cell,
  constant,
  contains,
  moment,
  moneyIf,
  oneOf,
  optionalCell,
  type Platform,
  textIf,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

const subOrderId = cell('子订单编号');
const status = cell('订单状态');
const buyerPays = yuan(cell('订单应付金额'));

/**
 * Douyin shop (抖店): one row is one sub-order, or a whole order of several items joined by `;` with the order's quantity
 * and amount. Amounts stay on closed and refunded rows; a refund is known by status only.
 */
export const douyin: Platform = {
  id: 'douyin',
  name: '抖音',
  layouts: [
    {
      id: 'douyin/orders',
      title: 'Douyin shop orders (抖店订单)',
      requires: [
        '主订单编号',
        '子订单编号',
        '选购商品',
        '商品数量',
        '订单应付金额',
        '订单提交时间',
        '支付完成时间',
        '订单状态',
        '售后状态',
      ],
      channel: 'retail',
      shop: null,
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: null,
      line: {
        orderId: cell('主订单编号'),
        orderIdForm: '\\d{10,24}',
        lineId: textIf(contains(subOrderId, ';'), constant(''), subOrderId),
        status,
        statuses: [
          '待支付',
          '待付款',
          '已支付',
          '备货中',
          '待发货',
          '部分发货',
          '已发货',
          '已收货',
          '已完成',
          '已关闭',
          '已取消',
        ],
        createdAt: moment(cell('订单提交时间')),
        paidAt: moment(cell('支付完成时间')),
        shippedAt: moment(optionalCell('发货时间')),
        completedAt: moment(optionalCell('订单完成时间')),
        quantity: whole(cell('商品数量')),
        title: cell('选购商品'),
        province: optionalCell('省'),
        // After all coupons, postage included. 支付优惠 does not lower it.
        gross: buyerPays,
        shipping: yuanOrZero(optionalCell('运费')),
        // Only this column is a number: 平台优惠 and 商家优惠 name their coupons. What the creator bears
        // (达人实际承担优惠金额) is no subsidy of the platform, and comes out of the commission that the shop pays.
        subsidy: yuanOrZero(optionalCell('平台实际承担优惠金额')),
        // A paid order that is closed was refunded; one that is completed may have been refunded since.
        refunded: moneyIf(
          any(contains(cell('售后状态'), '退款成功'), oneOf(status, '已关闭', '已取消')),
          buyerPays,
          zero,
        ),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
