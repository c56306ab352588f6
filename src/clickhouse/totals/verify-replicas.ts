import { z } from 'zod';
import { type Database, type NamedQuery } from '../client';
import { allOf } from '../shards';
import { type PartitionKey } from './partitions';

/** A partition of which replicas of one shard hold different rows: the totals would depend on which of them is asked. */
export interface ReplicaDifference extends PartitionKey {
  /** Number of the shard, from 1. */
  readonly shard: number;
}

const OF_ROW = `sipHash64(formatRow('RowBinary', *))`;

const DIGESTS: NamedQuery<PartitionKey & { digest: string }> = {
  name: 'digests of the rows on a replica',
  sql: `SELECT platform, toString(month) AS month, toString(arraySort(groupArray((of, rows, digest)))) AS digest FROM (
      SELECT 'orders' AS of, platform, toStartOfMonth(order_day) AS month, count() AS rows, sum(${OF_ROW}) AS digest
      FROM orders FINAL GROUP BY platform, month
      UNION ALL SELECT 'destinations', platform, toStartOfMonth(order_day) AS month, count(), sum(${OF_ROW})
      FROM destinations FINAL GROUP BY platform, month)
    GROUP BY platform, month`,
  row: z.object({ platform: z.string(), month: z.string(), digest: z.string() }),
};

/** verifyReplicas compares what the replicas of each shard hold; a shard with one of them has nothing to compare. */
export async function verifyReplicas({ shards }: Database): Promise<ReplicaDifference[]> {
  const found = await allOf(
    shards.map(async (replicas, index) => {
      if (replicas.length === 1) return [];
      const digests = await allOf(replicas.map(async (replica) => await replica.rows(DIGESTS)));
      return differing(digests).map((partition) => ({ shard: index + 1, ...partition }));
    }),
  );
  return found.flat();
}

/** Partitions that are not the same in all lists, in their order. */
function differing(lists: readonly (readonly (PartitionKey & { digest: string })[])[]): PartitionKey[] {
  const seen = new Map<string, { partition: PartitionKey; lists: number }>();
  for (const { platform, month, digest } of lists.flat()) {
    const key = JSON.stringify([platform, month, digest]);
    seen.set(key, { partition: { platform, month }, lists: (seen.get(key)?.lists ?? 0) + 1 });
  }
  const wrong = [...seen].filter(([, { lists: times }]) => times < lists.length);
  const names = new Map(wrong.map(([, { partition }]) => [JSON.stringify(partition), partition]));
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, partition]) => partition);
}
