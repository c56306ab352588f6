import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Decision } from '../../domain/order-file';
import { type Database, type NamedQuery } from '../client';
import { filesWhose } from '../ledger';
import { stagingTable } from '../loading/stage';
import { count } from '../rows';
import { engineTime } from '../time';

/** About so many orders of a file are looked up, picked by the hash of their numbers. */
const SAMPLE = 500;
/** Of a file with more order days than these, the last ones are looked at, and of the others as many, evenly. */
const DAYS = { last: 7, others: 24 } as const;

/** SharedOrders are orders of a file that another shop of its platform has too, in the store or in the file itself. */
export interface SharedOrders {
  /** A shop of the file. */
  readonly shop: string;
  readonly other: string;
  readonly orders: number;
  /** Number of one of them. */
  readonly example: string;
}

/** What is asked of a staged file: where its rows are, and what it is of. */
export interface StagedOrders {
  readonly suffix: string;
  readonly platform: string;
  readonly days: readonly BusinessDay[];
  /** The file that it replaces: its orders go when these come. */
  readonly replaces?: string | undefined;
}

const sampleOf = (staging: string): string => `SELECT DISTINCT shop, order_id FROM ${staging}
    WHERE order_day IN {days: Array(Date)} AND cityHash64(order_id) % greatest(1, intDiv(
      (SELECT uniq(order_id) FROM ${staging} WHERE order_day IN {days: Array(Date)}), ${SAMPLE})) = 0`;

/** Without the file that is replaced, orders are what the others say: also what its rows had replaced. */
const countedBut = (replaces: string | undefined): string =>
  replaces === undefined
    ? 'FROM orders WHERE'
    : `FROM kept_rows WHERE file_id != {replaces: String} AND file_id GLOBAL IN (${filesWhose(`= 'committed'`)}) AND`;

const shared = (staging: string, replaces: string | undefined): NamedQuery<SharedOrders> => ({
  name: 'orders of a staged file that other shops have',
  sql: `SELECT mine.shop AS shop, theirs.shop AS other, uniqExact(order_id) AS orders, min(order_id) AS example
    FROM (${sampleOf(staging)}) AS mine
    INNER JOIN (
      SELECT shop, order_id ${countedBut(replaces)} platform = {platform: String} AND order_day IN {days: Array(Date)}
        AND order_id GLOBAL IN (SELECT order_id FROM (${sampleOf(staging)}))
      UNION ALL ${sampleOf(staging)}) AS theirs USING order_id
    WHERE mine.shop != theirs.shop AND (least(mine.shop, theirs.shop), greatest(mine.shop, theirs.shop)) NOT IN (
      SELECT shop, other FROM alike_shops WHERE platform = {platform: String})
    GROUP BY mine.shop, theirs.shop ORDER BY orders DESC, shop, other`,
  row: z.object({ shop: z.string(), other: z.string(), orders: count, example: z.string() }),
});

/**
 * sharedOrders looks up a sample of a staged file's orders under the other shops of its platform, most of them first. The
 * numbers of a platform's orders are given by the platform: two shops with the same order are one shop under two names, as
 * a rule. Shops that are known to number their orders alike are left out.
 */
export async function sharedOrders(db: Database, file: StagedOrders): Promise<SharedOrders[]> {
  const { suffix, platform, replaces } = file;
  const params = { platform, days: daysToLookAt(file.days), ...(replaces === undefined ? {} : { replaces }) };
  return await db.rows(shared(stagingTable(suffix), replaces), params);
}

function daysToLookAt(days: readonly BusinessDay[]): readonly BusinessDay[] {
  const sorted = [...days].sort();
  const others = sorted.slice(0, -DAYS.last);
  if (others.length <= DAYS.others) return sorted;
  const some = Array.from(
    { length: DAYS.others },
    (_, at) => others[Math.floor((at * others.length) / DAYS.others)] ?? '',
  );
  return [...some, ...sorted.slice(-DAYS.last)];
}

/** recordAlike writes down that shops of a platform number their orders alike, as somebody has decided. */
export async function recordAlike(
  db: Database,
  platform: string,
  pairs: readonly Pick<SharedOrders, 'shop' | 'other'>[],
  decision: Decision,
  now: Date,
): Promise<void> {
  const rows = pairs.map(({ shop, other }) => ({
    platform,
    shop: shop < other ? shop : other,
    other: shop < other ? other : shop,
    decided_by: decision.by,
    reason: decision.reason,
    at: engineTime(now),
  }));
  if (rows.length > 0) await db.insert('alike_shops', rows);
}
