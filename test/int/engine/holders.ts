/** Real processes that hold an engine, as commands do. */
import { createInterface } from 'node:readline';
import { built, type Running, startNode } from '../../support/process';

/** What a lease says, without its hold. */
export interface Held {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  readonly started: boolean;
}

/** Holder is a process that leases an engine and keeps it until it is killed. */
export interface Holder extends Running {
  readonly held: Promise<Held>;
}

const holders = new Set<Holder>();

/** startHolder starts a process that leases the engine of a directory. */
export function startHolder(directory: string): Holder {
  const launch = built('src/clickhouse/engine/launch.js');
  const running = startNode([
    '-e',
    `require(${JSON.stringify(launch)}).leaseEngine(${JSON.stringify(directory)}).then((lease) => {
       console.log(JSON.stringify(lease));
       setInterval(() => lease, 1000);
     }, (error) => { console.error(error.code, error.message); process.exit(1); })`,
  ]);
  const held = new Promise<Held>((resolve, reject) => {
    if (running.child.stdout) {
      createInterface(running.child.stdout).once('line', (line) => resolve(JSON.parse(line) as Held));
    }
    void running.ended.then(({ stderr }) => reject(new Error(`the holder ended: ${stderr}`)));
  });
  // A holder that is killed before it has its lease is as it should be, where nobody waits for it.
  held.catch(() => undefined);
  const holder = { ...running, held };
  holders.add(holder);
  return holder;
}

/** endHolders kills what a test has left. */
export function endHolders(): void {
  for (const holder of holders) holder.kill();
  holders.clear();
}

/** How a question to an engine ended: its status and words, or `null` when nobody listens. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** ask puts a statement to an engine over HTTP, as a user; without a user as the nameless `default`. */
export async function ask(url: string, sql: string, user?: { user: string; password: string }): Promise<Reply | null> {
  const credentials = user ? Buffer.from(`${user.user}:${user.password}`).toString('base64') : null;
  const headers: Record<string, string> = credentials ? { authorization: `Basic ${credentials}` } : {};
  try {
    const response = await fetch(url, { method: 'POST', body: sql, headers });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}

/** listens says whether the engine behind a URL is there. */
export async function listens(url: string): Promise<boolean> {
  return (await ask(url, 'SELECT 1')) !== null;
}
