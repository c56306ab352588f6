import { type ErrorCode } from '../errors';

/** Why a file was refused and what to do, in Chinese: for whoever delivers it. */
export const REFUSALS_ZH: Readonly<Partial<Record<ErrorCode, { readonly why: string; readonly advice: string }>>> = {
  'file-empty': { why: '文件为空。', advice: '请从平台重新导出。' },
  'file-not-a-table': { why: '文件内容不是表格。', advice: '请从平台重新导出订单，原样交来。' },
  'file-truncated': { why: '文件已损坏或不完整。', advice: '请从平台重新导出，传输完成后再交来。' },
  'over-limit': { why: '文件超出允许的大小或行列数。', advice: '请按较短的时间段分批导出。' },
  'archive-encrypted': { why: '文件有密码，无法打开。', advice: '请去掉密码后再交来，或将密码告知运维人员。' },
  'archive-unsafe': { why: '压缩包内容不符合要求。', advice: '请解压后直接交导出文件。' },
  'encoding-unknown': { why: '文字编码无法识别，可能被截断或改动过。', advice: '请从平台重新导出，不要编辑。' },
  'layout-unknown': {
    why: '表头与任何已知的平台订单导出都不一致。',
    advice: '请交平台原始的订单导出，不要增删、改名表头。',
  },
  'layout-not-orders': { why: '这不是订单明细，而是其他报表。', advice: '请导出订单明细。' },
  'layout-ambiguous': { why: '无法确定是哪个平台的导出。', advice: '请交平台原始的订单导出。' },
  'platform-mismatch': { why: '文件属于另一个平台。', advice: '请放到该平台的文件夹中。' },
  'no-orders': { why: '文件中没有可以读取的订单。', advice: '请重新导出有成交的时间段。' },
  'file-unreadable': { why: '文件无法读取。', advice: '请直接交文件本身，不要交快捷方式或链接。' },
  'file-cut': { why: '文件在最后一行中断，后面的数据缺失。', advice: '请从平台重新导出，传输完成后再交来。' },
  'shop-unknown': { why: '文件中没有店铺名称。', advice: '请放到“平台/店铺名称”文件夹中。' },
  'shop-doubtful': {
    why: '其中的订单已记在同一平台的另一店铺名下，店铺名称可能有误。',
    advice: '请核对店铺名称，放到正确的“平台/店铺名称”文件夹中；用模板填报的，请改正表中的店铺名称。',
  },
  'rejects-over-limit': { why: '无法读取的行过多。', advice: '请从平台重新导出，不要用 Excel 另存。' },
  'rows-unusual': { why: '行数与该店铺平时相差过大。', advice: '请与平台后台的订单数核对后重新导出。' },
  'sales-unusual': { why: '金额与该店铺平时相差过大。', advice: '请与平台后台的成交额核对后重新导出。' },
  'wholesale-not-retail': { why: '批发平台的订单不计入网络零售额。', advice: '如该店铺也做零售，请联系运维人员登记。' },
  'snapshot-in-future': { why: '导出时间在将来。', advice: '请核对文件名中的时间和导出电脑的时钟。' },
};

/** reasonZh is the note that is put beside a refused file. */
export function reasonZh(file: {
  readonly name: string;
  readonly at: string;
  readonly reasons: readonly {
    readonly name: string;
    readonly code: string;
    /** Blank where it is not for those who deliver. */
    readonly message: string;
    /** Why an operator refused it, in their words; blank when the program did. */
    readonly decision: string;
  }[];
}): string {
  const reasons = file.reasons.flatMap(({ name, code, message, decision }) => {
    const known = REFUSALS_ZH[code as ErrorCode];
    return [
      ...(file.reasons.length > 1 ? [`文件：${name}`] : []),
      `原因：${known?.why ?? '由运维人员退回。'}`,
      ...(decision === '' ? [] : [`运维人员说明：${decision}`]),
      ...(known ? [`办法：${known.advice}`] : []),
      `代码：${code}`,
      ...(message === '' ? [] : [`详情（供运维人员）：${message}`]),
      '',
    ];
  });
  return ['文件未入库', '', `文件：${file.name}`, `时间：${file.at}（北京时间）`, '', ...reasons].join('\r\n');
}
