import {
  any,
  cell,
  contains,
  dayInText,
  firstMoment,
  given,
  moment,
  momentIf,
  moneyIf,
  minus,
  never,
  oneOf,
  optionalCell,
  constant,
  type Platform,
  whole,
  yuan,
  zero,
} from '../../domain/layout';

const orderId = cell('订单号');
const status = cell('订单状态');
const afterSale = cell('售后状态');
const paidTime = optionalCell('支付时间');
const dealTime = optionalCell('订单成交时间', '拼单成功时间', '订单创建时间');
const buyerPaid = yuan(cell('用户实付金额(元)'));
const merchantBooks = yuan(cell('商家实收金额(元)'));

/** The day in the order number stands in for a deal time that some shops' files leave blank. */
const deal = firstMoment(moment(dealTime), dayInText(orderId));

/**
 * Pinduoduo, 商家后台 orders_export: one row is one order of one SKU. Amounts stay filled on cancelled and refunded
 * rows, and there is no refund column: a refund is known by status only and assumed to be the whole payment.
 */
export const pinduoduo: Platform = {
  id: 'pinduoduo',
  name: '拼多多',
  layouts: [
    {
      id: 'pinduoduo/orders',
      title: 'Pinduoduo orders (orders_export)',
      requires: [
        '商品',
        '订单号',
        '订单状态',
        '商品数量(件)',
        '邮费(元)',
        '用户实付金额(元)',
        '商家实收金额(元)',
        '售后状态',
        '发货时间',
        '确认收货时间',
      ],
      channel: 'retail',
      shop: null,
      platform: null,
      orderDay: 'order-id-yymmdd',
      snapshotInName: /orders_export(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})/,
      addUpItems: null,
      line: {
        orderId,
        orderIdForm: '\\d{6}-\\d{15}',
        lineId: constant(''),
        status,
        statuses: [
          '待付款',
          '已取消',
          '待发货',
          '已发货，待收货',
          '已收货',
          '已签收',
          '未发货，退款成功',
          '已发货，退款成功',
          '已收货，退款成功',
          '已签收，退款成功',
          '已取消，退款成功',
          '未成交，退款成功',
        ],
        createdAt: deal,
        // The short variant has no pay time: there the status tells paid from unpaid and the deal time is the pay time.
        paidAt: momentIf(given(paidTime), moment(paidTime), momentIf(oneOf(status, '待付款', '已取消'), never, deal)),
        shippedAt: moment(cell('发货时间')),
        completedAt: moment(cell('确认收货时间')),
        quantity: whole(cell('商品数量(件)')),
        title: cell('商品'),
        province: optionalCell('省'),
        gross: buyerPaid,
        shipping: yuan(cell('邮费(元)')),
        subsidy: minus(merchantBooks, buyerPaid),
        refunded: moneyIf(any(contains(status, '退款成功'), oneOf(afterSale, '退款成功')), buyerPaid, zero),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
