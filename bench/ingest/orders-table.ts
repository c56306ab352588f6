import { z } from 'zod';
import { type Database, openDatabase } from '../../src/clickhouse/client';
import { migrate } from '../../src/clickhouse/migrate';
import { count, fen } from '../../src/clickhouse/rows';
import { type BenchEngine } from '../bench-engine';

/** emptyOrders makes the product's own `orders` in the bench's engine, so that every contestant fills the same table. */
export async function emptyOrders(engine: BenchEngine): Promise<Database> {
  await migrate(engine.location);
  return openDatabase(engine.location);
}

/** sumOfOrders counts the rows of `orders` and sums what was paid, as the product's figures do. */
export async function sumOfOrders(db: Database): Promise<{ rows: number; gross: bigint }> {
  return await db.row({
    name: 'rows and gross of a contestant',
    sql: 'SELECT count() AS rows, sumIf(gross, paid_at IS NOT NULL) AS gross FROM orders',
    row: z.object({ rows: count, gross: fen }),
  });
}
