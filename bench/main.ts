import { parseArgs } from 'node:util';
import { benchApi } from './api/api-bench';
import { type Bench } from './bench';
import { benchGrowth } from './growth/growth-bench';
import { benchIngest } from './ingest/ingest-bench';
import { benchMemory } from './memory/memory-bench';
import { benchPace } from './pace/pace-bench';
import { benchSoak } from './soak/soak-bench';
import { benchThroughput } from './throughput/throughput-bench';

const USAGE = `usage: npm run bench -- <bench> [options]

  ingest        a whole "paceline ingest" of one export in four forms, against the bare engine, DuckDB, PostgreSQL
                (PGHOST, PGUSER …; skipped where none answers) and csv-parse with JSONEachRow inserts
  memory        peak memory of an ingest of 0.4 and 4.4 GB of csv, and of an xlsx of half a million rows
  growth        an ingest of one day into stores of 1, 10 and 50 million orders
  throughput    a night of 500 overlapping files with 5 million rows through both queues, by one worker and two, against
                a plain loop (Redis is skipped where there is no redis-server)
  soak          a year of small nights in one process: what of memory, handles, parts and jobs grows
  api           what analysts ask of the API, by 50 clients at once, of stores of 1 and 50 million orders
  pace          pace alerts on simulated years that meet and miss their goal, against the straight line

  --rows N      ingest: rows of the export (default 2000000)
  --runs N      ingest, growth: runs of each, alternating; medians count (default 5)
  --full        ingest: all rows for csv-parse and PostgreSQL too, instead of a tenth scaled up
  --years N     pace: years to simulate (default 1000)
  --seed S      pace, api: seed of the generator (default 2: rules of the pace were set looking at seed 1 only)
  --scale X     memory, growth, throughput, soak, api: a share of every size, to try them out (default 1)
  --json        one JSON document on stdout`;

/** Benches by name: a further one is a further entry. */
const BENCHES: Readonly<Record<string, Bench>> = {
  ingest: benchIngest,
  memory: benchMemory,
  growth: benchGrowth,
  throughput: benchThroughput,
  soak: benchSoak,
  api: benchApi,
  pace: benchPace,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '2000000' },
      runs: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      years: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '2' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  const bench = BENCHES[name];
  if (!bench || values.help) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const { report, text } = await bench({
    rows: wholeAboveZero('--rows', values.rows),
    runs: wholeAboveZero('--runs', values.runs),
    scale: aboveZero('--scale', values.scale),
    full: values.full,
    years: wholeAboveZero('--years', values.years),
    seed: wholeAboveZero('--seed', values.seed),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${text}\n`);
}

function wholeAboveZero(option: string, text: string): number {
  const value = aboveZero(option, text);
  if (Number.isInteger(value)) return value;
  throw new Error(`${option} must be a whole number, not "${text}"`);
}

function aboveZero(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${option} must be a number above zero, not "${text}"`);
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
