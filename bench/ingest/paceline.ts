import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endpointFile, engineEndpoint } from '../../src/clickhouse/engine/files';
import { parseYuan } from '../../src/domain/money';
import { ProcessWatch } from '../process-meter';
import { type Contestant, type Measured, requireTruth, secondsSince, type Workload } from './contestant';

const COMMAND = join(__dirname, '../../src/cli/main.js');

/** After every snapshot that the bench makes, whatever the machine's clock says. */
const CLOCK = '2027-01-01 00:00:00';

const answer = z.object({
  files: z.tuple([
    z.object({ status: z.string(), rows: z.object({ loaded: z.number() }), gross: z.string(), paidOrders: z.number() }),
  ]),
});

/** paceline is the command as a user runs it, from the start of its process to its end. */
export const paceline: Contestant = {
  id: 'paceline',
  means:
    'the command "paceline ingest", whole: Node and engine start, schema, fingerprint, staging, verifying, commit, totals',
  run: measure,
};

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [COMMAND, 'ingest', workload.file, '--shop', 'bench', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PACELINE_HOME: folder, PACELINE_CLOCK: CLOCK },
  });
  const apart: Record<string, number> = {};
  const enginePid = (): number | null => {
    const pid = pidOfEngine(join(folder, 'engine'));
    if (pid !== null) apart['pacelineUntilEngineReady'] ??= secondsSince(start);
    return pid;
  };
  const node = new ProcessWatch(() => child.pid ?? null);
  const engine = new ProcessWatch(enginePid);
  let [said, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = secondsSince(start);
  const [nodeUse, engineUse] = [node.stop(), engine.stop()];
  if (code !== 0) throw new Error(`paceline ingest ended with ${code}: ${complaints}`);
  const [file] = answer.parse(JSON.parse(said)).files;
  requireTruth('paceline', workload, { rows: file.rows.loaded, gross: parseYuan(file.gross) });
  if (file.paidOrders !== workload.truth.figures.paidOrders) {
    throw new Error(`paceline counted ${file.paidOrders} paid orders of ${workload.truth.figures.paidOrders}`);
  }
  return { seconds, apart, node: nodeUse, engine: engineUse };
}

function pidOfEngine(directory: string): number | null {
  const file = endpointFile(directory);
  if (!existsSync(file)) return null;
  return engineEndpoint.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.pid ?? null;
}
