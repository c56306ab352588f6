import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '@clickhouse/client';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { freePort } from '../../faults/supplies';
import {
  answerOf,
  failureOf,
  paceline,
  removeFolders,
  startPaceline,
  temporaryFolder,
  until,
} from '../../support/process';
import { cellsOf, reopenCsv, reopenParquet, reopenXlsx } from '../../support/reopen';
import { textOf } from '../../support/template-text';

const home = temporaryFolder();
const file = (name: string): string => join(home, name);
let engine: EngineLease;

beforeAll(async () => {
  engine = await leaseEngine(join(home, 'engine'));
  const row = (n: number): string[] =>
    `douyin|云岫茶行|NO100${n}||2026-06-0${n} 10:00:00|2026-06-0${n} 10:00:30|||待发货|1|茶|广东省|${n}0.25|0.00|0.00|0.00`.split(
      '|',
    );
  writeFileSync(file('template.csv'), textOf([TEMPLATE_COLUMNS, row(1), row(2), row(3)]));
  await answerOf(['ingest', file('template.csv')], { home });
});
afterAll(() => {
  engine.release();
  removeFolders();
});

interface Answer {
  readonly rows: { readonly day: string; readonly net: string }[];
}

describe('--out writes what a command answers', () => {
  test('in each format, to the fen', async () => {
    const wanted = [
      ['2026-06-01', '10.25'],
      ['2026-06-02', '20.25'],
      ['2026-06-03', '30.25'],
    ];
    for (const format of ['csv', 'xlsx', 'parquet']) {
      const out = file(`totals.${format}`);
      const { rows } = await answerOf<Answer>(['totals', '--by', 'day', '--out', out], { home });
      expect(rows.map(({ day, net }) => [day, net])).toEqual(wanted);
    }
    const [head = [], ...lines] = reopenCsv(readFileSync(file('totals.csv')));
    expect(lines.map((line) => [line[head.indexOf('日')], line[head.indexOf('净额')]])).toEqual(wanted);
    const [titles = [], ...cells] = cellsOf(reopenXlsx(readFileSync(file('totals.xlsx'))), 1);
    expect(cells.map((line) => (line[titles.indexOf('净额')] as number).toFixed(2))).toEqual(
      wanted.map(([, net]) => net),
    );
    const { rows } = await reopenParquet(readFileSync(file('totals.parquet')), home);
    expect(rows.map(({ day, net }) => [day, net])).toEqual(wanted);
  });

  test('of running totals and of logistics', async () => {
    await answerOf(['totals', '--by', 'day', '--running', '--out', file('running.csv')], { home });
    const [head = [], , , last = []] = reopenCsv(readFileSync(file('running.csv')));
    expect(last[head.indexOf('累计净额')]).toBe('60.75');
    await answerOf(['logistics', '--by', 'platform', '--out', file('logistics.csv')], { home });
    expect(reopenCsv(readFileSync(file('logistics.csv')))[1]?.slice(0, 2)).toEqual(['抖音', '3']);
  });

  test('and refuses a format that there is not, or a folder', async () => {
    expect(await failureOf(['totals', '--out', file('totals.pdf')], { home })).toMatchObject({ code: 'usage' });
    expect(await failureOf(['totals', '--out', file('no/totals.csv')], { home })).toMatchObject({
      code: 'output-unwritable',
    });
  });
});

describe('tokens and SQL', () => {
  beforeAll(async () => {
    await answerOf(['users', 'add', 'bayar', '--role', 'analyst'], { home });
    await answerOf(['users', 'add', 'looker', '--role', 'viewer'], { home });
  });

  test('a token is shown once, listed without what makes it work, and revoked', async () => {
    const { id, token } = await answerOf<{ id: string; token: string }>(
      ['tokens', 'add', 'bayar', '--label', 'Excel'],
      { home },
    );
    const listed = await paceline(['tokens', 'list'], { home });
    expect(listed.stdout).toMatch(new RegExp(`${id} +bayar +Excel +analyst`));
    expect(listed.stdout).not.toContain(token.slice(16));
    await answerOf(['tokens', 'revoke', id], { home });
    const { tokens } = await answerOf<{ tokens: { id: string; revoked: boolean }[] }>(['tokens', 'list'], { home });
    expect(tokens.find((each) => each.id === id)?.revoked).toBe(true);
    expect(await failureOf(['tokens', 'add', 'nobody'], { home })).toMatchObject({ code: 'nothing-found' });
    expect(await failureOf(['tokens', 'add', 'bayar', '--days', '400'], { home })).toMatchObject({ code: 'usage' });
  });

  test('an analyst’s program connects with what `sql` says, and asks for the totals', async () => {
    expect(await failureOf(['sql', 'bayar'], { home })).toMatchObject({ code: 'config-invalid' });
    const port = await freePort();
    const env = { PACELINE_SQL_LISTEN: `127.0.0.1:${port}`, PACELINE_HTTP_PORT: '0', PACELINE_METRICS_LISTEN: 'off' };
    expect(await failureOf(['sql', 'looker'], { home, env })).toMatchObject({ code: 'usage' });
    const door = await answerOf<{ host: string; port: number; database: string; user: string; password: string }>(
      ['sql', 'bayar'],
      { home, env },
    );
    const api = startPaceline(['start', 'api'], { home, env });
    const url = `http://${door.host}:${door.port}`;
    const client = createClient({
      url,
      username: door.user,
      password: door.password,
      database: door.database,
      log: { level: 127 },
    });
    try {
      await until(async () => (await client.ping()).success, 30_000);
      const answer = await client.query({ query: 'SELECT sum(net) AS net FROM totals', format: 'JSONEachRow' });
      expect(await answer.json()).toEqual([{ net: 60.75 }]);
    } finally {
      await client.close();
      api.kill();
    }
  });

  test('with a server it prints what to run there', async () => {
    const { stdout } = await paceline(['sql'], { home, env: { CLICKHOUSE_URL: engineUrl() } });
    expect(stdout).toContain('CREATE USER IF NOT EXISTS analyst');
    expect(stdout).toMatch(
      /CREATE ROW POLICY IF NOT EXISTS paceline_league_\d+ ON analytics\.totals USING league = '包头市'/,
    );
  });
});

/** The embedded engine, as if it were a server's. */
const engineUrl = (): string => engine.url.replace('http://', `http://${engine.user}:${engine.password}@`);
