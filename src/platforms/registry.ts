import { type Layout, type Platform } from '../domain/layout';
import { wholesale1688 } from './1688';
import { douyin } from './douyin';
import { jd } from './jd';
import { kuaishou } from './kuaishou';
import { pinduoduo } from './pinduoduo';
import { taobao } from './taobao';
import { template } from './template';
import { wechatShop } from './wechat-shop';
import { xiaohongshu } from './xiaohongshu';
import { youzan } from './youzan';

/** PLATFORMS lists every platform that Paceline reads; a new one joins by its folder and one line here. */
export const PLATFORMS: readonly Platform[] = [
  taobao,
  jd,
  pinduoduo,
  douyin,
  kuaishou,
  xiaohongshu,
  wechatShop,
  youzan,
  wholesale1688,
  template,
];

/** LAYOUTS are those of all platforms. */
export const LAYOUTS: readonly Layout[] = PLATFORMS.flatMap((platform) => platform.layouts);

/** rowsNameShops says that each row of a layout, by its id, names its shop, whatever shop the file is handed in with. */
export const rowsNameShops = (layoutId: string): boolean =>
  LAYOUTS.some(({ id, platform }) => id === layoutId && platform !== null);

/** platformOf is the platform that a layout belongs to. */
export function platformOf(layout: Layout): Platform {
  const platform = PLATFORMS.find((candidate) => candidate.layouts.includes(layout));
  if (!platform) throw new Error(`layout ${layout.id} is in no platform`);
  return platform;
}

/** displayName is the platform's name as the bureau reads it; one that only delivers by template keeps its id. */
export function displayName(platformId: string): string {
  return PLATFORMS.find((platform) => platform.id === platformId)?.name ?? platformId;
}

/**
 * exportsOnlyIds are platforms that the template must not deliver for. An order that comes by template and in the
 * platform's own export has the same key and counts once, except where an export keeps orders by a day in their number.
 */
export const exportsOnlyIds: readonly string[] = PLATFORMS.filter((platform) =>
  platform.layouts.some((layout) => layout.orderDay === 'order-id-yymmdd'),
).map((platform) => platform.id);

/** Form of the ids of platforms that deliver by the template only. */
const ID_FORM = /^[a-z0-9][a-z0-9-]{1,31}$/;

/** platformIdOf is the id of a platform by itself or by a name that people know; null for neither. */
export function platformIdOf(text: string): string | null {
  const isIt = ({ id, name, alsoNamed = [] }: Platform): boolean => [id, name, ...alsoNamed].includes(text);
  const named = PLATFORMS.find(isIt)?.id ?? text;
  return ID_FORM.test(named) && named !== template.id ? named : null;
}

/** PLATFORM_NAMES lists the platforms that deliver their own exports, for whoever has to choose: `jd (京东)`. */
export const PLATFORM_NAMES = PLATFORMS.filter(({ id }) => id !== template.id)
  .map(({ id, name }) => (name === id ? id : `${id} (${name})`))
  .join(', ');
