import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { terminal } from '../errors';
import { analyticsOf } from './analytics';
import {
  type Database,
  type DatabaseLocation,
  type NamedQuery,
  onServer,
  openDatabase,
  replicaLocations,
} from './client';
import { keepLayout } from './layout';
import { packageRoot } from './package-root';
import { eachReplica, isOnShards, showLedger, spreadTable } from './shards';

/**
 * Migration is one numbered .sql file: statements that can each be run twice without harm. `{analytics: Identifier}` in
 * them is the database of views.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

const FILE_NAME = /^(\d{3})_([a-z_]+)\.sql$/;

/**
 * readMigrations reads the numbered files of a folder in order.
 * @throws PipelineError `internal` when a name or the numbering is wrong
 */
export function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .sort()
    .map((file) => {
      const [, number = '', name = ''] = FILE_NAME.exec(file) ?? [];
      const text = readFileSync(join(folder, file), 'utf8');
      return {
        number: Number(number),
        name,
        checksum: createHash('sha256').update(text).digest('hex').slice(0, 16),
        statements: statementsOf(text),
      };
    });
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) {
      throw terminal('internal', `migration ${index + 1} is missing or misnamed in ${folder}`, 'Name it NNN_what.sql.');
    }
  });
  return migrations;
}

/** A statement ends with a semicolon at the end of a line; comment lines are not sent. */
function statementsOf(text: string): string[] {
  return text
    .replace(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** The product's own migrations. */
export const MIGRATIONS_FOLDER = join(packageRoot(), 'src/clickhouse/migrations');

/** AppliedMigration is one that has made a part of a schema. */
export type AppliedMigration = Pick<Migration, 'number' | 'name' | 'checksum'>;

const APPLIED: NamedQuery<AppliedMigration> = {
  name: 'applied migrations',
  sql: 'SELECT DISTINCT number, name, checksum FROM migrations ORDER BY number',
  row: z.object({ number: z.number(), name: z.string(), checksum: z.string() }),
};

/**
 * migrate brings a database to this program's schema and returns how many migrations it applied. It records each one
 * after its statements, so a crash is repaired by running it again; it never runs backwards.
 * @throws PipelineError `schema-newer` when the database was made by a newer program, `schema-changed` when an applied
 * file has been edited since
 */
export async function migrate(location: DatabaseLocation, folder: string = MIGRATIONS_FOLDER): Promise<number> {
  return await migrateWith(location, readMigrations(folder));
}

/**
 * migrateTo makes the schema of an earlier moment, for what was written then.
 * @throws PipelineError `schema-newer`, `schema-changed` when this program does not know that schema
 */
export async function migrateTo(location: DatabaseLocation, applied: readonly AppliedMigration[]): Promise<void> {
  const known = readMigrations(MIGRATIONS_FOLDER);
  refuseForeignSchema(applied, known, location.database);
  await migrateWith(
    location,
    known.filter(({ number }) => applied.some((done) => done.number === number)),
  );
}

/** makeViews makes the views of a store anew, under the name that it has now. */
export async function makeViews(location: DatabaseLocation): Promise<void> {
  const db = openDatabase(location);
  try {
    const applied = await appliedMigrations(db);
    for (const { number, name, statements } of readMigrations(MIGRATIONS_FOLDER)) {
      if (!applied.some((done) => done.number === number)) continue;
      for (const statement of statements.filter((text) => text.includes(VIEWS))) {
        await db.command(`views of migration ${number} ${name}`, statement, { analytics: analyticsOf(db.name) });
      }
    }
  } finally {
    await db.close();
  }
}

/** How a migration names the database of views. */
const VIEWS = '{analytics: Identifier}';

/** appliedMigrations lists what has made the schema of a database. */
export async function appliedMigrations(db: Database): Promise<AppliedMigration[]> {
  return await db.rows(APPLIED);
}

async function migrateWith(location: DatabaseLocation, migrations: readonly Migration[]): Promise<number> {
  for (const place of [location, ...replicaLocations(location)]) await createDatabase(place);
  const db = openDatabase(location);
  try {
    await keepLayout(db);
    await db.command(
      'create the table of migrations',
      `CREATE TABLE IF NOT EXISTS migrations (number UInt16, name String, checksum String, at DateTime64(3, 'UTC') DEFAULT now64(3))
       ENGINE = MergeTree ORDER BY number`,
    );
    const applied = await appliedMigrations(db);
    refuseForeignSchema(applied, migrations, location.database);
    const pending = migrations.filter(({ number }) => !applied.some((done) => done.number === number));
    for (const migration of pending) await apply(db, migration);
    await showLedger(db, pending.length > 0);
    return pending.length;
  } finally {
    await db.close();
  }
}

async function createDatabase(location: DatabaseLocation): Promise<void> {
  await onServer(location, async (server) => {
    await server.command('create database', 'CREATE DATABASE IF NOT EXISTS {database: Identifier}', {
      database: location.database,
    });
  });
}

const CHANGED_TABLE = /^(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) (\w+)/;

async function apply(db: Database, { number, name, checksum, statements }: Migration): Promise<void> {
  const params = { analytics: analyticsOf(db.name) };
  const run = async (on: Database, statement: string): Promise<void> =>
    await on.command(`migration ${number} ${name}`, statement, params);
  for (const statement of statements) {
    const table = CHANGED_TABLE.exec(statement)?.[1] ?? '';
    if (isOnShards(table)) {
      await eachReplica(db, async (replica) => await run(replica, statement));
      await spreadTable(db, table);
    } else {
      await run(db, statement);
    }
  }
  await db.insert('migrations', [{ number, name, checksum }]);
}

function refuseForeignSchema(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
  database: string,
): void {
  const newest = applied.at(-1);
  if (newest && newest.number > migrations.length) {
    throw terminal(
      'schema-newer',
      `database "${database}" is at migration ${newest.number} (${newest.name}), this program knows ${migrations.length}`,
      'Run the newer program that made the database, or point this one at another database (CLICKHOUSE_DATABASE) or PACELINE_HOME.',
      { database, at: newest.number, known: migrations.length },
    );
  }
  const changed = migrations.find(({ number, checksum }) =>
    applied.some((done) => done.number === number && done.checksum !== checksum),
  );
  if (changed) {
    throw terminal(
      'schema-changed',
      `migration ${changed.number} (${changed.name}) was changed after database "${database}" applied it`,
      'Applied migrations are never edited: put the change into a new file with the next number.',
      { database, number: changed.number },
    );
  }
}
