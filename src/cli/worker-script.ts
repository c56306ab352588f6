import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { terminal } from '../errors';

/** workerScript is the program of a worker process. @throws PipelineError when it is not built */
export function workerScript(): string {
  const script = join(__dirname, '../../jobs/worker.js');
  if (existsSync(script)) return script;
  throw terminal('internal', 'the worker is not built', 'Run "npm run build".');
}

// eslint-disable-next-line no-restricted-properties -- handed on, not read: the worker parses it by src/config.ts
export const inheritedEnv = (): NodeJS.ProcessEnv => process.env;
