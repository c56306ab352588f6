import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, median, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type Contestant, type Form, type Measured } from './contestant';

/** Entry is one contestant on one form of the export, with its runs. */
export interface Entry {
  readonly contestant: Pick<Contestant, 'id' | 'means'>;
  readonly form: Form;
  /** Rows of the export for each row that it loaded: 1 when it loaded all of them. Its figures are multiplied by it. */
  readonly scale: number;
  readonly runs: readonly Measured[];
  /** Why it has no figures, in its own words. */
  readonly problem: { readonly kind: 'failed' | 'skipped'; readonly reason: string } | null;
}

/** Ratios of Paceline to another: above 1 it takes longer; null where either has no figure. */
export interface Ratios {
  readonly toBareEngine: Readonly<Record<'utf8' | 'gb18030' | 'gz', Figure>>;
  readonly toNaive: Figure;
  readonly toDuckDB: Figure;
  readonly toPostgres: Figure;
  /** With 1 % of rejected rows to without. */
  readonly rejects1pct: Figure;
}

/** IngestReport is the JSON answer. */
export interface IngestReport {
  readonly question: string;
  readonly rows: number;
  /** Of the UTF-8 csv. */
  readonly bytes: number;
  readonly runs: Readonly<Record<string, number>>;
  /** Medians of wall time; a contestant that loaded fewer rows is scaled up to all of them. */
  readonly seconds: Readonly<Record<string, Figure>>;
  readonly spread: Readonly<Record<string, readonly [least: number, most: number] | null>>;
  readonly ratios: Ratios;
  /** Medians of processor time, client and engine together: what a busy machine changes least. */
  readonly cpuSeconds: Readonly<Record<string, Figure>>;
  readonly cpuRatios: Ratios;
  /** Paceline's highest, over all its runs. */
  readonly peakMemoryMiB: { readonly node: Figure; readonly engine: Figure };
  readonly targets: Readonly<Record<string, number>>;
  /** The share of each missed target by which it is missed. */
  readonly missed: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, string>>;
  readonly skipped: Readonly<Record<string, string>>;
  readonly caveats: readonly string[];
}

const QUESTION = 'How much longer than the engine alone, and than what else one could use, does a whole ingest take?';

/** idOf names an entry: the contestant, and the form where it runs on several. */
const idOf = ({ contestant: { id }, form }: Pick<Entry, 'contestant' | 'form'>): string =>
  ['paceline', 'bareEngine'].includes(id) ? `${id}${form.charAt(0).toUpperCase()}${form.slice(1)}` : id;

/** reportOf compares the entries of one run. */
export function reportOf(
  rows: number,
  bytes: number,
  entries: readonly Entry[],
  caveats: readonly string[],
): IngestReport {
  const seconds = byId(entries, secondsOf);
  const cpuSeconds = byId(entries, cpuOf);
  const ratios = ratiosOf(seconds);
  const targets = targetsOf(ratios);
  const own = entries.filter(({ contestant }) => contestant.id === 'paceline').flatMap(({ runs }) => runs);
  return {
    question: QUESTION,
    rows,
    bytes,
    runs: byId(entries, ({ runs }) => runs.length),
    seconds: { ...seconds, ...apartOf(entries) },
    spread: byId(entries, spreadOf),
    ratios,
    cpuSeconds,
    cpuRatios: ratiosOf(cpuSeconds),
    peakMemoryMiB: { node: peak(own.map(({ node }) => node)), engine: peak(own.map(({ engine }) => engine)) },
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, rounded(most)])),
    missed: missedBy(targets),
    failed: problems(entries, 'failed'),
    skipped: problems(entries, 'skipped'),
    caveats,
  };
}

/** ratiosOf sets Paceline's figures against the others', by the ids of entries. */
export function ratiosOf(figures: Readonly<Record<string, Figure>>): Ratios {
  const own = figures['pacelineUtf8'];
  return {
    toBareEngine: {
      utf8: ratio(own, figures['bareEngineUtf8']),
      gb18030: ratio(figures['pacelineGb18030'], figures['bareEngineGb18030']),
      gz: ratio(figures['pacelineGz'], figures['bareEngineGz']),
    },
    toNaive: ratio(own, figures['naive']),
    toDuckDB: ratio(own, figures['duckDB']),
    toPostgres: ratio(own, figures['postgres']),
    rejects1pct: ratio(figures['pacelineRejects1pct'], own),
  };
}

