import { type ClickHouseSettings } from '@clickhouse/client';
import { processUse, usedBetween } from '../process-meter';
import { startBenchEngine } from '../bench-engine';
import { secondsSince } from '../ingest-command';
import { type Contestant, type Form, type Measured, requireTruth, type Workload } from './contestant';
import { emptyOrders, sumOfOrders } from './orders-table';

/** The columns of the export that make an order line: the same that the platform's description reads. */
const READ = [
  '商品',
  '订单号',
  '订单状态',
  '商品数量(件)',
  '支付时间',
  '发货时间',
  '确认收货时间',
  '售后状态',
  '订单成交时间',
  '邮费(元)',
  '用户实付金额(元)',
  '商家实收金额(元)',
  '省',
] as const;

type Column = (typeof READ)[number];
const text = (column: Column): string => `trim(BOTH '\\t' FROM \`${column}\`)`;
const time = (column: Column): string => `toDateTimeOrNull(${text(column)}, 'Asia/Shanghai')`;
const yuan = (column: Column): string => `toDecimal64(${text(column)}, 2)`;

/** What is put into each column of `orders`: casts and nothing else. No cell is judged, no row counted or numbered. */
const TYPED = {
  platform: `'pinduoduo'`,
  shop: `'bench'`,
  order_id: text('订单号'),
  order_day: `toDate(concat('20', substring(order_id, 1, 2), '-', substring(order_id, 3, 2), '-', substring(order_id, 5, 2)))`,
  version: '1',
  file_id: `'bench'`,
  rows: '1',
  created_at: time('订单成交时间'),
  paid_at: time('支付时间'),
  shipped_at: time('发货时间'),
  completed_at: time('确认收货时间'),
  status: text('订单状态'),
  quantity: `toUInt32(${text('商品数量(件)')})`,
  title: text('商品'),
  province: text('省'),
  gross: yuan('用户实付金额(元)'),
  shipping: yuan('邮费(元)'),
  subsidy: `${yuan('商家实收金额(元)')} - gross`,
  refunded: `if(\`售后状态\` = '退款成功', gross, 0)`,
  refund_basis: `if(\`售后状态\` = '退款成功', 'assumed-full', 'none')`,
} as const;

/** Columns with Chinese in them; what stands in the others is the same bytes in either encoding. */
const CHINESE: ReadonlySet<Column> = new Set(['商品', '订单状态', '售后状态', '省']);

/**
 * Where the rows come from. In a GB18030 file the names of the columns are bytes that no query can spell: the structure is
 * converted to them, the columns are taken by position, and the few values with Chinese in them are converted once for
 * each distinct one.
 */
function source(form: Form): { from: string; structure: string } {
  if (form !== 'gb18030') {
    return {
      from: `file({path: String}, 'CSVWithNames', {structure: String})`,
      structure: structureOf(() => 'String'),
    };
  }
  const columns = READ.map((column, index) => {
    const cell = `cells.${index + 1}`;
    return `${CHINESE.has(column) ? `convertCharset(${cell}, 'GB18030', 'UTF-8')` : cell} AS \`${column}\``;
  });
  return {
    from: `(SELECT ${columns.join(', ')} FROM (SELECT tuple(*) AS cells
      FROM file({path: String}, 'CSVWithNames', convertCharset({structure: String}, 'UTF-8', 'GB18030'))))`,
    structure: structureOf((column) => (CHINESE.has(column) ? 'LowCardinality(String)' : 'String')),
  };
}

const structureOf = (type: (column: Column) => string): string =>
  READ.map((column) => `\`${column}\` ${type(column)}`).join(', ');

const insertFrom = (from: string): string => `INSERT INTO orders (${Object.keys(TYPED).join(', ')})
  SELECT ${Object.entries(TYPED)
    .map(([column, expression]) => `${expression} AS ${column}`)
    .join(', ')}
  FROM ${from}`;

/**
 * The best of what was tried, by processor time: plain String cells (LowCardinality ones are slower to parse), the
 * engine's default blocks (few parts), one inserting thread (a second one only competes with the two that parse).
 */
const SETTINGS: ClickHouseSettings = {
  input_format_csv_trim_whitespaces: 0,
  max_partitions_per_insert_block: '0',
  storage_file_read_method: 'pread',
};

/** bareEngine is the limit: one INSERT … SELECT FROM file() in a running engine, with casts and without judgement. A .gz it unpacks itself. */
export const bareEngine: Contestant = {
  id: 'bareEngine',
  means: "the engine's own typed INSERT … SELECT FROM file() into the same table, engine already up, no row judged",
  run: measure,
};

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const engine = await startBenchEngine(folder);
  try {
    const db = await emptyOrders(engine);
    try {
      const { from, structure } = source(workload.form);
      const before = processUse(engine.pid);
      const start = process.hrtime.bigint();
      await db.command('typed insert from a file', insertFrom(from), { path: workload.file, structure }, SETTINGS);
      const seconds = secondsSince(start);
      const after = processUse(engine.pid);
      requireTruth('the bare engine', workload, await sumOfOrders(db));
      return { seconds, apart: {}, node: null, engine: usedBetween(before, after) };
    } finally {
      await db.close();
    }
  } finally {
    await engine.stop();
  }
}
