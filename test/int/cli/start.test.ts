/** The process that runs by itself every night, as an operator starts and stops it. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { packageRoot } from '../../../src/clickhouse/package-root';
import {
  answerOf,
  failureOf,
  removeFolders,
  type Running,
  startPaceline,
  temporaryFolder,
  until,
} from '../../support/process';

const home = temporaryFolder();
const clock = { PACELINE_CLOCK: '2026-10-21 09:00:00' };
const surroundings = { home, env: { ...clock, ALERT_TO: 'bureau@example.invalid' } };
const running: Running[] = [];

afterEach(() => running.splice(0).forEach((one) => one.kill()));
afterAll(removeFolders);

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly files?: number;
}

function started(...args: string[]): { said: LogLine[]; one: Running } {
  const one = startPaceline(['start', ...args], surroundings);
  running.push(one);
  const said: LogLine[] = [];
  let rest = '';
  one.child.stderr?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines.map((line) => JSON.parse(line) as LogLine));
  });
  return { said, one };
}

const ends = (said: readonly LogLine[]) => said.filter(({ msg }) => /^night .* has ended/.test(msg));

test('makes up for the last night at its start, runs one when asked, and ends when told to', async () => {
  const inbox = join(home, 'inbox', 'pinduoduo', '云岫店');
  mkdirSync(inbox, { recursive: true });
  const fixture = 'orders_export2026-06-09-09-30-15.csv';
  cpSync(join(packageRoot(), 'fixtures/pinduoduo', fixture), join(inbox, fixture));

  const { said, one } = started();
  await until(() => ends(said).length === 1, 30_000);
  expect(ends(said)).toMatchObject([
    { level: 'info', files: 1, msg: expect.stringContaining('night 2026-10-21 has ended') },
  ]);
  expect(said.every(({ time }) => !Number.isNaN(Date.parse(time)))).toBe(true);
  expect(await answerOf(['totals'], surroundings)).not.toMatchObject({ total: { paidOrders: 0 } });

  expect(await answerOf(['night'], surroundings)).toEqual({ asked: true });
  await until(() => ends(said).length === 2);

  one.child.kill('SIGTERM');
  expect(await one.ended).toMatchObject({ code: 0, signal: null });
  expect(said.at(-1)).toMatchObject({ level: 'info', msg: expect.stringContaining('stopping') });
  const again = started();
  await until(() => again.said.some(({ msg }) => msg === 'at work'));
  again.one.child.kill('SIGINT');
  expect(await again.one.ended).toMatchObject({ code: 0 });
  expect(ends(again.said)).toEqual([]);
}, 60_000);

test('is not shared between processes without a Redis', async () => {
  expect(await failureOf(['start', 'worker'], surroundings)).toMatchObject({ code: 'config-invalid' });
  expect(await failureOf(['start', 'everything'], surroundings)).toMatchObject({ code: 'usage' });
});
