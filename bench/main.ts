import { parseArgs } from 'node:util';
import { benchIngest } from './ingest/ingest-bench';
import { benchPace } from './pace/pace-bench';

const USAGE = `usage: npm run bench -- ingest [--rows N] [--runs N] [--full-naive] [--json]
       npm run bench -- pace [--years N] [--seed S] [--json]

  ingest        a whole "paceline ingest" against the bare engine and against csv-parse with JSONEachRow inserts
  --rows N      rows of the export (default 2000000)
  --runs N      runs of Paceline and of the bare engine, alternating; medians count (default 3)
  --full-naive  load all rows the naive way too, instead of a tenth scaled up

  pace          pace alerts on simulated years that meet and miss their goal, against the straight line
  --years N     years to simulate (default 1000)
  --seed S      seed of the generator (default 2: rules were set looking at seed 1 only)

  --json        one JSON document on stdout`;

const OPTIONS = {
  rows: { type: 'string', default: '2000000' },
  runs: { type: 'string', default: '3' },
  'full-naive': { type: 'boolean', default: false },
  years: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '2' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const readArguments = () => parseArgs({ allowPositionals: true, options: OPTIONS });
type Values = ReturnType<typeof readArguments>['values'];

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/** Benches by name: a further one is a further entry. */
const BENCHES: Readonly<
  Record<string, (values: Values) => Promise<{ report: object; text: string }> | { report: object; text: string }>
> = {
  ingest: (values) =>
    benchIngest({
      rows: positive('--rows', values.rows),
      runs: positive('--runs', values.runs),
      fullNaive: values['full-naive'],
      progress,
    }),
  pace: (values) =>
    benchPace({ years: positive('--years', values.years), seed: positive('--seed', values.seed), progress }),
};

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [name = ''] = positionals;
  const bench = BENCHES[name];
  if (!bench || values.help) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const { report, text } = await bench(values);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${text}\n`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} must be a whole number above zero, not "${text}"`);
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
