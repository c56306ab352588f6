import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { addDays, type BusinessDay } from '../../src/domain/calendar';
import { DEMO_SHOPS } from '../../src/demo/catalog';
import { hasHappened, OrderSource } from '../../src/demo/orders';
import { Random } from '../../src/demo/random';
import { pinduoduoRow } from '../../src/demo/rows/pinduoduo';
import { HOUR, startOfDay, wallText } from '../../src/demo/wall-clock';
import { buyerPaid, pinduoduoName, writePinduoduo } from '../../src/demo/writers/pinduoduo';

/** DayExport is a Pinduoduo export of one day, taken in the next morning, with what a right load of it gives. */
export interface DayExport {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** In fen. */
  readonly gross: bigint;
}

/** writeDay writes the export of a day of `rows` orders; other days give other orders and, but for a few bytes, the same size. */
export async function writeDay(folder: string, day: BusinessDay, rows: number): Promise<DayExport> {
  const [shop] = DEMO_SHOPS;
  if (!shop) throw new Error('the demo has no shop');
  const snapshot = startOfDay(addDays(day, 1)) + 2 * HOUR;
  const orders = new OrderSource(shop, 1, new Random(1, `growth ${day}`)).day(day, rows);
  const lines = orders.map((order) => pinduoduoRow(order, snapshot));
  const gross = lines.reduce(
    (sum, line, index) => (hasHappened(orders[index]?.paidAt ?? 0, snapshot) ? sum + buyerPaid(line) : sum),
    0,
  );
  await mkdir(folder, { recursive: true });
  const file = join(folder, pinduoduoName(wallText(snapshot)));
  return { file, gross: BigInt(gross), ...(await writePinduoduo(file, 'full', lines)) };
}
