import { alertWords } from '../clickhouse/alert-words';
import { raisedAlerts, recordDecision, standingOf, type Subject } from '../clickhouse/alerts';
import { deliveriesOf } from '../clickhouse/deliveries';
import { listGoals } from '../clickhouse/goals';
import { listRecipients } from '../clickhouse/recipients';
import { type Alert, type AlertTopic, topicOf } from '../domain/alert';
import { type BusinessDay, lastDay } from '../domain/calendar';
import { type Goal, goalsInForce, partOf } from '../domain/goal';
import { type QuietWord, wordsInForce } from '../domain/quiet';
import { recipientsFor } from '../domain/recipients';
import { type Context } from './context';
import { type WaitingAlert } from './operations';

/** Deciding is what the decisions of one day have in common. */
export interface Deciding {
  readonly day: BusinessDay;
  readonly words: readonly QuietWord[];
  /** What would be raised of the region, were somebody there to be told. */
  readonly untellable: Alert[];
  /** Parts of it of which something would be raised, were somebody named for them. */
  readonly unheard: Set<string>;
}

/** decidingOn begins the decisions of a day. */
export async function decidingOn({ db }: Context, day: BusinessDay): Promise<Deciding> {
  return { day, words: wordsInForce(await alertWords(db), day), untellable: [], unheard: new Set() };
}

/** partsWithGoal lists the goals in force of parts of the region; that of a month has no pace. */
export async function partsWithGoal({ db }: Context, year: number, on: BusinessDay): Promise<Goal[]> {
  const day = on > lastDay(year) ? lastDay(year) : on;
  return goalsInForce(await listGoals(db), year, day).filter(
    ({ scope }) => partOf(scope) !== '' && scope?.month === undefined,
  );
}

/** What a rule gives: what to remember, what is raised, and why, in one sentence. */
interface Outcome<Standing> {
  readonly next: Standing;
  readonly alerts: readonly Alert[];
  readonly why: string;
}

/** About is what recipients go by. */
export interface About {
  readonly topic: AlertTopic;
  /** Of which goal: blank for the region's. */
  readonly scope: string;
}

/** decide decides on one subject and records it; gives why, in one sentence. */
export async function decide<Standing>(
  context: Context,
  subject: Subject<Standing>,
  about: About,
  { day, untellable, unheard }: Deciding,
  rule: (previous: Standing | null) => Outcome<Standing> | Promise<Outcome<Standing>>,
): Promise<string> {
  const previous = await standingOf(context.db, subject);
  const { next, alerts, why } = await rule(previous?.standing ?? null);
  const recipients = await recipientsOf(context, about);
  if (alerts.length > 0 && recipients.length === 0) {
    if (about.scope === '') untellable.push(...alerts);
    else unheard.add(about.scope);
  } else if (JSON.stringify(next) !== JSON.stringify(previous?.standing)) {
    const decided = { seq: (previous?.seq ?? 0) + 1, decidedFor: day, next, why, alerts, recipients };
    await recordDecision(context.db, subject, decided, context.now());
  }
  return why;
}

/** recipientsOf lists who is to be told of something. */
export async function recipientsOf({ db, settings }: Context, { topic, scope }: About): Promise<string[]> {
  return recipientsFor(await listRecipients(db), settings.alerts.to, topic, scope);
}

/** An alert that could not be delivered for so long is of no use to anybody. */
const UNTOLD_DAYS = 31;

/** untold lists alerts of some topics of which somebody who was to be told, and still is to be, has not been. */
export async function untold({ db, settings, now }: Context, topics: readonly AlertTopic[]): Promise<WaitingAlert[]> {
  const raised = await raisedAlerts(db, new Date(now().getTime() - UNTOLD_DAYS * 86_400_000));
  const theirs = raised.filter(({ alert }) => topics.includes(topicOf(alert.kind)));
  const [ended, rules] = await Promise.all([
    deliveriesOf(
      db,
      theirs.map(({ alert }) => alert.id),
    ),
    listRecipients(db),
  ]);
  return theirs.flatMap(({ alert: { id, kind, scope }, recipients }) => {
    const told = ended.filter(({ alertId }) => alertId === id).map(({ recipient }) => recipient);
    const still = recipientsFor(rules, settings.alerts.to, topicOf(kind), scope);
    const left = recipients.filter((recipient) => !told.includes(recipient) && still.includes(recipient));
    return left.length === 0 ? [] : [{ alertId: id, kind, recipients: left }];
  });
}
