import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { endpointFile } from '../../../src/clickhouse/engine/files';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { removeFolders, temporaryFolder } from '../../support/process';
import { ask } from './holders';

const folder = temporaryFolder();
const directory = join(folder, 'engine');
const foreign = join(folder, 'foreign.csv');
const written = join(folder, 'written.csv');
let engine: EngineLease;
let server: Server;
let requests = 0;
let url = '';

beforeAll(async () => {
  writeFileSync(foreign, 'a secret of another program\n');
  engine = await leaseEngine(directory);
  await ask(engine.url, 'CREATE DATABASE shop', engine);
  await ask(engine.url, 'CREATE TABLE shop.orders (x String) ENGINE = MergeTree ORDER BY x', engine);
  await ask(engine.url, "INSERT INTO shop.orders VALUES ('an order')", engine);
  server = createServer((_, response) => {
    requests++;
    response.end('a secret of another server\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  engine.release();
  server.close();
  removeFolders();
});

describe('whoever does not know the password of the embedded engine', () => {
  const nobody = [undefined, { user: 'default', password: '' }, { user: 'paceline', password: '' }];

  test.each([
    ['the tables', () => 'SELECT * FROM shop.orders'],
    ['a file by the function file()', () => `SELECT file('${foreign}')`],
    ['the password by the function file()', () => `SELECT file('${endpointFile(directory)}')`],
    ['a file through an error text', () => `SELECT CAST(file('${endpointFile(directory)}') AS UInt8)`],
    ['a file by the table function file()', () => `SELECT * FROM file('${foreign}', 'LineAsString')`],
    ['the settings', () => 'SELECT * FROM system.settings'],
    ['a constant', () => 'SELECT 1'],
  ])('reads nothing: %s', async (_, sql) => {
    for (const user of nobody) expect([403, 404]).toContain((await ask(engine.url, sql(), user))?.status);
  });

  test('cannot stop the engine from listening', async () => {
    for (const user of nobody) await ask(engine.url, 'SYSTEM STOP LISTEN HTTP', user);
    expect((await ask(engine.url, 'SELECT x FROM shop.orders', engine))?.text).toBe('an order\n');
  });

  test('is not let in by naming a user in the address of the request', async () => {
    for (const query of ['?user=default', '?user=default&password=', '?user=paceline&password=']) {
      expect((await ask(`${engine.url}/${query}`, 'SELECT 1'))?.status).toBe(404);
    }
  });
});

describe('the working user of the embedded engine', () => {
  test.each([
    ['a file', () => `SELECT * FROM file('${foreign}', 'LineAsString')`],
    ['a file as a table', () => `CREATE TABLE shop.f (x String) ENGINE = File('LineAsString', '${foreign}')`],
    ['a folder as a database', () => `CREATE DATABASE d ENGINE = Filesystem('${folder}')`],
    ['a folder', () => `SELECT * FROM filesystem('${folder}')`],
    ['a URL', () => `SELECT * FROM url('${url}', 'LineAsString')`],
    ['a URL as a table', () => `CREATE TABLE shop.u (x String) ENGINE = URL('${url}', 'LineAsString')`],
    ['a bucket', () => `SELECT * FROM s3('${url}bucket/key', 'LineAsString')`],
    ['another server', () => "SELECT * FROM remote('127.0.0.1:1', 'shop', 'orders')"],
    ['a database file', () => `CREATE TABLE shop.s (x String) ENGINE = SQLite('${foreign}', 't')`],
    ['a program', () => "CREATE TABLE shop.e (x String) ENGINE = Executable('a', 'CSV')"],
  ])('is refused %s', async (_, sql) => {
    const reply = await ask(engine.url, sql(), engine);
    expect(reply?.text).toMatch(/\(ACCESS_DENIED\)/);
    expect(requests).toBe(0);
  });

  test.each([
    ['a table function', () => `INSERT INTO FUNCTION file('${written}', 'CSV', 'x String') VALUES ('a')`],
    ['an answer', () => `SELECT 1 INTO OUTFILE '${written}'`],
    ['a backup', () => `BACKUP TABLE shop.orders TO File('${written}')`],
  ])('writes no file by %s', async (_, sql) => {
    expect((await ask(engine.url, sql(), engine))?.status).not.toBe(200);
    expect(existsSync(written)).toBe(false);
  });

  test('makes no users and does not shut the engine down', async () => {
    for (const sql of ['CREATE USER other', 'SYSTEM SHUTDOWN', 'SYSTEM KILL', 'GRANT ALL ON *.* TO paceline']) {
      expect((await ask(engine.url, sql, engine))?.status).not.toBe(200);
    }
    expect((await ask(engine.url, 'SELECT 1', engine))?.text).toBe('1\n');
  });
});
