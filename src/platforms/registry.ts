import { type Layout, type Platform } from '../domain/layout';
import { pinduoduo } from './pinduoduo';
import { template } from './template';
import { wechatShop } from './wechat-shop';

/** PLATFORMS lists every platform that Paceline reads; a new one joins by its folder and one line here. */
export const PLATFORMS: readonly Platform[] = [pinduoduo, wechatShop, template];

/** LAYOUTS are those of all platforms. */
export const LAYOUTS: readonly Layout[] = PLATFORMS.flatMap((platform) => platform.layouts);

/** platformOf is the platform that a layout belongs to. */
export function platformOf(layout: Layout): Platform {
  const platform = PLATFORMS.find((candidate) => candidate.layouts.includes(layout));
  if (!platform) throw new Error(`layout ${layout.id} is in no platform`);
  return platform;
}

/** displayName is the platform's name as the bureau reads it; platforms that deliver by template keep their id. */
export function displayName(platformId: string): string {
  return PLATFORMS.find((platform) => platform.id === platformId)?.name ?? AGREED_NAMES[platformId] ?? platformId;
}

/** Names of platforms known to deliver by the template. */
const AGREED_NAMES: Readonly<Record<string, string>> = {
  taobao: '淘宝',
  tmall: '天猫',
  jd: '京东',
  douyin: '抖音',
  kuaishou: '快手',
  xiaohongshu: '小红书',
};

/** nativePlatformIds are those whose own exports Paceline reads; a template file must not deliver for them too. */
export const nativePlatformIds: readonly string[] = PLATFORMS.filter((platform) =>
  platform.layouts.every((layout) => layout.platform === null),
).map((platform) => platform.id);
