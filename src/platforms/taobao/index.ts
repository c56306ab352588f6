import {
  cell,
  constant,
  happened,
  type Layout,
  lesser,
  minus,
  type Money,
  moment,
  moneyIf,
  type NeededColumn,
  never,
  oneOf,
  optionalCell,
  type OrderLine,
  plus,
  type Platform,
  provinceOf,
  whole,
  yuan,
  yuanOrZero,
  zero,
} from '../../domain/layout';

/** 买家实付金额 is what is left of the payment after refunds: a refund is never taken from it a second time. */
const leftWithSeller = yuan(cell('买家实付金额', '买家实际支付金额'));
const LEFT_WITH_SELLER = ['买家实付金额', '买家实际支付金额'] as const;
const paidAt = moment(cell('订单付款时间'));

const status: Pick<OrderLine, 'status' | 'statuses'> = {
  status: optionalCell('订单状态'),
  statuses: [
    '等待买家付款',
    '买家已付款，等待卖家发货',
    '卖家部分发货',
    '卖家已发货，等待买家确认',
    '买家已签收(货到付款)',
    '国际信用卡支付付款确认中',
    '0元购合约中',
    '拼团中',
    '交易成功',
    // Never paid or refunded, as the pay time tells.
    '交易关闭',
  ],
};

/** Goods and postage stay as they were whatever becomes of the order. 总金额 is the list price and plays no part. */
const goodsAndPostage = plus(yuan(cell('买家应付货款')), yuan(cell('买家应付邮费')));

/** To the minute; a minute's export is as new as its beginning. */
const snapshotInName = /ExportOrder(?:Detail)?List(20\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?!\d)/;

const ORDER_COLUMNS: readonly NeededColumn[] = [
  '订单编号',
  '买家应付货款',
  '买家应付邮费',
  '订单状态',
  '订单创建时间',
  '订单付款时间',
];

/** One row is one order, so that only the reading of its money differs from one time to the next. */
const orderList = (
  own: Pick<Layout, 'id' | 'title' | 'requires'>,
  money: { readonly gross: Money; readonly shipping: Money; readonly refunded: Money },
  orderIdForm = '\\d{10,24}',
): Layout => ({
  ...own,
  channel: 'retail',
  shop: optionalCell('店铺名称'),
  platform: null,
  orderDay: 'created-at',
  snapshotInName,
  addUpItems: null,
  line: {
    orderId: cell('订单编号'),
    orderIdForm,
    lineId: constant(''),
    ...status,
    createdAt: moment(cell('订单创建时间')),
    paidAt,
    shippedAt: moment(optionalCell('发货时间')),
    completedAt: moment(optionalCell('确认收货时间')),
    quantity: whole(optionalCell('宝贝总数量')),
    title: optionalCell('商品标题', '宝贝标题'),
    // Gone from the export of 2026.
    province: provinceOf(optionalCell('收货地址')),
    ...money,
    subsidy: zero,
    refundBasis: 'exact',
  },
});

/**
 * Taobao and Tmall (千牛「已卖出的宝贝」), whose exports are alike: the order list in its forms since 2016, and the list
 * of sub-orders. The platform's share of discounts is in neither.
 */
export const taobao: Platform = {
  id: 'taobao',
  name: '淘宝天猫',
  alsoNamed: ['淘宝', '天猫', '淘宝/天猫'],
  layouts: [
    // From about 2018 on the refund is given, so that neither of the net columns is needed.
    orderList(
      {
        id: 'taobao/orders',
        title: 'Taobao/Tmall orders (ExportOrderList)',
        requires: [...ORDER_COLUMNS, '退款金额'],
      },
      { gross: goodsAndPostage, shipping: yuan(cell('买家应付邮费')), refunded: yuanOrZero(cell('退款金额')) },
    ),
    // Up to about 2017 what was refunded is what is missing from the payment.
    orderList(
      {
        id: 'taobao/orders-without-refunds',
        title: 'Taobao/Tmall orders without refunds (ExportOrderList up to 2017)',
        requires: [...ORDER_COLUMNS, LEFT_WITH_SELLER],
      },
      {
        gross: goodsAndPostage,
        shipping: yuan(cell('买家应付邮费')),
        refunded: moneyIf(happened(paidAt), minus(goodsAndPostage, leftWithSeller), zero),
      },
    ),
    // The published data set of 2020 has lost goods and postage: what was paid is what is left and what went back. Its
    // order numbers count from 1.
    orderList(
      {
        id: 'taobao/orders-net',
        title: 'Taobao/Tmall orders with net payment and refund only',
        requires: ['订单编号', '总金额', LEFT_WITH_SELLER, '订单创建时间', '订单付款时间', '退款金额'],
      },
      {
        gross: plus(leftWithSeller, yuan(cell('退款金额'))),
        shipping: zero,
        refunded: yuan(cell('退款金额')),
      },
      '\\d{1,24}',
    ),
    {
      id: 'taobao/sub-orders',
      title: 'Taobao/Tmall sub-orders (ExportOrderDetailList)',
      requires: [
        '子订单编号',
        '主订单编号',
        ['商品标题', '标题'],
        '购买数量',
        '订单状态',
        '买家应付货款',
        '退款状态',
        '退款金额',
        '订单创建时间',
        '订单付款时间',
      ],
      channel: 'retail',
      shop: optionalCell('店铺名称'),
      platform: null,
      orderDay: 'created-at',
      snapshotInName,
      addUpItems: null,
      line: {
        orderId: cell('主订单编号'),
        orderIdForm: '\\d{10,24}',
        lineId: cell('子订单编号'),
        ...status,
        createdAt: moment(cell('订单创建时间')),
        paidAt,
        shippedAt: moment(optionalCell('发货时间')),
        completedAt: never,
        quantity: whole(cell('购买数量')),
        title: cell('商品标题', '标题'),
        province: constant(''),
        gross: yuan(cell('买家应付货款')),
        // Postage belongs to the whole order and is not in this list.
        shipping: zero,
        subsidy: zero,
        // A claim that is open has an amount too. One that includes the postage gives back more than is counted here.
        refunded: moneyIf(
          oneOf(cell('退款状态'), '退款成功'),
          lesser(yuan(cell('退款金额')), yuan(cell('买家应付货款'))),
          zero,
        ),
        refundBasis: 'exact',
      },
    },
  ],
};
