import { basename } from 'node:path';
import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type RowsOfFile } from '../../domain/data-findings';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, filesWhose } from '../ledger';
import { count } from '../rows';

type Row = RowsOfFile & { readonly layout: string };

const ROWS_OF_FILES: NamedQuery<Row> = {
  name: 'rows of committed files',
  sql: `SELECT file_id, e.1 AS path, e.2 AS platform, e.3 AS layout, e.4[1] AS shop, toString(toDate(e.5)) AS snapshot_day,
      e.6 + e.7 AS orders, e.7 AS rejected
    FROM (SELECT file_id, argMax(tuple(path, platform, layout, shops, snapshot_at, rows_loaded, rows_rejected),
            ${EVENT_ORDER}) AS e
          FROM files WHERE file_id IN (${filesWhose(`= 'committed'`)}) GROUP BY file_id)
    WHERE length(e.4) = 1 AND e.5 >= toDateTime({since: Date}, 'Asia/Shanghai')
    ORDER BY platform, shop, layout, e.5, file_id`,
  row: z
    .object({
      file_id: z.string(),
      path: z.string(),
      platform: z.string(),
      layout: z.string(),
      shop: z.string(),
      snapshot_day: z.string(),
      orders: count,
      rejected: count,
    })
    .transform(({ file_id, path, snapshot_day, orders, ...row }) => ({
      ...row,
      fileId: file_id,
      name: basename(path),
      snapshotDay: snapshot_day,
      rows: orders,
    })),
};

/** rowsOfFiles lists the committed files since a day, those of each shop and layout together, oldest first. */
export async function rowsOfFiles(db: Database, since: BusinessDay): Promise<RowsOfFile[][]> {
  const groups = new Map<string, RowsOfFile[]>();
  for (const { layout, ...file } of await db.rows(ROWS_OF_FILES, { since })) {
    const key = JSON.stringify([file.platform, file.shop, layout]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
