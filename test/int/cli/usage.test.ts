import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { readConfig } from '../../../src/config';
import { PipelineError } from '../../../src/errors';
import { failureOf, paceline, removeFolders, temporaryFolder } from '../../support/process';
import { COMMANDS } from './commands';

const home = temporaryFolder();
let engine: EngineLease;

beforeAll(async () => {
  // Held, so that not every command has to start one.
  engine = await leaseEngine(join(home, 'engine'));
});
afterAll(() => {
  engine.release();
  removeFolders();
});

describe('paceline --help', () => {
  test('lists every command and no other', async () => {
    const { code, stdout } = await paceline(['--help'], { home });
    const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?: .*)?$/gm)].map((match) => match[1]);
    expect([code, listed]).toEqual([0, [...new Set(COMMANDS.map((name) => name.split(' ')[0])), 'help']]);
  });

  test.each(COMMANDS)('is there for %s, names --json and asks for nothing', async (name) => {
    const { code, stdout, stderr } = await paceline([...name.split(' '), '--help'], { home });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: paceline ${name}`);
    expect(stdout).toContain('--json');
  });
});

describe('a command line that cannot be understood', () => {
  const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['ingst', 'x'], /unknown command 'ingst'/],
    ['an unknown option', ['totals', '--yaer', '2026'], /unknown option '--yaer'/],
    ['a missing argument', ['rejects'], /missing required argument 'fileId'/],
    ['an argument too many', ['files', 'x'], /too many arguments/],
    ['a missing option', ['goal', 'set', '--year', '2026'], /required option '--amount/],
  ];

  test('is refused on stderr alone, with the way to the help', async () => {
    const { code, stdout, stderr } = await paceline(['totals', '--yaer', '2026'], { home });
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/unknown option '--yaer'[^]*--help/);
  });

  test.each(WRONG)('is one JSON document with --json: %s', async (_, args, words) => {
    const failure = await failureOf(args, { home });
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringMatching(words) as unknown });
  });

  test('is refused when there is no command at all', async () => {
    const { code, stdout, stderr } = await paceline([], { home });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Usage: paceline');
  });
});

describe('a value that does not exist', () => {
  test.each([
    ['a day', ['pace', '--as-of', '2026-02-29'], '"2026-02-29" is not a day'],
    ['a day of a night', ['night', '--as-of', 'yesterday'], '"yesterday" is not a day'],
    ['a year', ['totals', '--year', '26'], '"26" is not a year'],
    ['a dimension', ['totals', '--by', 'platform,city'], '"city"'],
    ['a period that ends before it begins', ['totals', '--from', '2026-02-01', '--to', '2026-01-31'], 'ends'],
    ['an amount', ['goal', 'set', '--year', '2026', '--amount', '6e10'], '"6e10" is not an amount'],
    ['a fraction of a fen', ['goal', 'set', '--year', '2026', '--amount', '1.005'], '"1.005" is not an amount'],
    ['a goal of nothing', ['goal', 'set', '--year', '2026', '--amount', '0'], 'more than zero'],
    ['a measure', ['goal', 'set', '--year', '2026', '--amount', '1', '--measure', 'gmv'], '"gmv" is not a measure'],
  ])('is refused as wrong usage, by its name: %s', async (_, args, words) => {
    const failure = await failureOf(args, { home });
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining(words) as unknown });
  });

  test('changes nothing: the goal that was refused is not in the list', async () => {
    const { stdout } = await paceline(['goal', 'list', '--json'], { home });
    expect((JSON.parse(stdout) as { history: unknown[] }).history).toEqual([]);
  });

  test.each([
    ['a file that is not there', ['ingest', 'nowhere.csv'], 'file-unreadable'],
    ['a folder without exports', ['ingest', '.'], 'nothing-found'],
    ['a file id that the ledger does not know', ['rejects', '0123456789ab'], 'nothing-found'],
    ['a file id that is too short', ['rejects', 'ab'], 'nothing-found'],
  ])('is told by its code: %s', async (_, args, code) => {
    const cwd = join(home, 'empty');
    mkdirSync(cwd, { recursive: true });
    const ended = await paceline([...args, '--json'], { home, cwd });
    expect(ended.code).toBe(1);
    expect((JSON.parse(ended.stdout) as { error: unknown }).error).toMatchObject({ code });
  });
});

describe('a wrong configuration', () => {
  const SECRET = 'geheim-7731';

  function failureFrom(env: Record<string, string>): PipelineError {
    try {
      readConfig(env);
    } catch (error) {
      if (error instanceof PipelineError) return error;
    }
    throw new Error('the configuration was taken');
  }

  test.each([
    ['SMTP_URL', `smtp//user:${SECRET}@mail.example`],
    ['SMTP_URL', `http://user:${SECRET}@mail.example`],
    ['CLICKHOUSE_URL', `localhost:8123?password=${SECRET}`],
    ['REDIS_URL', `http://:${SECRET}@redis.example`],
    ['ALERT_TO', `${SECRET} at example.com`],
    ['ALERT_TO', `robot:${SECRET}`],
    ['ALERT_ROBOTS', `office=https://example.com/?key=${SECRET}`],
    ['ALERT_REPORTS', SECRET],
    ['CLICKHOUSE_DATABASE', `x; DROP ${SECRET}`],
    ['CLICKHOUSE_CLUSTER', `x', ${SECRET}`],
    ['CLICKHOUSE_SHARDS', `http://user:${SECRET}@a:8123`],
    ['CLICKHOUSE_SHARDS', 'http://a:8123,http://a:8123'],
    ['PACELINE_MAX_REJECT_SHARE', SECRET],
    ['PACELINE_CLOCK', SECRET],
    ['PACE_NOT_BEFORE', SECRET],
    ['PACE_MAX_LAG_DAYS', SECRET],
    ['PACE_BEHIND_BELOW', SECRET],
    ['PACELINE_METRICS_LISTEN', '0.0.0.0:99999'],
    ['PACELINE_METRICS_LISTEN', SECRET],
  ])('names the variable %s and never its value', (name, value) => {
    const failure = failureFrom({ [name]: value, MAIL_FROM: 'a@example.com' });
    expect(failure).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(name) as unknown });
    expect(`${failure.message} ${failure.advice} ${JSON.stringify(failure.context)}`).not.toContain(SECRET);
  });

  test('ends every command before it does anything, in one JSON document without the value', async () => {
    const ended = await paceline(['ingest', 'x.csv', '--json'], { home, env: { SMTP_URL: `smtp//u:${SECRET}@mail` } });
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'config-invalid' } });
    expect(ended.stderr).toContain('SMTP_URL');
    expect(ended.stdout + ended.stderr).not.toContain(SECRET);
  });

  test('tells of all that is wrong at once', () => {
    expect(failureFrom({ SMTP_URL: 'x', REDIS_URL: 'y' }).message).toMatch(/REDIS_URL.*SMTP_URL/);
  });

  test('is noticed where a secret is given in both ways, or in a file that is not there', () => {
    const both = { REDIS_URL: `redis://:${SECRET}@redis`, REDIS_URL_FILE: '/nowhere' };
    expect(failureFrom(both).message).toBe('REDIS_URL and REDIS_URL_FILE are both set');
    expect(failureFrom({ CLICKHOUSE_URL_FILE: '/nowhere' }).message).toContain('CLICKHOUSE_URL_FILE');
    const file = join(temporaryFolder(), 'url');
    writeFileSync(file, `redis://:${SECRET}@redis:6379\n`);
    expect(readConfig({ REDIS_URL_FILE: file })).toMatchObject({ redisUrl: `redis://:${SECRET}@redis:6379` });
    writeFileSync(file, `http://${SECRET}`);
    expect(failureFrom({ REDIS_URL_FILE: file }).message).not.toContain(SECRET);
  });

  test('is noticed where a cluster lacks its server, its name or its shards', () => {
    const whole = {
      CLICKHOUSE_URL: 'http://a:8123',
      CLICKHOUSE_CLUSTER: 'two',
      CLICKHOUSE_SHARDS: 'http://a:8123, http://b:8123',
    };
    expect(readConfig(whole).cluster).toEqual({ name: 'two', urls: [['http://a:8123'], ['http://b:8123']] });
    const twice = { ...whole, CLICKHOUSE_SHARDS: 'http://a:8123|http://c:8123, http://b:8123' };
    expect(readConfig(twice).cluster?.urls).toEqual([['http://a:8123', 'http://c:8123'], ['http://b:8123']]);
    for (const name of Object.keys(whole)) {
      expect(failureFrom({ ...whole, [name]: '' }).message).toContain('CLICKHOUSE_CLUSTER and CLICKHOUSE_SHARDS need');
    }
    expect(readConfig({}).cluster).toBeNull();
  });

  test('is noticed where two variables do not fit together', () => {
    expect(failureFrom({ SMTP_URL: 'smtp://mail.example' })).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('MAIL_FROM') as unknown,
    });
    const crossed = { PACE_AT_RISK_BELOW: '0.6', PACE_ON_TRACK_ABOVE: '0.5' };
    expect(failureFrom(crossed).message).toContain('at risk at 0.6 and on track at 0.5');
  });

  test.each([
    ['CLICKHOUSE_URL', `http://paceline:${SECRET}@127.0.0.1:9`],
    ['REDIS_URL', `redis://:${SECRET}@127.0.0.1:9`],
    ['SMTP_URL', `smtp://user:${SECRET}@127.0.0.1:9`],
  ])('that points at nobody is found by the doctor without telling the password: %s', async (name, value) => {
    const ended = await paceline(['doctor', '--json'], { home, env: { [name]: value, MAIL_FROM: 'a@example.com' } });
    expect(ended.code).toBe(1);
    const { ok, findings } = JSON.parse(ended.stdout) as { ok: boolean; findings: { state: string; advice: string }[] };
    const failed = findings.filter(({ state }) => state === 'failed');
    expect([ok, failed.length]).toEqual([false, 1]);
    expect(failed[0]?.advice).not.toBe('');
    expect(ended.stdout + ended.stderr).not.toContain(SECRET);
  });
});
