import { z } from 'zod';
import { type Alert, type AlertStanding, type Delivery } from '../domain/alert';
import { type Goal } from '../domain/goal';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

/** The wire form of what is kept as JSON: bigint amounts as text with a mark, so that they come back as they were. */
const write = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? { fen: part.toString() } : part));
const fenMark = z.strictObject({ fen: z.string().regex(/^-?\d+$/) });
const read = (text: string): unknown =>
  JSON.parse(text, (_, part: unknown) => {
    const mark = fenMark.safeParse(part);
    return mark.success ? BigInt(mark.data.fen) : part;
  });

const LATEST: NamedQuery<{ seq: number; standing: string }> = {
  name: 'latest alert decision',
  sql: `SELECT seq, standing FROM alert_decisions
    WHERE year = {year: UInt16} AND measure = {measure: String} ORDER BY seq DESC LIMIT 1`,
  row: z.object({ seq: z.number(), standing: z.string() }),
};

const RAISED: NamedQuery<{ alert: string; recipients: string[] }> = {
  name: 'alerts raised',
  sql: `SELECT argMin(alert, seq) AS alert, argMin(recipients, seq) AS recipients FROM alert_decisions
    WHERE alert_id != '' GROUP BY year, measure, alert_id ORDER BY min(at), alert_id`,
  row: z.object({ alert: z.string(), recipients: z.array(z.string()) }),
};

const DELIVERIES: NamedQuery<Delivery> = {
  name: 'deliveries of an alert',
  sql: `SELECT alert_id, recipient, outcome, message_id, detail FROM deliveries
    WHERE alert_id = {alertId: String} ORDER BY recipient, at`,
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

/** A standing with the number of its decision. */
export interface NumberedStanding {
  readonly seq: number;
  readonly standing: AlertStanding;
}

/** standingOf is where a goal's alerts stand: what was decided last; null before the first decision. */
export async function standingOf(db: Database, goal: Goal): Promise<NumberedStanding | null> {
  const [latest] = await db.rows(LATEST, { year: goal.year, measure: goal.measure });
  return latest ? { seq: latest.seq, standing: read(latest.standing) as AlertStanding } : null;
}

/** An alert as it was raised, with those who were to be told then. */
export interface RaisedAlert {
  readonly alert: Alert;
  readonly recipients: readonly string[];
}

/** raisedAlerts lists every alert that was ever raised, oldest first, each as it was first written down. */
export async function raisedAlerts(db: Database): Promise<RaisedAlert[]> {
  return (await db.rows(RAISED)).map(({ alert, recipients }) => ({ alert: read(alert) as Alert, recipients }));
}

/** recordDecision appends a decision; an alert in it is what mails are later written from. */
export async function recordDecision(
  db: Database,
  goal: Goal,
  decided: {
    readonly seq: number;
    readonly next: AlertStanding;
    readonly alert: Alert | null;
    readonly recipients: readonly string[];
  },
  now: Date,
): Promise<void> {
  await db.insert('alert_decisions', [
    {
      year: goal.year,
      measure: goal.measure,
      seq: decided.seq,
      at: engineTime(now),
      standing: write(decided.next),
      alert_id: decided.alert?.id ?? '',
      alert: decided.alert ? write(decided.alert) : '',
      recipients: decided.alert ? decided.recipients : [],
    },
  ]);
}

/** deliveriesOf lists the attempts to deliver an alert that came to an end. */
export async function deliveriesOf(db: Database, alertId: string): Promise<Delivery[]> {
  return await db.rows(DELIVERIES, { alertId });
}

/** recordDelivery appends the outcome of a mail; it is written after the server's answer. */
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
