import { type Database } from '../../src/clickhouse/client';
import { transient } from '../../src/errors';

/**
 * How a call fails: `dead` ends the process before it, so that no later call is made either; `refused` fails it alone;
 * `unanswered` does what was asked and fails all the same, as when a connection breaks before the answer.
 */
export type Failure = 'dead' | 'refused' | 'unanswered';

/** FailingDatabase is a database of which one call fails; `calls` counts those that were made. */
export interface FailingDatabase {
  readonly db: Database;
  readonly calls: () => number;
}

/**
 * failingDatabase fails the n-th call (from 1) to a database; 0 fails none. Of `changes` only calls that change something
 * are counted: what is left behind by a cut at a read is what was left by the change before it.
 */
export function failingDatabase(
  store: Database,
  nth: number,
  failure: Failure,
  counted: 'calls' | 'changes' = 'calls',
): FailingDatabase {
  let calls = 0;
  const attempt = async <Answer>(call: () => Promise<Answer>, kind: 'read' | 'change' = 'change'): Promise<Answer> => {
    const counts = counted === 'calls' || kind === 'change';
    if (counts) calls += 1;
    const fails = nth > 0 && ((counts && calls === nth) || (failure === 'dead' && calls >= nth));
    if (!fails) return await call();
    if (failure === 'unanswered') await call();
    throw transient('store-unreachable', `call ${calls} failed on purpose`);
  };
  const failing = (db: Database): Database => {
    const wrapped: Database = {
      name: db.name,
      spread: db.spread,
      get shards() {
        return shards;
      },
      rows: (query, params) => attempt(() => db.rows(query, params), 'read'),
      each: async function* (query, params) {
        yield* await attempt(() => Promise.resolve(db.each(query, params)), 'read');
      },
      row: (query, params) => attempt(() => db.row(query, params), 'read'),
      command: (name, sql, params, settings) => attempt(() => db.command(name, sql, params, settings)),
      insert: (table, rows, token) => attempt(() => db.insert(table, rows, token)),
      stream: (name, sql, body, params, settings, packed) =>
        attempt(() => db.stream(name, sql, body, params, settings, packed)),
      read: (name, sql) => attempt(() => db.read(name, sql), 'read'),
      parquet: (columns, rows) => attempt(() => db.parquet(columns, rows), 'read'),
      ping: () => db.ping(),
      close: () => db.close(),
    };
    const shards = db.spread === null ? [[wrapped]] : db.shards.map((replicas) => replicas.map(failing));
    return wrapped;
  };
  return { calls: () => calls, db: failing(store) };
}
