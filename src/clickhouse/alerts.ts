import { z } from 'zod';
import { type Alert } from '../domain/alert';
import { type BusinessDay, LATEST } from '../domain/calendar';
import { type DataStanding } from '../domain/data-alerts';
import { type Goal, partOf } from '../domain/goal';
import { paceSubject, type PaceStanding } from '../domain/pace-alerts';
import { subjectOf } from '../domain/quiet';
import { type ReportStanding } from '../domain/report-alerts';
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

/** What alerts are decided on, each with a standing of its own kind. */
export interface Subject<Standing> {
  readonly key: string;
  /** Never set: it ties the kind of standing to the key. */
  readonly standing?: Standing;
}

/** paceOf is what a goal's pace is decided on, reportsOf its reports; DATA is about the region only. */
export const paceOf = (goal: Goal): Subject<PaceStanding> => ({ key: paceSubject(goal, partOf(goal.scope)) });
export const DATA: Subject<DataStanding> = { key: 'data' };
export const reportsOf = ({ scope }: Goal): Subject<ReportStanding> => ({
  key: partOf(scope) === '' ? 'report' : subjectOf('report', partOf(scope)),
});

const NEWEST_DECISION: NamedQuery<{ seq: number; standing: string }> = {
  name: 'latest alert decision',
  sql: `SELECT seq, standing FROM alert_decisions WHERE subject = {subject: String} AND decided_for <= {on: Date}
    ORDER BY seq DESC LIMIT 1`,
  row: z.object({ seq: z.number(), standing: z.string() }),
};

/** LastDecision is what was decided last on a subject, and why. */
export interface LastDecision {
  readonly subject: string;
  readonly decidedFor: BusinessDay;
  readonly why: string;
}

const DECISIONS: NamedQuery<LastDecision> = {
  name: 'latest decisions on all subjects',
  sql: `SELECT subject, toString(argMax(decided_for, seq)) AS day, argMax(why, seq) AS reason
    FROM alert_decisions GROUP BY subject ORDER BY subject`,
  row: z
    .object({ subject: z.string(), day: z.string(), reason: z.string() })
    .transform(({ subject, day, reason }) => ({ subject, decidedFor: day, why: reason })),
};

const RAISED_COLUMNS = `argMin(alert, (seq, at)) AS raised, argMin(recipients, (seq, at)) AS told`;
const raisedFrom = ({ raised, told }: { readonly raised: string; readonly told: readonly string[] }): RaisedAlert => ({
  alert: read(raised) as Alert,
  recipients: told,
});
const raisedRow = z.object({ raised: z.string(), told: z.array(z.string()) }).transform(raisedFrom);

const RAISED: NamedQuery<RaisedAlert> = {
  name: 'alerts raised',
  sql: `SELECT ${RAISED_COLUMNS} FROM alert_decisions WHERE alert_id != '' AND at >= {since: DateTime64(3, 'UTC')}
    GROUP BY subject, alert_id ORDER BY min(at), alert_id`,
  row: raisedRow,
};

/** Where an alert stands in the list of all: when it was raised, in milliseconds since 1970, and its id. */
export interface AlertPlace {
  readonly at: number;
  readonly id: string;
}

const NEWEST: NamedQuery<RaisedAlert & AlertPlace> = {
  name: 'newest alerts',
  sql: `SELECT ${RAISED_COLUMNS}, alert_id, toFloat64(toUnixTimestamp64Milli(min(at))) AS raised_at FROM alert_decisions
    WHERE alert_id != '' GROUP BY subject, alert_id HAVING (raised_at, alert_id) < ({at: Float64}, {id: String})
    ORDER BY raised_at DESC, alert_id DESC LIMIT {limit: UInt32}`,
  row: z
    .object({ raised: z.string(), told: z.array(z.string()), raised_at: z.number(), alert_id: z.string() })
    .transform(({ raised_at: at, alert_id: id, ...row }) => ({ ...raisedFrom(row), at, id })),
};

const ONE_RAISED: NamedQuery<RaisedAlert> = {
  name: 'one alert raised',
  sql: `SELECT ${RAISED_COLUMNS} FROM alert_decisions WHERE alert_id = {alertId: String} GROUP BY alert_id`,
  row: raisedRow,
};

/** A standing with the number of its decision. */
export interface NumberedStanding<Standing> {
  readonly seq: number;
  readonly standing: Standing;
}

/**
 * standingOf is where the alerts on a subject stand: what was decided last, for `on` and the days before it; null before
 * the first decision.
 */
export async function standingOf<Standing>(
  db: Database,
  { key }: Subject<Standing>,
  on: BusinessDay = LATEST,
): Promise<NumberedStanding<Standing> | null> {
  const [latest] = await db.rows(NEWEST_DECISION, { subject: key, on });
  return latest ? { seq: latest.seq, standing: read(latest.standing) as Standing } : null;
}

/** lastDecisions says what was decided last on every subject. */
export async function lastDecisions(db: Database): Promise<LastDecision[]> {
  return await db.rows(DECISIONS);
}

/** An alert as it was raised, with those who were to be told then. */
export interface RaisedAlert {
  readonly alert: Alert;
  readonly recipients: readonly string[];
}

/** raisedAlerts lists the alerts that were raised since a moment, oldest first, each as it was first written down. */
export async function raisedAlerts(db: Database, since: Date): Promise<RaisedAlert[]> {
  return await db.rows(RAISED, { since: engineTime(since) });
}

/** newestAlerts lists alerts that were raised, newest first, from the one on that comes after a place. */
export async function newestAlerts(
  db: Database,
  { after, limit }: { readonly after: AlertPlace | null; readonly limit: number },
): Promise<(RaisedAlert & AlertPlace)[]> {
  const { at, id } = after ?? { at: Number.MAX_VALUE, id: '' };
  return await db.rows(NEWEST, { at, id, limit });
}

/** findAlert is an alert by its id; null when none was raised under it. */
export async function findAlert(db: Database, alertId: string): Promise<RaisedAlert | null> {
  return (await db.rows(ONE_RAISED, { alertId }))[0] ?? null;
}

/** What was decided on a subject. */
export interface Decided<Standing> {
  readonly seq: number;
  readonly decidedFor: BusinessDay;
  readonly next: Standing;
  readonly why: string;
  readonly alerts: readonly Alert[];
  readonly recipients: readonly string[];
}

/** recordDecision appends a decision, one row for each alert in it; an alert is what messages are later written from. */
export async function recordDecision<Standing>(
  db: Database,
  { key }: Subject<Standing>,
  { seq, decidedFor, next, why, alerts, recipients }: Decided<Standing>,
  now: Date,
): Promise<void> {
  const row = {
    subject: key,
    at: engineTime(now),
    decided_for: decidedFor,
    standing: write(next),
    why,
    seq,
    alert_id: '',
    alert: '',
    recipients: [] as readonly string[],
  };
  await db.insert(
    'alert_decisions',
    alerts.length === 0
      ? [row]
      : alerts.map((alert) => ({ ...row, alert_id: alert.id, alert: write(alert), recipients })),
  );
}
