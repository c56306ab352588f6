import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../../src/log';
import { openQueueBackend, type QueueSettings } from '../../../src/queue/open';
import { queueContract } from './contract';
import { journalOf, startCrew, until } from './processes';

const scratch = mkdtempSync(join(tmpdir(), 'paceline-embedded-'));
const template = join(scratch, 'template');
let copies = 0;

// Making the database takes seconds, copying one does not.
beforeAll(async () => {
  const queue = await openQueueBackend({ dataDir: template }, silentLogger);
  await queue.close();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const fresh = (): Promise<QueueSettings> => {
  const dataDir = join(scratch, String(copies++));
  cpSync(template, dataDir, { recursive: true });
  return Promise.resolve({ dataDir });
};

queueContract('embedded', fresh);

describe('the embedded queue', () => {
  const night = JSON.stringify({ nightId: 'locked', inbox: '/inbox' });

  test('refuses a second process while the first lives, and lets the next in at once after kill -9', async () => {
    const settings = await fresh();
    const journal = join(scratch, 'journal');
    const orders = { queue: settings, journal, files: ['/inbox/hang.csv'] };
    const first = startCrew(orders, '--night', night);
    await until(() => journalOf(journal).length === 1);

    const second = startCrew(orders, '--night', night);
    expect(await second.ended).toBe(1);
    expect(second.messages).toMatchObject([{ event: 'error', error: { code: 'queue-locked' } }]);
    await expect(openQueueBackend(settings, silentLogger)).rejects.toMatchObject({
      code: 'queue-locked',
      context: { pid: first.child.pid },
    });

    first.child.kill('SIGKILL');
    await first.ended;
    const start = Date.now();
    const third = await openQueueBackend(settings, silentLogger);
    expect(Date.now() - start).toBeLessThan(10_000);
    await third.close();
  });

  test('takes over the lock of a process whose id now belongs to another program', async () => {
    const settings = await fresh();
    const stale = { pid: process.pid, startedAt: 'long ago', token: 'gone' };
    writeFileSync(join(settings.dataDir, 'queue.lock'), JSON.stringify(stale));
    const queue = await openQueueBackend(settings, silentLogger);
    await queue.close();
  });

  test('starts over when the very first start was cut short', async () => {
    const settings = await fresh();
    rmSync(join(settings.dataDir, 'pg.complete'));
    rmSync(join(settings.dataDir, 'pg', 'base'), { recursive: true });
    const queue = await openQueueBackend(settings, silentLogger);
    expect(await queue.look({ name: 'totals', payload: { nightId: 'n' } })).toEqual({ state: 'missing' });
    await queue.close();
  });

  test('says what to do when its files are damaged', async () => {
    const settings = await fresh();
    rmSync(join(settings.dataDir, 'pg', 'global'), { recursive: true });
    await expect(openQueueBackend(settings, silentLogger)).rejects.toMatchObject({ code: 'queue-unreachable' });
  });
});
