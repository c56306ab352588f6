import { type Delivery } from '../../../src/domain/alert';
import { type FileReport } from '../../../src/domain/order-file';
import { type PaceReport } from '../../../src/domain/pace';
import { type Operations } from '../../../src/operations/operations';

/** fileOf is the report of a small committed file. */
export function fileOf(path: string): FileReport {
  const figures = {
    paidOrders: 2,
    gross: 12_345n,
    shipping: 0n,
    subsidy: 55n,
    booked: 12_400n,
    refunded: 45n,
    net: 12_300n,
  };
  return {
    path,
    fileId: path.length.toString(16).padStart(64, '0'),
    status: 'committed',
    platform: 'pinduoduo',
    layout: 'orders',
    encoding: 'utf-8',
    shop: 'demo-shop',
    snapshotAt: '2026-10-01 02:00:00',
    rows: { read: 2, loaded: 2, rejected: 0, ignored: 0 },
    figures,
    error: null,
  };
}

/** reportOf is the pace of a year that fell behind. */
export function reportOf(): PaceReport {
  const straight = { share: 0.75, expected: 4_500n, gap: -500n, projected: 5_333n };
  return {
    goal: { year: 2026, measure: 'net', amount: 6_000_000_000_000n, setOn: null },
    state: 'behind',
    requestedAsOf: '2026-10-01',
    asOf: '2026-09-30',
    actual: 4_000_000_000_001n,
    remaining: 1_999_999_999_999n,
    remainingDays: 92,
    dailyNeeded: 21_739_130_435n,
    dailySoFar: 14_652_014_652n,
    straightLine: straight,
    seasonal: { ...straight, source: 'national 2016-2025' },
    waitingFor: [{ platform: 'pinduoduo', shop: 'demo-shop', completeTo: null }],
    shops: 3,
    because: 'a sample',
  };
}

const recipients = ['one@bureau.example', 'two@bureau.example'];

/** operationsWith does the work of a small region whose year fell behind, except where a test says otherwise. */
export function operationsWith(own: Partial<Operations> = {}): Operations {
  return {
    findFiles: () => Promise.resolve([{ path: '/inbox/a.csv' }]),
    findArchived: () => Promise.resolve([]),
    ingestFile: ({ path }) => Promise.resolve(fileOf(path)),
    refreshTotals: () => Promise.resolve({ partitions: 1 }),
    raiseAlerts: () =>
      Promise.resolve({
        report: reportOf(),
        standing: 'behind since 2026-09-30',
        alerts: [{ alertId: 'net:2026:pace-behind:2026-09-30', kind: 'pace-behind', recipients }],
        recipients,
      }),
    raiseReports: () => Promise.resolve([]),
    clearInbox: () => Promise.resolve({ archived: 0, refused: 0 }),
    isNightDone: () => Promise.resolve(false),
    recordNight: () => Promise.resolve(),
    deliverAlert: (input) => Promise.resolve(deliveryOf(input)),
    keepHouse: () => Promise.resolve({ keptRowsDropped: 0, heldDropped: 0, daysOfOriginalsDropped: 0 }),
    ...own,
  };
}

/** deliveryOf is a mail that was written into the outbox. */
function deliveryOf({ alertId, recipient }: { alertId: string; recipient: string }): Delivery {
  return { alertId, recipient, outcome: 'written', messageId: `<${recipient}>`, detail: 'outbox/1.eml' };
}
