/** Texts for sellers and operators who read Chinese: the export of rejected rows. */

/** What each code of a row that was not loaded means, for the seller. */
export const REJECT_MEANINGS_ZH: Readonly<Record<string, string>> = {
  'too-few-cells': '这一行的单元格比表头少',
  'too-many-cells': '这一行的单元格比表头多，文字中可能有多余的逗号或引号',
  'quoting-broken': '引号没有成对，无法确定这一行的内容',
  'order-id-unreadable':
    '不是本平台的订单号（模板：4 至 64 位字母、数字、_ 或 -）；表格软件会把长数字变成 1.23E+18 这样的形式',
  'order-incomplete': '同一订单的另一行无法读取，因此整个订单未入库',
  'status-unknown': '不认识的订单状态',
  'amount-unreadable': '不是金额：应为元，最多两位小数',
  'amount-missing': '必填的金额为空',
  'amount-negative': '金额小于零',
  'refund-over-paid': '退款多于实付',
  'time-unreadable': '不是有效的时间，应如 2026-06-07 13:44:05',
  'time-missing': '订单时间为空',
  'quantity-unreadable': '不是整数件数',
  'platform-unreadable': '平台与第一行不同',
  'shop-missing': '店铺为空',
  'blank-row': '空行',
  'summary-row': '合计行，不是订单',
  'repeated-row': '同一订单行在后面再次出现，以最后一行为准',
};

/** How a row that was not loaded counts. */
export const OUTCOMES_ZH = { rejected: '未入库', ignored: '按规则忽略' } as const;

/** The header of the export of rejected rows. */
export const REJECT_COLUMNS_ZH = [
  '文件',
  '行号',
  '数据行序号',
  '处理',
  '列名',
  '原因代码',
  '原因说明',
  '该列内容',
  '其他内容',
] as const;
