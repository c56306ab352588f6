import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type Sold } from '../delivering-shops';

/** Exports is what is loaded, and what a right load of it gives. */
export type Exports = Sold & { readonly files: number; readonly rows: number; readonly bytes: number };

/** Night is one way of loading the same files, timed. */
export interface Night {
  readonly id:
    | 'loop'
    | 'embedded, one at a time'
    | 'embedded'
    | `Redis, ${'one worker' | 'two workers'}${'' | ', xlsx' | ', xlsx, half a core'}`;
  readonly of: Pick<Exports, 'files' | 'rows'>;
  readonly files: number;
  readonly all: number;
}

/** ThroughputReport is the JSON answer, by the way of loading. */
export interface ThroughputReport {
  readonly question: string;
  readonly exports: Pick<Exports, 'files' | 'rows' | 'bytes' | 'paidOrders'>;
  readonly workbooks: Pick<Exports, 'files' | 'rows' | 'bytes'>;
  readonly seconds: Readonly<Record<string, { readonly files: number; readonly all: number }>>;
  readonly filesPerSecond: Readonly<Record<string, number>>;
  readonly rowsPerSecond: Readonly<Record<string, number>>;
  /** Time of the files to that of the plain loop over the same ones. */
  readonly ratios: Readonly<Record<string, Figure>>;
  /** What the embedded queue adds to a file; below zero it hides more than it costs. */
  readonly queueMsPerFile: Figure;
  /** Time of two workers to that of one over workbooks, each worker with half a core, so that the engine has one. */
  readonly twoWorkers: Figure;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

const QUEUE_MOST_MS = 15;
/** Two workers are one and a half times as fast as one. */
const TWO_WORKERS_MOST = rounded(1 / 1.5);

/** throughputReport compares every way with the plain loop. */
export function throughputReport(
  { files, rows, bytes, paidOrders }: ThroughputReport['exports'],
  workbooks: ThroughputReport['workbooks'],
  nights: readonly Night[],
  caveats: readonly string[],
): ThroughputReport {
  const by = <Value>(figure: (night: Night) => Value): Record<string, Value> =>
    Object.fromEntries(nights.map((night) => [night.id, figure(night)]));
  const secondsOf = (id: Night['id']): number | undefined => nights.find((night) => night.id === id)?.files;
  const [loop, alone] = [secondsOf('loop'), secondsOf('embedded, one at a time')];
  const queueMsPerFile = loop === undefined || alone === undefined ? null : rounded(((alone - loop) * 1000) / files);
  const twoWorkers = ratio(
    secondsOf('Redis, two workers, xlsx, half a core'),
    secondsOf('Redis, one worker, xlsx, half a core'),
  );
  const targets = targetsOf({ queueMsPerFile, twoWorkers });
  return {
    question: 'How long does a night of many files take, and what does the queue cost?',
    exports: { files, rows, bytes, paidOrders },
    workbooks: { files: workbooks.files, rows: workbooks.rows, bytes: workbooks.bytes },
    seconds: by((night) => ({ files: rounded(night.files), all: rounded(night.all) })),
    filesPerSecond: by((night) => rounded(night.of.files / night.files)),
    rowsPerSecond: by((night) => Math.round(night.of.rows / night.files)),
    ratios: by((night) => (night.of.rows === rows ? ratio(night.files, loop) : null)),
    queueMsPerFile,
    twoWorkers,
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

const targetsOf = ({
  queueMsPerFile,
  twoWorkers,
}: Pick<ThroughputReport, 'queueMsPerFile' | 'twoWorkers'>): Target[] => [
  { name: 'queueMsPerFile', value: queueMsPerFile, most: QUEUE_MOST_MS },
  { name: 'twoWorkers', value: twoWorkers, most: TWO_WORKERS_MOST },
];

/** throughputText is the same for people. */
export function throughputText(report: ThroughputReport): string {
  const { files, rows, bytes, paidOrders } = report.exports;
  const { workbooks } = report;
  const lines = Object.entries(report.seconds).map(([id, seconds]) => [
    id,
    seconds.files.toFixed(1),
    seconds.all.toFixed(1),
    report.filesPerSecond[id]?.toFixed(1) ?? '-',
    report.rowsPerSecond[id]?.toLocaleString('en') ?? '-',
    report.ratios[id]?.toFixed(2) ?? '-',
  ]);
  return [
    report.question,
    `${files} files, ${rows.toLocaleString('en')} rows, ${(bytes / 1e6).toFixed(0)} MB; ${paidOrders.toLocaleString('en')} paid orders, each in several files.`,
    `${workbooks.files} workbooks, ${workbooks.rows.toLocaleString('en')} rows, ${(workbooks.bytes / 1e6).toFixed(0)} MB.`,
    '',
    ...columnsOf(
      [['way', 'files s', 'with totals', 'files/s', 'rows/s', 'to the loop'], ...lines],
      [false, true, true, true, true, true],
    ),
    '',
    ...targetsOf(report).map((target) => `  ${verdictOf(target)}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
