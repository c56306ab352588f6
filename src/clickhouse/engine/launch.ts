import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Writable } from 'node:stream';
import { tryResolveLibchdb } from 'chdb/libchdb';
import { type PipelineError, terminal, transient } from '../../errors';
import { ANALYST_USER, type EngineEndpoint, endpointFile, engineEndpoint, writePrivately } from './files';

/** EngineLease is a hold on a running engine; the engine ends when the last hold is released. */
export interface EngineLease {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** As whom analysts read the views. */
  readonly analyst: { readonly user: string; readonly password: string };
  readonly pid: number;
  /** True when this call started the engine, so that no other command can be at work on its tables. */
  readonly started: boolean;
  release(): void;
}

const START_TIMEOUT_MS = 20_000;
const LOCK_WAIT_MS = 15_000;
const LEASE_TIMEOUT_MS = 2_000;
const RETRY_MS = 100;
/** Each try to start costs a third of a second of a core. */
const LONGEST_RETRY_MS = 1_000;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** LeaseOptions of one hold. */
export interface LeaseOptions {
  readonly lockWaitMs?: number;
  /** Whoever starts the engine clears what earlier ones left, and says so by markRecovered; others wait till then. */
  readonly recovers?: boolean;
}

/**
 * leaseEngine holds the engine of a directory: the one that another command runs there, or a new one.
 * A stale endpoint file (its process was killed) is noticed and replaced.
 * @throws PipelineError `engine-platform-unsupported`, `engine-start-failed`, `engine-directory-locked`, `disk-full`
 */
export async function leaseEngine(
  directory: string,
  { lockWaitMs = LOCK_WAIT_MS, recovers = false }: LeaseOptions = {},
): Promise<EngineLease> {
  const giveUpAt = Date.now() + lockWaitMs;
  for (let tries = 0; ; tries++) {
    const found = await joinRunning(directory);
    if (found) return { ...found, started: false };
    const outcome = await start(directory, recovers);
    if (outcome !== 'locked') {
      const own = await joinRunning(directory);
      outcome.destroy();
      if (own) return { ...own, started: true };
    } else if (Date.now() > giveUpAt) {
      throw transient(
        'engine-directory-locked',
        `another process holds the engine's directory ${join(directory, 'data')}${lockHolder(directory)}`,
        'End that process, or give this command a PACELINE_HOME of its own.',
      );
    }
    // The engine that holds the lock is just starting or just ending: look again.
    await delay(Math.min(RETRY_MS * 2 ** tries, LONGEST_RETRY_MS));
  }
}

/** markRecovered says that whoever started the engine of a directory is done with what earlier ones left. */
export function markRecovered(directory: string): void {
  const endpoint = readEndpoint(directory);
  if (endpoint) writePrivately(endpointFile(directory), JSON.stringify({ ...endpoint, recovering: false }));
}

/** Whoever started the engine may have been killed: then nobody clears anything before the engine starts anew. */
const RECOVERY_WAIT_MS = 60_000;

/**
 * untilRecovered waits for markRecovered. Clearing takes for left over what no file holds, so a command that joined an
 * engine a moment after its start would lose the staging that it had just made.
 */
export async function untilRecovered(directory: string): Promise<void> {
  const giveUpAt = Date.now() + RECOVERY_WAIT_MS;
  while (readEndpoint(directory)?.recovering === true && Date.now() < giveUpAt) await delay(RETRY_MS / 4);
}

