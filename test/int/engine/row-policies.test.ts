import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { analystStatements } from '../../../src/clickhouse/analytics';
import { openDatabase } from '../../../src/clickhouse/client';
import { migrate } from '../../../src/clickhouse/migrate';
import { LEAGUES } from '../../../src/domain/leagues';
import { removeFolders, type Running } from '../../support/process';
import { ask } from './holders';
import { OWN, startServer } from './server';

const LEAGUE = { user: 'league', password: 'league-password' };
const FILTER = "<filter>league = '包头市'</filter>";
/** Rights and rows as `analystStatements` gives them. */
const OF_LEAGUE = {
  profile: 'analyst',
  grants: ['GRANT SELECT ON analytics.totals, SELECT ON analytics.orders, SELECT ON analytics.shops'],
  rows: `<databases><analytics><totals>${FILTER}</totals><orders>${FILTER}</orders><shops>${FILTER}</shops></analytics></databases>`,
};
const GENERATION = '11111111-1111-1111-1111-111111111111';

let server: Running;
let url: string;

beforeAll(async () => {
  ({ server, url } = await startServer(LEAGUE, OF_LEAGUE));
  const location = { url, ...OWN, database: 'paceline' };
  await migrate(location);
  const db = openDatabase(location);
  const [at, day] = ['2026-01-02 00:00:00.000', '2026-01-01'];
  const shops = [
    ['s1', '包头市', 1, '10.05'],
    ['s2', '呼和浩特市', 1, '20.00'],
  ] as const;
  await db.insert(
    'shops',
    shops.map(([shop, league, seq]) => ({ platform: 'a', shop, seq, valid_from: '1970-01-01', league, at })),
  );
  await db.insert(
    'daily_totals',
    shops.map(([shop, , , gross]) => ({
      generation: GENERATION,
      platform: 'a',
      order_day: day,
      day,
      shop,
      gross,
      paid_orders: 1,
    })),
  );
  await db.insert('rollups', [{ platform: 'a', order_month: day, covers: 1, generation: GENERATION, at }]);
  await db.insert(
    'orders',
    shops.map(([shop, , , gross]) => ({
      platform: 'a',
      shop,
      order_id: shop,
      order_day: day,
      paid_at: `${day} 10:00:00`,
      gross,
    })),
  );
  await db.close();
});
afterAll(() => {
  server.kill();
  removeFolders();
});

const rows = async (sql: string, user = LEAGUE): Promise<string> => (await ask(url, sql, user))?.text ?? '';

test('a role of a league sees the rows of its own shops, in sums too, and no other view', async () => {
  expect(await rows('SELECT shop, gross FROM analytics.totals ORDER BY shop', OWN)).toBe('s1\t10.05\ns2\t20\n');
  expect(await rows('SELECT shop, gross FROM analytics.totals')).toBe('s1\t10.05\n');
  expect(await rows('SELECT sum(gross), count(), max(shop) FROM analytics.totals')).toBe('10.05\t1\ts1\n');
  expect(await rows('SELECT shop, gross FROM analytics.orders')).toBe('s1\t10.05\n');
  expect(await rows('SELECT shop FROM analytics.shops')).toBe('s1\n');
  expect(await rows("SELECT count() FROM analytics.totals WHERE league != '包头市' OR 1")).toBe('1\n');
  for (const view of ['files', 'rejects', 'goals', 'reported', 'alerts'])
    expect(await rows(`SELECT * FROM analytics.${view}`)).toMatch(/\(ACCESS_DENIED\)/);
  expect(await rows('SELECT * FROM paceline.daily_totals')).toMatch(/\(ACCESS_DENIED\)/);
});

test('a condition of the reader’s own is tried on hidden rows too, so that its errors tell of them', async () => {
  const asks = (shop: string): Promise<string> =>
    rows(`SELECT count() FROM analytics.orders WHERE throwIf(shop = '${shop}')`);
  // Whoever finds this closed has a wall where there was a curtain: docs/howto/connect-sql.md says which.
  expect(await asks('s2')).toMatch(/FUNCTION_THROW_IF_VALUE_IS_NON_ZERO/);
  expect(await asks('s3')).toBe('0\n');
});

test('the statements for a server are such as the engine reads, one role for each league', async () => {
  const statements = analystStatements('paceline', LEAGUES);
  for (const statement of statements) {
    expect({ statement, status: (await ask(url, `EXPLAIN AST ${statement}`, OWN))?.status }).toEqual({
      statement,
      status: 200,
    });
  }
  expect(statements.filter((statement) => statement.startsWith('CREATE ROLE'))).toHaveLength(LEAGUES.length + 1);
  const quota = statements.findIndex((statement) => statement.startsWith('CREATE QUOTA'));
  const quotas = statements[quota]?.split(' TO ')[1]?.split(', ');
  expect(quotas).toHaveLength(LEAGUES.length + 1);
  expect(statements.slice(quota).some((statement) => statement.startsWith('CREATE ROLE'))).toBe(false);
  // None of them is taken: users come from the file alone in this build.
  expect(await rows(statements[0] ?? '', OWN)).toMatch(/ACCESS_STORAGE_FOR_INSERTION_NOT_FOUND|ACCESS_DENIED/);
});
