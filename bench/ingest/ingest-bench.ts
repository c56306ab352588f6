import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulkExportName, writeBulkPinduoduo } from '../../src/demo/bulk';
import { bareEngine } from './bare-engine';
import { type Contestant, type Measured, type Workload } from './contestant';
import { naive } from './naive';
import { paceline } from './paceline';
import { type Entry, type IngestReport, reportOf, reportText } from './report';

/** IngestOptions of one bench run. */
export interface IngestOptions {
  readonly rows: number;
  /** Runs of Paceline and of the bare engine, alternating. */
  readonly runs: number;
  /** Load all rows the naive way too, which takes minutes. */
  readonly fullNaive: boolean;
  /** Told what is going on. */
  readonly progress: (line: string) => void;
}

/** The naive way is slow and, row by row, steady: a tenth of the rows tells its time, but never fewer than these. */
const LEAST_NAIVE_ROWS = 200_000;
const NAIVE_SHARE = 0.1;

/** Signals on which the export, a gigabyte, is removed all the same. */
const ENDING = ['SIGINT', 'SIGTERM'] as const;

const YEAR = 2025;
const SEED = 1;

interface Series {
  readonly contestant: Contestant;
  readonly workload: Workload;
  readonly runs: number;
}

/** benchIngest makes the export and measures every contestant on it, fresh each time, in alternating order. */
export async function benchIngest(options: IngestOptions): Promise<{ report: IngestReport; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'paceline-bench-'));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  const interrupted = (): void => {
    removeNow();
    process.exit(130);
  };
  for (const signal of ENDING) process.once(signal, interrupted);
  try {
    return await measureIn(folder, options);
  } finally {
    for (const signal of ENDING) process.off(signal, interrupted);
    removeNow();
  }
}

async function measureIn(
  folder: string,
  { rows, runs, fullNaive, progress }: IngestOptions,
): Promise<{ report: IngestReport; text: string }> {
  const naiveRows = fullNaive ? rows : Math.min(rows, Math.max(LEAST_NAIVE_ROWS, Math.round(rows * NAIVE_SHARE)));
  progress(`making an export of ${rows} rows`);
  const whole = await makeExport(join(folder, 'whole'), rows);
  const part = naiveRows === rows ? whole : await makeExport(join(folder, 'part'), naiveRows);
  const series: Series[] = [
    { contestant: paceline, workload: whole, runs },
    { contestant: bareEngine, workload: whole, runs },
    { contestant: naive, workload: part, runs: 1 },
  ];
  const loadBefore = loadavg()[0] ?? 0;
  const entries = await alternate(series, rows, join(folder, 'run'), progress);
  const report = reportOf(rows, whole.truth.bytes, entries, [
    ...(naiveRows === rows
      ? []
      : [`naive loaded ${naiveRows} rows; its figures are multiplied by ${rows / naiveRows}.`]),
    'Every contestant loaded the right number of rows and the same gross sum to the fen, or the bench would have failed.',
    "Paceline's time includes starting Node and the engine; the others find their engine running.",
    `The file was just written, so it is read from memory. ${cpus().length} cores, load ${loadBefore.toFixed(1)} at the start: where others are at work, trust the ratios by CPU.`,
  ]);
  return { report, text: reportText(report, entries) };
}

async function makeExport(folder: string, rows: number): Promise<Workload> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, bulkExportName(YEAR));
  return { file, truth: await writeBulkPinduoduo({ path: file, rows, seed: SEED, year: YEAR }) };
}

/** A B A B: a machine that slows down in the meantime slows all of them. */
async function alternate(
  series: readonly Series[],
  rows: number,
  folder: string,
  progress: (line: string) => void,
): Promise<Entry[]> {
  const measured = series.map((): Measured[] => []);
  const rounds = Math.max(...series.map(({ runs }) => runs));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { contestant, workload, runs }] of series.entries()) {
      if (round >= runs) continue;
      progress(`round ${round + 1} of ${rounds}: ${contestant.id}`);
      await mkdir(folder, { recursive: true });
      const run = await contestant.run(workload, folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      progress(`round ${round + 1} of ${rounds}: ${contestant.id} took ${run.seconds.toFixed(2)} s`);
      measured[index]?.push(run);
    }
  }
  return series.map(({ contestant, workload }, index) => ({
    contestant,
    scale: rows / workload.truth.rows,
    runs: measured[index] ?? [],
  }));
}
