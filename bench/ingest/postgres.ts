import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client, defaults } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import { PINDUODUO_FULL } from '../../src/demo/writers/pinduoduo';
import { parseYuan } from '../../src/domain/money';
import { secondsSince } from '../ingest-command';
import { type ProcessUse, processUse, usedBetween } from '../process-meter';
import { type Contestant, type Measured, requireTruth, type Workload } from './contestant';

/** postgres uses a server that is there: the one that PGHOST, PGUSER and the like name, else the one on this machine. */
export const postgres: Contestant = {
  id: 'postgres',
  means:
    'a PostgreSQL server with its own settings: COPY into a temporary table of text, then typed INSERT … ON CONFLICT DO UPDATE into a logged table; no row judged',
  absent,
  run: measure,
};

// The variables of the environment go before these.
Object.assign(defaults, { host: '127.0.0.1', user: 'postgres', database: 'test' });
const CONNECT_TIMEOUT_MS = 3_000;

async function absent(): Promise<string | null> {
  try {
    const client = await connected();
    await client.end();
    return null;
  } catch (error) {
    return `no PostgreSQL server answers: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function connected(): Promise<Client> {
  const client = new Client({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  return client;
}

/** Dropped after a run, and before the next one where a run was cut off. */
const SCHEMA = 'paceline_bench';
const DROP = `DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`;
const MONEY = 'numeric(18, 2) NOT NULL';
const TABLES = `
  CREATE TEMPORARY TABLE staging (${PINDUODUO_FULL.map((column) => `"${column}" text`).join(', ')});
  CREATE SCHEMA ${SCHEMA};
  CREATE TABLE ${SCHEMA}.orders (
    platform text, shop text, order_id text, line_id text, order_month date, version bigint, file_id text,
    created_at timestamp, paid_at timestamp, shipped_at timestamp, completed_at timestamp, status text,
    quantity integer, title text, province text, gross ${MONEY}, shipping ${MONEY}, subsidy ${MONEY}, refunded ${MONEY},
    refund_basis text, PRIMARY KEY (platform, shop, order_id, line_id))`;

const COPY = `COPY staging FROM STDIN (FORMAT csv, HEADER true)`;

const text = (column: string): string => `btrim("${column}", E'\\t')`;
const time = (column: string): string => `nullif(${text(column)}, '')::timestamp`;
const yuan = (column: string): string => `${text(column)}::numeric(18, 2)`;

/** What a newer snapshot of an order replaces. */
const CHANGING =
  `version file_id created_at paid_at shipped_at completed_at status quantity title province gross shipping
  subsidy refunded refund_basis`.split(/\s+/);

const UPSERT = `INSERT INTO ${SCHEMA}.orders AS held
  SELECT 'pinduoduo', 'bench', ${text('订单号')}, '', to_date(left("订单号", 4), 'YYMM'), 1, 'bench',
    ${time('订单成交时间')}, ${time('支付时间')}, ${time('发货时间')}, ${time('确认收货时间')}, ${text('订单状态')},
    ${text('商品数量(件)')}::integer, ${text('商品')}, ${text('省')},
    ${yuan('用户实付金额(元)')}, ${yuan('邮费(元)')}, ${yuan('商家实收金额(元)')} - ${yuan('用户实付金额(元)')},
    CASE WHEN "售后状态" = '退款成功' THEN ${yuan('用户实付金额(元)')} ELSE 0 END,
    CASE WHEN "售后状态" = '退款成功' THEN 'assumed-full' ELSE 'none' END
  FROM staging
  ON CONFLICT (platform, shop, order_id, line_id) DO UPDATE
  SET ${CHANGING.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE excluded.version >= held.version`;

async function measure(workload: Workload): Promise<Measured> {
  const client = await connected();
  try {
    await client.query(DROP);
    await client.query(TABLES);
    const backend = await backendHere(client);
    const before = [processUse(process.pid), backendUse(backend)] as const;
    const start = process.hrtime.bigint();
    await pipeline(createReadStream(workload.file, { highWaterMark: 1 << 20 }), client.query(copyFrom(COPY)));
    const copied = secondsSince(start);
    await client.query(UPSERT);
    const seconds = secondsSince(start);
    const after = [processUse(process.pid), backendUse(backend)] as const;
    requireTruth('PostgreSQL', workload, await sumOf(client));
    return {
      seconds,
      apart: { postgresCopy: copied },
      node: usedBetween(before[0], after[0]),
      engine: usedBetween(before[1], after[1]),
    };
  } finally {
    await client.query(DROP);
    await client.end();
  }
}

/** The process at the other end, where it runs on this machine and its processor time can be read. */
async function backendHere(client: Client): Promise<number | null> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid, host(inet_server_addr()) AS host');
  const row = z.object({ pid: z.number(), host: z.string().nullable() }).parse(rows[0]);
  return row.host === null || ['127.0.0.1', '::1'].includes(row.host) ? row.pid : null;
}

const backendUse = (pid: number | null): ProcessUse | null => (pid === null ? null : processUse(pid));

async function sumOf(client: Client): Promise<{ rows: number; gross: bigint }> {
  const { rows } = await client.query(
    `SELECT count(*) AS rows, sum(gross) FILTER (WHERE paid_at IS NOT NULL) AS gross FROM ${SCHEMA}.orders`,
  );
  const sum = z.object({ rows: z.coerce.number(), gross: z.string() }).parse(rows[0]);
  return { rows: sum.rows, gross: parseYuan(sum.gross) };
}
