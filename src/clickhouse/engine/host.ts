/**
 * The embedded engine's own process: it loads ClickHouse as a library, lets it listen on a loopback port, and ends
 * itself when nobody holds a lease any more, so that an engine never outlives the commands that use it.
 *
 * A lease is an open connection to the control port that began with the token of the endpoint file. The operating
 * system closes it when its holder dies, however it dies.
 */
import { open, load, DataType } from 'ffi-rs';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  ENGINE_USER,
  engineConfigXml,
  engineUsersXml,
  type EngineEndpoint,
  endpointFile,
  newPasswords,
  writePrivately,
} from './files';

interface HostInput {
  readonly directory: string;
  readonly library: string;
  readonly recovering: boolean;
}

/** Files of this process alone: two hosts that start at once must not read each other's, and only one gets the lock. */
const startFiles = (directory: string) => ({
  users: join(directory, `users.${process.pid}.xml`),
  config: join(directory, `config.${process.pid}.xml`),
  port: join(directory, `port.${process.pid}`),
});

/** Nobody asked for a lease in this time after start: the launcher is gone. */
const FIRST_LEASE_MS = 30_000;
const PORT_POLL_MS = 10;

function runEngine({ directory, library }: HostInput): void {
  open({ library: 'chdb', path: library });
  const files = startFiles(directory);
  const argv = [
    'clickhouse',
    `--path=${join(directory, 'data')}`,
    '--http_port=0',
    '--listen_host=127.0.0.1',
    `--config-file=${files.config}`,
    '--multiquery',
    // The last query never ends; it is what keeps the engine up.
    `--query=SYSTEM START LISTEN HTTP;
      SELECT getServerPort('http_port') INTO OUTFILE '${files.port}' TRUNCATE FORMAT TSV;
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

/** A kill is safe for the tables and, unlike a graceful end, does not wait for keep-alive connections. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Removes this process's start files, and those of processes that were killed: they hold passwords. */
function removeStartFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    const owner = /^(?:users|config|port)\.(\d+)(?:\.|$)/.exec(name)?.[1];
    if (owner !== undefined && (Number(owner) === process.pid || !isAlive(Number(owner)))) {
      rmSync(join(directory, name), { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

async function portOf(written: string): Promise<number> {
  for (;;) {
    const text = existsSync(written) ? readFileSync(written, 'utf8') : null;
    if (text?.endsWith('\n')) return Number(text);
    // The engine makes the file, cannot fill it, and goes on without a word.
    if (text === '' && statfsSync(written).bavail === 0) throw new Error('ENOSPC: no space left for the port file');
    await new Promise((resolve) => setTimeout(resolve, PORT_POLL_MS));
  }
}

async function listenForLeases(directory: string, token: string): Promise<number> {
  const leases = new Set<Socket>();
  const server = createServer((socket) => {
    let greeting = '';
    const onGreeting = (chunk: Buffer): void => {
      greeting += chunk.toString('latin1');
      if (!greeting.includes('\n')) return;
      socket.off('data', onGreeting);
      if (greeting !== `${token}\n`) {
        socket.destroy();
        return;
      }
      leases.add(socket);
      socket.resume();
      socket.write('ok\n');
    };
    socket.on('data', onGreeting);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (leases.delete(socket) && leases.size === 0) endNow();
    });
  });
  const endUnlessHeld = (): void => {
    if (leases.size > 0) return;
    removeStartFiles(directory);
    endNow();
  };
  setTimeout(endUnlessHeld, FIRST_LEASE_MS);
  // The launcher holds the other end until it has its lease: one that is killed before leaves no engine behind.
  process.stdin.on('close', endUnlessHeld).resume();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the control port is not a TCP port');
  return address.port;
}

async function main(input: HostInput): Promise<void> {
  const { directory } = input;
  // Ctrl-C in a terminal reaches the whole process group; the engine ends by its leases instead.
  process.on('SIGINT', () => undefined);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = startFiles(directory);
  const passwords = newPasswords();
  const token = randomBytes(24).toString('hex');
  writePrivately(files.users, engineUsersXml(passwords));
  writePrivately(files.config, engineConfigXml(files.users, passwords));
  process.on('exit', () => removeStartFiles(directory));
  const engine = new Worker(__filename, { workerData: input });
  engine.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  engine.on('exit', () => process.exit(1));
  const [httpPort, controlPort] = await Promise.all([portOf(files.port), listenForLeases(directory, token)]);
  const endpoint: EngineEndpoint = {
    pid: process.pid,
    url: `http://127.0.0.1:${httpPort}`,
    user: ENGINE_USER,
    password: passwords.own,
    analystPassword: passwords.analyst,
    controlPort,
    token,
    recovering: input.recovering,
  };
  writePrivately(endpointFile(directory), JSON.stringify(endpoint));
  removeStartFiles(directory);
  process.stdout.write('ready\n');
}

if (isMainThread) {
  const [directory = '', library = '', recovering = ''] = process.argv.slice(2);
  main({ directory, library, recovering: recovering !== '' }).catch((error: unknown) => {
    removeStartFiles(directory);
    // A usual end would wait for the engine's thread, which never returns.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, endNow);
  });
} else {
  runEngine(workerData as HostInput);
}