/** What the ratios by wall time are held to. */
function targetsOf({ toBareEngine, toNaive, toDuckDB, toPostgres, rejects1pct }: Ratios): Target[] {
  return [
    { name: 'toBareEngine.utf8', value: toBareEngine.utf8, most: 1.6 },
    { name: 'toBareEngine.gb18030', value: toBareEngine.gb18030, most: 1.8 },
    { name: 'toBareEngine.gz', value: toBareEngine.gz, most: 2.2 },
    { name: 'toNaive', value: toNaive, most: 1 / 15 },
    { name: 'toDuckDB', value: toDuckDB, most: 1 },
    { name: 'toPostgres', value: toPostgres, most: 1 },
    { name: 'rejects1pct', value: rejects1pct, most: 1.5 },
  ];
}

/** reportText is the same for people: a table, and what each target has come to. */
export function reportText(report: IngestReport, entries: readonly Entry[]): string {
  const header = ['', 'seconds', 'least to most', 'CPU s', 'runs'];
  const lines = entries.map((entry) => {
    const id = idOf(entry);
    return [
      id,
      report.seconds[id]?.toFixed(2) ?? '-',
      report.spread[id]?.map((value) => value.toFixed(2)).join(' to ') ?? '-',
      report.cpuSeconds[id]?.toFixed(2) ?? '-',
      String(report.runs[id] ?? 0),
    ];
  });
  const byCpu = new Map(targetsOf(report.cpuRatios).map(({ name, value }) => [name, value]));
  const { node, engine } = report.peakMemoryMiB;
  const means = new Map(entries.map(({ contestant: { id, means } }) => [id, means]));
  return [
    report.question,
    `${report.rows.toLocaleString('en')} rows, ${(report.bytes / 1e6).toFixed(0)} MB as UTF-8.`,
    '',
    ...columnsOf([header, ...lines], [false, true, true, true, true]),
    '',
    'Paceline / other, and what it is held to (rejects1pct: with 1 % of rejected rows / without):',
    ...targetsOf(report.ratios).map((target) => {
      const cpu = byCpu.get(target.name);
      return `  ${verdictOf(target)}${cpu == null ? '' : `; by CPU ${cpu}`}`;
    }),
    ...Object.entries(apartOf(entries)).map(([name, value]) => `Of these seconds, ${name}: ${value.toFixed(2)}`),
    `Paceline's peak memory: Node ${node ?? '?'} MiB, engine ${engine ?? '?'} MiB`,
    ...Object.entries(report.failed).map(([id, reason]) => `${id} failed: ${reason}`),
    ...Object.entries(report.skipped).map(([id, reason]) => `${id} skipped: ${reason}`),
    ...[...means].map(([id, what]) => `${id}: ${what}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}

const secondsOf = ({ runs, scale }: Entry): Figure =>
  runs.length === 0 ? null : rounded(median(runs.map(({ seconds }) => seconds)) * scale);

function spreadOf({ runs, scale }: Entry): readonly [least: number, most: number] | null {
  const all = runs.map(({ seconds }) => rounded(seconds * scale));
  return all.length === 0 ? null : [Math.min(...all), Math.max(...all)];
}

/** Null where the system does not tell of any process at work. */
function cpuOf({ runs, scale }: Entry): Figure {
  const used = runs.flatMap(({ node, engine }) =>
    node || engine ? [(node?.cpuSeconds ?? 0) + (engine?.cpuSeconds ?? 0)] : [],
  );
  return used.length === 0 ? null : rounded(median(used) * scale);
}

const byId = <Value>(entries: readonly Entry[], figure: (entry: Entry) => Value): Record<string, Value> =>
  Object.fromEntries(entries.map((entry) => [idOf(entry), figure(entry)]));

/** What stands apart is the same whatever the form: the medians over all runs that tell it. */
function apartOf(entries: readonly Entry[]): Record<string, number> {
  const all = new Map<string, number[]>();
  for (const { runs, scale } of entries) {
    for (const [name, value] of runs.flatMap(({ apart }) => Object.entries(apart))) {
      all.set(name, [...(all.get(name) ?? []), value * scale]);
    }
  }
  return Object.fromEntries([...all].map(([name, values]) => [name, rounded(median(values))]));
}

const problems = (entries: readonly Entry[], kind: 'failed' | 'skipped'): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap((entry) => (entry.problem?.kind === kind ? [[idOf(entry), entry.problem.reason]] : [])),
  );

function peak(uses: readonly ({ readonly peakMemoryMiB: number } | null)[]): Figure {
  const seen = uses.flatMap((use) => (use ? [use.peakMemoryMiB] : []));
  return seen.length === 0 ? null : Math.round(Math.max(...seen));
}
