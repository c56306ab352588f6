import { fork } from 'node:child_process';
import { terminal } from '../../errors';
import { whenToldToStop } from '../stopping';
import { apiScript, inheritedEnv, workerScript } from '../worker-script';

/** What a process that serves does: `all` of it, only the jobs, only seeing to it that nights are run, or only the API. */
export const ROLES = ['all', 'worker', 'scheduler', 'api'] as const;
type Role = (typeof ROLES)[number];

const ARGUMENTS: Readonly<Record<Role, readonly string[]>> = {
  all: ['--keep-nights'],
  worker: [],
  scheduler: ['--only-nights'],
  api: [],
};

/**
 * start serves until it is told to stop (SIGTERM, SIGINT): every night it loads the inbox and tells the bureau what it
 * must hear. Its log goes to stderr, one JSON document a line.
 */
export async function start(role: string, { redisUrl }: { readonly redisUrl: string | undefined }): Promise<boolean> {
  const known = ROLES.find((candidate) => candidate === role);
  if (known === undefined) throw terminal('usage', `"${role}" cannot be started`, `Choose from ${ROLES.join(', ')}.`);
  if (known !== 'all' && known !== 'api' && redisUrl === undefined) {
    const advice = 'Set REDIS_URL, or run "npx paceline start" alone: one process does everything.';
    throw terminal('config-invalid', 'the embedded queue cannot be shared between processes', advice);
  }
  const worker = fork(known === 'api' ? apiScript() : workerScript(), ARGUMENTS[known], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: inheritedEnv(),
  });
  whenToldToStop(() => void worker.kill('SIGTERM'));
  return await new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('close', (code) => resolve(code === 0));
  });
}
