/** The rights that docs/operation/running.md gives a server's user are enough, and reach nothing else. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/clickhouse/package-root';
import {
  answerOf,
  built,
  paceline,
  removeFolders,
  type Running,
  startNode,
  temporaryFolder,
  until,
} from '../../support/process';
import { freePort } from '../../faults/supplies';
import { ask, listens } from './holders';

const OWN = { user: 'paceline', password: 'own-password' };
const LEAST = { user: 'least', password: 'least-password' };
const EXPORT = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');

/** The grants as they stand in the document, for a user of a file: this build takes none by SQL. */
function documentedGrants(): string[] {
  const text = readFileSync(join(packageRoot(), 'docs/operation/running.md'), 'utf8');
  return [...text.matchAll(/^(GRANT .+) TO paceline;$/gm)].map(([, grant = '']) => grant);
}

const LEAST_XML = `<least><password>${LEAST.password}</password><networks><ip>127.0.0.1</ip></networks>
  <profile>default</profile><quota>default</quota>
  <grants>${documentedGrants()
    .map((grant) => `<query>${grant}</query>`)
    .join('')}</grants></least>`;

let server: Running;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const script = built('test/faults/engine-server.js');
  server = startNode([script, join(temporaryFolder(), 'server'), String(port), OWN.password, LEAST_XML]);
  await until(() => listens(url), 30_000);
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
