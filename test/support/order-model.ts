import { type OrderDimension, type Totals } from '../../src/domain/measures';
import { PROVINCES } from '../../src/domain/provinces';
import { type StoredOrder } from './state';

/** ModelLine is what one snapshot tells of an order line, as a correct reading sees it; money in fen. */
export interface ModelLine extends StoredOrder {
  /** Official name of the province; null when the export masks it or has no such column. */
  readonly province: string | null;
}

/** ModelFile is one export of a snapshot, with the lines that it holds. */
export interface ModelFile {
  readonly name: string;
  readonly platform: string;
  /** Shop to hand in with it; null for a template file, which names shops on its rows. */
  readonly shop: string | null;
  /** Snapshot second, as text that sorts. */
  readonly snapshotAt: string;
  readonly lines: readonly ModelLine[];
}

/** Expected is what a store must show of a set of files, in whatever order they were loaded. */
export interface Expected {
  readonly orders: readonly StoredOrder[];
  readonly total: Totals;
  readonly by: Readonly<Record<OrderDimension, Readonly<Record<string, Totals>>>>;
}

/** storedOf is what the table of orders keeps of a line: all but where it went. */
export function storedOf(line: ModelLine): StoredOrder {
  const { platform, shop, orderId, lineId, status, paidAt, quantity, gross, shipping, subsidy, refunded } = line;
  return { platform, shop, orderId, lineId, status, paidAt, quantity, gross, shipping, subsidy, refunded };
}

/** One order for all lists of lines, so that they can be compared: the engine's, by bytes. */
const keyOf = (line: StoredOrder): string => [line.platform, line.shop, line.orderId, line.lineId].join('\u0001');
const orderOf = (line: StoredOrder): string => [line.platform, line.shop, line.orderId].join('\u0001');
const byBytes = (a: StoredOrder, b: StoredOrder): number =>
  Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b)));

/**
 * expectedOf is the whole of the rules in a few lines: the newest snapshot wins per key, an order that is known as a
 * whole counts as a whole, a masked province never replaces a known one, and totals add up what is paid. Two snapshots of one second must not tell of the same order.
 */
export function expectedOf(files: readonly ModelFile[]): Expected {
  const newest = new Map<string, ModelLine>();
  const known = new Map<string, string>();
  for (const file of [...files].sort((a, b) => (a.snapshotAt < b.snapshotAt ? -1 : 1))) {
    for (const line of file.lines) {
      newest.set(keyOf(line), line);
      if (line.province !== null) known.set(orderOf(line), line.province);
    }
  }
  const lines = [...newest.values()].sort(byBytes);
  const whole = new Set(lines.filter(({ lineId }) => lineId === '').map(orderOf));
  const placed = lines
    .filter((line) => line.lineId === '' || !whole.has(orderOf(line)))
    .map((line) => ({ ...line, province: known.get(orderOf(line)) ?? null }));
  const group = (dimension: OrderDimension): Record<string, Totals> => totalsBy(placed, dimension);
  return {
    orders: lines.map(storedOf),
    total: sumOf(placed),
    by: {
      platform: group('platform'),
      month: group('month'),
      day: group('day'),
      shop: group('shop'),
      province: group('province'),
    },
  };
}

const VALUE: Readonly<Record<OrderDimension, (line: ModelLine) => string>> = {
  platform: (line) => line.platform,
  month: (line) => line.paidAt?.slice(0, 7) ?? '',
  day: (line) => line.paidAt?.slice(0, 10) ?? '',
  shop: (line) => line.shop,
  province: (line) => PROVINCES.find(([, official]) => official === line.province)?.[0] ?? '',
};

function totalsBy(lines: readonly ModelLine[], dimension: OrderDimension): Record<string, Totals> {
  const values = [...new Set(lines.filter(({ paidAt }) => paidAt !== null).map(VALUE[dimension]))];
  return Object.fromEntries(
    values.map((value) => [value, sumOf(lines.filter((line) => VALUE[dimension](line) === value))]),
  );
}

function sumOf(lines: readonly ModelLine[]): Totals {
  const paid = lines.filter(({ paidAt }) => paidAt !== null);
  const sum = (amount: (line: ModelLine) => bigint): bigint => paid.reduce((total, line) => total + amount(line), 0n);
  const [gross, subsidy, refunded] = [sum((l) => l.gross), sum((l) => l.subsidy), sum((l) => l.refunded)];
  return {
    paidOrders: new Set(paid.map(orderOf)).size,
    quantity: paid.reduce((total, line) => total + line.quantity, 0),
    gross,
    shipping: sum((line) => line.shipping),
    subsidy,
    booked: gross + subsidy,
    refunded,
    net: gross - refunded,
  };
}
