/** The rights that docs/operation/running.md gives a server's user are enough, and reach nothing else. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { answerOf, paceline, removeFolders, type Running, temporaryFolder } from '../../support/process';
import { ask } from './holders';
import { OWN, startServer } from './server';

const LEAST = { user: 'least', password: 'least-password' };
const EXPORT = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');

/** The grants as they stand in the document. */
function documentedGrants(): string[] {
  const text = readFileSync(join(packageRoot(), 'docs/operation/running.md'), 'utf8');
  return [...text.matchAll(/^(GRANT .+) TO paceline;$/gm)].map(([, grant = '']) => grant);
}

let server: Running;
let url: string;

beforeAll(async () => {
  ({ server, url } = await startServer(LEAST, { profile: 'default', grants: documentedGrants() }));
});
afterAll(() => {
  server.kill();
  removeFolders();
});

interface Files {
  readonly files: readonly { readonly fileId: string; readonly status: string }[];
}

test('load, total, verify, download, withdraw, back up and restore', async () => {
  const home = temporaryFolder();
  const surroundings = {
    home,
    env: {
      CLICKHOUSE_URL: url.replace('//', `//${LEAST.user}:${LEAST.password}@`),
      PACELINE_CLOCK: '2027-01-01 12:00:00',
    },
  };
  const answer = async <T>(...args: string[]): Promise<T> => await answerOf<T>(args, surroundings);
  const { files } = await answer<Files>('ingest', EXPORT, '--shop', '某店');
  expect(files).toMatchObject([{ status: 'committed' }]);
  const totals = async (...more: string[]): Promise<unknown> => await answer('totals', '--by', 'platform', ...more);
  const before = await totals();
  expect(JSON.stringify(before)).toContain('pinduoduo');
  await totals('--out', join(home, 'totals.parquet'));
  await answer('verify');
  const folder = join(home, 'backup');
  await answer('backup', folder);
  await answer('files', 'withdraw', files[0]?.fileId ?? '', '--reason', 'test');
  expect(await totals()).not.toEqual(before);
  await answer('restore', folder, '--replace');
  expect(await totals()).toEqual(before);
  const { code, stdout } = await paceline(['doctor'], surroundings);
  expect({ code, stdout }).toMatchObject({ code: 0 });
}, 120_000);

test('another database is out of its reach', async () => {
  await ask(url, 'CREATE DATABASE elsewhere', OWN);
  await ask(url, 'CREATE TABLE elsewhere.rows (a UInt8) ENGINE = MergeTree ORDER BY a', OWN);
  const said = async (sql: string): Promise<string> => (await ask(url, sql, LEAST))?.text ?? '';
  for (const sql of [
    'SELECT * FROM elsewhere.rows',
    'DROP TABLE elsewhere.rows',
    'CREATE DATABASE other',
    "SELECT * FROM url('http://127.0.0.1:1', CSV, 'a String')",
    "CREATE TABLE paceline.leak (a String) ENGINE = File(CSV, '/etc/passwd')",
    "KILL QUERY WHERE user = 'paceline'",
  ]) {
    expect({ sql, said: await said(sql) }).toEqual({ sql, said: expect.stringMatching(/\(ACCESS_DENIED\)/) });
  }
});
