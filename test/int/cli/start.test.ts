/** The process that runs by itself every night, as an operator starts and stops it. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { DEMO_DEFAULTS, makeDemoRegion } from '../../../src/demo/region';
import { formatYuan } from '../../../src/domain/money';
import {
  answerOf,
  failureOf,
  removeFolders,
  type Running,
  startPaceline,
  type Surroundings,
  temporaryFolder,
  until,
} from '../../support/process';
import { EngineServer, freePort, RedisServer } from '../../faults/supplies';

const home = temporaryFolder();
const clock = {
  PACELINE_CLOCK: '2026-10-21 09:00:00',
  PACELINE_METRICS_LISTEN: '127.0.0.1:0',
  PACELINE_HTTP_PORT: '0',
};
const surroundings = { home, env: { ...clock, ALERT_TO: 'bureau@example.invalid' } };
const running: Running[] = [];

afterEach(() => running.splice(0).forEach((one) => one.kill()));
afterAll(removeFolders);

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly files?: number;
  readonly address?: string;
  readonly url?: string;
  readonly night?: string;
  readonly job?: string;
  readonly jobId?: string;
  readonly file?: string;
}

function started(where: Surroundings = surroundings, ...role: string[]): { said: LogLine[]; one: Running } {
  const one = startPaceline(['start', ...role], where);
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

test('loads what lies in the inbox, tells the bureau, and answers how it does', async () => {
  const region = await makeDemoRegion({
    ...DEMO_DEFAULTS,
    outDir: join(temporaryFolder(), 'made'),
    scale: 0.01,
    yearBefore: false,
  });
  const own = { home: temporaryFolder(), env: { ...surroundings.env, SMTP_URL: '' } };
  const inbox = join(own.home, 'inbox');
  const drop = (night: number) => cpSync(region.nights[night]?.folder ?? '', inbox, { recursive: true });
  drop(0);
  const { said, one } = started(own);
  await until(() => ends(said).length === 1, 120_000);
  drop(1);
  expect(await answerOf(['night'], own)).toEqual({ asked: true });
  await until(() => ends(said).length === 2, 120_000);

  const totals = await answerOf<{ rows: { platform: string; net: string }[] }>(['totals', '--by', 'platform'], own);
  const truth = new Map<string, bigint>();
  for (const { platform, totals: of } of region.truth.byPlatformAndMonth) {
    truth.set(platform, (truth.get(platform) ?? 0n) + of.net);
  }
  expect(Object.fromEntries(totals.rows.map(({ platform, net }) => [platform, net]))).toEqual(
    Object.fromEntries([...truth].map(([platform, net]) => [platform, formatYuan(net)])),
  );
  const mails = readdirSync(join(own.home, 'outbox')).filter((name) => name.endsWith('.eml'));
  expect(mails.length).toBeGreaterThan(0);

  const { address = '' } = said.find((line) => line.address !== undefined) ?? {};
  const ask = async (path: string) => {
    const reply = await fetch(`http://${address}${path}`);
    return { status: reply.status, text: await reply.text() };
  };
  expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  const ready = await ask('/readyz');
  expect([ready.status, JSON.parse(ready.text)]).toEqual([
    200,
    { ready: true, parts: { store: 'ok', queue: 'ok', lastNight: 'ok' } },
  ]);
  const { text } = await ask('/metrics');
  const of = (name: string) => Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
  expect(of('paceline_night_done')).toBe(1);
  expect(of('paceline_pace_state{year="2026",measure="net",state="behind"}')).toBe(1);
  expect(of(`paceline_mails_total{outcome="written"}`)).toBe(mails.length);
  expect(of('paceline_queue_jobs{queue="ingest",state="failed"}')).toBe(0);
  const committed = said.filter(({ msg }) => msg.startsWith('committed '));
  expect(committed.length).toBe(of('paceline_files{status="committed"}'));
  for (const line of committed) {
    expect(line).toMatchObject({ job: 'ingest', jobId: expect.stringContaining('ingest-'), file: expect.any(String) });
  }
  expect(new Set(committed.map(({ night }) => night)).size).toBe(2);
  expect((await ask('/secrets')).status).toBe(404);
  one.child.kill('SIGTERM');
  expect(await one.ended).toMatchObject({ code: 0 });
}, 300_000);

test('is never heard to say a secret', async () => {
  const env = { ...surroundings.env, SMTP_URL: 'smtp://u:hush-hush@127.0.0.1:1', MAIL_FROM: 'a@example.invalid' };
  const own = { home: temporaryFolder(), env: { ...env, PACELINE_ARCHIVE_PASSWORD: 'hush-hush-too' } };
  const inbox = join(own.home, 'inbox', 'pinduoduo', '云岫店');
  mkdirSync(inbox, { recursive: true });
  const fixture = 'orders_export2026-06-09-09-30-15.csv';
  cpSync(join(packageRoot(), 'fixtures/pinduoduo', fixture), join(inbox, fixture));
  const { said, one } = started(own);
  await until(() => said.some(({ job, level }) => job === 'alert' && level === 'warn'), 60_000);
  one.child.kill('SIGTERM');
  const { stderr, stdout } = await one.ended;
  expect(stderr + stdout).toContain('127.0.0.1:1');
  expect(stderr + stdout).not.toContain('hush-hush');
}, 90_000);

const BY_NPX = ['--no-install', 'paceline', 'start'];

test('ends with the npx by which it was started', async () => {
  const npx = spawn('npx', BY_NPX, {
    cwd: packageRoot(),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PACELINE_HOME: temporaryFolder(), ...clock },
  });
  let said = '';
  npx.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const worker = () => Number(/"pid":(\d+)/.exec(said)?.[1] ?? 0);
  const isAlive = (): boolean => {
    try {
      return process.kill(worker(), 0);
    } catch {
      return false;
    }
  };
  await until(() => worker() > 0, 60_000);
  expect(isAlive()).toBe(true);
  npx.kill('SIGTERM');
  await until(() => !isAlive(), 40_000);
  expect(said).toContain('stopping');
}, 120_000);

const withRedis = spawnSync('redis-server', ['--version']).status === 0 ? test : test.skip;
withRedis(
  'is one night and one mail for two workers and two schedulers over servers, and the API tells of it',
  async () => {
    const redis = new RedisServer(temporaryFolder(), await freePort());
    const engine = new EngineServer(temporaryFolder(), await freePort());
    try {
      await Promise.all([redis.start(), engine.start()]);
      const servers = {
        REDIS_URL: `redis://127.0.0.1:${redis.port}/5`,
        CLICKHOUSE_URL: engine.urlAt(engine.port),
      };
      const own = { home: temporaryFolder(), env: { ...surroundings.env, ...servers } };
      const inbox = join(own.home, 'inbox', 'pinduoduo', '云岫店');
      mkdirSync(inbox, { recursive: true });
      const fixtures = ['orders_export2026-06-09-09-30-15.csv', 'short-variant.csv', 'full-variant.csv'];
      for (const name of fixtures) cpSync(join(packageRoot(), 'fixtures/pinduoduo', name), join(inbox, name));
      const roles = ['worker', 'worker', 'scheduler', 'scheduler', 'api'];
      const all = roles.map((role) => started(own, role));
      const schedulers = all.filter((_, index) => roles[index] === 'scheduler');
      await until(() => schedulers.every(({ said }) => ends(said).length === 1), 60_000);
      const committed = all.flatMap(({ said }) => said.filter(({ msg }) => msg.startsWith('committed ')));
      expect(committed).toHaveLength(fixtures.length);
      expect(readdirSync(join(own.home, 'outbox')).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
      expect(readdirSync(inbox)).toEqual([]);
      expect(existsSync(join(own.home, 'engine'))).toBe(false);

      const { total } = await answerOf<{ total: { net: string } }>(['totals', '--year', '2026'], own);
      expect(
        await totalsByApi(
          all.flatMap(({ said }) => said),
          own,
        ),
      ).toMatchObject({ total: { net: total.net } });
      expect(total.net).not.toBe('0.00');
      for (const { said } of all) {
        const { address } = said.find(({ msg }) => msg.startsWith('listening for /healthz')) ?? {};
        const ready = await fetch(`http://${address}/readyz`);
        expect([ready.status, await ready.json()]).toEqual([
          200,
          { ready: true, parts: { store: 'ok', queue: 'ok', lastNight: 'ok' } },
        ]);
        const metrics = await (await fetch(`http://${address}/metrics`)).text();
        expect(metrics).toContain(`paceline_loaded_files_total{platform="pinduoduo"} ${fixtures.length}\n`);
        expect(metrics).toContain('paceline_queue_up 1\n');
      }
      all.forEach(({ one }) => one.child.kill('SIGTERM'));
      for (const { one } of all) expect(await one.ended).toMatchObject({ code: 0 });
    } finally {
      redis.kill();
      engine.kill();
    }
  },
  120_000,
);

/** What a browser is told that signs in with a new account. */
async function totalsByApi(said: readonly LogLine[], where: Surroundings): Promise<unknown> {
  const { url = '' } = said.find(({ msg }) => msg === 'the API is served') ?? {};
  const { password } = await answerOf<{ password: string }>(['users', 'add', 'li', '--role', 'analyst'], where);
  const signedIn = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-paceline': '1' },
    body: JSON.stringify({ name: 'li', password }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  return await (await fetch(`${url}/v1/totals?year=2026`, { headers: { cookie } })).json();
}

test('is not shared between processes without a Redis', async () => {
  expect(await failureOf(['start', 'worker'], surroundings)).toMatchObject({ code: 'config-invalid' });
  expect(await failureOf(['start', 'everything'], surroundings)).toMatchObject({ code: 'usage' });
});
