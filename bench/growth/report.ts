import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, median, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type IngestCommand } from '../ingest-command';
import { type StorePlan } from './plan';

/** Grown is one store with what was measured in it, the smallest store first. */
export interface Grown {
  readonly plan: StorePlan;
  readonly runs: readonly Pick<IngestCommand, 'seconds' | 'node' | 'engine'>[];
  /** Of the totals of a year to date by each dimension, in milliseconds. */
  readonly totalsMs: Readonly<Record<string, readonly number[]>>;
}

/** GrowthReport is the JSON answer; all by the id of the store, ratios to the smallest one. */
export interface GrowthReport {
  readonly question: string;
  readonly day: { readonly rows: number; readonly bytes: readonly [least: number, most: number] };
  readonly orders: Readonly<Record<string, number>>;
  /** Medians of a whole "paceline ingest". */
  readonly seconds: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, readonly [least: number, most: number]>>;
  readonly ratios: Readonly<Record<string, Figure>>;
  readonly cpuSeconds: Readonly<Record<string, Figure>>;
  readonly cpuRatios: Readonly<Record<string, Figure>>;
  /** Medians by dimension. */
  readonly yearToDateMs: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The dimension that takes longest in a store, and the one that takes longest against the smallest store. */
  readonly slowestMs: Readonly<Record<string, number>>;
  readonly yearToDateRatios: Readonly<Record<string, Figure>>;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

/** An ingest and the totals of a year may take a quarter longer however much a store holds. */
const MOST = 1.25;
/** And the totals no longer than this, in milliseconds. */
const MOST_MS = 30;

/** growthReport compares each store with the first, the smallest. */
export function growthReport(
  stores: readonly Grown[],
  day: GrowthReport['day'],
  caveats: readonly string[],
): GrowthReport {
  const by = <Value>(figure: (store: Grown) => Value): Record<string, Value> =>
    Object.fromEntries(stores.map((store) => [store.plan.id, figure(store)]));
  const [smallest] = stores;
  const toSmallest = (figures: Readonly<Record<string, Figure>>): Record<string, Figure> =>
    Object.fromEntries(
      stores.slice(1).map(({ plan: { id } }) => [id, ratio(figures[id], figures[smallest?.plan.id ?? ''])]),
    );
  const seconds = by(({ runs }) => rounded(median(runs.map((run) => run.seconds))));
  const cpuSeconds = by(cpuOf);
  const ratios = toSmallest(seconds);
  const yearToDateMs = by(({ totalsMs }) => mediansOf(totalsMs));
  const slowestMs = by(({ totalsMs }) => Math.max(...Object.values(mediansOf(totalsMs))));
  const least = mediansOf(smallest?.totalsMs ?? {});
  const yearToDateRatios = Object.fromEntries(
    stores.slice(1).map(({ plan: { id }, totalsMs }) => {
      const toLeast = Object.entries(mediansOf(totalsMs)).map(([of, ms]) => ratio(ms, least[of]) ?? 0);
      return [id, Math.max(...toLeast)];
    }),
  );
  const targets = targetsOf({ ratios, yearToDateRatios, slowestMs });
  return {
    question: 'Does loading a day take longer the more orders the store already holds?',
    day,
    orders: by(({ plan }) => plan.orders),
    seconds,
    spread: by(({ runs }) => {
      const all = runs.map((run) => rounded(run.seconds));
      return [Math.min(...all), Math.max(...all)] as const;
    }),
    ratios,
    cpuSeconds,
    cpuRatios: toSmallest(cpuSeconds),
    yearToDateMs,
    slowestMs,
    yearToDateRatios,
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

/** Medians by dimension. */
const mediansOf = (times: Grown['totalsMs']): Record<string, number> =>
  Object.fromEntries(Object.entries(times).map(([dimension, ms]) => [dimension, rounded(median(ms))]));

type Measured = Pick<GrowthReport, 'ratios' | 'yearToDateRatios' | 'slowestMs'>;

const targetsOf = ({ ratios, yearToDateRatios, slowestMs }: Measured): Target[] => [
  ...Object.entries(ratios).map(([id, value]) => ({ name: id, value, most: MOST })),
  ...Object.entries(yearToDateRatios).map(([id, value]) => ({ name: `year to date, ${id}`, value, most: MOST })),
  ...Object.entries(slowestMs).map(([id, value]) => ({ name: `year to date ms, ${id}`, value, most: MOST_MS })),
];

/** Client and engine together; null where the system does not tell. */
function cpuOf({ runs }: Grown): Figure {
  const used = runs.flatMap(({ node, engine }) => (node && engine ? [node.cpuSeconds + engine.cpuSeconds] : []));
  return used.length === 0 ? null : rounded(median(used));
}

/** growthText is the same for people. */
export function growthText(report: GrowthReport, runs: number): string {
  const header = ['store', 'orders', 'ingest s', 'least to most', 'CPU s'];
  const dimensions = Object.keys(Object.values(report.yearToDateMs)[0] ?? {});
  const lines = Object.entries(report.orders).map(([id, orders]) => [
    id,
    orders.toLocaleString('en'),
    report.seconds[id]?.toFixed(2) ?? '-',
    report.spread[id]?.map((value) => value.toFixed(2)).join(' to ') ?? '-',
    report.cpuSeconds[id]?.toFixed(2) ?? '-',
  ]);
  const [least, most] = report.day.bytes.map((bytes) => (bytes / 1e6).toFixed(2));
  return [
    report.question,
    `A day of ${report.day.rows.toLocaleString('en')} rows, ${least} to ${most} MB; medians of ${runs}, the stores in turn.`,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true]),
    '',
    'Totals of a year to date by one dimension, medians in ms:',
    ...columnsOf(
      [
        ['by', ...Object.keys(report.yearToDateMs)],
        ...dimensions.map((of) => [of, ...Object.values(report.yearToDateMs).map((ms) => ms[of]?.toFixed(1) ?? '-')]),
      ],
      [false, ...Object.keys(report.yearToDateMs).map(() => true)],
    ),
    '',
    'Time to that in the smallest store, and the longest time in ms:',
    ...targetsOf(report).map((target) => {
      const cpu = report.cpuRatios[target.name];
      return `  ${verdictOf(target)}${cpu == null ? '' : `; by CPU ${cpu}`}`;
    }),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
