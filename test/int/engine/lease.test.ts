import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { endpointFile, type EngineEndpoint } from '../../../src/clickhouse/engine/files';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { removeFolders, temporaryFolder, until } from '../../support/process';
import { ask, endHolders, listens, startHolder } from './holders';

const SOON_MS = 1_000;
const leases: EngineLease[] = [];

async function lease(directory: string): Promise<EngineLease> {
  const taken = await leaseEngine(directory);
  leases.push(taken);
  return taken;
}

const newDirectory = (): string => join(temporaryFolder(), 'engine');

afterEach(() => {
  for (const taken of leases.splice(0)) taken.release();
  endHolders();
});
afterAll(removeFolders);

describe('the embedded engine', () => {
  test('starts in an empty directory, answers its own user, and ends within a second of the last release', async () => {
    const engine = await lease(newDirectory());
    expect(engine.started).toBe(true);
    expect(await ask(engine.url, 'SELECT 6 * 7', engine)).toEqual({ status: 200, text: '42\n' });
    engine.release();
    await until(async () => !(await listens(engine.url)), SOON_MS);
  });

  test('keeps its directory and its endpoint file to its owner, and no other file with a secret', async () => {
    const directory = newDirectory();
    await lease(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(endpointFile(directory)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['data', 'endpoint.json']);
  });

  test('is joined by a second command and outlives the first as long as the second holds it', async () => {
    const directory = newDirectory();
    const first = startHolder(directory);
    const started = await first.held;
    const second = await lease(directory);
    expect([started.started, second.started, second.pid]).toEqual([true, false, started.pid]);
    first.kill();
    await first.ended;
    await new Promise((resolve) => setTimeout(resolve, SOON_MS));
    expect(await ask(second.url, 'SELECT 1', second)).toEqual({ status: 200, text: '1\n' });
    second.release();
    await until(async () => !(await listens(second.url)), SOON_MS);
  });

  test('ends within a second when its last holder is killed with SIGKILL', async () => {
    const holder = startHolder(newDirectory());
    const { url } = await holder.held;
    holder.child.kill('SIGKILL');
    await holder.ended;
    await until(async () => !(await listens(url)), SOON_MS);
  });

  test('ends within a second when the whole process group of its last holder is killed', async () => {
    const holder = startHolder(newDirectory());
    const { url } = await holder.held;
    holder.kill();
    await holder.ended;
    await until(async () => !(await listens(url)), SOON_MS);
  });

  test('leaves nothing behind when the command that starts it is killed before it is ready', async () => {
    const directory = newDirectory();
    const holder = startHolder(directory);
    await until(() => existsSync(join(directory, 'data')));
    holder.kill();
    await holder.ended;
    const next = await lease(directory);
    expect(next.started).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['data', 'endpoint.json']);
  });

  test('is one when four commands start at the same moment in one directory', async () => {
    const directory = newDirectory();
    const holders = await Promise.all([1, 2, 3, 4].map(() => startHolder(directory).held));
    expect(new Set(holders.map(({ pid }) => pid)).size).toBe(1);
    expect(holders.filter(({ started }) => started)).toHaveLength(1);
    for (const holder of holders) expect((await ask(holder.url, 'SELECT 1', holder))?.status).toBe(200);
  });

  test('keeps what it was told when it is killed, and gives it to the next command', async () => {
    const directory = newDirectory();
    const killed = await lease(directory);
    await ask(killed.url, 'CREATE TABLE kept (x UInt8) ENGINE = MergeTree ORDER BY x', killed);
    expect(await ask(killed.url, 'INSERT INTO kept VALUES (7)', killed)).toEqual({ status: 200, text: '' });
    process.kill(killed.pid, 'SIGKILL');
    const next = await lease(directory);
    expect([next.started, next.pid === killed.pid]).toEqual([true, false]);
    expect(await ask(next.url, 'SELECT x FROM kept', next)).toEqual({ status: 200, text: '7\n' });
  });
});

describe('a stale endpoint file', () => {
  async function staleEndpoint(directory: string): Promise<EngineEndpoint> {
    const killed = await lease(directory);
    const endpoint = JSON.parse(readFileSync(endpointFile(directory), 'utf8')) as EngineEndpoint;
    process.kill(killed.pid, 'SIGKILL');
    await until(async () => !(await listens(killed.url)), SOON_MS);
    return endpoint;
  }

  test.each([
    ['says nothing', () => undefined],
    ['says something of its own', (socket: Socket) => socket.write('220 mail.example ready\r\n')],
    ['hangs up', (socket: Socket) => socket.destroy()],
  ])('is replaced when its port now belongs to a program that %s', async (_, behave) => {
    const directory = newDirectory();
    const { controlPort, pid } = await staleEndpoint(directory);
    const sockets: Socket[] = [];
    const other = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      behave(socket);
    });
    // The killed engine may need a moment to give its port back.
    other.on('error', () => setTimeout(() => other.listen(controlPort, '127.0.0.1'), 20));
    other.listen(controlPort, '127.0.0.1');
    await until(() => other.listening);
    try {
      const engine = await lease(directory);
      expect([engine.started, engine.pid === pid]).toEqual([true, false]);
      expect((await ask(engine.url, 'SELECT 1', engine))?.text).toBe('1\n');
    } finally {
      for (const socket of sockets) socket.destroy();
      other.close();
    }
  });

  test.each(['', '{"pid": 1, "url": "http', '{}', '{"controlPort": "x"}', '[]'])(
    'is replaced when it is damaged: %j',
    async (text) => {
      const directory = newDirectory();
      (await lease(directory)).release();
      writeFileSync(endpointFile(directory), text);
      const engine = await lease(directory);
      expect((await ask(engine.url, 'SELECT 1', engine))?.text).toBe('1\n');
    },
  );
});
