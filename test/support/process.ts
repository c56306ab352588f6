/** The built command and its parts as real processes, as an operator runs them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { packageRoot } from '../../src/clickhouse/package-root';

/** BUILT is the folder of the compiled product; PACELINE_BUILT names another one, such as an installed package. */
export const BUILT = resolve(process.env['PACELINE_BUILT'] ?? join(packageRoot(), 'dist'));

/** built is the path of a compiled module. */
export function built(path: string): string {
  const file = join(BUILT, path);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first`);
  return file;
}

/** temporaryFolder makes an empty folder; `removeFolders` removes all of them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'paceline-test-'));
  folders.add(folder);
  return folder;
}

const folders = new Set<string>();

/** removeFolders removes what temporaryFolder made. An engine that is just ending may still write: it is tried again. */
export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  folders.clear();
}

/** Ended is a process that has ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Running is a process at work; `kill` ends its whole process group at once. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  kill(): void;
}

/** Surroundings of a command; nothing else of the test's own environment reaches it. */
export interface Surroundings {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** startPaceline starts the built command in a process group of its own. */
export function startPaceline(args: readonly string[], { home, env = {}, cwd }: Surroundings): Running {
  return startNode([built('src/cli/main.js'), ...args], { PACELINE_HOME: home, ...env }, cwd);
}

/** startNode starts Node in a process group of its own. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Running {
  const began = Date.now();
  const child = spawn(process.execPath, [...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...said,
    ms: Date.now() - began,
  }));
  return {
    child,
    ended,
    kill: () => {
      // The group is gone when its members ended by themselves in the meantime.
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(child.pid);
    },
  };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** paceline runs the built command to its end. */
export async function paceline(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  return await startPaceline(args, surroundings).ended;
}

/** answerOf runs a command with --json and reads its one document; it fails when the command did not succeed. */
export async function answerOf<T>(args: readonly string[], surroundings: Surroundings): Promise<T> {
  const ended = await paceline([...args, '--json'], surroundings);
  if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
  return JSON.parse(ended.stdout) as T;
}

/** failureOf runs a command with --json that is to fail, and reads the error from its one document. */
export async function failureOf(args: readonly string[], surroundings: Surroundings): Promise<Failure> {
  const ended = await paceline([...args, '--json'], surroundings);
  if (ended.code === 0) throw new Error(`${args.join(' ')} succeeded: ${ended.stdout}`);
  return (JSON.parse(ended.stdout) as { error: Failure }).error;
}

/** Failure is the error of a JSON answer. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** until waits for something to become true. */
export async function until(what: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + limitMs;
  while (!(await what())) {
    if (Date.now() > giveUpAt) throw new Error('waited in vain');
    await wait(10);
  }
}
