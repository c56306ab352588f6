import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { terminal } from '../errors';

const LOCK = 'queue.lock';
const holderForm = z.object({ pid: z.number().int().positive(), startedAt: z.string(), token: z.string() });
type Holder = z.output<typeof holderForm>;

/** DirectoryLock keeps other processes out of a directory until it is released or its process is gone. */
export interface DirectoryLock {
  release(): void;
}

/**
 * lockDirectory claims a directory for this process. The lock names the process by its id and start time, so a
 * lock left behind by `kill -9` is taken over at once, even when its process id lives on in another program.
 * It sees only processes of this machine: the directory must not be shared between machines.
 * @throws PipelineError `queue-locked` while another holder lives
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK);
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid) ?? '', token: randomUUID() };
  const draft = `${path}.${own.token}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    // link, not open(wx): the lock appears with its content or not at all, so nobody reads an empty one.
    while (!linked(draft, path)) {
      const holder = holderOf(path);
      if (holder && lives(holder)) throw refusal(directory, holder);
      removeStale(path, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release: () => {
      if (holderOf(path)?.token === own.token) rmSync(path, { force: true });
    },
  };
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function holderOf(path: string): Holder | null {
  try {
    return holderForm.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // gone meanwhile, or not ours: both are judged as stale
  }
}

// Two processes may find the same stale lock: moving it aside tells which of them removed the stale one. Who moved
// a fresh lock instead puts it back and tries again.
function removeStale(path: string, stale: Holder | null): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = holderOf(aside);
  if (moved && moved.token !== stale?.token) linked(aside, path);
  rmSync(aside, { force: true });
}

function lives(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  const startedAt = startOf(holder.pid);
  return startedAt === null || startedAt === holder.startedAt;
}

/** The start time of a process in a form that only compares; null when the system does not tell. */
function startOf(pid: number): string | null {
  try {
    // Field 22 of /proc/<pid>/stat; the second field, the program's name, may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string | null {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return started.trim() || null;
  } catch {
    return null;
  }
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

function refusal(directory: string, holder: Holder) {
  return terminal(
    'queue-locked',
    `the queue in ${directory} is in use by process ${holder.pid}`,
    'Wait until it has ended, or set REDIS_URL to let several processes share a queue.',
    { directory, pid: holder.pid },
  );
}
