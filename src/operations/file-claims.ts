import { sellsRetail } from '../clickhouse/shops';
import { businessDayAt, instantOf } from '../domain/calendar';
import { type Layout } from '../domain/layout';
import { terminal } from '../errors';
import { type OrderTable } from '../intake/open-table';
import { platformIdOf, platformOf } from '../platforms/registry';
import { type Context } from './context';

/** What the caller says of a file, to be held against what the file says of itself. */
interface Claims {
  readonly path: string;
  readonly platform?: string;
  readonly shop?: string;
}

/** Snapshots of machines whose clocks run a little ahead are believed. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** refuseCut @throws PipelineError `file-cut` for a text that ends within a row */
export function refuseCut(path: string, table: OrderTable): void {
  if (!table.cut) return;
  throw terminal(
    'file-cut',
    `${path} ends in the middle of its last row, so rows after it are missing`,
    'Download it again and hand that in; nothing of this one was loaded. "npx paceline files release <fileId>" loads what it has.',
    { path },
  );
}

/**
 * shopOf is the shop that the caller names, which holds for the whole file; blank where rows name theirs.
 * @throws PipelineError `shop-unknown`
 */
export function shopOf(request: Claims, { layout, takenApart }: OrderTable): string {
  if (layout.platform !== null) return '';
  const shop = request.shop?.trim() ?? '';
  const saysShop = layout.shop?.names.some((name) => takenApart.columns.has(takenApart.normalise(name))) ?? false;
  if (!saysShop && shop === '') {
    throw terminal(
      'shop-unknown',
      `${request.path} does not say which shop it is of`,
      'Name it with --shop, or put the file into <inbox>/<platform>/<shop>/.',
      { path: request.path, layout: layout.id },
    );
  }
  return shop;
}

/** refuseWholesale @throws PipelineError `wholesale-not-retail` unless the register says that the shop sells retail */
export async function refuseWholesale({ db, now }: Context, request: Claims, layout: Layout): Promise<void> {
  if (layout.channel === 'retail') return;
  const platform = platformOf(layout).id;
  const shop = request.shop?.trim() ?? '';
  if (await sellsRetail(db, { platform, shop }, businessDayAt(now().getTime()))) return;
  throw terminal(
    'wholesale-not-retail',
    `${request.path} is of a wholesale platform (${layout.title}); sales between businesses are no retail sales`,
    `Leave it out; if the shop sells to consumers there: npx paceline shops set ${platform} "${shop || '<shop>'}" --retail yes`,
    { path: request.path, layout: layout.id },
  );
}

/** refuseOtherPlatform @throws PipelineError `platform-mismatch` */
export function refuseOtherPlatform(request: Claims, platform: string): void {
  const { platform: said } = request;
  if (said === undefined || said === platform || platformIdOf(said) === platform) return;
  throw terminal(
    'platform-mismatch',
    `${request.path} was handed in as ${said} but is an export of ${platform}`,
    `Move it to <inbox>/${platform}/<shop>/, or leave --platform out.`,
    { path: request.path, platform },
  );
}

/** snapshotInName is the time that the platform wrote into a file's name, as an epoch second; null when there is none. */
export function snapshotInName(name: string, layout: Layout): number | null {
  const parts = layout.snapshotInName?.exec(name.normalize('NFC'));
  if (!parts) return null;
  const [, year, month, day, hour, minute, second = '00'] = parts;
  const instant = instantOf(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
  return Number.isNaN(instant) ? null : instant / 1000;
}

/** refuseFutureSnapshot @throws PipelineError `snapshot-in-future` for a file whose name dates it so */
export function refuseFutureSnapshot(context: Context, path: string, snapshotAt: string | null): void {
  if (snapshotAt === null || !isToCome(context, snapshotAt)) return;
  throw terminal(
    'snapshot-in-future',
    `${path} claims to be of ${snapshotAt}, which is still to come`,
    'Check the clock of this machine and the name of the file.',
    { path, snapshotAt },
  );
}

/** refuseFutureRow @throws PipelineError `snapshot-in-future` for a file that only its newest row dates */
export function refuseFutureRow(context: Context, path: string, newest: string): void {
  if (!isToCome(context, newest)) return;
  throw terminal(
    'snapshot-in-future',
    `${path} has an order with the time ${newest}, which is still to come`,
    'Look for that time in the file: correct it there, or the clock of this machine.',
    { path, snapshotAt: newest },
  );
}

/** isToCome says that a wall clock lies in the future, a little aside. */
export const isToCome = ({ now }: Context, wallClock: string): boolean =>
  instantOf(wallClock) > now().getTime() + CLOCK_TOLERANCE_MS;
