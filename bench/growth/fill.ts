import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, type NamedQuery, type QueryParams } from '../../src/clickhouse/client';
import { replaceChains } from '../../src/clickhouse/chains';
import { recordFile } from '../../src/clickhouse/ledger';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { count } from '../../src/clickhouse/rows';
import { registerShops } from '../../src/clickhouse/shops';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { LEAGUES } from '../../src/domain/leagues';
import { PROVINCES } from '../../src/domain/provinces';
import { ALWAYS, type ShopStatement, UNKNOWN_TRAITS } from '../../src/domain/shop-register';
import { type StorePlan, type Stretch, stretchesOf } from './plan';

/** Helpers of the expressions below: a row is the `number`-th order of its stretch. */
const GIVEN = `
  cityHash64({platform: String}, {from: Date}, number) AS draw,
  {from: Date} + intDiv(number * {days: UInt32}, {orders: UInt64}) AS day,
  toDateTime(day, 'Asia/Shanghai') + draw % 86400 AS moment,
  draw % 10 = 0 AS unpaid,
  NOT unpaid AND draw % 7 = 0 AS refund,
  {platform: String} = 'pinduoduo' AS masks,
  arrayElement({provinces: Array(String)}, toInt64(draw % length({provinces: Array(String)})) + 1) AS destination`;

/**
 * What stands in each column of an order, in one place: a column that `orders` or `destinations` gains needs a line here,
 * and one that they lack is left out. A tenth was never paid, a seventh of the others was refunded, large shops sell most,
 * and Pinduoduo no longer says where a closed order went.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  platform: '{platform: String}',
  shop: `concat({platform: String}, '-', toString(toUInt32({shops: UInt32} * pow((draw % 9973) / 9973, 2))))`,
  order_id: `concat(formatDateTime(day, '%y%m%d'), '-9', leftPad(toString(draw % 1000000), 6, '0'), leftPad(toString(number), 8, '0'))`,
  line_id: `''`,
  order_day: 'day',
  version: `bitShiftLeft(toUInt64(toUnixTimestamp(toDateTime(day + 1, 'Asia/Shanghai'))), 32) + toUInt32(cityHash64(shop))`,
  // Of a LowCardinality text, so that it is worked out once a file and not once a row.
  file_id: `lower(hex(SHA256(toLowCardinality(concat(shop, toString(day))))))`,
  record: 'toUInt32(number + 1)',
  line: 'toUInt32(number + 2)',
  rows: '1',
  created_at: 'moment',
  paid_at: 'if(unpaid, NULL, moment + 60)',
  shipped_at: 'if(unpaid, NULL, moment + 86400)',
  completed_at: 'if(unpaid, NULL, moment + 4 * 86400)',
  status: `multiIf(unpaid, '已取消', refund, '已收货，退款成功', '已收货')`,
  quantity: 'toUInt32(1 + draw % 3)',
  title: `concat('示例商品 ', toString(draw % 2000))`,
  province: `if(masks, '', destination)`,
  gross: 'if(unpaid, toDecimal64(0, 2), toDecimal64(500 + draw % 50000, 2) / 100)',
  shipping: 'toDecimal64(0, 2)',
  subsidy: 'if(unpaid, toDecimal64(0, 2), toDecimal64(draw % 500, 2) / 100)',
  refunded: 'if(refund, gross, toDecimal64(0, 2))',
  refund_basis: `multiIf(NOT refund, 'none', masks, 'assumed-full', 'exact')`,
};

/** Totals are built for so many orders at a time, which bounds the engine's memory. */
const REFRESH_AFTER_ORDERS = 2_000_000;

const PROVINCE_NAMES = PROVINCES.map(([short]) => short);

/**
 * fillStore gives an empty store the tables that loading a file a night and shop would have left: orders and destinations
 * made inside the engine, each file in the ledger, totals built by the product. It waits until background merges are done.
 * @throws Error when a table has a column that COLUMNS does not know, or the totals don't hold every paid order
 */
export async function fillStore(db: Database, plan: StorePlan, now: () => Date): Promise<void> {
  const inserts = [await insertInto(db, 'orders', COLUMNS), await insertInto(db, 'destinations', DESTINATION_COLUMNS)];
  let pending = 0;
  for (const stretch of stretchesOf(plan)) {
    const params = { ...stretch, provinces: PROVINCE_NAMES };
    for (const insert of inserts) await db.command('fill a stretch', insert, params, FILL_SETTINGS);
    await recordFiles(db, stretch, now);
    pending += stretch.orders;
    if (pending < REFRESH_AFTER_ORDERS) continue;
    await refreshTotals(db, now);
    pending = 0;
  }
  await refreshTotals(db, now);
  await registerEveryShop(db, plan, now);
  await requireTotals(db, plan);
  await untilMerged(db);
}

/** Every shop is known to the register, in turn of every league and of one of sixteen chains in eight clusters. */
async function registerEveryShop(db: Database, plan: StorePlan, now: () => Date): Promise<void> {
  const chains = Array.from({ length: 16 }, (_, index) => ({ cluster: `集群${index % 8}`, chain: `产业链${index}` }));
  await replaceChains(db, chains, now());
  const shops = new Map(stretchesOf(plan).map((stretch) => [stretch.platform, stretch.shops]));
  const statements = [...shops].flatMap(([platform, count]) =>
    Array.from({ length: count }, (_, index): ShopStatement => {
      const league = LEAGUES[index % LEAGUES.length] ?? '';
      const traits = { league, chain: chains[index % chains.length]?.chain ?? '', brand: `品牌${index}` };
      return { ...UNKNOWN_TRAITS, ...traits, platform, shop: `${platform}-${index}`, validFrom: ALWAYS };
    }),
  );
  await registerShops(db, statements, now());
}

