import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';

/** DataVersion tells whether answers may have changed: the same text, the same answers. */
export interface DataVersion {
  /** Of everything that figures rest on. */
  readonly data: string;
  /** Of accounts, sessions and tokens. */
  readonly access: string;
}

// Nothing is ever updated in place: whatever changes is a new part with a higher block number. `rollups` is written last
// of what a file changes in the totals; the rows themselves say nothing before.
const NEWEST_BLOCKS: NamedQuery<{ table: string; block: string }> = {
  name: 'newest blocks',
  sql: `SELECT table, toString(max(max_block_number)) AS block FROM system.parts
    WHERE active AND database = currentDatabase()
      AND table NOT IN ('audit', 'orders', 'kept_rows', 'destinations', 'daily_totals', 'migrations')
      AND NOT match(table, '^(staging|held)_')
    GROUP BY table ORDER BY table`,
  row: z.object({ table: z.string(), block: z.string() }),
};

const OF_ACCESS: readonly string[] = ['users', 'sessions', 'tokens'];

/** dataVersion reads it off the engine's list of parts, whatever the number of rows. */
export async function dataVersion(db: Database): Promise<DataVersion> {
  const blocks = await db.rows(NEWEST_BLOCKS);
  const hash = (ofAccess: boolean): string =>
    createHash('sha256')
      .update(JSON.stringify(blocks.filter(({ table }) => OF_ACCESS.includes(table) === ofAccess)))
      .digest('base64url')
      .slice(0, 16);
  return { data: hash(false), access: hash(true) };
}
