import { type Fen } from '../domain/money';

/**
 * COLUMNS are all columns that a table can have, each with what its cells are:
 * `text`: as it is; `value`: that of a dimension, "unknown" for what is not known; `word`: one of a fixed vocabulary;
 * `platform`: a platform's id; `count`; `number`: one that counts nothing, such as a year or a line; `yuan`: money, in fen;
 * `share`: 0.05 is 5 %; `day`; `time`: Asia/Shanghai wall clock.
 */
export const COLUMNS = {
  platform: 'platform',
  month: 'value',
  day: 'day',
  shop: 'value',
  province: 'value',
  league: 'value',
  cluster: 'value',
  chain: 'value',
  brand: 'value',
  kind: 'word',
  rural: 'word',
  agricultural: 'word',
  'live-stream': 'word',

  paidOrders: 'count',
  quantity: 'count',
  gross: 'yuan',
  shipping: 'yuan',
  subsidy: 'yuan',
  booked: 'yuan',
  refunded: 'yuan',
  refundedExact: 'yuan',
  refundedAssumed: 'yuan',
  net: 'yuan',
  shopsSelling: 'count',
  runningPaidOrders: 'count',
  runningQuantity: 'count',
  runningGross: 'yuan',
  runningShipping: 'yuan',
  runningSubsidy: 'yuan',
  runningBooked: 'yuan',
  runningRefunded: 'yuan',
  runningNet: 'yuan',

  now: 'yuan',
  before: 'yuan',
  growth: 'share',
  comparableNow: 'yuan',
  comparableBefore: 'yuan',
  comparableGrowth: 'share',

  dispatchKnown: 'count',
  dispatchMedian: 'count',
  dispatchNinetieth: 'count',
  receiptKnown: 'count',
  receiptMedian: 'count',
  receiptNinetieth: 'count',

  year: 'number',
  measure: 'word',
  amount: 'yuan',
  validFrom: 'day',
  setOn: 'day',
  inForce: 'word',
  done: 'yuan',
  chance: 'share',
  dailyNeeded: 'yuan',

  expected: 'yuan',
  low: 'yuan',
  high: 'yuan',
  actual: 'yuan',
  projected: 'yuan',

  state: 'word',
  everyDays: 'count',
  expectation: 'word',
  completeTo: 'day',

  fileId: 'text',
  path: 'text',
  status: 'word',
  statusAt: 'time',
  layout: 'text',
  encoding: 'text',
  shops: 'text',
  snapshotAt: 'time',
  handedIn: 'time',
  bytes: 'count',
  rowsRead: 'count',
  rowsLoaded: 'count',
  rowsRejected: 'count',
  rowsIgnored: 'count',
  errorCode: 'text',
  errorMessage: 'text',
  errorAdvice: 'text',
  decidedBy: 'text',
  decisionReason: 'text',

  record: 'number',
  line: 'number',
  outcome: 'word',
  reasons: 'text',
  columns: 'text',
  cells: 'text',

  alertId: 'text',
  alertKind: 'word',
  scope: 'text',
  raisedFor: 'day',
  recipient: 'text',
  delivery: 'word',

  lines: 'count',
  firstRecord: 'number',
  lastRecord: 'number',
  orderId: 'text',
  lineId: 'text',

  askedAt: 'time',
  user: 'text',
  token: 'text',
  address: 'text',
  method: 'text',
  target: 'text',
  httpStatus: 'number',
  detail: 'text',
} as const;

export type ColumnId = keyof typeof COLUMNS;
export type Kind = (typeof COLUMNS)[ColumnId];

interface CellOf {
  readonly text: string;
  readonly value: string;
  readonly word: string;
  readonly platform: string;
  readonly count: number;
  readonly number: number;
  readonly yuan: Fen;
  readonly share: number;
  readonly day: string;
  readonly time: string;
}

/** Cell is what stands in a column; null and undefined for nothing. */
export type Cell = CellOf[Kind] | null | undefined;

/** TableRow is a row by its columns. */
export type TableRow = { readonly [C in ColumnId]?: CellOf[(typeof COLUMNS)[C]] | null | undefined };

/** parquetName is a column's name for programs. */
export const parquetName = (column: ColumnId): string => column.replace(/-|(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
