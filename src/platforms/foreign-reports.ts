import { type ForeignReport } from '../domain/layout';

/**
 * Reports of the same platforms that are not order exports. Loading one would double the orders or count fees and
 * withdrawals as sales, so each is refused by the name of what it is: the first that fits, so special ones come first.
 * Column names as in a normalised header.
 */
export const FOREIGN_REPORTS: readonly ForeignReport[] = [
  // What moved on an account.
  {
    id: 'alipay-account-flow',
    title: 'Alipay account flow (账务明细)',
    requires: ['账务流水号', '收入金额(+元)', '支出金额(-元)'],
  },
  {
    id: 'pinduoduo-account-flow',
    title: 'Pinduoduo account flow (账务明细)',
    requires: ['商户订单号', '发生时间', '收入金额(+元)', '支出金额(-元)'],
  },
  { id: 'account-flow', title: 'account flow (资金/账务流水)', requires: ['收入金额(+元)', '支出金额(-元)'] },
  { id: 'wallet-flow', title: 'wallet flow (资金流水)', requires: ['动账类型'] },
  { id: 'fund-flow', title: 'fund flow (动账明细)', requires: ['动账方向'] },
  // What a platform settled with the shop.
  { id: 'jd-settlement', title: 'JD settlement (货款明细)', requires: ['费用名称', '应结金额'] },
  { id: 'jd-settlement', title: 'JD settlement (货款明细)', requires: ['费用名称', '费用分类'] },
  {
    id: 'kuaishou-settlement',
    title: 'Kuaishou settlement (结算账单)',
    requires: ['实际结算金额(元)', '合计支出(元)'],
  },
  { id: 'settlement', title: 'settlement (结算单)', requires: ['结算金额', '结算时间'] },
  // What buyers sent back or were refunded.
  { id: 'douyin-after-sale', title: 'Douyin after-sale list (售后单)', requires: ['售后单号', '退商品金额(元)'] },
  {
    id: 'xiaohongshu-after-sale',
    title: 'Xiaohongshu after-sale list (售后单)',
    requires: ['售后单号', '申请售后金额(元)'],
  },
  { id: 'after-sale', title: 'after-sale list (售后单)', requires: ['售后单号', '售后类型'] },
  { id: 'taobao-refunds', title: 'Taobao refund list (退款列表)', requires: ['退款编号', '退款完结时间'] },
  // The names of groups of columns, which stand above the header.
  { id: 'jd-refunds', title: 'JD refund list (退款明细)', requires: ['申请信息', '订单信息'] },
  // What advertising brought in, by another definition of a sale.
  { id: 'affiliate', title: 'affiliate report (精选联盟)', requires: ['订单id'] },
  { id: 'promotion', title: 'promotion report (推广报表)', requires: ['花费(元)', '投入产出比'] },
  { id: 'promotion', title: 'promotion report (推广报表)', requires: ['总花费(元)', '实际投产比'] },
  { id: 'promotion', title: 'promotion report (推广报表)', requires: ['消耗(元)', '展示次数'] },
  { id: 'gmv', title: 'GMV report (成交数据)', requires: ['日期', '成交金额'] },
  // Sub-orders of old exports, which say neither when nor how much was paid.
  {
    id: 'taobao-items',
    title: 'Taobao item list (ExportOrderDetailList) without payments',
    requires: ['订单编号', '标题', '价格', '购买数量', '外部系统编号', '套餐信息', '订单状态', '商家编码'],
    lacks: ['订单付款时间'],
  },
];
