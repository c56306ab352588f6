import { BYTE_ORDER_MARK, csvCell, yuan, type OrderFen } from './cells';
import { writeText, type Written } from './text-file';

/** TEMPLATE_COLUMNS are the 16 columns of Paceline's own csv, for platforms that deliver by agreement. */
export const TEMPLATE_COLUMNS: readonly string[] = (
  '平台,店铺,订单编号,子订单编号,下单时间,付款时间,发货时间,完成时间,订单状态,数量,商品标题,收货省份,' +
  '买家实付金额,其中运费,平台补贴金额,已退款金额'
).split(',');

/** The order statuses of the template. */
export type TemplateStatus = '待付款' | '待发货' | '已发货' | '已完成' | '已关闭';

/** TemplateRow is one order line: times `YYYY-MM-DD HH:MM:SS` or empty, money in fen. */
export interface TemplateRow {
  platform: string;
  shop: string;
  orderId: string;
  lineId: string;
  createdAt: string;
  paidAt: string;
  shippedAt: string;
  completedAt: string;
  status: TemplateStatus;
  quantity: number;
  title: string;
  province: string;
  /** What the buyer pays for this line, postage included; filled on unpaid lines too. */
  paid: OrderFen;
  postage: OrderFen;
  subsidy: OrderFen;
  refunded: OrderFen;
}

/** writeTemplate streams order lines into a template csv: UTF-8 with BOM, quotes only where needed, every line ended. */
export async function writeTemplate(
  path: string,
  lineEnd: '\r\n' | '\n',
  rows: Iterable<TemplateRow>,
): Promise<Written> {
  let count = 0;
  function* texts(): Generator<string> {
    yield BYTE_ORDER_MARK + TEMPLATE_COLUMNS.join(',') + lineEnd;
    for (const row of rows) {
      count++;
      yield (
        `${row.platform},${csvCell(row.shop)},${row.orderId},${row.lineId},${row.createdAt},${row.paidAt},` +
        `${row.shippedAt},${row.completedAt},${row.status},${row.quantity},${csvCell(row.title)},${row.province},` +
        `${yuan(row.paid)},${yuan(row.postage)},${yuan(row.subsidy)},${yuan(row.refunded)}${lineEnd}`
      );
    }
  }
  const bytes = await writeText(path, texts());
  return { rows: count, bytes };
}

/** templateName is the file name of a delivery; it holds the platform and the snapshot time (`YYYY-MM-DD HH:MM:SS`). */
export function templateName(platform: string, snapshotAt: string): string {
  return `paceline_${platform}_${snapshotAt.replaceAll(/[^\d]/g, '')}.csv`;
}
