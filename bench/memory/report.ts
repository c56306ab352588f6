import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type IngestCommand } from '../ingest-command';

/** Export is a file to load, with what a right load of it gives. */
export interface Export {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly cells: number;
  /** In fen. */
  readonly gross: bigint;
}

/** Loaded is one export with the run that loaded it. */
export interface Loaded {
  readonly id: 'csvSmall' | 'csvLarge' | 'xlsx';
  readonly of: Omit<Export, 'file' | 'gross'>;
  readonly run: Pick<IngestCommand, 'seconds' | 'node' | 'engine'>;
}

/** MemoryReport is the JSON answer, by the id of the export. */
export interface MemoryReport {
  readonly question: string;
  readonly exports: Readonly<Record<string, { bytes: number; rows: number; cells: number }>>;
  readonly seconds: Readonly<Record<string, number>>;
  readonly rowsPerSecond: Readonly<Record<string, number>>;
  readonly cellsPerSecond: Readonly<Record<string, number>>;
  readonly peakMemoryMiB: Readonly<Record<string, { readonly node: Figure; readonly engine: Figure }>>;
  /** Node's peak on the large csv to that on the small one. */
  readonly nodeLargeToSmall: Figure;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

const MIB = 2 ** 20;
const ENGINE_MOST_MIB = Math.floor(1.2e9 / MIB);
const XLSX_NODE_MOST_MIB = Math.floor(600e6 / MIB);

/** memoryReport puts the runs beside what they are held to. */
export function memoryReport(loads: readonly Loaded[], caveats: readonly string[]): MemoryReport {
  const by = <Value>(figure: (load: Loaded) => Value): Record<string, Value> =>
    Object.fromEntries(loads.map((load) => [load.id, figure(load)]));
  const peaks = by(({ run: { node, engine } }) => ({
    node: node && Math.round(node.peakMemoryMiB),
    engine: engine && Math.round(engine.peakMemoryMiB),
  }));
  const nodeLargeToSmall = ratio(peaks['csvLarge']?.node, peaks['csvSmall']?.node);
  const targets = targetsOf({ peakMemoryMiB: peaks, nodeLargeToSmall });
  return {
    question: 'Does a larger file take more memory, and does any file take too much?',
    exports: by(({ of: { bytes, rows, cells } }) => ({ bytes, rows, cells })),
    seconds: by(({ run }) => rounded(run.seconds)),
    rowsPerSecond: by(({ of, run }) => Math.round(of.rows / run.seconds)),
    cellsPerSecond: by(({ of, run }) => Math.round(of.cells / run.seconds)),
    peakMemoryMiB: peaks,
    nodeLargeToSmall,
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

function targetsOf(report: Pick<MemoryReport, 'peakMemoryMiB' | 'nodeLargeToSmall'>): Target[] {
  const { peakMemoryMiB: peaks, nodeLargeToSmall } = report;
  return [
    { name: 'nodeLargeToSmall', value: nodeLargeToSmall, most: 1.2 },
    { name: 'engineMiB.csvSmall', value: peaks['csvSmall']?.engine ?? null, most: ENGINE_MOST_MIB },
    { name: 'engineMiB.csvLarge', value: peaks['csvLarge']?.engine ?? null, most: ENGINE_MOST_MIB },
    { name: 'nodeMiB.xlsx', value: peaks['xlsx']?.node ?? null, most: XLSX_NODE_MOST_MIB },
  ];
}

/** memoryText is the same for people. */
export function memoryText(report: MemoryReport): string {
  const header = ['export', 'MB', 'rows', 'seconds', 'rows/s', 'cells/s', 'Node MiB', 'engine MiB'];
  const lines = Object.entries(report.exports).map(([id, { bytes, rows }]) => [
    id,
    (bytes / 1e6).toFixed(0),
    rows.toLocaleString('en'),
    report.seconds[id]?.toFixed(1) ?? '-',
    report.rowsPerSecond[id]?.toLocaleString('en') ?? '-',
    report.cellsPerSecond[id]?.toLocaleString('en') ?? '-',
    String(report.peakMemoryMiB[id]?.node ?? '?'),
    String(report.peakMemoryMiB[id]?.engine ?? '?'),
  ]);
  return [
    report.question,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true, true, true, true]),
    '',
    ...targetsOf(report).map((target) => `  ${verdictOf(target)}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
