import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type DatabaseLocation, openDatabase } from '../../../src/clickhouse/client';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { migrate, MIGRATIONS_FOLDER, readMigrations } from '../../../src/clickhouse/migrate';
import { removeFolders, temporaryFolder } from '../../support/process';
import { refuseOtherThanTests } from '../../support/store';

let engine: EngineLease;
const databases: DatabaseLocation[] = [];
const product = readMigrations(MIGRATIONS_FOLDER);

beforeAll(async () => {
  engine = await leaseEngine(join(temporaryFolder(), 'engine'));
});
afterEach(async () => {
  for (const location of databases.splice(0)) {
    refuseOtherThanTests(location.database);
    await run({ ...location, database: 'default' }, `DROP DATABASE IF EXISTS ${location.database} SYNC`);
  }
});
afterAll(() => {
  engine.release();
  removeFolders();
});

function newDatabase(): DatabaseLocation {
  const database = `paceline_test_${randomBytes(6).toString('hex')}`;
  const location = { url: engine.url, user: engine.user, password: engine.password, database };
  databases.push(location);
  return location;
}

async function run(location: DatabaseLocation, ...statements: string[]): Promise<void> {
  const db = openDatabase(location);
  try {
    for (const statement of statements) await db.command('of a test', statement);
  } finally {
    await db.close();
  }
}

/** What a database is made of: every column of every table, how the tables are kept, and the migrations recorded. */
async function schemaOf(location: DatabaseLocation): Promise<string[]> {
  const db = openDatabase(location);
  const lines = z.object({ line: z.string() });
  try {
    const found = await db.rows({
      name: 'schema',
      sql: `SELECT concat(table, '.', name, ' ', type, ' ', toString(position), ' ', comment) AS line
          FROM system.columns WHERE database = currentDatabase()
        UNION ALL SELECT concat(name, ': ', engine_full) FROM system.tables WHERE database = currentDatabase()
        UNION ALL SELECT concat('applied ', toString(number), ' ', name, ' ', checksum) FROM (SELECT DISTINCT number, name, checksum FROM migrations)`,
      row: lines,
    });
    return found.map(({ line }) => line).sort();
  } finally {
    await db.close();
  }
}

/** A folder of migrations that a test may change. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const table = (name: string): string => `CREATE TABLE IF NOT EXISTS ${name} (x UInt8) ENGINE = MergeTree ORDER BY x;\n`;

describe('migrations', () => {
  test('make the schema in an empty database once, and find nothing to do the second time', async () => {
    const location = newDatabase();
    expect(await migrate(location)).toBe(product.length);
    const schema = await schemaOf(location);
    expect(schema.filter((line) => line.startsWith('applied '))).toHaveLength(product.length);
    expect(await migrate(location)).toBe(0);
    expect(await schemaOf(location)).toEqual(schema);
  });

  test('end in the same schema when every one of their statements was run before it was recorded', async () => {
    const whole = newDatabase();
    await migrate(whole);
    const schema = await schemaOf(whole);
    const statements = product.flatMap((migration) => migration.statements);
    const location = newDatabase();
    await run({ ...location, database: 'default' }, `CREATE DATABASE ${location.database}`);
    await run(location, ...statements.flatMap((statement) => [statement, statement]));
    expect(await migrate(location)).toBe(product.length);
    expect(await schemaOf(location)).toEqual(schema);
  });

  test('end in the same schema after a crash in the middle or at the end of each of them', async () => {
    const whole = newDatabase();
    await migrate(whole);
    const schema = await schemaOf(whole);
    const statements = product.flatMap((migration) => migration.statements);
    const lengths = product.map((migration) => migration.statements.length);
    const cuts = lengths.flatMap((length, index) => {
      const before = lengths.slice(0, index).reduce((sum, each) => sum + each, 0);
      return [before + Math.ceil(length / 2), before + length];
    });
    for (const done of new Set(cuts)) {
      const location = newDatabase();
      await run({ ...location, database: 'default' }, `CREATE DATABASE ${location.database}`);
      await run(location, ...statements.slice(0, done));
      expect(await migrate(location)).toBe(product.length);
      expect(await schemaOf(location)).toEqual(schema);
    }
  }, 180_000);

  test('go on with the first one that is not recorded', async () => {
    const location = newDatabase();
    const folder = folderWith({ '001_first.sql': table('first') });
    await migrate(location, folder);
    writeFileSync(
      join(folder, '002_second.sql'),
      `${table('half')}CREATE TABLE broken (x Missing) ENGINE = MergeTree ORDER BY x;\n`,
    );
    await expect(migrate(location, folder)).rejects.toMatchObject({ code: 'store-query-failed' });
    writeFileSync(join(folder, '002_second.sql'), `${table('half')}${table('rest')}`);
    writeFileSync(join(folder, '003_third.sql'), table('third'));
    expect(await migrate(location, folder)).toBe(2);
    const names = (await schemaOf(location)).filter((line) => line.includes(': ')).map((line) => line.split(':')[0]);
    expect(names).toEqual(['first', 'half', 'migrations', 'rest', 'third']);
  });

  test('of several programs at once end in one schema', async () => {
    const location = newDatabase();
    await Promise.all([1, 2, 3, 4].map(() => migrate(location)));
    const other = newDatabase();
    await migrate(other);
    expect(await schemaOf(location)).toEqual(await schemaOf(other));
  });

  test('of a newer program are not touched by an older one', async () => {
    const location = newDatabase();
    const newer = folderWith({});
    cpSync(MIGRATIONS_FOLDER, newer, { recursive: true });
    const next = String(product.length + 1).padStart(3, '0');
    writeFileSync(join(newer, `${next}_later.sql`), table('later'));
    await migrate(location, newer);
    const schema = await schemaOf(location);
    await expect(migrate(location)).rejects.toMatchObject({
      code: 'schema-newer',
      kind: 'terminal',
      context: { at: product.length + 1, known: product.length },
    });
    expect(await schemaOf(location)).toEqual(schema);
  });

  test('that were edited after they were applied are refused, and nothing is applied', async () => {
    const location = newDatabase();
    await migrate(location);
    const edited = folderWith({ '999_other.sql': '' });
    rmSync(join(edited, '999_other.sql'));
    cpSync(MIGRATIONS_FOLDER, edited, { recursive: true });
    const [, second = ''] = readdirSync(edited).sort();
    appendFileSync(join(edited, second), '-- a later thought\n');
    writeFileSync(join(edited, `${String(product.length + 1).padStart(3, '0')}_more.sql`), table('more'));
    await expect(migrate(location, edited)).rejects.toMatchObject({ code: 'schema-changed', context: { number: 2 } });
    expect((await schemaOf(location)).join()).not.toContain('more.');
  });

  test('are numbered without a gap', () => {
    expect(() => readMigrations(folderWith({ '001_a.sql': '', '003_c.sql': '' }))).toThrow('migration 2 is missing');
    expect(() => readMigrations(folderWith({ '001_a.sql': '', '002-b.sql': '' }))).toThrow('migration 2 is missing');
  });
});
