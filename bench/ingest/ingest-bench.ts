import { mkdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { inTemporaryFolder } from '../temporary-folder';
import { bareEngine } from './bare-engine';
import { type Contestant, type Form, type Measured, type Workload, WrongAnswer } from './contestant';
import { duckDB } from './duckdb';
import { naive } from './naive';
import { paceline } from './paceline';
import { postgres } from './postgres';
import { type Entry, reportOf, reportText } from './report';
import { inForm, makeExport } from './workloads';

/** The slow ways are, row by row, steady: a tenth of the rows tells their time, but never fewer than these. */
const LEAST_PART_ROWS = 200_000;
const PART_SHARE = 0.1;
/** Runs of the slow ways. */
const PART_RUNS = { naive: 1, postgres: 2 } as const;

/** A row takes 500 bytes in each of four forms, and 200 in a store. */
const EXPORT_BYTES_PER_ROW = 2_000;
const STORE_BYTES_PER_ROW = 200;

/** The forms of the export beside UTF-8, and who loads each of them. */
const FORMS: readonly (readonly [Form, readonly Contestant[]])[] = [
  ['utf8', [paceline, bareEngine, duckDB]],
  ['gb18030', [paceline, bareEngine]],
  ['gz', [paceline, bareEngine]],
  ['rejects1pct', [paceline]],
];

/**
 * benchIngest makes the export and measures every contestant on it, fresh each time, in alternating order. Stores stay
 * until its end: for minutes after files were removed, ext4 passes over their places one by one whenever a file is made,
 * and whoever comes next would pay for it.
 */
export const benchIngest: Bench = (options) => {
  const stores = options.runs * FORMS.flatMap(([, contestants]) => contestants).length;
  const bytes = options.rows * (EXPORT_BYTES_PER_ROW + stores * STORE_BYTES_PER_ROW);
  return inTemporaryFolder(bytes, (folder) => measureIn(folder, options));
};

interface Series {
  readonly contestant: Contestant;
  readonly workload: Workload;
  readonly runs: number;
  readonly measured: Measured[];
  problem: Entry['problem'];
}

async function measureIn(folder: string, options: BenchOptions): Promise<BenchResult> {
  const { rows, runs, full, progress } = options;
  const partRows = full ? rows : Math.min(rows, Math.max(LEAST_PART_ROWS, Math.round(rows * PART_SHARE)));
  progress(`making an export of ${rows} rows in ${FORMS.length} forms`);
  const whole = await makeExport(join(folder, 'whole'), rows);
  const part = partRows === rows ? whole : await makeExport(join(folder, 'part'), partRows);
  const series: Series[] = [];
  for (const [form, contestants] of FORMS) {
    const workload = form === 'utf8' ? whole : await inForm(join(folder, 'whole'), whole, form);
    for (const contestant of contestants) series.push(newSeries(contestant, workload, runs));
  }
  series.push(newSeries(naive, part, PART_RUNS.naive), newSeries(postgres, part, Math.min(runs, PART_RUNS.postgres)));
  const [loadBefore = 0] = loadavg();
  await alternate(series, join(folder, 'run'), progress);
  const entries = series.map(({ contestant, workload, measured, problem }) => ({
    contestant,
    form: workload.form,
    scale: workload === part ? rows / partRows : 1,
    runs: problem ? [] : measured,
    problem,
  }));
  const [loadAfter = 0] = loadavg();
  const report = reportOf(rows, whole.bytes, entries, [
    ...(partRows === rows
      ? []
      : [
          `naive and postgres loaded ${partRows} rows; their figures are multiplied by ${rows / partRows}, which is in favour of postgres, whose index costs more the larger it is.`,
        ]),
    'Every contestant with a figure loaded the right number of rows and the same gross sum to the fen, or the bench would have failed.',
    "Paceline's time includes starting Node and the engine; the others find theirs running.",
    'CPU of postgres is of its client and its backend, without the background writers of the server.',
    `The files were just written, so they are read from memory. ${cpus().length} cores, load ${loadBefore.toFixed(1)} before and ${loadAfter.toFixed(1)} after: where others are at work, trust the ratios by CPU.`,
  ]);
  return { report, text: reportText(report, entries) };
}

const newSeries = (contestant: Contestant, workload: Workload, runs: number): Series => ({
  contestant,
  workload,
  runs,
  measured: [],
  problem: null,
});

/** A B A B: a machine that slows down in the meantime slows all of them. One that fails is out, with its reason. */
async function alternate(series: readonly Series[], folder: string, progress: (line: string) => void): Promise<void> {
  const rounds = Math.max(...series.map(({ runs }) => runs));
  for (let round = 1; round <= rounds; round++) {
    for (const entry of series) {
      const { contestant, workload, runs } = entry;
      if (round > runs || entry.problem) continue;
      const name = `round ${round} of ${rounds}: ${contestant.id} ${workload.form}`;
      const reason = round === 1 ? ((await contestant.absent?.()) ?? null) : null;
      if (reason === null) await runOnce(entry, join(folder, `${round}-${contestant.id}-${workload.form}`));
      else entry.problem = { kind: 'skipped', reason };
      progress(`${name} ${outcomeOf(entry)}`);
    }
  }
}

async function runOnce(entry: Series, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    entry.measured.push(await entry.contestant.run(entry.workload, folder));
  } catch (error) {
    if (error instanceof WrongAnswer) throw error;
    entry.problem = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

const outcomeOf = ({ problem, measured }: Series): string =>
  problem ? `${problem.kind}: ${problem.reason}` : `took ${measured.at(-1)?.seconds.toFixed(2) ?? '?'} s`;
