import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { transient } from '../../errors';
import { type Database } from '../client';
import { engineTime } from '../time';
import { keepCoarseTotals } from './coarse-totals';
import { dropSupersededGenerations } from './generations';
import {
  type PartitionKey,
  partitionName,
  type PartitionState,
  partitionStates,
  type PendingChanges,
  pendingChanges,
} from './partitions';
import { summedOrders, SUMMING_SETTINGS } from './summed-orders';

const COMMIT_WAIT_MS = 30_000;
const RETRY_MS = 50;

/** A partition's totals as they were written, not yet named. */
interface Built extends PendingChanges {
  readonly covers: number;
  readonly generation: string;
}

/**
 * refreshTotals writes the totals anew of every partition that a commit has touched since its rollup, and publishes all
 * of them in one insert, so that readers see a file wholly or not at all. It returns the partitions that it wrote.
 * Only the orders of the shops and days that were touched are summed again; the other totals are copied from the
 * generation before, so the cost follows what is new and the size of the totals, not the number of orders.
 *
 * It takes no lock. A commit announces itself in the ledger before it links a part, so a build is good when its
 * partitions have neither a commit in flight nor a new one after the build; otherwise those are built again.
 * @throws PipelineError `store-query-failed`, transient, when a commit in flight does not end
 */
export async function refreshTotals(db: Database, now: () => Date): Promise<PartitionKey[]> {
  const built = new Map<string, Built>();
  const giveUpAt = Date.now() + COMMIT_WAIT_MS;
  for (;;) {
    const dirty = (await partitionStates(db)).filter(({ covers, published }) => covers > published);
    if (dirty.length === 0) {
      await keepCoarseTotals(db);
      return [];
    }
    const stale = dirty.filter((state) => built.get(partitionName(state))?.covers !== state.covers);
    if (dirty.some((state) => state.inFlight > 0)) {
      if (Date.now() > giveUpAt) throw commitInFlight();
      await wait(RETRY_MS);
    } else if (stale.length === 0) {
      break;
    } else {
      for (const partition of await build(db, stale)) built.set(partitionName(partition), partition);
    }
  }
  const partitions = [...built.values()];
  await db.insert(
    'rollups',
    partitions.map(({ platform, month, covers, generation, changes }) => ({
      platform,
      order_month: month,
      covers,
      generation,
      changes,
      at: engineTime(now()),
    })),
  );
  await keepCoarseTotals(db);
  await dropSupersededGenerations(db);
  return partitions.map(({ platform, month }) => ({ platform, month }));
}

const commitInFlight = () =>
  transient(
    'store-query-failed',
    'a commit of another process has been under way for 30 s',
    'Run the command again; if no other command is at work, this finishes what was cut off.',
  );

/** What is summed again: orders lie by shop and day, so that no others are read. */
const OF_DAYS = 'order_day IN {days: Array(Date)}';
const OF_SHOPS_AND_DAYS = `shop IN {shops: Array(String)} AND ${OF_DAYS}`;
/** Names of more characters than these would not fit in a request, which takes 128 KiB of each parameter. */
const MOST_NAMES = 30_000;

async function build(db: Database, states: readonly PartitionState[]): Promise<Built[]> {
  const pending = new Map((await pendingChanges(db, states)).map((entry) => [partitionName(entry), entry]));
  const built = states.map(({ platform, month, covers }): Built => {
    const { shops = [], days = [], changes = [] } = pending.get(partitionName({ platform, month })) ?? {};
    return { platform, month, covers, shops, days, changes, generation: randomUUID() };
  });
  for (const platform of new Set(built.map((partition) => partition.platform))) {
    const own = built.filter((partition) => partition.platform === platform);
    const shops = [...new Set(own.flatMap((partition) => partition.shops))];
    const again = shops.join().length > MOST_NAMES ? OF_DAYS : OF_SHOPS_AND_DAYS;
    await db.command(
      'build daily totals',
      `INSERT INTO daily_totals
       SELECT toUUID(transform(toString(toStartOfMonth(order_day)), {months: Array(String)}, {generations: Array(String)}, '')), *
       FROM (
         ${summedOrders(db, `platform = {platform: String} AND ${again}`)}
         UNION ALL
         SELECT * EXCEPT generation FROM daily_totals
         WHERE platform = {platform: String} AND generation IN {before: Array(UUID)} AND NOT (${again}))`,
      {
        platform,
        months: own.map(({ month }) => month),
        generations: own.map(({ generation }) => generation),
        ...(again === OF_DAYS ? {} : { shops }),
        days: own.flatMap(({ days }) => days),
        before: states.flatMap((state) => (state.platform === platform && state.generation ? [state.generation] : [])),
      },
      SUMMING_SETTINGS,
    );
  }
  return built;
}
