import { parseArgs } from 'node:util';
import { benchIngest } from './ingest/ingest-bench';

const USAGE = `usage: npm run bench -- ingest [--rows N] [--runs N] [--full-naive] [--json]

  ingest        a whole "paceline ingest" against the bare engine and against csv-parse with JSONEachRow inserts
  --rows N      rows of the export (default 2000000)
  --runs N      runs of Paceline and of the bare engine, alternating; medians count (default 3)
  --full-naive  load all rows the naive way too, instead of a tenth scaled up
  --json        one JSON document on stdout`;

/** Benches by name: a further one is a further entry. */
const BENCHES: Readonly<Record<string, typeof benchIngest>> = { ingest: benchIngest };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '2000000' },
      runs: { type: 'string', default: '3' },
      'full-naive': { type: 'boolean', default: false },
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
    rows: positive('--rows', values.rows),
    runs: positive('--runs', values.runs),
    fullNaive: values['full-naive'],
    progress: (line) => process.stderr.write(`${line}\n`),
  });
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
