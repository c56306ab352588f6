import { type ForeignReport } from '../domain/layout';

/**
 * Reports of the same platforms that are not order exports. Loading one would double the orders or count fees and
 * withdrawals as sales, so each is refused by the name of what it is. Column names as in a normalised header.
 */
export const FOREIGN_REPORTS: readonly ForeignReport[] = [
  {
    id: 'pinduoduo-account-flow',
    title: 'Pinduoduo account flow (账务明细)',
    requires: ['商户订单号', '发生时间', '收入金额(+元)', '支出金额(-元)'],
  },
  {
    id: 'alipay-account-flow',
    title: 'Alipay account flow (账务明细)',
    requires: ['账务流水号', '业务流水号', '收入金额(+元)', '支出金额(-元)'],
  },
  { id: 'account-flow', title: 'account flow (资金/账务流水)', requires: ['收入金额(+元)', '支出金额(-元)'] },
  { id: 'wechat-wallet-flow', title: 'WeChat wallet flow (资金流水)', requires: ['动账类型'] },
  { id: 'jd-settlement', title: 'JD settlement (货款明细)', requires: ['费用名称', '应结金额'] },
  {
    id: 'kuaishou-settlement',
    title: 'Kuaishou settlement (结算账单)',
    requires: ['实际结算金额(元)', '合计支出(元)'],
  },
  { id: 'settlement', title: 'settlement (结算单)', requires: ['结算金额', '结算时间'] },
  { id: 'douyin-after-sale', title: 'Douyin after-sale list (售后单)', requires: ['售后单号', '退商品金额(元)'] },
  { id: 'xiaohongshu-after-sale', title: 'Xiaohongshu after-sale list', requires: ['售后单号', '申请售后金额(元)'] },
  { id: 'taobao-refunds', title: 'Taobao refund list', requires: ['退款编号', '退款完结时间'] },
  { id: 'douyin-affiliate', title: 'Douyin affiliate report (精选联盟)', requires: ['订单id', '达人昵称'] },
  { id: 'promotion', title: 'promotion report (推广报表)', requires: ['花费(元)', '投入产出比'] },
];
