import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import { type FastifyInstance } from 'fastify';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOfStream } from 'node:stream/consumers';
import { z } from 'zod';
import { analyticsOf } from '../../../src/clickhouse/analytics';
import { askAsAnalyst } from '../../../src/clickhouse/analyst-query';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { formatYuan } from '../../../src/domain/money';
import { buildSqlGateway } from '../../../src/http/sql-gateway';
import { openTestApi, type TestApi } from '../../support/api';
import { loadText } from '../../support/load';
import { reopenParquet } from '../../support/reopen';
import { type TestStore, useStores } from '../../support/store';
import { textOf } from '../../support/template-text';

const SECRET = 'a secret of another program';

const stores = useStores();
let store: TestStore;
let api: TestApi;
let gateway: FastifyInstance;
let url: string;
let token: string;
let secretFile: string;
let other: Server;
let otherPort: number;
let requests: number;

beforeEach(async () => {
  store = await stores.open();
  api = await openTestApi(store);
  gateway = await buildSqlGateway({ store: { use: (work) => work(store) }, doorkeeper: api.server.doorkeeper });
  url = await gateway.listen({ host: '127.0.0.1', port: 0 });
  token = await api.account('bayar', 'analyst');
  secretFile = join(store.folder, 'secret.csv');
  writeFileSync(secretFile, `${SECRET}\n`);
  requests = 0;
  other = createServer((_, response) => {
    requests += 1;
    response.end(`${SECRET}\n`);
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  otherPort = (other.address() as AddressInfo).port;
  for (const platform of ['douyin', 'kuaishou']) {
    const rows = Array.from({ length: 30 }, (_, n) => {
      const day = `2026-06-0${1 + (n % 5)}`;
      const amount = n === 7 ? 'much' : `${n}.37`;
      return `${platform}|云岫茶行|NO${1000 + n}||${day} 10:00:00|${day} 10:00:30|||待发货|1|茶|广东省|${amount}|0.00|0.00|${n % 9 === 8 ? '0.20' : '0.00'}`.split(
        '|',
      );
    });
    await loadText(store, `${platform}.csv`, textOf([TEMPLATE_COLUMNS, ...rows]));
  }
  await refreshTotals(store.db, store.now);
});
afterEach(async () => {
  await gateway.close();
  await api.server.close();
  other.close();
});

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** What a program is answered. */
async function send(sql: string, { user = 'bayar', password = token, query = '' } = {}): Promise<Reply> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const response = await fetch(`${url}/?${query}`, { method: 'POST', body: sql, headers: { authorization } });
  return { status: response.status, text: await response.text() };
}

/** What the engine would answer an analyst who had come past the gateway. */
async function sendPastGateway(sql: string): Promise<Reply> {
  if (store.analyst === undefined) throw new Error('the engine has no analyst');
  const database = analyticsOf(store.db.name);
  const answer = await askAsAnalyst(store.analyst, { sql, database, parameters: new Map(), account: 'x', headers: {} });
  return { status: answer.status, text: await textOfStream(answer.body) };
}

async function namesIn(table: 'functions' | 'table_functions'): Promise<string[]> {
  const rows = await store.db.rows({
    name: 'names of a test',
    sql: `SELECT name FROM system.${table} ORDER BY name`,
    row: z.object({ name: z.string() }),
  });
  return rows.map(({ name }) => name);
}

describe('an analyst', () => {
  test('gets by SQL what the totals say, to the fen, with a client of ClickHouse', async () => {
    const client: ClickHouseClient = createClient({ url, username: 'bayar', password: token });
    try {
      expect((await client.ping({ select: true })).success).toBe(true);
      const answer = await client.query({
        query:
          'SELECT platform, sum(net) AS net, sum(gross) AS gross, sum(paid_orders) AS orders FROM totals WHERE day >= {from: Date} GROUP BY platform ORDER BY platform',
        query_params: { from: '2026-01-01' },
        format: 'JSONCompactStringsEachRow',
      });
      const wanted = await readTotals(store.db, { from: '2026-01-01', to: '2026-12-31', by: ['platform'] });
      expect(await answer.json()).toEqual(
        wanted.rows.map(({ dimensions, totals }) => [
          dimensions.platform,
          formatYuan(totals.net),
          formatYuan(totals.gross),
          String(totals.paidOrders),
        ]),
      );
    } finally {
      await client.close();
    }
  });

  test('finds a comment on every column of every view, and what each view is', async () => {
    const { text } = await send(
      `SELECT table, name, comment FROM system.columns WHERE database = currentDatabase() FORMAT JSONCompactEachRow`,
    );
    const columns = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string, string]);
    expect(new Set(columns.map(([table]) => table))).toEqual(
      new Set(['alerts', 'files', 'goals', 'orders', 'rejects', 'reported', 'shops', 'totals']),
    );
    expect(columns.filter(([, , comment]) => comment === '')).toEqual([]);
    expect(
      (await send(`SELECT count() FROM system.tables WHERE database = currentDatabase() AND comment = ''`)).text,
    ).toBe('0\n');
  });

  test('reads orders with the export that each stands in, and the rows that were refused', async () => {
    const joined = await send(
      "SELECT count(), sum(o.net) FROM orders AS o INNER JOIN files AS f ON o.file_id = f.file_id WHERE f.status = 'committed' AND o.platform = 'douyin'",
    );
    const totals = await readTotals(store.db, {
      from: '2026-01-01',
      to: '2026-12-31',
      by: [],
      where: { platform: 'douyin' },
    });
    expect(joined.text).toBe(`29\t${formatYuan(totals.total.net)}\n`);
    expect((await send('SELECT record, outcome FROM rejects')).text).toBe('8\trejected\n8\trejected\n');
  });

  test('takes an answer away as Parquet', async () => {
    const response = await fetch(
      `${url}/?query=${encodeURIComponent('SELECT day, net FROM totals ORDER BY day LIMIT 3 FORMAT Parquet')}`,
      {
        headers: { 'x-clickhouse-user': 'bayar', 'x-clickhouse-key': token },
      },
    );
    const { types, rows } = await reopenParquet(Buffer.from(await response.arrayBuffer()), store.folder);
    expect(types).toEqual({ day: expect.anything(), net: 'DECIMAL(18,2)' });
    expect(rows).toHaveLength(3);
  });

  test('is told by the engine what is wrong with a query', async () => {
    const { status, text } = await send('SELECT nothing FROM totals');
    expect(status).toBe(404);
    expect(text).toContain('UNKNOWN_IDENTIFIER');
  });
});

