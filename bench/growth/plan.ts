import { type BusinessDay, daysBetween, daysInYear } from '../../src/domain/calendar';

/** StorePlan is what a store holds before a day is loaded into it. */
export interface StorePlan {
  readonly id: string;
  readonly orders: number;
  readonly years: readonly number[];
  readonly platforms: readonly string[];
}

/** Stretch is the part of a plan that is filled at once: one platform, a year or a month of it. */
export interface Stretch {
  readonly platform: string;
  readonly from: BusinessDay;
  readonly days: number;
  readonly orders: number;
  /** Shops of the platform. */
  readonly shops: number;
}

/** The year that the day's export belongs to comes last. */
const YEARS = [2023, 2024, 2025, 2026] as const;
const PLATFORMS = ['pinduoduo', 'wechat-shop', 'douyin', 'kuaishou'] as const;

/** A region grows by its shops: each sells so many orders in all. */
const ORDERS_PER_SHOP = 250_000;

/** STORES by size, the smallest first; the last holds everything in one year and platform, which is the hardest. */
export const STORES: readonly StorePlan[] = [
  { id: 'spread1m', orders: 1_000_000, years: YEARS, platforms: PLATFORMS },
  { id: 'spread10m', orders: 10_000_000, years: YEARS, platforms: PLATFORMS },
  { id: 'spread50m', orders: 50_000_000, years: YEARS, platforms: PLATFORMS },
  { id: 'oneYear50m', orders: 50_000_000, years: YEARS.slice(-1), platforms: PLATFORMS.slice(0, 1) },
];

/** A year with more orders than this is filled by months, which bounds the memory that building its totals takes. */
const MOST_AT_ONCE = 4_000_000;

/** stretchesOf divides a plan's orders evenly among its platforms and days, to the last order. */
export function stretchesOf({ orders, years, platforms }: StorePlan): Stretch[] {
  const shops = Math.max(1, Math.round(orders / ORDERS_PER_SHOP / platforms.length));
  const wholeYears = orders / years.length / platforms.length <= MOST_AT_ONCE;
  const days = years.flatMap((year) =>
    wholeYears
      ? [{ from: `${year}-01-01`, days: daysInYear(year) }]
      : Array.from({ length: MONTHS }, (_, index) => monthOf(year, index + 1)),
  );
  const stretches = platforms.flatMap((platform) => days.map((stretch) => ({ platform, shops, ...stretch })));
  const allDays = stretches.reduce((sum, stretch) => sum + stretch.days, 0);
  let daysBefore = 0;
  return stretches.map((stretch) => {
    const before = Math.floor((daysBefore * orders) / allDays);
    daysBefore += stretch.days;
    return { ...stretch, orders: Math.floor((daysBefore * orders) / allDays) - before };
  });
}

const MONTHS = 12;

function monthOf(year: number, month: number): { from: BusinessDay; days: number } {
  const first = (of: number): BusinessDay =>
    of > MONTHS ? `${year + 1}-01-01` : `${year}-${String(of).padStart(2, '0')}-01`;
  return { from: first(month), days: daysBetween(first(month), first(month + 1)) };
}
