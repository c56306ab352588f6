import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, median, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type IngestCommand } from '../ingest-command';
import { type StorePlan } from './plan';

/** Grown is one store with what was measured in it, the smallest store first. */
export interface Grown {
  readonly plan: StorePlan;
  readonly runs: readonly Pick<IngestCommand, 'seconds' | 'node' | 'engine'>[];
  /** Of the sums of a year to date by one dimension, in milliseconds. */
  readonly totalsMs: readonly number[];
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
  readonly yearToDateMs: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

/** An ingest may take a quarter longer however much a store holds. */
const MOST = 1.25;

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
  const targets = targetsOf(ratios);
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
    yearToDateMs: by(({ totalsMs }) => rounded(median(totalsMs))),
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

const targetsOf = (ratios: Readonly<Record<string, Figure>>): Target[] =>
  Object.entries(ratios).map(([name, value]) => ({ name, value, most: MOST }));

/** Client and engine together; null where the system does not tell. */
function cpuOf({ runs }: Grown): Figure {
  const used = runs.flatMap(({ node, engine }) => (node && engine ? [node.cpuSeconds + engine.cpuSeconds] : []));
  return used.length === 0 ? null : rounded(median(used));
}

/** growthText is the same for people. */
export function growthText(report: GrowthReport, runs: number): string {
  const header = ['store', 'orders', 'ingest s', 'least to most', 'CPU s', 'year to date ms'];
  const lines = Object.entries(report.orders).map(([id, orders]) => [
    id,
    orders.toLocaleString('en'),
    report.seconds[id]?.toFixed(2) ?? '-',
    report.spread[id]?.map((value) => value.toFixed(2)).join(' to ') ?? '-',
    report.cpuSeconds[id]?.toFixed(2) ?? '-',
    report.yearToDateMs[id]?.toFixed(1) ?? '-',
  ]);
  const [least, most] = report.day.bytes.map((bytes) => (bytes / 1e6).toFixed(2));
  return [
    report.question,
    `A day of ${report.day.rows.toLocaleString('en')} rows, ${least} to ${most} MB; medians of ${runs}, the stores in turn.`,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true, true]),
    '',
    'Time to that in the smallest store:',
    ...targetsOf(report.ratios).map((target) => {
      const cpu = report.cpuRatios[target.name];
      return `  ${verdictOf(target)}${cpu == null ? '' : `; by CPU ${cpu}`}`;
    }),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
