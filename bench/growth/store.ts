import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/clickhouse/client';
import { leaseEngine } from '../../src/clickhouse/engine/launch';
import { migrate } from '../../src/clickhouse/migrate';
import { untilEnded } from '../process-meter';

/** The database of a deployment that sets nothing. */
const DATABASE = 'paceline';

/** withStore opens the product's own store under a home for a piece of work, and returns when its engine has ended. */
export async function withStore<T>(home: string, work: (db: Database) => Promise<T>): Promise<T> {
  const lease = await leaseEngine(join(home, 'engine'));
  const location = { url: lease.url, user: lease.user, password: lease.password, database: DATABASE };
  try {
    await migrate(location);
    const db = openDatabase(location);
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  } finally {
    lease.release();
    await untilEnded(lease.pid);
  }
}
