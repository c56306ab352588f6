import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Delivery } from '../domain/alert';
import { type Database, type NamedQuery } from './client';
import { count } from './rows';
import { engineTime } from './time';

const DELIVERIES: NamedQuery<Delivery> = {
  name: 'deliveries of alerts',
  sql: `SELECT alert_id, recipient, outcome, message_id, detail FROM deliveries
    WHERE alert_id IN {alertIds: Array(String)} ORDER BY alert_id, recipient, at`,
  row: z
    .object({
      alert_id: z.string(),
      recipient: z.string(),
      outcome: z.enum(['delivered', 'written', 'refused', 'unknown']),
      message_id: z.string(),
      detail: z.string(),
    })
    .transform(({ alert_id, message_id, ...row }) => ({ ...row, alertId: alert_id, messageId: message_id })),
};

/** deliveriesOf lists the deliveries of alerts that came to an end. */
export async function deliveriesOf(db: Database, alertIds: readonly string[]): Promise<Delivery[]> {
  return alertIds.length === 0 ? [] : await db.rows(DELIVERIES, { alertIds });
}

/** recordDelivery appends the outcome of a message; it is written after the server's answer. */
export async function recordDelivery(db: Database, delivery: Delivery, now: Date): Promise<void> {
  await db.insert('deliveries', [
    {
      alert_id: delivery.alertId,
      recipient: delivery.recipient,
      at: engineTime(now),
      outcome: delivery.outcome,
      message_id: delivery.messageId,
      detail: delivery.detail,
    },
  ]);
}

/** What is to be delivered to whom. */
export interface DeliveryKey {
  readonly alertId: string;
  readonly recipient: string;
}

/** A claim that was not given up, and how long ago its holder last gave a sign of life. */
interface OpenClaim {
  readonly claim: string;
  readonly ageSeconds: number;
}

const OPEN_CLAIMS: NamedQuery<OpenClaim> = {
  name: 'open claims on a delivery',
  sql: `SELECT toString(claim) AS claim_id, dateDiff('second', max(at), now64(3)) AS age FROM delivery_claims
    WHERE alert_id = {alertId: String} AND recipient = {recipient: String}
    GROUP BY claim HAVING max(state = 'given-up') = 0 ORDER BY max(at) DESC`,
  row: z.object({ claim_id: z.string(), age: count }).transform(({ claim_id, age }) => ({
    claim: claim_id,
    ageSeconds: age,
  })),
};

/** claimAge is how many seconds ago a holder of a claim on a delivery last gave a sign of life; null without any claim. */
export async function claimAge(db: Database, key: DeliveryKey): Promise<number | null> {
  return (await db.rows(OPEN_CLAIMS, { ...key }))[0]?.ageSeconds ?? null;
}

/**
 * claimDelivery takes the right to hand over a message, just before its content leaves. Every claimer writes first and
 * reads then, so of two at the same moment at least one sees the other: it gives up, and null is returned. Both may.
 */
export async function claimDelivery(db: Database, key: DeliveryKey): Promise<string | null> {
  const claim = randomUUID();
  await recordClaim(db, key, claim, 'taken');
  const open = await db.rows(OPEN_CLAIMS, { ...key });
  if (open.every((other) => other.claim === claim)) return claim;
  await giveUpClaim(db, key, claim);
  return null;
}

/** holdClaim is a sign of life: the message is still being handed over. */
export async function holdClaim(db: Database, key: DeliveryKey, claim: string): Promise<void> {
  await recordClaim(db, key, claim, 'taken');
}

/** giveUpClaim says that nothing of the message reached anybody who keeps it, so that it may be handed over again. */
export async function giveUpClaim(db: Database, key: DeliveryKey, claim: string): Promise<void> {
  await recordClaim(db, key, claim, 'given-up');
}

async function recordClaim(
  db: Database,
  { alertId, recipient }: DeliveryKey,
  claim: string,
  state: 'taken' | 'given-up',
): Promise<void> {
  await db.insert('delivery_claims', [{ alert_id: alertId, recipient, claim, state }]);
}
