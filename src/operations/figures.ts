import { type StoreFigures, storeFigures } from '../clickhouse/queries/figures';
import { addDays, businessDayAt, daysBetween, firstDay, yearOf } from '../domain/calendar';
import { coverageOfShops, dayState } from '../domain/completeness';
import { type PaceReport } from '../domain/pace';
import { type Context } from './context';
import { readExpectedShops } from './expected-exports';
import { measurePace } from './measure-pace';

/** How far the shops of one platform are behind. */
interface PlatformDelivery {
  readonly platform: string;
  readonly shops: number;
  /** Shops of which an export was due that has not come. */
  readonly late: number;
  /** Days from the last one up to which nothing is missing to yesterday; null when a shop never delivered. */
  readonly lagDays: number | null;
}

/** Figures are what an operator watches. */
export interface Figures extends StoreFigures {
  readonly platforms: readonly PlatformDelivery[];
  readonly pace: PaceReport;
}

/** readFigures measures how a deployment does now. */
export async function readFigures(context: Context): Promise<Figures> {
  const today = businessDayAt(context.now().getTime());
  const since = firstDay(yearOf(today));
  const [figures, shops, pace] = await Promise.all([
    storeFigures(context.db),
    readExpectedShops(context, since),
    measurePace(context, {}),
  ]);
  const yesterday = addDays(today, -1);
  const platforms = [...new Set(shops.map(({ platform }) => platform))].map((platform): PlatformDelivery => {
    const own = shops.filter((shop) => shop.platform === platform);
    const coverage = coverageOfShops(own, since, today);
    const known = coverage.flatMap(({ completeTo }) => (completeTo === null ? [] : daysBetween(completeTo, yesterday)));
    return {
      platform,
      shops: coverage.length,
      late: own.filter((shop) => dayState(shop, yesterday, today) === 'late').length,
      lagDays: known.length === 0 ? null : Math.max(0, ...known),
    };
  });
  return { ...figures, platforms, pace };
}
