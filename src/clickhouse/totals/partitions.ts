import { z } from 'zod';
import { type BusinessDay } from '../../domain/calendar';
import { type Database, type NamedQuery } from '../client';
import { EVENT_ORDER, IS_UNDER_WAY } from '../ledger';
import { count } from '../rows';

/** PartitionKey names a partition of `orders` and of everything made from it. */
export interface PartitionKey {
  readonly platform: string;
  /** First day of the order month. */
  readonly month: BusinessDay;
}

/** PartitionState compares what the ledger holds for a partition with what its totals rest on. */
export interface PartitionState extends PartitionKey {
  /** Changes in the ledger. */
  readonly covers: number;
  /** Changes that the current generation rests on; 0 before the first one. */
  readonly published: number;
  /** The current generation; blank before the first one. */
  readonly generation: string;
  /** Changes under way: parts may be linked, nothing says that they count. */
  readonly inFlight: number;
}

/** A file that came and a file that went both change the orders of their days. */
const IS_CHANGE = `status IN ('committed', 'withdrawn')`;

const PARTITION_STATES: NamedQuery<Omit<PartitionState, 'inFlight'>> = {
  name: 'partitions and their rollups',
  sql: `
    SELECT platform, toString(month) AS month, sum(covers) AS covers, max(published) AS published,
      max(generation) AS generation
    FROM (
      SELECT platform, arrayJoin(months) AS month, sum(changes) AS covers, 0 AS published, '' AS generation
      FROM (SELECT platform, months, count() AS changes FROM files WHERE ${IS_CHANGE} GROUP BY platform, months)
      GROUP BY platform, month
      UNION ALL
      SELECT platform, order_month AS month, 0, max(covers), toString(argMax(generation, covers))
      FROM rollups GROUP BY platform, month)
    GROUP BY platform, month ORDER BY platform, month`,
  row: z.object({
    platform: z.string(),
    month: z.string(),
    covers: count,
    published: count,
    generation: z.string(),
  }),
};

const IN_FLIGHT: NamedQuery<PartitionKey & { readonly changes: number }> = {
  name: 'changes under way by partition',
  sql: `
    SELECT latest.1 AS platform, toString(arrayJoin(latest.2)) AS month, count() AS changes
    FROM (SELECT argMax((platform, months, ${IS_UNDER_WAY}), ${EVENT_ORDER}) AS latest FROM files
      WHERE file_id IN (SELECT file_id FROM under_way) GROUP BY file_id)
    WHERE latest.3 GROUP BY platform, month`,
  row: z.object({ platform: z.string(), month: z.string(), changes: count }),
};

/**
 * partitionStates lists every partition that a commit or a withdrawal has touched. What is under way is asked first: a
 * change that ends between both questions is among the changes in the ledger.
 */
export async function partitionStates(db: Database): Promise<PartitionState[]> {
  const inFlight = new Map((await db.rows(IN_FLIGHT)).map(({ changes, ...key }) => [partitionName(key), changes]));
  const states = await db.rows(PARTITION_STATES);
  return states.map((state) => ({ ...state, inFlight: inFlight.get(partitionName(state)) ?? 0 }));
}

/** Changes of a partition that no generation rests on yet, and the shops and order days that they touched. */
export interface PendingChanges extends PartitionKey {
  readonly shops: readonly string[];
  readonly days: readonly BusinessDay[];
  readonly changes: readonly string[];
}

const PENDING: NamedQuery<PendingChanges> = {
  name: 'changes that no total rests on',
  sql: `
    SELECT platform, toString(toStartOfMonth(day)) AS month, arraySort(groupUniqArrayArray(shops)) AS shops,
      arraySort(groupUniqArray(day)) AS days, arraySort(groupUniqArray(change)) AS changes
    FROM (
      SELECT platform, concat(file_id, '-', toString(seq)) AS change, shops, arrayJoin(days) AS day
      FROM files WHERE ${IS_CHANGE} AND hasAny(months, {months: Array(Date)}))
    WHERE has({partitions: Array(String)}, concat(platform, '/', toString(toStartOfMonth(day))))
      AND (platform, toStartOfMonth(day), change) NOT IN (
        SELECT platform, order_month, arrayJoin(changes) FROM rollups
        WHERE has({partitions: Array(String)}, concat(platform, '/', toString(order_month))))
    GROUP BY platform, month ORDER BY platform, month`,
  row: z.object({
    platform: z.string(),
    month: z.string(),
    shops: z.array(z.string()),
    days: z.array(z.string()),
    changes: z.array(z.string()),
  }),
};

/** pendingChanges lists what the given partitions' next generation has to take in. */
export async function pendingChanges(db: Database, partitions: readonly PartitionKey[]): Promise<PendingChanges[]> {
  if (partitions.length === 0) return [];
  return await db.rows(PENDING, {
    months: [...new Set(partitions.map(({ month }) => month))],
    partitions: partitions.map(partitionName),
  });
}

/** partitionName writes a partition's key as one text. */
export const partitionName = ({ platform, month }: PartitionKey): string => `${platform}/${month}`;
