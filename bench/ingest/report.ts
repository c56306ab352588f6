import { columnsOf } from '../../src/domain/text-columns';
import { type Contestant, type Measured } from './contestant';

/** Entry is one contestant with its runs and the share of the export's rows that it loaded. */
export interface Entry {
  readonly contestant: Contestant;
  /** Rows of the export for each row that it loaded: 1 when it loaded all of them. Its figures are multiplied by it. */
  readonly scale: number;
  readonly runs: readonly Measured[];
}

/** IngestReport is the JSON answer; a ratio above 1 means that Paceline takes longer. */
export interface IngestReport {
  readonly question: string;
  readonly rows: number;
  readonly bytes: number;
  readonly runs: Readonly<Record<string, number>>;
  /** Medians of wall time; a contestant that loaded fewer rows is scaled up to all of them. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, readonly [least: number, most: number]>>;
  readonly ratios: Readonly<Record<string, number>>;
  /** Medians of processor time, client and engine together: what a busy machine changes least. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly cpuRatios: Readonly<Record<string, number>>;
  /** Paceline's highest, over all its runs. */
  readonly peakMemoryMiB: { readonly node: number | null; readonly engine: number | null };
  readonly limits: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

/** What the bench is held to; it reports and never asserts. */
const LIMITS = { toBareEngine: 2.5, toNaive: 1 / 8, nodeMiB: 300 };

/** reportOf takes the entries of one run, Paceline's first, and compares it with each of the others. */
export function reportOf(
  rows: number,
  bytes: number,
  entries: readonly Entry[],
  caveats: readonly string[],
): IngestReport {
  const [own, ...others] = entries;
  if (!own) throw new Error('nothing was measured');
  const cpuSeconds = byId(entries, cpuOf);
  const seconds = byId(entries, secondsOf);
  const ratiosOf = (figures: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(
      others.flatMap(({ contestant: { id } }) => {
        const [ours, theirs] = [figures[own.contestant.id], figures[id]];
        return ours === undefined || theirs === undefined ? [] : [[ratioName(id), rounded(ours / theirs)]];
      }),
    );
  return {
    question: 'How much longer than the engine alone, and than what a Node developer writes first, is a whole ingest?',
    rows,
    bytes,
    runs: Object.fromEntries(entries.map(({ contestant, runs }) => [contestant.id, runs.length])),
    seconds: { ...seconds, ...apartOf(own) },
    spread: Object.fromEntries(
      entries.map(({ contestant, runs, scale }) => {
        const all = runs.map((run) => rounded(run.seconds * scale));
        return [contestant.id, [Math.min(...all), Math.max(...all)]];
      }),
    ),
    ratios: ratiosOf(seconds),
    cpuSeconds,
    cpuRatios: ratiosOf(cpuSeconds),
    peakMemoryMiB: { node: peak(own.runs.map(({ node }) => node)), engine: peak(own.runs.map(({ engine }) => engine)) },
    limits: { ...LIMITS },
    caveats,
  };
}

/** reportText is the short table for people. */
export function reportText(report: IngestReport, entries: readonly Entry[]): string {
  const header = ['', 'seconds', 'least to most', 'CPU s', 'runs', 'Paceline / this', 'by CPU'];
  const ratio = (figures: Readonly<Record<string, number>>, id: string): string =>
    figures[ratioName(id)]?.toFixed(3) ?? '';
  const lines = entries.map(({ contestant: { id } }) => [
    id,
    report.seconds[id]?.toFixed(2) ?? '',
    report.spread[id]?.map((value) => value.toFixed(2)).join(' to ') ?? '',
    report.cpuSeconds[id]?.toFixed(2) ?? '',
    String(report.runs[id] ?? 0),
    ratio(report.ratios, id),
    ratio(report.cpuRatios, id),
  ]);
  const memory = ({ node, engine }: IngestReport['peakMemoryMiB']): string =>
    `Paceline's peak memory: Node ${node ?? '?'} MiB (limit ${LIMITS.nodeMiB}), engine ${engine ?? '?'} MiB`;
  return [
    report.question,
    `${report.rows.toLocaleString('en')} rows, ${(report.bytes / 1e6).toFixed(0)} MB. Limits: ` +
      `at most ${LIMITS.toBareEngine} times bareEngine, at most ${LIMITS.toNaive} times naive.`,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true, true, true]),
    '',
    memory(report.peakMemoryMiB),
    ...entries.map(({ contestant: { id, means } }) => `${id}: ${means}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}

const ratioName = (id: string): string => `to${id.charAt(0).toUpperCase()}${id.slice(1)}`;
const rounded = (value: number): number => Number(value.toPrecision(4));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

const secondsOf = ({ runs, scale }: Entry): number => median(runs.map(({ seconds }) => seconds)) * scale;

/** Undefined where the system does not tell. */
function cpuOf({ runs, scale }: Entry): number | undefined {
  const used = runs.flatMap(({ node, engine }) => (engine ? [(node?.cpuSeconds ?? 0) + engine.cpuSeconds] : []));
  return used.length === 0 ? undefined : median(used) * scale;
}

function byId(entries: readonly Entry[], figure: (entry: Entry) => number | undefined): Record<string, number> {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const value = figure(entry);
      return value === undefined ? [] : [[entry.contestant.id, rounded(value)]];
    }),
  );
}

function apartOf({ runs }: Entry): Record<string, number> {
  const names = new Set(runs.flatMap(({ apart }) => Object.keys(apart)));
  return Object.fromEntries(
    [...names].map((name) => [name, rounded(median(runs.flatMap(({ apart }) => apart[name] ?? [])))]),
  );
}

function peak(uses: readonly ({ readonly peakMemoryMiB: number } | null)[]): number | null {
  const seen = uses.flatMap((use) => (use ? [use.peakMemoryMiB] : []));
  return seen.length === 0 ? null : Math.round(Math.max(...seen));
}
