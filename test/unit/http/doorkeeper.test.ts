import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Doorkeeper, openDoorkeeper, type Store } from '../../../src/http/doorkeeper';
import { silentLogger } from '../../../src/log';
import { type Context } from '../../../src/operations/context';

let asked: ((block: string) => void)[];
let doorkeeper: Doorkeeper;

beforeEach(() => {
  jest.useFakeTimers();
  asked = [];
  const rows = () => new Promise((resolve) => asked.push((block) => resolve([{ table: 'rollups', block }])));
  const store: Store = { use: (work) => work({ db: { rows } } as unknown as Context) };
  doorkeeper = openDoorkeeper(store, silentLogger, () => new Date());
});
afterEach(async () => {
  await doorkeeper.close();
  jest.useRealTimers();
});

const answer = async (block: string): Promise<void> => {
  asked.at(-1)?.(block);
  await jest.advanceTimersByTimeAsync(0);
};

test('nobody waits for the version while the last one is younger than a second', async () => {
  const first = doorkeeper.version();
  await answer('1');
  jest.advanceTimersByTime(600);
  // It is asked for anew meanwhile, once.
  expect([await doorkeeper.version(), await doorkeeper.version()]).toEqual([await first, await first]);
  expect(asked).toHaveLength(2);
  await answer('2');
  expect((await doorkeeper.version()).data).not.toBe((await first).data);
});

test('a version older than a second is waited for', async () => {
  void doorkeeper.version();
  await answer('1');
  jest.advanceTimersByTime(1_100);
  const seen: string[] = [];
  const next = doorkeeper.version().then(({ data }) => seen.push(data));
  await jest.advanceTimersByTimeAsync(0);
  expect(seen).toEqual([]);
  await answer('2');
  await next;
  expect(seen).toHaveLength(1);
});

test('whoever has changed something is answered from the store as it is now', async () => {
  const first = doorkeeper.version();
  await answer('1');
  jest.advanceTimersByTime(600);
  await doorkeeper.version();
  const [, before] = asked;
  doorkeeper.forget();
  const changed = doorkeeper.version();
  // What was asked before the change is answered only now, and counts no more.
  await answer('2');
  before?.('1');
  await jest.advanceTimersByTimeAsync(0);
  expect((await changed).data).not.toBe((await first).data);
  expect(await doorkeeper.version()).toEqual(await changed);
});
