import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, median, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';

/** Sample is what a process holds after a night. */
export interface Sample {
  readonly night: number;
  /** Since the sample before. */
  readonly msPerNight: number;
  readonly nodeMiB: number;
  readonly heapMiB: number;
  readonly engineMiB: Figure;
  /** Timers, sockets and the like that Node waits for. */
  readonly handles: number;
  readonly openFiles: Figure;
  readonly engineFiles: Figure;
  readonly parts: number;
  /** Parts of totals, superseded ones included. */
  readonly totalsParts: number;
  /** Of one partition of a table, on average. */
  readonly partsOfPartition: number;
  /** Jobs that the queue remembers. */
  readonly jobs: number;
}

type Measure = Exclude<keyof Sample, 'night'>;

const MEASURES: readonly Measure[] = [
  'msPerNight',
  'nodeMiB',
  'heapMiB',
  'engineMiB',
  'handles',
  'openFiles',
  'engineFiles',
  'parts',
  'totalsParts',
  'partsOfPartition',
  'jobs',
];

/** SoakReport is the JSON answer. */
export interface SoakReport {
  readonly question: string;
  readonly nights: number;
  readonly start: Sample;
  readonly middle: Sample;
  readonly end: Sample;
  /** Median of the last third of the nights to that of the middle third. */
  readonly growth: Readonly<Record<Measure, Figure>>;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

/** What has come to rest by the middle of the year grows by no more than this in its last third. */
const MOST = 1.2;
const HELD: readonly Measure[] = MEASURES.filter(
  (measure) => !['msPerNight', 'parts', 'totalsParts'].includes(measure),
);

/** soakReport says what grew. @throws Error with fewer than three samples */
export function soakReport(samples: readonly Sample[], caveats: readonly string[]): SoakReport {
  const third = Math.floor(samples.length / 3);
  const [start, middle, end] = [samples[0], samples[third], samples.at(-1)];
  if (third === 0 || !start || !middle || !end) throw new Error('a soak has three samples at least');
  const mid = samples.slice(third, 2 * third);
  const last = samples.slice(2 * third);
  const growth = Object.fromEntries(
    MEASURES.map((measure) => [measure, ratio(medianOf(last, measure), medianOf(mid, measure))]),
  ) as SoakReport['growth'];
  const targets = targetsOf({ growth });
  return {
    question: 'Does a process that runs for years hold more and more?',
    nights: end.night,
    start,
    middle: samples[Math.floor(samples.length / 2)] ?? middle,
    end,
    growth,
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

function medianOf(samples: readonly Sample[], measure: Measure): Figure {
  const values = samples.flatMap((sample) => sample[measure] ?? []);
  return values.length === 0 ? null : median(values);
}

const targetsOf = ({ growth }: Pick<SoakReport, 'growth'>): Target[] =>
  HELD.map((measure) => ({ name: measure, value: growth[measure], most: MOST }));

/** soakText is the same for people. */
export function soakText(report: SoakReport): string {
  const { start, middle, end, growth } = report;
  const shown = (value: Figure): string => (value === null ? '-' : String(rounded(value)));
  const lines = MEASURES.map((measure) => [
    measure,
    ...[start, middle, end].map((sample) => shown(sample[measure])),
    growth[measure]?.toFixed(2) ?? '-',
  ]);
  const header = ['', ...[start, middle, end].map(({ night }) => `night ${night}`), 'last to middle third'];
  return [
    report.question,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true]),
    '',
    ...targetsOf(report).map((target) => `  ${verdictOf(target)}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
