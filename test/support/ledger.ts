import { recordFile } from '../../src/clickhouse/ledger';
import { addDays, type BusinessDay, eachDay } from '../../src/domain/calendar';
import { type FileStatus } from '../../src/domain/order-file';
import { type TestStore } from './store';

let files = 0;

/** Delivered is an export as the ledger knows it; its snapshot is taken on a day, at two in the morning. */
export interface Delivered {
  readonly shops: readonly string[];
  readonly snapshot: BusinessDay;
  readonly days: readonly BusinessDay[];
  readonly status?: FileStatus;
  readonly loaded?: number;
  readonly rejected?: number;
  readonly code?: string;
}

/** deliver writes an export of douyin into the ledger, without any orders, and gives its id. */
export async function deliver(store: TestStore, file: Delivered): Promise<string> {
  const { shops, snapshot, days, status = 'committed', loaded = 1, rejected = 0, code } = file;
  const nothing = { gross: 0n, shipping: 0n, subsidy: 0n, booked: 0n, refunded: 0n, net: 0n, paidOrders: 0 };
  const fileId = (files += 1).toString(16).padStart(12, '0').padEnd(64, '0');
  const entry = {
    fileId,
    seq: 1,
    path: `/inbox/${files}.csv`,
    bytes: 1,
    platform: 'douyin',
    layout: 'douyin/orders',
    encoding: 'utf-8',
    shops,
    snapshotAt: `${snapshot} 02:00:00`,
    rows: { read: loaded + rejected, loaded, rejected, ignored: 0 },
    figures: nothing,
    days,
    staging: '',
    error: code === undefined ? null : { code, message: 'as the test says', advice: '' },
    decision: null,
  };
  await recordFile(store.db, { ...entry, status }, store.now());
  return fileId;
}

/** deliverEachMorning delivers a shop's days one by one. */
export async function deliverEachMorning(
  store: TestStore,
  shop: string,
  from: BusinessDay,
  to: BusinessDay,
  except: readonly BusinessDay[] = [],
): Promise<void> {
  for (const day of eachDay(from, to)) {
    if (!except.includes(day)) await deliver(store, { shops: [shop], snapshot: addDays(day, 1), days: [day] });
  }
}
