import { addDays, daysInYear } from '../domain/calendar';
import { type FileFigures } from '../domain/order-file';
import { terminal } from '../errors';
import { DEMO_SHOPS } from './catalog';
import { OrderSource, hasHappened, type DemoOrder } from './orders';
import { Random } from './random';
import { pinduoduoRow } from './rows/pinduoduo';
import { DAY, dayText, startOfDay, wallText, type WallSeconds } from './wall-clock';
import { buyerPaid, merchantReceives, pinduoduoName, writePinduoduo, type PinduoduoRow } from './writers/pinduoduo';
import { type Written } from './writers/text-file';

/** BulkExport is a large Pinduoduo export for benches and crash tests, with what a correct reading of it gives. */
export interface BulkExport extends Written {
  readonly figures: FileFigures;
}

/** Lives drawn afresh; every row lives one of them, moved to its own day and under its own number. */
const LIVES = 5_000;

/** bulkExportName is the file name of a bulk export: its snapshot is taken on the morning after the year. */
export function bulkExportName(year: number): string {
  return pinduoduoName(wallText(snapshotOf(year)));
}

/**
 * writeBulkPinduoduo writes one full-variant export of `rows` orders spread evenly over a year, in constant memory.
 * Equal options give equal bytes, whatever `path` is.
 * @throws PipelineError `usage` above 10^9 rows, where order numbers would repeat
 */
export async function writeBulkPinduoduo(options: {
  readonly path: string;
  readonly rows: number;
  readonly seed: number;
  readonly year: number;
}): Promise<BulkExport> {
  const { path, rows, seed, year } = options;
  if (rows > 1e9) throw terminal('usage', `${rows} rows are more than order numbers can tell apart`);
  // Whole fen below 2^53 up to 10^9 rows of 90,000 yuan.
  const sums = { paidOrders: 0, gross: 0, shipping: 0, booked: 0, refunded: 0 };
  const written = await writePinduoduo(path, 'full', bulkRows(rows, seed, year, sums));
  const figures: FileFigures = {
    paidOrders: sums.paidOrders,
    gross: BigInt(sums.gross),
    shipping: BigInt(sums.shipping),
    subsidy: BigInt(sums.booked - sums.gross),
    booked: BigInt(sums.booked),
    refunded: BigInt(sums.refunded),
    net: BigInt(sums.gross - sums.refunded),
  };
  return { ...written, figures };
}

type Sums = Record<'paidOrders' | 'gross' | 'shipping' | 'booked' | 'refunded', number>;

function* bulkRows(rows: number, seed: number, year: number, sums: Sums): Generator<PinduoduoRow> {
  const shop = DEMO_SHOPS[0];
  if (shop === undefined) return;
  const first = `${year}-01-01`;
  const lives = new OrderSource(shop, 1, new Random(seed, 'bulk')).day(first, LIVES);
  const snapshot = snapshotOf(year);
  const days = daysInYear(year);
  for (let i = 0; i < rows; i++) {
    const life = lives[i % LIVES];
    if (life === undefined) return;
    const order = moved(life, Math.floor((i * days) / rows) * DAY, i);
    const row = pinduoduoRow(order, snapshot);
    if (hasHappened(order.paidAt, snapshot)) {
      const paid = buyerPaid(row);
      sums.paidOrders++;
      sums.gross += paid;
      sums.shipping += row.postage;
      sums.booked += merchantReceives(row);
      if (row.afterSale === '退款成功') sums.refunded += paid;
    }
    yield row;
  }
}

function moved(life: DemoOrder, by: WallSeconds, number: number): DemoOrder {
  const move = (moment: WallSeconds): WallSeconds => (moment === 0 ? 0 : moment + by);
  const createdAt = life.createdAt + by;
  const date = dayText(createdAt).slice(2).replaceAll('-', '');
  return {
    shop: life.shop,
    province: life.province,
    lines: life.lines,
    postage: life.postage,
    fullRefund: life.fullRefund,
    id: `${date}-1${life.id.slice(8, 13)}${String((number * 7_919) % 1_000_000_000).padStart(9, '0')}`,
    createdAt,
    cancelledAt: move(life.cancelledAt),
    paidAt: move(life.paidAt),
    dealtAt: move(life.dealtAt),
    shippedAt: move(life.shippedAt),
    receivedAt: move(life.receivedAt),
    settledAt: move(life.settledAt),
    claimedAt: move(life.claimedAt),
    withdrawnAt: move(life.withdrawnAt),
    refundedAt: move(life.refundedAt),
  };
}

function snapshotOf(year: number): WallSeconds {
  return startOfDay(addDays(`${year}-12-31`, 1)) + 2 * 3_600 + 14 * 60 + 33;
}
