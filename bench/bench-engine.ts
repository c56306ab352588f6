/**
 * An engine for the bench alone. It is the product's (same library, same configuration, same waiting for the disk) but
 * its user may also read files, which the product's user must not: the bare engine's way is `INSERT … SELECT FROM file()`.
 * Run as a program this file is that engine's process; imported, it starts one.
 */
import { tryResolveLibchdb } from 'chdb/libchdb';
import { DataType, load, open } from 'ffi-rs';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { type DatabaseLocation } from '../src/clickhouse/client';
import { ENGINE_USER, engineConfigXml, engineUsersXml, newPasswords } from '../src/clickhouse/engine/files';

/** BenchEngine is a running engine of the bench; `stop` ends it at once and leaves its files. */
export interface BenchEngine {
  readonly location: DatabaseLocation;
  readonly pid: number;
  stop(): Promise<void>;
}

interface HostInput {
  readonly directory: string;
  readonly library: string;
}

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 10;
const portFile = (directory: string): string => join(directory, 'port');
const configFile = (directory: string): string => join(directory, 'config.xml');

/** startBenchEngine starts an engine in an empty directory. @throws Error when it does not come up in 30 s */
export async function startBenchEngine(directory: string): Promise<BenchEngine> {
  const library = tryResolveLibchdb({ env: {} });
  if (!library) throw new Error(`the embedded ClickHouse has no binary for ${process.platform}-${process.arch}`);
  const passwords = newPasswords();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const users = join(directory, 'users.xml');
  writeFileSync(users, withFileRights(engineUsersXml(passwords)), { mode: 0o600 });
  writeFileSync(configFile(directory), engineConfigXml(users, passwords), { mode: 0o600 });
  // The pipe is its life line: it ends when this process does, however that happens.
  const host = spawn(process.execPath, [__filename, directory, library.path], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()));
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const port = portIn(directory);
    if (port !== null && host.pid !== undefined) {
      return {
        location: { url: `http://127.0.0.1:${port}`, user: ENGINE_USER, password: passwords.own, database: 'bench' },
        pid: host.pid,
        stop: async () => {
          host.kill('SIGKILL');
          await ended;
        },
      };
    }
    if (host.exitCode !== null || Date.now() > giveUpAt) {
      host.kill('SIGKILL');
      throw new Error(`the bench's engine did not start in ${directory}`);
    }
    await delay(POLL_MS);
  }
}

function portIn(directory: string): number | null {
  const text = existsSync(portFile(directory)) ? readFileSync(portFile(directory), 'utf8') : '';
  return text.endsWith('\n') ? Number(text) : null;
}

function withFileRights(users: string): string {
  const marker = '<query>GRANT TABLE ENGINE ON MergeTree</query>';
  if (!users.includes(marker)) throw new Error('the grants of the engine have changed: bench-engine.ts must follow');
  return users.replace(marker, `${marker}\n        <query>GRANT READ ON FILE</query>`);
}

function runEngine({ directory, library }: HostInput): void {
  open({ library: 'chdb', path: library });
  const argv = [
    'clickhouse',
    `--path=${join(directory, 'data')}`,
    '--http_port=0',
    '--listen_host=127.0.0.1',
    `--config-file=${configFile(directory)}`,
    '--multiquery',
    `--query=SYSTEM START LISTEN HTTP;
      SELECT getServerPort('http_port') INTO OUTFILE '${portFile(directory)}' TRUNCATE FORMAT TSV;
      SELECT sleepEachRow(3) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null`,
  ];
  load({
    library: 'chdb',
    funcName: 'chdb_query_cmdline',
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
  });
}

function host(): void {
  const [directory = '', library = ''] = process.argv.slice(2);
  process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL')).resume();
  // The call blocks its thread for as long as the engine runs.
  new Worker(__filename, { workerData: { directory, library } satisfies HostInput }).on('exit', () => process.exit(1));
}

if (!isMainThread) runEngine(workerData as HostInput);
else if (require.main === module) host();
