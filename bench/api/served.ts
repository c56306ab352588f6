import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port';
import { pidOfEngine } from '../ingest-command';
import { untilEnded } from '../process-meter';

const COMMAND = join(__dirname, '../../src/cli/main.js');
const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;

/** withApi runs `paceline start api` over the store of a home, just started, for a piece of work with its address; the engine has ended with it. */
export async function withApi<T>(
  home: string,
  settings: Readonly<Record<string, string>>,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [COMMAND, 'start', 'api'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PACELINE_HOME: home, PACELINE_HTTP_PORT: String(port), ...settings },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const exit = once(child, 'close');
  try {
    const giveUpAt = Date.now() + READY_WITHIN_MS;
    while (!(await answers(`${url}/v1/health`))) {
      if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error(`the API did not start: ${said.trim()}`);
      await delay(POLL_MS);
    }
    return await work(url);
  } finally {
    const engine = pidOfEngine(join(home, 'engine'));
    child.kill('SIGTERM');
    await exit;
    if (engine !== null) await untilEnded(engine);
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok === true;
}
