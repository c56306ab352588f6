import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { terminal } from '../errors';

/** workerScript is the program of a worker process. @throws PipelineError when it is not built */
export const workerScript = (): string => scriptOf('worker');

/** apiScript is the program of a process that only answers the API. @throws PipelineError when it is not built */
export const apiScript = (): string => scriptOf('api');

function scriptOf(name: 'worker' | 'api'): string {
  const script = join(__dirname, `../../jobs/${name}.js`);
  if (existsSync(script)) return script;
  throw terminal('internal', `jobs/${name}.ts is not built`, 'Run "npm run build".');
}

// eslint-disable-next-line no-restricted-properties -- handed on, not read: the worker parses it by src/config.ts
export const inheritedEnv = (): NodeJS.ProcessEnv => process.env;
