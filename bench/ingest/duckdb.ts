import { DuckDBInstance } from '@duckdb/node-api';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PINDUODUO_FULL } from '../../src/demo/writers/pinduoduo';
import { parseYuan } from '../../src/domain/money';
import { secondsSince } from '../ingest-command';
import { processUse, usedBetween } from '../process-meter';
import { type Contestant, type Measured, requireTruth, type Workload } from './contestant';

/** duckDB loads into a database file. Run as a program this file is its process, so that its memory is its own. */
export const duckDB: Contestant = {
  id: 'duckDB',
  means:
    'DuckDB in a process of its own, already up: typed INSERT … SELECT FROM read_csv into a table with a primary key, in a file, with a checkpoint; no row judged',
  run: measure,
};

const use = z.object({ cpuSeconds: z.number(), peakMemoryMiB: z.number() }).nullable();
const answer = z.object({ seconds: z.number(), use, rows: z.number(), gross: z.string() });
type Answer = z.output<typeof answer>;

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const argv = [__filename, workload.file, join(folder, 'orders.duckdb')];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env: {} });
  const { seconds, use: node, rows, gross } = answer.parse(JSON.parse(stdout));
  requireTruth('DuckDB', workload, { rows, gross: parseYuan(gross) });
  return { seconds, apart: {}, node, engine: null };
}

const TABLE = `CREATE TABLE orders (
  platform VARCHAR, shop VARCHAR, order_id VARCHAR, line_id VARCHAR, order_month DATE, version UBIGINT, file_id VARCHAR,
  created_at TIMESTAMP, paid_at TIMESTAMP, shipped_at TIMESTAMP, completed_at TIMESTAMP, status VARCHAR,
  quantity UINTEGER, title VARCHAR, province VARCHAR, gross DECIMAL(18, 2), shipping DECIMAL(18, 2),
  subsidy DECIMAL(18, 2), refunded DECIMAL(18, 2), refund_basis VARCHAR,
  PRIMARY KEY (platform, shop, order_id, line_id))`;

const text = (column: string): string => `trim("${column}", e'\\t')`;
const time = (column: string): string => `CAST(nullif(${text(column)}, '') AS TIMESTAMP)`;
const yuan = (column: string): string => `CAST(${text(column)} AS DECIMAL(18, 2))`;

/**
 * The best of what was tried, by processor time: columns named rather than guessed (no sampling), order of rows not kept.
 * Plain casts beat strptime; TRY_CAST costs more than either.
 */
const insertFrom = (file: string): string => `INSERT INTO orders
  SELECT 'pinduoduo', 'bench', ${text('订单号')} AS id, '',
    make_date(2000 + CAST(id[1:2] AS INTEGER), CAST(id[3:4] AS INTEGER), 1), 1, 'bench',
    ${time('订单成交时间')}, ${time('支付时间')}, ${time('发货时间')}, ${time('确认收货时间')}, ${text('订单状态')},
    CAST(${text('商品数量(件)')} AS UINTEGER), ${text('商品')}, ${text('省')},
    ${yuan('用户实付金额(元)')} AS paid, ${yuan('邮费(元)')}, ${yuan('商家实收金额(元)')} - paid,
    CASE WHEN "售后状态" = '退款成功' THEN paid ELSE 0 END,
    CASE WHEN "售后状态" = '退款成功' THEN 'assumed-full' ELSE 'none' END
  FROM read_csv('${file.replaceAll("'", "''")}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\\n', columns = {${PINDUODUO_FULL.map((column) => `'${column}': 'VARCHAR'`).join(', ')}})`;

async function load(file: string, database: string): Promise<Answer> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run('SET preserve_insertion_order = false');
  await connection.run(TABLE);
  const before = processUse(process.pid);
  const start = process.hrtime.bigint();
  await connection.run(insertFrom(file));
  await connection.run('CHECKPOINT');
  const seconds = secondsSince(start);
  const used = usedBetween(before, processUse(process.pid));
  const sums = await connection.runAndReadAll(
    'SELECT count(*)::INTEGER AS rows, CAST(sum(gross) FILTER (WHERE paid_at IS NOT NULL) AS VARCHAR) AS gross FROM orders',
  );
  const [sum] = z.array(answer.pick({ rows: true, gross: true })).parse(sums.getRowObjects());
  if (!sum) throw new Error('a sum has one row');
  connection.closeSync();
  instance.closeSync();
  return { seconds, use: used, ...sum };
}

async function program(): Promise<void> {
  const [file = '', database = ''] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await load(file, database)));
}

if (require.main === module) {
  program().catch((error: unknown) => {
    process.stderr.write(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
