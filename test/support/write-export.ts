import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PinduoduoRow, writePinduoduo, pinduoduoName } from '../../src/demo/writers/pinduoduo';
import { templateName, type TemplateRow, writeTemplate } from '../../src/demo/writers/template';
import { type WechatOrder, wechatShopName, writeWechatShop } from '../../src/demo/writers/wechat-shop';

/** Export is the rows of one file as a platform's writer takes them. */
export type Export =
  | { readonly platform: 'pinduoduo'; readonly variant: 'full' | 'short'; readonly rows: readonly PinduoduoRow[] }
  | { readonly platform: 'wechat-shop'; readonly rows: readonly WechatOrder[] }
  | { readonly platform: 'template'; readonly of: string; readonly rows: readonly TemplateRow[] };

/** writeExport writes a file as the platform would, with the snapshot's second in its name, and returns its path. */
export async function writeExport(folder: string, snapshotAt: string, content: Export): Promise<string> {
  const path = join(folder, nameOf(snapshotAt, content));
  mkdirSync(dirname(path), { recursive: true });
  switch (content.platform) {
    case 'pinduoduo':
      await writePinduoduo(path, content.variant, content.rows);
      break;
    case 'wechat-shop':
      await writeWechatShop(path, content.rows);
      break;
    case 'template':
      await writeTemplate(path, '\n', content.rows);
      break;
  }
  return path;
}

function nameOf(snapshotAt: string, content: Export): string {
  switch (content.platform) {
    case 'pinduoduo':
      return pinduoduoName(snapshotAt);
    case 'wechat-shop':
      return wechatShopName(snapshotAt);
    case 'template':
      return templateName(content.of, snapshotAt);
  }
}
