import { existsSync } from 'node:fs';
import { raisedAlerts } from '../../src/clickhouse/alerts';
import { type Database, openDatabase } from '../../src/clickhouse/client';
import { deliveriesOf } from '../../src/clickhouse/deliveries';
import { findFile } from '../../src/clickhouse/ledger';
import { isNightDone } from '../../src/clickhouse/nights';
import { placesOf } from '../../src/clickhouse/originals';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { verifyTotals } from '../../src/clickhouse/totals/verify';
import { addDays, type BusinessDay, firstDay, instantOf, lastDay, yearOf } from '../../src/domain/calendar';
import { type Totals } from '../../src/domain/measures';
import { type Truth } from '../../src/demo/truth';
import { filesUnder } from '../../src/intake/find-files';
import { ARCHIVE_DAYS, type Deployment } from './deployment';
import { type Made } from './story';

/** Finding is what an audit found wrong, by what it is. */
export interface Finding {
  readonly kind: 'wrong' | 'lost' | 'doubled';
  readonly what: string;
}

/** looking gives work the store as it is reached now. */
export async function looking<T>(deployment: Deployment, work: (db: Database) => Promise<T>): Promise<T> {
  const location = deployment.database();
  if (!location) throw new Error('the engine is down');
  const db = openDatabase(location);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** isDone says whether a night is done, as a store knows it whose clock shows so much. */
export async function isDone(deployment: Deployment, day: BusinessDay, clock: string): Promise<boolean> {
  return await seen(deployment, async (db) => await isNightDone(db, day, new Date(instantOf(clock))));
}

/** isOver says whether a night is done and every mail of every alert has an outcome. */
export async function isOver(deployment: Deployment, day: BusinessDay, clock: string): Promise<boolean> {
  if (!(await isDone(deployment, day, clock))) return false;
  return await seen(deployment, async (db) => (await openMails(db)).length === 0);
}

/** Not seen is not so: the engine may just be restarted. */
const seen = async (deployment: Deployment, look: (db: Database) => Promise<boolean>): Promise<boolean> =>
  await looking(deployment, look).catch(() => false);

async function openMails(db: Database): Promise<string[]> {
  const open: string[] = [];
  for (const { alert, recipients } of await raisedAlerts(db, new Date(0))) {
    const told = new Set((await deliveriesOf(db, [alert.id])).map(({ recipient }) => recipient));
    open.push(...recipients.filter((recipient) => !told.has(recipient)).map((recipient) => `${alert.id} ${recipient}`));
  }
  return open;
}

/** audit compares what a deployment shows after a night with what is true. */
export async function audit(
  deployment: Deployment,
  handedIn: readonly Made[],
  truth: Truth,
  day: BusinessDay,
): Promise<Finding[]> {
  return await looking(deployment, async (db) => [
    ...(await figuresAmiss(db, truth, day)),
    ...(await filesAmiss(db, deployment, handedIn, day)),
    ...(await mailsAmiss(db, deployment)),
  ]);
}

async function figuresAmiss(db: Database, truth: Truth, day: BusinessDay): Promise<Finding[]> {
  const findings: Finding[] = [];
  const year = yearOf(day);
  const { rows } = await readTotals(db, { from: firstDay(year), to: lastDay(year), by: ['platform', 'month'] });
  const keyOf = (platform = '', month = ''): string => `${platform} ${month}`;
  const shown = new Map(rows.map(({ dimensions, totals }) => [keyOf(dimensions.platform, dimensions.month), totals]));
  for (const { platform, month, totals } of truth.byPlatformAndMonth) {
    const key = keyOf(platform, month);
    const found = shown.get(key);
    shown.delete(key);
    if (!found || found.paidOrders < totals.paidOrders) findings.push({ kind: 'lost', what: `orders of ${key}` });
    else if (found.paidOrders > totals.paidOrders) findings.push({ kind: 'doubled', what: `orders of ${key}` });
    else if (!isSame(found, totals)) findings.push({ kind: 'wrong', what: `totals of ${key}` });
  }
  for (const key of shown.keys()) findings.push({ kind: 'wrong', what: `totals of ${key}, where nothing was sold` });
  const { differences, stale } = await verifyTotals(db);
  if (differences.length + stale.length > 0) findings.push({ kind: 'wrong', what: 'totals differ from the orders' });
  return findings;
}

const isSame = (one: Totals, other: Totals): boolean =>
  (Object.keys(other) as (keyof Totals)[]).every((measure) => one[measure] === other[measure]);

/** Days by which the clock of a deployment may be wrong, or housekeeping late. */
const DAYS_OFF = 3;

async function filesAmiss(
  db: Database,
  { inbox }: Deployment,
  handedIn: readonly Made[],
  today: BusinessDay,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const oldest = addDays(today, -ARCHIVE_DAYS);
  for (const { day, place, sha256 } of handedIn) {
    const entry = await findFile(db, sha256);
    if (entry?.status !== 'committed') {
      findings.push({ kind: 'lost', what: `${place} is ${entry?.status ?? 'not in the ledger'}` });
    }
    const isThere = (await placesOf(db, sha256)).some((path) => existsSync(path));
    if (!isThere && day >= addDays(oldest, DAYS_OFF)) findings.push({ kind: 'lost', what: `the original of ${place}` });
    if (isThere && day < addDays(oldest, -DAYS_OFF)) findings.push({ kind: 'wrong', what: `${place} is still there` });
  }
  for (const left of await filesUnder(inbox)) findings.push({ kind: 'lost', what: `${left} was left in the inbox` });
  return findings;
}

async function mailsAmiss(db: Database, { post }: Deployment): Promise<Finding[]> {
  const findings: Finding[] = [];
  const open = new Map<string, number>();
  for (const mail of post.taken) open.set(mail, (open.get(mail) ?? 0) + 1);
  for (const [mail, times] of open) if (times > 1) findings.push({ kind: 'doubled', what: `mail ${mail}` });
  for (const { alert, recipients } of await raisedAlerts(db, new Date(0))) {
    const deliveries = await deliveriesOf(db, [alert.id]);
    for (const recipient of recipients) {
      const told = deliveries.filter((each) => each.recipient === recipient);
      const taken = told.some(({ messageId }) => open.has(`${messageId} ${recipient}`));
      const { outcome } = told.at(-1) ?? {};
      const what = `mail of ${alert.id} to ${recipient}: ${outcome ?? 'no outcome'}, ${taken ? '' : 'not '}taken`;
      if (outcome !== 'delivered' && outcome !== 'unknown') findings.push({ kind: 'lost', what });
      else if (outcome === 'delivered' && !taken) findings.push({ kind: 'wrong', what });
    }
  }
  return findings;
}
