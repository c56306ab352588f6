import { z } from 'zod';
import { ALERT_KINDS, type Delivery } from '../domain/alert';
import { isBusinessDay } from '../domain/calendar';
import { GOAL_MEASURES } from '../domain/measures';
import { type Fen, formatYuan, parseYuan } from '../domain/money';
import { type FileReport } from '../domain/order-file';
import { type PaceReport } from '../domain/pace';
import { SHOPPING_EVENTS } from '../domain/shopping-events';

/** day is a business day on a wire. */
export const day = z.string().refine(isBusinessDay, 'not a day YYYY-MM-DD');

/** fen is money on a wire: a string in yuan with two decimals outside, exact fen inside. */
export const fen = z.codec(
  z
    .string()
    .regex(/^-?\d+\.\d{2}$/)
    .meta({ title: 'yuan' }),
  z.bigint(),
  {
    decode: (yuan): Fen => parseYuan(yuan),
    encode: (amount) => formatYuan(amount),
  },
);

const count = z.number().int().nonnegative();

/** fileReport is the wire form of what became of one file. */
export const fileReport = z.object({
  path: z.string(),
  fileId: z.string(),
  status: z.enum(['committed', 'duplicate', 'held', 'refused']),
  platform: z.string().nullable(),
  layout: z.string().nullable(),
  encoding: z.string().nullable(),
  shop: z.string().nullable(),
  snapshotAt: z.string().nullable(),
  rows: z.object({ read: count, loaded: count, rejected: count, ignored: count }),
  figures: z.object({
    paidOrders: count,
    gross: fen,
    shipping: fen,
    subsidy: fen,
    booked: fen,
    refunded: fen,
    net: fen,
  }),
  error: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
}) satisfies z.ZodType<FileReport>;

const interval = z.object({ level: z.union([z.literal(50), z.literal(80), z.literal(95)]), low: fen, high: fen });

const forecast = z.object({
  chance: z.number(),
  intervals: z.array(interval).readonly(),
  gapDays: z.number(),
  upliftNeeded: z.number().nullable(),
  growth: z.object({ soFar: z.number(), needed: z.number() }).nullable(),
  events: z
    .array(z.object({ event: z.enum(SHOPPING_EVENTS), from: day, to: day, needed: fen, projected: fen }))
    .readonly(),
});

const expectation = z.object({ share: z.number(), expected: fen, gap: fen, projected: fen.nullable() });

/** paceReport is the wire form of the pace of one goal on one day. */
export const paceReport = z.object({
  goal: z.object({
    year: z.number().int(),
    measure: z.enum(GOAL_MEASURES),
    amount: fen,
    setOn: day.nullable(),
    scope: z
      .object({
        league: z.string().optional(),
        platform: z.string().optional(),
        chain: z.string().optional(),
        month: z.string().optional(),
      })
      .optional(),
    validFrom: day.optional(),
    pace: z
      .string()
      .optional()
      .meta({ description: 'Settings of its own by which it is judged, such as behind-below=0.2,min-days=7.' }),
  }),
  state: z.enum(['on-track', 'at-risk', 'behind', 'no-data']),
  requestedAsOf: day,
  asOf: day.nullable(),
  actual: fen,
  remaining: fen,
  remainingDays: count,
  dailyNeeded: fen,
  dailySoFar: fen,
  straightLine: expectation,
  seasonal: expectation.extend({ source: z.string() }),
  // Reports of earlier versions are in flight without it.
  forecast: forecast.nullable().optional(),
  waitingFor: z.array(z.object({ platform: z.string(), shop: z.string(), completeTo: day.nullable() })).readonly(),
  shops: count,
  because: z.string(),
}) satisfies z.ZodType<PaceReport>;

/** raisedAlert names an alert, its kind, and who is still to be told of it (in earlier versions: all recipients of the night). */
export const raisedAlert = z.object({
  alertId: z.string().min(1),
  kind: z.enum(ALERT_KINDS),
  recipients: z.array(z.string()).readonly().default([]),
});

/** delivery is the wire form of how one mail to one recipient ended. */
export const delivery = z.object({
  alertId: z.string(),
  recipient: z.string(),
  outcome: z.enum(['delivered', 'written', 'refused', 'unknown']),
  messageId: z.string(),
  detail: z.string(),
}) satisfies z.ZodType<Delivery>;
