import { z } from 'zod';
import { businessDayAt } from '../domain/calendar';
import { type AcceptedDays, type ShopExpectation } from '../domain/completeness';
import { type Decision } from '../domain/order-file';
import { type Database, type NamedQuery } from './client';
import { count } from './rows';
import { engineTime, FOR_EVER } from './time';

const EXPECTATIONS: NamedQuery<ShopExpectation & { readonly seq: number }> = {
  name: 'expected exports',
  sql: `SELECT platform, shop, max(seq) AS newest, argMax((every_days, toString(since), toUnixTimestamp64Milli(at)), seq) AS said
    FROM expected_exports WHERE at <= {known: DateTime64(3, 'UTC')} GROUP BY platform, shop ORDER BY platform, shop`,
  row: z
    .object({
      platform: z.string(),
      shop: z.string(),
      newest: z.number(),
      said: z.tuple([z.number().nullable(), z.string().nullable(), count]),
    })
    .transform(({ newest, said: [everyDays, since, at], ...shop }) => ({
      ...shop,
      seq: newest,
      everyDays,
      since,
      saidOn: businessDayAt(at),
    })),
};

const ACCEPTED: NamedQuery<AcceptedDays> = {
  name: 'accepted days',
  sql: `SELECT DISTINCT platform, shop, toString(first) AS first, toString(last) AS last
    FROM accepted_days WHERE at <= {known: DateTime64(3, 'UTC')} ORDER BY platform, shop, first, last`,
  row: z.object({ platform: z.string(), shop: z.string(), first: z.string(), last: z.string() }),
};

/** listExpectations is what operators had said of how often shops report, as it held at a moment. */
export async function listExpectations(db: Database, known = FOR_EVER): Promise<ShopExpectation[]> {
  return (await db.rows(EXPECTATIONS, { known })).map(({ platform, shop, everyDays, since, saidOn }) => ({
    platform,
    shop,
    everyDays,
    since,
    saidOn,
  }));
}

/** listAcceptedDays lists the days of shops for which nobody waited at a moment although nothing came. */
export async function listAcceptedDays(db: Database, known = FOR_EVER): Promise<AcceptedDays[]> {
  return await db.rows(ACCEPTED, { known });
}

/** setExpectation writes down how often a shop reports from now on. */
export async function setExpectation(
  db: Database,
  expected: Omit<ShopExpectation, 'saidOn'>,
  decision: Decision,
  now: Date,
): Promise<void> {
  const { platform, shop, everyDays, since } = expected;
  const known = (await db.rows(EXPECTATIONS, { known: FOR_EVER })).find(
    (each) => each.platform === platform && each.shop === shop,
  );
  await db.insert('expected_exports', [
    {
      platform,
      shop,
      seq: (known?.seq ?? 0) + 1,
      every_days: everyDays,
      since,
      decided_by: decision.by,
      reason: decision.reason,
      at: engineTime(now),
    },
  ]);
}

/** acceptDays writes down that no export will come for some days of a shop. */
export async function acceptDays(db: Database, days: AcceptedDays, decision: Decision, now: Date): Promise<void> {
  await db.insert('accepted_days', [
    { ...days, decided_by: decision.by, reason: decision.reason, at: engineTime(now) },
  ]);
}
