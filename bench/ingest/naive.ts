import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Database } from '../../src/clickhouse/client';
import { PINDUODUO_FULL } from '../../src/demo/writers/pinduoduo';
import { formatYuan, parseYuan } from '../../src/domain/money';
import { startBenchEngine } from '../bench-engine';
import { processUse, usedBetween } from '../process-meter';
import { secondsSince } from '../ingest-command';
import { type Contestant, type Measured, requireTruth, type Workload } from './contestant';
import { emptyOrders, sumOfOrders } from './orders-table';

/** Between 10,000 and 100,000 the size of a batch makes no difference that can be told from noise. */
const BATCH_ROWS = 50_000;

const positionOf = (column: string): number => PINDUODUO_FULL.indexOf(column);
/** Where the cells of an order line stand. Rows as arrays: with `columns: true` csv-parse is slower still. */
const AT = {
  title: positionOf('商品'),
  orderId: positionOf('订单号'),
  status: positionOf('订单状态'),
  quantity: positionOf('商品数量(件)'),
  paid: positionOf('支付时间'),
  shipped: positionOf('发货时间'),
  completed: positionOf('确认收货时间'),
  afterSale: positionOf('售后状态'),
  deal: positionOf('订单成交时间'),
  shipping: positionOf('邮费(元)'),
  gross: positionOf('用户实付金额(元)'),
  booked: positionOf('商家实收金额(元)'),
  province: positionOf('省'),
} as const;

/** naive is what a Node developer writes first: csv-parse, objects, JSONEachRow inserts in batches. */
export const naive: Contestant = {
  id: 'naive',
  means: `csv-parse in Node and JSONEachRow inserts of ${BATCH_ROWS} rows into the same table, engine already up, no row judged`,
  run: measure,
};

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const engine = await startBenchEngine(folder);
  try {
    const db = await emptyOrders(engine);
    try {
      const engineBefore = processUse(engine.pid);
      const nodeBefore = processUse(process.pid);
      const start = process.hrtime.bigint();
      await insertInBatches(db, workload.file);
      const seconds = secondsSince(start);
      const engineAfter = processUse(engine.pid);
      const nodeAfter = processUse(process.pid);
      requireTruth('csv-parse with JSONEachRow', workload, await sumOfOrders(db));
      return {
        seconds,
        apart: {},
        node: usedBetween(nodeBefore, nodeAfter),
        engine: usedBetween(engineBefore, engineAfter),
      };
    } finally {
      await db.close();
    }
  } finally {
    await engine.stop();
  }
}

async function insertInBatches(db: Database, file: string): Promise<void> {
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    parse({ bom: true, from_line: 2 }),
    async (records: AsyncIterable<string[]>) => {
      let batch: object[] = [];
      for await (const cells of records) {
        if (batch.push(orderLine(cells)) < BATCH_ROWS) continue;
        await db.insert('orders', batch);
        batch = [];
      }
      await db.insert('orders', batch);
    },
  );
}

function orderLine(cells: readonly string[]): object {
  const cell = (at: number): string => (cells[at] ?? '').trim();
  const timeOrNull = (at: number): string | null => cell(at) || null;
  const orderId = cell(AT.orderId);
  const gross = parseYuan(cell(AT.gross));
  const refunded = cell(AT.afterSale) === '退款成功';
  return {
    platform: 'pinduoduo',
    shop: 'bench',
    order_id: orderId,
    line_id: '',
    order_day: `20${orderId.slice(0, 2)}-${orderId.slice(2, 4)}-${orderId.slice(4, 6)}`,
    version: 1,
    file_id: 'bench',
    record: 0,
    rows: 1,
    created_at: timeOrNull(AT.deal),
    paid_at: timeOrNull(AT.paid),
    shipped_at: timeOrNull(AT.shipped),
    completed_at: timeOrNull(AT.completed),
    status: cell(AT.status),
    quantity: Number(cell(AT.quantity)),
    title: cell(AT.title),
    province: cell(AT.province),
    gross: formatYuan(gross),
    shipping: cell(AT.shipping),
    subsidy: formatYuan(parseYuan(cell(AT.booked)) - gross),
    refunded: refunded ? formatYuan(gross) : '0',
    refund_basis: refunded ? 'assumed-full' : 'none',
  };
}