describe('nothing but the views is read', () => {
  test('the tables beneath them are refused', async () => {
    for (const table of ['users', 'sessions', 'tokens', 'audit', 'orders', 'daily_totals', 'recipients', 'files']) {
      expect((await send(`SELECT * FROM ${store.db.name}.${table}`)).text).toMatch(/\(ACCESS_DENIED\)/);
    }
    for (const table of ['users', 'processes', 'parts', 'disks', 'server_settings']) {
      expect((await send(`SELECT * FROM system.${table}`)).text).toMatch(/\(ACCESS_DENIED\)/);
    }
  });

  test('the information schema tells programs of the views’ columns, and of nothing beneath them', async () => {
    const { status, text } = await send('SELECT DISTINCT table_schema FROM information_schema.columns');
    expect([
      status,
      text
        .trim()
        .split('\n')
        .filter((name) => !/^(analytics|information_schema$)/i.test(name)),
    ]).toEqual([200, []]);
    expect((await send('SELECT * FROM information_schema.tables')).text).toMatch(/ACCESS_DENIED/);
  });

  test('no table function of the build reads the disk or the loopback network', async () => {
    const address = `http://127.0.0.1:${otherPort}/secret.csv`;
    const shapes = [
      `'${secretFile}'`,
      `'${secretFile}', 'LineAsString'`,
      `'${secretFile}', 'LineAsString', 'line String'`,
      `'${address}'`,
      `'${address}', 'LineAsString'`,
      `'${address}', 'LineAsString', 'line String'`,
      `'127.0.0.1:${otherPort}', 'system', 'one'`,
      `'127.0.0.1:${otherPort}', 'db', 'table', 'user', 'password'`,
      `'cat ${secretFile}', 'LineAsString', 'line String'`,
      '',
    ];
    const wrong: string[] = [];
    for (const name of await namesIn('table_functions')) {
      for (const shape of shapes) {
        for (const sql of [`SELECT * FROM ${name}(${shape}) LIMIT 3`, `DESCRIBE TABLE ${name}(${shape})`]) {
          const { text } = await sendPastGateway(sql);
          if (text.includes(SECRET) || requests > 0) wrong.push(sql);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(requests).toBe(0);
  }, 300_000);

  test('of all functions of the build only file() reads the disk, and that does not pass', async () => {
    const readers = new Set<string>();
    for (const name of await namesIn('functions')) {
      if (/^(?:sleep|sleepEachRow|throwIf)$/i.test(name)) continue;
      for (const shape of [`'${secretFile}'`, `'${secretFile}', 'x'`, `'${secretFile}', 'x', 'y'`]) {
        const { text } = await sendPastGateway(`SELECT \`${name}\`(${shape})`);
        if (text.includes(SECRET)) readers.add(name);
      }
    }
    expect([...readers]).toEqual(['file']);
  }, 300_000);

  test('file() is refused however it is written', async () => {
    const forms = [
      `SELECT file('${secretFile}')`,
      `SELECT FILE('${secretFile}')`,
      `SELECT "file"('${secretFile}')`,
      `SELECT \`file\`('${secretFile}')`,
      `SELECT "\\x66ile"('${secretFile}')`,
      `SELECT \`fi\\Nle\`('${secretFile}')`,
      `SELECT * APPLY(file) FROM (SELECT '${secretFile}')`,
      `SELECT /* ' */ file/**/('${secretFile}') -- '`,
      `SELECT file\n('${secretFile}')`,
      `SELECT CAST(file('${secretFile}') AS UInt8)`,
      `SELECT * FROM view(SELECT file('${secretFile}'))`,
      `EXPLAIN SYNTAX SELECT file('${secretFile}')`,
      `WITH '${secretFile}' AS x SELECT x AS "a", (SELECT file(x))`,
      `SELECT 'a'file('${secretFile}')`,
      `SELECT concat('',file('${secretFile}'))`,
    ];
    for (const sql of forms) {
      const { status, text } = await send(sql);
      expect({ sql, status, said: text.slice(0, 9) }).toEqual({ sql, status: 403, said: 'Code: 497' });
    }
    // The list is worth something only where the engine itself would answer.
    const read = await Promise.all(forms.map(async (sql) => (await sendPastGateway(sql)).text.includes(SECRET)));
    expect(read.filter((isRead) => isRead).length).toBeGreaterThan(6);
  });

  test('file() is refused in a parameter, and in an address', async () => {
    const named = await send(`SELECT {f: Identifier}('${secretFile}')`, { query: 'param_f=file' });
    expect(named.text).not.toContain(SECRET);
    const address = encodeURIComponent(`SELECT file('${secretFile}')`);
    expect((await send('', { query: `query=${address}` })).status).toBe(403);
    // The word in halves: what is asked is the address and the body behind it.
    expect((await send(`le('${secretFile}')`, { query: 'query=SELECT+fi' })).text).not.toContain(SECRET);
  });

  test('whatever passes reads no disk, however quotes, comments and calls are put together', async () => {
    const word = fc.constantFrom(
      'file',
      'File',
      "'File'",
      "''file''",
      '"file"',
      '`file`',
      '"\\x66ile"',
      '{f:Identifier}',
    );
    const before = fc.constantFrom(
      '',
      '',
      '',
      ' ',
      "'",
      "'a'",
      "''",
      '"',
      '/*',
      '*/',
      'x AS ',
      'APPLY(',
      '* APPLY ',
      'concat(',
    );
    const after = fc.constantFrom('', '', '', ' ', '/**/', "'", "''", '\n', '--\n', ')', "/*'*/", '$$');
    const end = fc.constantFrom('', ')', "'", ', 1', ` FROM (SELECT '${secretFile}')`, ` -- '`);
    const asked = fc.record({ before, word, after, end, f: fc.constantFrom('file', "'file'", 'x') });
    const counted = { passed: 0, keptFromReading: 0 };
    await fc.assert(
      fc.asyncProperty(asked, async ({ f, ...parts }) => {
        const sql = `SELECT ${parts.before}${parts.word}${parts.after}('${secretFile}')${parts.end}`;
        const { text } = await send(sql, { query: `param_f=${encodeURIComponent(f)}` });
        expect({ sql, leaks: text.includes(SECRET) }).toEqual({ sql, leaks: false });
        if (!text.includes('A query may not contain')) counted.passed += 1;
        else if ((await sendPastGateway(sql)).text.includes(SECRET)) counted.keptFromReading += 1;
      }),
      { numRuns: 400, seed: 1 },
    );
    // The property says something only where some pass and some would have read.
    expect(counted.passed).toBeGreaterThan(10);
    expect(counted.keptFromReading).toBeGreaterThan(10);
  }, 120_000);

  test('what JDBC asks for the list of tables passes', async () => {
    const sql =
      "SELECT name FROM system.tables AS t WHERE t.database = currentDatabase() AND (t.engine IN ('View','File','FileLog')) ORDER BY name LIMIT 1";
    expect((await send(sql)).text).toBe('alerts\n');
  });

  test('words that only begin or end like it pass', async () => {
    expect((await send("SELECT count() FROM files WHERE file_id != 'profile'")).text).toBe('2\n');
  });

  test('no setting is changed: some of them name files, others are limits', async () => {
    for (const sql of [
      `SELECT 1 FORMAT Template SETTINGS format_template_row = '${secretFile}'`,
      `SELECT 1 AS a FORMAT Protobuf SETTINGS format_schema = '${secretFile}:Message'`,
      'SELECT 1 SETTINGS max_memory_usage = 0',
      'SELECT 1 SETTINGS max_execution_time = 0',
      'SET readonly = 0',
    ]) {
      const { text } = await sendPastGateway(sql);
      expect({ sql, text }).toEqual({ sql, text: expect.stringContaining('(READONLY)') });
    }
  });

  test('settings that programs send along are passed over', async () => {
    const query = 'max_memory_usage=0&readonly=0&format_template_row=x&session_id=1&wait_end_of_query=1';
    expect((await send("SELECT value FROM system.settings WHERE name = 'readonly'", { query })).text).toBe('1\n');
  });

  test('nothing is changed or written', async () => {
    for (const sql of [
      'INSERT INTO goals VALUES (1)',
      'CREATE TABLE x (a UInt8) ENGINE = Memory',
      'CREATE TEMPORARY TABLE x (a UInt8)',
      "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(HTTP(URL 'http://127.0.0.1/' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(1)",
      'CREATE FUNCTION f AS (x) -> x',
      'DROP VIEW totals',
      'ALTER TABLE totals MODIFY COMMENT 1',
      'SYSTEM SHUTDOWN',
      'KILL QUERY WHERE 1',
      'GRANT ALL ON *.* TO analyst',
      'CREATE USER x',
      "SELECT 1 INTO OUTFILE '/tmp/x'",
      'BACKUP DATABASE system TO Disk(1)',
    ]) {
      const { status } = await sendPastGateway(sql);
      expect({ sql, refused: status !== 200 }).toEqual({ sql, refused: true });
    }
  });

  test('a query that would take too much ends with an error, and the engine goes on', async () => {
    const { text } = await send('SELECT number FROM system.numbers LIMIT 6000000 FORMAT Null');
    expect(text).toMatch(/TOO_MANY_ROWS|ACCESS_DENIED/);
    const big = await send('SELECT groupArray(number) FROM (SELECT arrayJoin(range(200000000)) AS number)');
    expect(big.text).toMatch(/MEMORY_LIMIT_EXCEEDED|TOO_LARGE|Code: /);
    expect((await send('SELECT 1')).text).toBe('1\n');
  });
});

describe('who is let in', () => {
  test('nobody without a token, and no token under another name', async () => {
    await api.account('other', 'analyst');
    for (const as of [
      { password: '' },
      { password: 'pl_x_y' },
      { user: 'other' },
      { user: 'analyst' },
      { user: '', password: '' },
    ]) {
      const { status, text } = await send('SELECT 1', as);
      expect({ as, status }).toEqual({ as, status: 403 });
      expect(text).toContain('Code: 516');
    }
  });

  test('no viewer, no account of a part of the region, and no token that was revoked', async () => {
    const viewer = await api.account('viewer', 'viewer');
    const limited = await api.account('limited', 'operator', { platform: 'douyin' });
    expect((await send('SELECT 1', { user: 'viewer', password: viewer })).text).toContain('Code: 497');
    expect((await send('SELECT 1', { user: 'limited', password: limited })).text).toContain('Code: 497');
    const [, id = ''] = token.split('_');
    expect((await send('SELECT 1')).status).toBe(200);
    expect((await api.ask(`/v1/tokens/${id}`, token, { method: 'DELETE' })).statusCode).toBe(200);
    expect((await send('SELECT 1')).status).toBe(403);
  });

  test('each query is written down with who asked', async () => {
    await send('SELECT 42');
    await send("SELECT file('x')");
    await api.server.doorkeeper.close();
    const operator = await api.account('operator', 'operator');
    const { entries } = (await api.ask('/v1/audit', operator)).json<{ entries: { user: string; target: string }[] }>();
    for (const [target, status] of [
      ['SELECT 42', 200],
      ["SELECT file('x')", 403],
    ])
      expect(entries).toContainEqual(expect.objectContaining({ user: 'bayar', route: '/sql', target, status }));
  });
});
