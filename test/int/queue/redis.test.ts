import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { silentLogger } from '../../../src/log';
import { openQueueBackend, type QueueSettings } from '../../../src/queue/open';
import { runNight } from '../../../src/queue/night';
import { queueContract } from './contract';
import { areUp, endCrews, journalOf, pidsOf, startCrew, until } from './processes';

const redisUrl = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const SERVER = 'redis-server';
const prefix = `test-${randomUUID()}`;
let queues = 0;
const fresh = (): Promise<QueueSettings> => Promise.resolve({ redisUrl, dataDir: '', prefix: `${prefix}-${queues++}` });

/** Whether Redis answers is asked in a process of its own, since tests are declared synchronously. */
function answers(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}
const { hostname, port } = new URL(redisUrl);
const dial = `require('net').connect(${Number(port || 6379)}, ${JSON.stringify(hostname)}).on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
const present = answers(process.execPath, '-e', dial);

if (present || process.env['CI'] !== undefined) queueContract('redis', fresh);
else process.stderr.write(`Redis does not answer at ${redisUrl}: its half of the queue's contract suite is skipped\n`);

(present || process.env['CI'] !== undefined ? describe : describe.skip)('the redis queue', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'paceline-redis-'));
  afterAll(async () => {
    endCrews();
    rmSync(scratch, { recursive: true, force: true });
    // Keys of this run only, by its random prefix.
    const redis = new Redis(redisUrl);
    for await (const keys of redis.scanStream({ match: `{paceline}:${prefix}*`, count: 1000 }) as AsyncIterable<
      string[]
    >)
      if (keys.length > 0) await redis.del(...keys);
    await redis.quit();
  });

  test('shares the files of a night among worker processes', async () => {
    const settings = await fresh();
    const journal = join(scratch, 'shared');
    const files = Array.from({ length: 40 }, (_, i) => `/inbox/${i}.csv`);
    const orders = { queue: settings, journal, files, slowMs: 50 };
    const crews = [startCrew(orders), startCrew(orders)];
    const queue = await openQueueBackend(settings, silentLogger);
    await until(() => areUp(journal, 2));
    const result = await runNight(queue, { nightId: 'shared', inbox: '/inbox' });
    expect(result).toMatchObject({ failed: [], totals: { partitions: 1 } });
    expect(result.files).toHaveLength(40);
    expect(pidsOf(journal).size).toBe(2);
    expect(journalOf(journal).sort()).toEqual([...files, 'totals'].sort());
    crews.forEach(({ child }) => child.kill('SIGTERM'));
    expect(await Promise.all(crews.map((crew) => crew.ended))).toEqual([0, 0]);
    await queue.close();
  });

  test('tells a worker that was frozen that its file has gone to another', async () => {
    const settings = await fresh();
    const journal = join(scratch, 'frozen');
    const orders = { queue: settings, journal, files: ['/inbox/freeze.csv'] };
    const crews = [startCrew(orders), startCrew(orders)];
    const queue = await openQueueBackend(settings, silentLogger);
    await until(() => areUp(journal, 2));
    const result = await runNight(queue, { nightId: 'frozen', inbox: '/inbox' });
    expect(result).toMatchObject({ failed: [], files: [{ path: '/inbox/freeze.csv' }] });
    expect(journalOf(journal)).toContain('turn 2 held');
    crews.forEach(({ child }) => child.kill('SIGCONT'));
    await until(() => journalOf(journal).includes('turn 1 lost'));
    crews.forEach(({ child }) => child.kill('SIGTERM'));
    await Promise.all(crews.map((crew) => crew.ended));
    await queue.close();
  });

  test('says within seconds that Redis does not answer, without its password', async () => {
    const start = Date.now();
    const opening = openQueueBackend({ redisUrl: 'redis://user:secret@127.0.0.1:1', dataDir: '' }, silentLogger);
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'queue-unreachable', kind: 'transient' });
    expect(String(error)).toContain('127.0.0.1:1');
    expect(String(error)).not.toContain('secret');
    expect(Date.now() - start).toBeLessThan(5000);
  });

  const server = answers(SERVER, '--version') ? test : test.skip;
  server('refuses a Redis that may drop jobs when memory is short', async () => {
    const own = 20_000 + (process.pid % 20_000);
    const redis = spawn(SERVER, ['--port', String(own), '--save', '', '--maxmemory-policy', 'allkeys-lru'], {
      cwd: scratch,
      stdio: 'ignore',
    });
    try {
      await until(() => listens(own));
      const opening = openQueueBackend({ redisUrl: `redis://127.0.0.1:${own}`, dataDir: '' }, silentLogger);
      await expect(opening).rejects.toMatchObject({ code: 'config-invalid', context: { policy: 'allkeys-lru' } });
    } finally {
      redis.kill();
    }
  });
});

const listens = (at: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(at, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
