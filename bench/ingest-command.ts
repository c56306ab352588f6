import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endpointFile, engineEndpoint } from '../src/clickhouse/engine/files';
import { parseYuan } from '../src/domain/money';
import { type ProcessUse, ProcessWatch, untilEnded } from './process-meter';

/** IngestCommand is one whole `paceline ingest` of one file, as a user runs it. */
export interface IngestCommand {
  /** From the start of its process to its end. */
  readonly seconds: number;
  /** Null when the engine was not seen. */
  readonly untilEngineReady: number | null;
  /** Null where the system does not tell. */
  readonly node: ProcessUse | null;
  readonly engine: ProcessUse | null;
  /** What it said of the file: rows, paid orders, and the gross sum in fen. */
  readonly loaded: number;
  readonly rejected: number;
  readonly paidOrders: number;
  readonly gross: bigint;
}

const COMMAND = join(__dirname, '../src/cli/main.js');

/** After every snapshot that a bench makes, whatever the machine's clock says. */
const CLOCK = '2027-01-01 12:00:00';

const failure = z.object({ message: z.string() });
const answer = z.object({
  error: failure.optional(),
  files: z
    .tuple([
      z.object({
        status: z.string(),
        rows: z.object({ loaded: z.number(), rejected: z.number() }),
        gross: z.string(),
        paidOrders: z.number(),
        error: failure.optional(),
      }),
    ])
    .optional(),
});

/** An export of which one row in a hundred is bad, or that is unlike those before it, is loaded all the same. */
const NEVER_HELD = { PACELINE_MAX_REJECT_SHARE: '0.02', PACELINE_USUAL_FACTOR: '1000' };

/** runIngest loads a file into the store under `home`. @throws Error with the command's own reason when it is not committed */
export async function runIngest(file: string, shop: string, home: string): Promise<IngestCommand> {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [COMMAND, 'ingest', file, '--shop', shop, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PACELINE_HOME: home, PACELINE_CLOCK: CLOCK, ...NEVER_HELD },
  });
  const seen: { engine: number | null; after: number | null } = { engine: null, after: null };
  const enginePid = (): number | null => {
    const pid = pidOfEngine(join(home, 'engine'));
    if (pid === null) return seen.engine;
    seen.after ??= secondsSince(start);
    return (seen.engine = pid);
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
  if (seen.engine !== null) await untilEnded(seen.engine);
  const parsed = said === '' ? undefined : answer.safeParse(JSON.parse(said)).data;
  const [about] = parsed?.files ?? [];
  if (code !== 0 || about?.status !== 'committed') {
    const reason = about?.error ?? parsed?.error;
    throw new Error(reason?.message ?? `paceline ingest ended with ${code ?? 'a signal'}: ${complaints.trim()}`);
  }
  return {
    seconds,
    untilEngineReady: seen.after,
    node: nodeUse,
    engine: engineUse,
    loaded: about.rows.loaded,
    rejected: about.rows.rejected,
    paidOrders: about.paidOrders,
    gross: parseYuan(about.gross),
  };
}

/** secondsSince is the time since a moment of process.hrtime.bigint(). */
export const secondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

/** pidOfEngine is the engine of a directory; one that has ended may have left its name behind, and answers nothing. */
export function pidOfEngine(directory: string): number | null {
  const file = endpointFile(directory);
  if (!existsSync(file)) return null;
  try {
    return engineEndpoint.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.pid ?? null;
  } catch {
    return null;
  }
}