/** An order's newest known destination outlives its masking. */
const DESTINATION_COLUMNS = { ...COLUMNS, province: 'destination' };

const FILL_SETTINGS = { max_insert_threads: '1', max_partitions_per_insert_block: '0' } as const;

const TABLE_COLUMNS: NamedQuery<{ name: string }> = {
  name: 'columns of a table',
  sql: `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table: String} AND default_kind != 'MATERIALIZED' ORDER BY position`,
  row: z.object({ name: z.string() }),
};

async function insertInto(db: Database, table: string, known: Readonly<Record<string, string>>): Promise<string> {
  const columns = (await db.rows(TABLE_COLUMNS, { table })).map(({ name }) => name);
  const expressions = columns.map((column) => {
    const expression = known[column];
    if (expression === undefined)
      throw new Error(`${table} has a column ${column} that bench/growth/fill.ts must follow`);
    return `${expression} AS ${column}`;
  });
  // What other expressions refer to must be there even where the table has no such column.
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM (
    WITH ${GIVEN} SELECT ${expressions.join(', ')} FROM numbers({orders: UInt64}))`;
}

const FILES_OF_STRETCH = `
  SELECT file_id, shop, order_day, count() AS loaded, countIf(paid_at IS NOT NULL) AS paid, sum(gross) AS gross,
    sum(subsidy) AS subsidy, sum(refunded) AS refunded, toDateTime(bitShiftRight(any(version), 32), 'Asia/Shanghai') AS snapshot
  FROM orders WHERE platform = {platform: String} AND order_day BETWEEN {from: Date} AND {from: Date} + {days: UInt32} - 1
  GROUP BY file_id, shop, order_day`;

const FIRST_FILE: NamedQuery<{ file_id: string; day: string }> = {
  name: 'first file of a stretch',
  sql: `SELECT file_id, toString(order_day) AS day FROM (${FILES_OF_STRETCH}) ORDER BY file_id LIMIT 1`,
  row: z.object({ file_id: z.string(), day: z.string() }),
};

const NO_ROWS = { read: 0, loaded: 0, rejected: 0, ignored: 0 };
const NO_FIGURES = { paidOrders: 0, gross: 0n, shipping: 0n, subsidy: 0n, booked: 0n, refunded: 0n, net: 0n };

/** What the copies of a ledger entry do not share with it. */
const OWN: Readonly<Record<string, string>> = {
  file_id: 'f.file_id',
  shops: '[f.shop]',
  days: '[f.order_day]',
  snapshot_at: 'f.snapshot',
  rows_read: 'f.loaded',
  rows_loaded: 'f.loaded',
  paid_orders: 'f.paid',
  gross: 'f.gross',
  subsidy: 'f.subsidy',
  refunded: 'f.refunded',
};

/** One file of the stretch goes into the ledger by the product's own hand; the others are copies of it with their figures. */
async function recordFiles(db: Database, { platform, from, days }: Stretch, now: () => Date): Promise<void> {
  const params: QueryParams = { platform, from, days };
  const { file_id: fileId, day } = await db.row(FIRST_FILE, params);
  const entry = {
    ...{ fileId, path: 'inbox/orders.csv', bytes: 0, platform, layout: `${platform}/orders`, encoding: 'utf-8-bom' },
    ...{
      shops: [],
      snapshotAt: null,
      rows: NO_ROWS,
      figures: NO_FIGURES,
      days: [day],
      staging: '',
      error: null,
      decision: null,
    },
  };
  await recordFile(db, { ...entry, seq: 1, status: 'committing' }, now());
  await recordFile(db, { ...entry, seq: 2, status: 'committed' }, now());
  const columns = (await db.rows(TABLE_COLUMNS, { table: 'files' })).map(({ name }) => name);
  await db.command(
    'ledger entries of a stretch',
    `INSERT INTO files (${columns.join(', ')})
     SELECT ${columns.map((column) => OWN[column] ?? `e.${column}`).join(', ')}
     FROM (SELECT * FROM files WHERE file_id = {first: String}) AS e CROSS JOIN (${FILES_OF_STRETCH}) AS f
     WHERE f.file_id != {first: String}`,
    { ...params, first: fileId },
  );
}

const HELD: NamedQuery<{ orders: number; paid: number }> = {
  name: 'orders of a store',
  sql: `SELECT count() AS orders, countIf(paid_at IS NOT NULL) AS paid FROM orders`,
  row: z.object({ orders: count, paid: count }),
};

async function requireTotals(db: Database, plan: StorePlan): Promise<void> {
  const held = await db.row(HELD);
  const { total } = await readTotals(db, { from: '1971-01-01', to: '2100-01-01', by: [] });
  if (held.orders === plan.orders && total.paidOrders === held.paid) return;
  throw new Error(
    `the store ${plan.id} holds ${held.orders} orders of ${plan.orders}, and its totals ${total.paidOrders} of ${held.paid} paid ones`,
  );
}

const MERGES: NamedQuery<{ running: number }> = {
  name: 'merges at work',
  sql: 'SELECT count() AS running FROM system.merges',
  row: z.object({ running: count }),
};
const POLL_MS = 500;
/** Merges begin a moment after the parts that call for them. */
const QUIET_POLLS = 6;
const MERGE_TIMEOUT_MS = 10 * 60_000;

async function untilMerged(db: Database): Promise<void> {
  const giveUpAt = Date.now() + MERGE_TIMEOUT_MS;
  for (let quiet = 0; quiet < QUIET_POLLS && Date.now() < giveUpAt;) {
    quiet = (await db.row(MERGES)).running === 0 ? quiet + 1 : 0;
    await delay(POLL_MS);
  }
}
