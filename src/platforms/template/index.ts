import { cell, moment, optionalCell, type Platform, whole, yuan, yuanOrZero } from '../../domain/layout';

/** One column of the template as its documentation says it. */
export interface TemplateColumn {
  readonly name: string;
  readonly required: boolean;
  readonly meaning: string;
  readonly example: string;
}

/** The columns of Paceline's own template, in the order in which `npx paceline template` writes them. */
export const TEMPLATE_COLUMNS: readonly TemplateColumn[] = [
  {
    name: '平台',
    required: true,
    meaning: '平台代码，小写字母、数字和连字符；一个文件只含一个平台',
    example: 'douyin',
  },
  { name: '店铺', required: true, meaning: '店铺名称；一个文件可含多家店铺', example: '示例旗舰店' },
  {
    name: '订单编号',
    required: true,
    meaning: '平台订单编号，按文本填写，勿用科学计数法',
    example: 'DY20260101000001',
  },
  { name: '子订单编号', required: false, meaning: '一行一个子订单时填写；一行一个订单时留空', example: '' },
  { name: '下单时间', required: true, meaning: '北京时间，YYYY-MM-DD HH:MM:SS', example: '2026-01-01 09:30:00' },
  { name: '付款时间', required: true, meaning: '同上；未付款留空', example: '2026-01-01 09:31:12' },
  { name: '发货时间', required: false, meaning: '同上；未发货留空', example: '' },
  { name: '完成时间', required: false, meaning: '同上；未完成留空', example: '' },
  { name: '订单状态', required: true, meaning: '待付款、待发货、已发货、已完成、已关闭之一', example: '待发货' },
  { name: '数量', required: true, meaning: '件数，整数', example: '2' },
  { name: '商品标题', required: false, meaning: '商品名称', example: '示例商品' },
  { name: '收货省份', required: false, meaning: '省级行政区；不详留空。请勿填写省以下地址', example: '内蒙古自治区' },
  { name: '买家实付金额', required: true, meaning: '本行买家实付，元，含运费，不扣退款', example: '199.00' },
  { name: '其中运费', required: false, meaning: '实付中的运费，元；留空为 0', example: '0.00' },
  { name: '平台补贴金额', required: false, meaning: '平台补给商家的金额，元；留空为 0', example: '10.00' },
  { name: '已退款金额', required: true, meaning: '已成功退款的金额，元；无退款填 0', example: '0.00' },
];

/**
 * Paceline's own template: a UTF-8 csv for platforms that deliver by agreement, one platform a file, any number of
 * shops, one row per order or per sub-order. Refunds are exact because the deliverer knows them.
 */
export const template: Platform = {
  id: 'template',
  name: '约定模板',
  layouts: [
    {
      id: 'template/orders',
      title: 'Paceline template (npx paceline template)',
      requires: TEMPLATE_COLUMNS.filter((column) => column.required).map((column) => column.name),
      channel: 'retail',
      shop: cell('店铺'),
      platform: cell('平台'),
      orderDay: 'created-at',
      snapshotInName: /_(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:_\d+)?\.[a-z.]+$/,
      addUpItems: null,
      line: {
        orderId: cell('订单编号'),
        // Letters other than a lone E between digits: 1.23E+18 is a number that Excel has spoilt.
        orderIdForm: '[0-9A-Za-z_-]{4,64}',
        lineId: optionalCell('子订单编号'),
        status: cell('订单状态'),
        statuses: ['待付款', '待发货', '已发货', '已完成', '已关闭'],
        createdAt: moment(cell('下单时间')),
        paidAt: moment(cell('付款时间')),
        shippedAt: moment(optionalCell('发货时间')),
        completedAt: moment(optionalCell('完成时间')),
        quantity: whole(cell('数量')),
        title: optionalCell('商品标题'),
        province: optionalCell('收货省份'),
        gross: yuan(cell('买家实付金额')),
        shipping: yuanOrZero(optionalCell('其中运费')),
        subsidy: yuanOrZero(optionalCell('平台补贴金额')),
        refunded: yuan(cell('已退款金额')),
        refundBasis: 'exact',
      },
    },
  ],
};
