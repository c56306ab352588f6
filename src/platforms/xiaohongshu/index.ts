import {
  all,
  any,
  cell,
  constant,
  happened,
  type Money,
  minus,
  moment,
  moneyIf,
  not,
  oneOf,
  optionalCell,
  type Platform,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

const status = cell('订单状态');
const paidAt = moment(cell('支付时间'));
const isGift = oneOf(optionalCell('是否为赠品'), '是');

/** Orders that were cancelled unpaid, and gifts, leave their amounts blank; anything else must have one. */
const ofSku = (column: string): Money =>
  moneyIf(all(happened(paidAt), not(isGift)), yuan(cell(column)), yuanOrZero(cell(column)));
const buyerPaid = ofSku('用户应付金额(元)');

/**
 * Xiaohongshu (小红书 千帆): one row is one SKU of a package, with the money of that SKU. The rows of an order are added
 * up, whatever packages they travel in, since nothing in a row names it for good.
 */
export const xiaohongshu: Platform = {
  id: 'xiaohongshu',
  name: '小红书',
  layouts: [
    {
      id: 'xiaohongshu/orders',
      title: 'Xiaohongshu orders (千帆 包裹详情/订单信息)',
      requires: [
        '订单号',
        '订单状态',
        '售后状态',
        'SKU名称',
        'SKU件数',
        '用户应付金额(元)',
        '商家应收金额(元)（支付金额）',
        '支付时间',
        '订单创建时间',
      ],
      channel: 'retail',
      shop: optionalCell('店铺名称'),
      platform: null,
      orderDay: 'created-at',
      snapshotInName: null,
      addUpItems: ['gross', 'subsidy', 'refunded', 'quantity'],
      line: {
        orderId: cell('订单号'),
        orderIdForm: 'P?\\d{10,24}',
        lineId: constant(''),
        status,
        statuses: [
          '待付款',
          '待支付',
          '待配货',
          '配货中',
          '待发货',
          '部分发货',
          '已发货',
          '已签收',
          '已完成',
          '已取消',
          '已关闭',
        ],
        createdAt: moment(cell('订单创建时间')),
        paidAt,
        shippedAt: moment(optionalCell('订单发货时间')),
        completedAt: moment(optionalCell('订单完成时间')),
        quantity: whole(cell('SKU件数')),
        title: cell('SKU名称'),
        province: optionalCell('省'),
        gross: buyerPaid,
        // 包裹总运费 is a package's and does not say who bears it.
        shipping: zero,
        subsidy: minus(ofSku('商家应收金额(元)（支付金额）'), buyerPaid),
        // Amounts of refunds are in an export of their own, and there only as applied for.
        refunded: moneyIf(
          any(oneOf(cell('售后状态'), '售后完成', '退款成功'), oneOf(status, '已取消', '已关闭')),
          buyerPaid,
          zero,
        ),
        refundBasis: 'assumed-full',
      },
    },
  ],
};
