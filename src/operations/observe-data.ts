import { basename } from 'node:path';
import { heldFiles } from '../clickhouse/ledger';
import { rowsOfFiles } from '../clickhouse/queries/file-rows';
import { readTotals } from '../clickhouse/queries/totals';
import { addDays, type BusinessDay } from '../domain/calendar';
import { type ExpectedShop } from '../domain/completeness';
import { type DataFinding, type DataSeen, findingsOf } from '../domain/data-findings';
import { type Fen } from '../domain/money';
import { unusualWeek, WEEKS_BACK } from '../domain/shop-week';
import { checkTotals } from './check-totals';
import { type Context } from './context';
import { type MeasuredPace } from './measure-pace';

/** How far back a shop's files say how many rejected rows are usual. */
const HISTORY_DAYS = 60;
/** A shop whose exports end further back is missing, and that is told. */
const FRESH_DAYS = 14;

/** observeData lists what is wrong with the data: missing exports, held files, rejected rows, strange weeks, wrong totals. */
export async function observeData(context: Context, measured: MeasuredPace, day: BusinessDay): Promise<DataFinding[]> {
  const { db, settings } = context;
  const { report, shops } = measured;
  const [held, histories, totals, unusualWeeks] = await Promise.all([
    heldFiles(db),
    rowsOfFiles(db, addDays(day, -HISTORY_DAYS)),
    checkTotals(context),
    unusualWeeksOf(context, measured, day),
  ]);
  const seen: DataSeen = {
    report,
    shops,
    held: held.map((file) => ({
      fileId: file.fileId,
      name: basename(file.path),
      platform: file.platform,
      shop: file.shops.join('、'),
      code: file.error?.code ?? '',
    })),
    histories,
    unusualWeeks,
    differences: [...totals.differences, ...totals.coarse].map((difference) => difference.day),
  };
  return findingsOf(seen, day, settings.alerts.data);
}

async function unusualWeeksOf(
  { db }: Context,
  { shops, curve }: MeasuredPace,
  day: BusinessDay,
): Promise<DataSeen['unusualWeeks']> {
  const oldest = addDays(day, -FRESH_DAYS);
  const fresh = shops.filter(({ last }) => last !== null && last >= oldest);
  if (fresh.length === 0) return [];
  const from = addDays(oldest, -7 * (WEEKS_BACK + 1));
  const { rows } = await readTotals(db, { from, to: day, by: ['platform', 'shop', 'day'] });
  const sales = new Map<string, Map<BusinessDay, Fen>>();
  for (const { dimensions, totals } of rows) {
    const key = keyOf({ platform: dimensions.platform ?? '', shop: dimensions.shop ?? '' });
    const ofShop = sales.get(key) ?? new Map<BusinessDay, Fen>();
    sales.set(key, ofShop.set(dimensions.day ?? '', totals.gross));
  }
  return fresh.flatMap((shop) => {
    const week = unusualWeek(shop, sales.get(keyOf(shop)) ?? new Map(), curve);
    return week === null ? [] : [{ ...week, platform: shop.platform, shop: shop.shop }];
  });
}

const keyOf = ({ platform, shop }: Pick<ExpectedShop, 'platform' | 'shop'>): string => JSON.stringify([platform, shop]);
