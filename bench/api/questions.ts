import { addDays, type BusinessDay, daysBetween } from '../../src/domain/calendar';
import { LEAGUES } from '../../src/domain/leagues';
import { DIMENSIONS } from '../../src/domain/measures';
import { Random } from '../../src/demo/random';

/** OVERVIEW is what the browser asks when somebody opens the overview, but for files that it keeps. */
export const OVERVIEW: readonly string[] = [
  '/',
  '/v1/session',
  '/v1/pace',
  '/v1/completeness',
  '/v1/totals?year=2026&by=platform',
  '/v1/nights',
];

const totals = (asked: Readonly<Record<string, string>>): string =>
  `/v1/totals?${new URLSearchParams(asked).toString()}`;

const PERIODS: readonly Readonly<Record<string, string>>[] = [
  { year: '2026' },
  { year: '2025' },
  { from: '2026-10-01', to: '2026-12-30' },
  { from: '2026-12-24', to: '2026-12-30' },
];

const PAIRS = [
  'platform,month',
  'league,month',
  'chain,month',
  'province,month',
  'cluster,chain',
  'league,chain',
  'platform,league',
  'platform,province',
  'league,province',
  'shop,month',
  'platform,day',
] as const;

const FILTERS: readonly Readonly<Record<string, string>>[] = [
  { platform: 'pinduoduo' },
  { platform: 'douyin' },
  { province: '广东' },
  { chain: '产业链3' },
  { cluster: '集群5' },
  { shop: 'kuaishou-0' },
  ...LEAGUES.slice(0, 3).map((league) => ({ league })),
];

/** TOTALS are questions as analysts ask them: every dimension over years, a quarter and a week, pairs of dimensions, filters, running sums. */
export const TOTALS: readonly string[] = [
  ...PERIODS.flatMap((period) => DIMENSIONS.map((by) => totals({ ...period, by }))),
  ...PAIRS.map((by) => totals({ year: '2026', by })),
  ...FILTERS.flatMap((filter) =>
    ['month', 'day', 'league', 'province'].map((by) => totals({ year: '2026', by, ...filter })),
  ),
  ...['platform', 'league'].map((by) => totals({ year: '2026', by, running: 'true' })),
];

const FIRST: BusinessDay = '2023-01-01';
const DAYS = daysBetween(FIRST, '2026-12-30');

/** neverAsked goes on for ever with questions of which no two have the same period, the dimensions in turn. */
export function* neverAsked(seed: number): Generator<string, never> {
  const random = new Random(seed, 'never asked');
  const asked = new Set<number>();
  for (;;) {
    const [a, b] = [random.int(0, DAYS), random.int(0, DAYS)];
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const period = from * (DAYS + 1) + to;
    if (asked.has(period)) continue;
    const by = DIMENSIONS[asked.size % DIMENSIONS.length] ?? 'platform';
    asked.add(period);
    yield totals({ from: addDays(FIRST, from), to: addDays(FIRST, to), by });
  }
}
