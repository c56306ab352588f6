import { Random } from '../../src/demo/random';
import { type BusinessDay } from '../../src/domain/calendar';
import { PLATFORMS } from './simulate-region';

/** Deliveries tells for each night (index of the day asked about) how far each platform has delivered: an index of days. */
export type Deliveries = readonly (readonly number[])[];

/** How often exports come late: one in a dozen by a day or more, and twice a year one stays away for longer. */
const LATE_NIGHT = 1 / 12;
const OUTAGES_PER_YEAR = 2;
const OUTAGE_DAYS = [3, 14] as const;

/**
 * simulateDeliveries draws the nights of a year: exports that come a night late, outages of days to two weeks, and, when
 * asked for, one platform that stops for good on a day between 1 February and 30 September. What was delivered stays.
 */
export function simulateDeliveries(
  seed: number,
  index: number,
  days: readonly BusinessDay[],
  { missing }: { readonly missing: boolean },
): Deliveries {
  const random = new Random(seed, `deliveries ${index}${missing ? ' missing' : ''}`);
  const stops = missing ? { platform: random.int(0, PLATFORMS.length - 1), day: random.int(31, 272) } : null;
  const away = PLATFORMS.map(() =>
    Array.from({ length: OUTAGES_PER_YEAR }, () => {
      const from = random.int(0, days.length - 1);
      return { from, to: from + random.int(...OUTAGE_DAYS) };
    }),
  );
  const reached = PLATFORMS.map(() => -1);
  return days.map((_, night) =>
    PLATFORMS.map((_platform, p) => {
      const late = random.chance(LATE_NIGHT);
      const out = away[p]?.some(({ from, to }) => from <= night && night < to) ?? false;
      const stopped = stops !== null && stops.platform === p && night >= stops.day;
      if (!late && !out && !stopped) reached[p] = night;
      return reached[p] ?? -1;
    }),
  );
}