function lockHolder(directory: string): string {
  try {
    const pid = /^PID: (\d+)/m.exec(readFileSync(join(directory, 'data', 'status'), 'utf8'))?.[1];
    return pid ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}

function readEndpoint(directory: string): EngineEndpoint | null {
  const file = endpointFile(directory);
  if (!existsSync(file)) return null;
  try {
    return engineEndpoint.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

async function joinRunning(directory: string): Promise<Omit<EngineLease, 'started'> | null> {
  const endpoint = readEndpoint(directory);
  if (!endpoint) return null;
  const socket = await holdLease(endpoint);
  if (!socket) return null;
  return {
    url: endpoint.url,
    user: endpoint.user,
    password: endpoint.password,
    analyst: { user: ANALYST_USER, password: endpoint.analystPassword },
    pid: endpoint.pid,
    release: () => socket.destroy(),
  };
}

/** The engine answers `ok` only to its own token, so a stale file whose port now belongs to another program yields null. */
async function holdLease(endpoint: EngineEndpoint): Promise<Socket | null> {
  return await new Promise((resolve) => {
    const socket = connect(endpoint.controlPort, '127.0.0.1');
    const fail = (): void => {
      socket.destroy();
      resolve(null);
    };
    socket.setTimeout(LEASE_TIMEOUT_MS, fail);
    socket.once('error', fail);
    socket.once('close', fail);
    socket.once('connect', () => socket.write(`${endpoint.token}\n`));
    socket.once('data', (chunk) => {
      if (chunk.toString('latin1') !== 'ok\n') {
        fail();
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners('close');
      socket.on('error', () => undefined);
      // The lease must not keep its holder alive.
      socket.unref();
      resolve(socket);
    });
  });
}

function engineLibrary(): string {
  const location = tryResolveLibchdb({ env: {} });
  if (location) return location.path;
  throw terminal(
    'engine-platform-unsupported',
    `the embedded ClickHouse has no binary for ${process.platform}-${process.arch}`,
    'Run on Linux (glibc) or macOS, x64 or arm64, after "npm ci" without --omit=optional; or set CLICKHOUSE_URL to a ClickHouse server.',
    { platform: process.platform, arch: process.arch },
  );
}

/** The compiled host, also when this file runs uncompiled in a test. */
function hostScript(): string {
  const beside = join(__dirname, 'host.js');
  return existsSync(beside) ? beside : join(__dirname, '../../../dist/src/clickhouse/engine/host.js');
}

/** The pipe of a started engine must be kept until a lease is held: the engine ends when it closes before. */
async function start(directory: string, recovers: boolean): Promise<Writable | 'locked'> {
  const library = engineLibrary();
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw startFailure(error instanceof Error ? error.message : String(error), directory);
  }
  // A process group of its own: a Ctrl-C meant for one command must not end the engine under another.
  const host = spawn(process.execPath, [hostScript(), directory, library, recovers ? 'recovering' : ''], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
  });
  let said = '';
  host.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const outcome = await new Promise<'ready' | 'ended' | 'late'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), START_TIMEOUT_MS);
    const settle = (value: 'ready' | 'ended') => (): void => {
      clearTimeout(timer);
      resolve(value);
    };
    host.stdout.once('data', settle('ready'));
    host.once('close', settle('ended'));
    host.once('error', settle('ended'));
  });
  host.stdout.destroy();
  host.stderr.destroy();
  host.unref();
  if (outcome === 'ready') return host.stdin;
  host.stdin.destroy();
  if (host.exitCode === null) host.kill('SIGKILL');
  if (said.includes('Cannot lock file') || removeUnmade(directory, said)) return 'locked';
  throw startFailure(outcome === 'late' ? `no answer within ${START_TIMEOUT_MS / 1000} s. ${said}` : said, directory);
}

/**
 * A disk that gets full while a table is made leaves its definition empty, and the engine does not start over that. The
 * table was never there: without the file it is made anew.
 */
function removeUnmade(directory: string, said: string): boolean {
  const definition = /Empty query: Cannot parse definition from metadata file (\S+\.sql)/.exec(said)?.[1];
  if (definition === undefined) return false;
  const file = join(directory, 'data', definition);
  if (statSync(file, { throwIfNoEntry: false })?.size !== 0) return false;
  rmSync(file);
  return true;
}

function startFailure(said: string, directory: string): PipelineError {
  const reason = said.trim().split('\n').slice(-3).join(' ') || 'it ended without a word';
  if (/No space left on device|ENOSPC|NOT_ENOUGH_SPACE/.test(said)) {
    return transient(
      'disk-full',
      `the engine cannot start in ${directory}: the disk is full`,
      'Free some space, or point PACELINE_HOME at a larger disk; nothing that was committed is lost.',
    );
  }
  return terminal(
    'engine-start-failed',
    `the embedded ClickHouse did not start in ${directory}: ${reason}`,
    'Run "npx paceline doctor"; it checks the directory, the disk and the binary.',
  );
}
