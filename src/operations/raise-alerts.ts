import { alertWords } from '../clickhouse/alert-words';
import { DATA, paceOf, raisedAlerts, recordDecision, reportsOf, standingOf, type Subject } from '../clickhouse/alerts';
import { deliveriesOf } from '../clickhouse/deliveries';
import { listGoals } from '../clickhouse/goals';
import { listRecipients } from '../clickhouse/recipients';
import { type Alert, type AlertTopic, topicOf } from '../domain/alert';
import { type BusinessDay, firstDay, lastDay, yearOf } from '../domain/calendar';
import { decideData } from '../domain/data-alerts';
import { type DataFinding, findingsOfShops } from '../domain/data-findings';
import { type Goal, goalsInForce, partOf } from '../domain/goal';
import { decidePace } from '../domain/pace-alerts';
import { type QuietWord, wordsInForce } from '../domain/quiet';
import { recipientsFor } from '../domain/recipients';
import { decideReports } from '../domain/report-alerts';
import { type PipelineError, terminal } from '../errors';
import { type Context } from './context';
import { type MeasuredPace, measuredPace, measurePace, type PaceRequest } from './measure-pace';
import { observeData } from './observe-data';
import { type RaisedAlerts } from './operations';

/**
 * raiseAlerts measures the pace of the region and of every part of it that has a goal, looks at the data and the calendar,
 * records what they call for, with why, and lists the alerts that some recipient has not been told of. Nothing is sent
 * here; asking again for the same day changes nothing. What nobody is there to be told of is not recorded, so that it is
 * raised as soon as somebody is: where it is about the region, that is a failure (`no-recipients`), which keeps nothing
 * else from being told.
 */
export async function raiseAlerts(context: Context, request: PaceRequest): Promise<RaisedAlerts> {
  const measured = await measuredPace(context, request);
  const { report } = measured;
  // A deployment that was set up today misses nothing: nobody was expected to deliver.
  if (report.shops === 0) {
    return { report, standing: `nothing to tell: ${report.because}`, ...(await untold(context)) };
  }
  const day = report.requestedAsOf;
  const { year } = report.goal;
  const night: Night = {
    day,
    words: wordsInForce(await alertWords(context.db), day),
    untellable: [],
    unheard: new Set(),
  };
  const standing = await decideOnPace(context, measured, night);
  // Another year that somebody asks about says nothing of the data of today.
  let findings: readonly DataFinding[] | null = null;
  if (yearOf(day) === year) {
    const seen = await observeData(context, measured, day);
    await decide(context, DATA, { topic: 'data', scope: '' }, night, (previous) =>
      listed(decideData(previous, { day, findings: seen, words: night.words, report })),
    );
    await decideOnReports(context, measured, seen, night);
    findings = seen;
  }
  for (const { scope } of await partsWithGoal(context, year, day)) {
    const part = await measuredPace(context, { year, asOf: day, ...(scope && { scope }) });
    await decideOnPace(context, part, night);
    if (findings !== null) await decideOnReports(context, part, findingsOfShops(findings, part.shops), night);
  }
  if (night.unheard.size > 0) {
    context.log.info('goals have something to tell, and nobody is named for them: npx paceline recipients add', {
      goals: [...night.unheard].join(' '),
    });
  }
  const failure = nobodyToTell(night.untellable);
  return { report, standing, ...(await untold(context)), ...(failure && { failure }) };
}

function nobodyToTell(alerts: readonly Alert[]): PipelineError | null {
  const [first] = alerts;
  if (!first) return null;
  return terminal(
    'no-recipients',
    `${alerts.map(({ kind }) => kind).join(' and ')} would be raised for ${first.raisedFor}, but nobody is there to be told`,
    'Set ALERT_TO to the addresses of the commerce bureau, or add them: npx paceline recipients add <address>.',
  );
}

/** The goals in force of parts of the region; that of a month has no pace. */
async function partsWithGoal({ db }: Context, year: number, on: BusinessDay): Promise<Goal[]> {
  const day = on > lastDay(year) ? lastDay(year) : on;
  return goalsInForce(await listGoals(db), year, day).filter(
    ({ scope }) => partOf(scope) !== '' && scope?.month === undefined,
  );
}

/** What one night's decisions have in common. */
interface Night {
  readonly day: BusinessDay;
  readonly words: readonly QuietWord[];
  /** What would be raised of the region, were somebody there to be told. */
  readonly untellable: Alert[];
  /** Parts of it of which something would be raised, were somebody named for them. */
  readonly unheard: Set<string>;
}

async function decideOnPace(context: Context, { report }: MeasuredPace, night: Night): Promise<string> {
  const { words } = night;
  const settings = context.settings.alerts.pace;
  return await decide(
    context,
    paceOf(report.goal),
    { topic: 'pace', scope: partOf(report.goal.scope) },
    night,
    (previous) => listed(decidePace(previous, { report, words, settings })),
  );
}

/** Reports of a year that has just ended come in the year after it. */
async function decideOnReports(
  context: Context,
  { report }: MeasuredPace,
  openFindings: readonly DataFinding[],
  night: Night,
): Promise<void> {
  const { day, words } = night;
  const { goal } = report;
  const scope = partOf(goal.scope);
  const somebody = (await recipientsOf(context, { topic: 'report', scope })).length > 0;
  if (scope !== '' && !somebody) return;
  const before = await goalBefore(context, goal);
  const reports = before === null ? [report] : [report, await measurePace(context, { ...before, asOf: day })];
  const wanted = somebody ? context.settings.alerts.reports : [];
  await decide(context, reportsOf(goal), { topic: 'report', scope }, night, (previous) =>
    decideReports(previous, { day, reports, wanted, words, openFindings }),
  );
}

/** The same goal a year earlier; a part of the region may have had none. */
async function goalBefore({ db }: Context, { year, scope }: Goal): Promise<PaceRequest | null> {
  const request: PaceRequest = { year: year - 1, ...(scope && { scope }) };
  if (partOf(scope) === '') return request;
  const known = goalsInForce(await listGoals(db), year - 1, firstDay(year));
  return known.some((goal) => partOf(goal.scope) === partOf(scope)) ? request : null;
}

interface Outcome<Standing> {
  readonly next: Standing;
  readonly alerts: readonly Alert[];
  readonly why: string;
}

const listed = <Standing>({
  alert,
  ...rest
}: Omit<Outcome<Standing>, 'alerts'> & { readonly alert: Alert | null }) => ({
  ...rest,
  alerts: alert === null ? [] : [alert],
});

/** What recipients go by. */
interface About {
  readonly topic: AlertTopic;
  /** Of which goal: blank for the region's. */
  readonly scope: string;
}

/** Decides on one subject and records it; gives why, in one sentence. */
async function decide<Standing>(
  context: Context,
  subject: Subject<Standing>,
  about: About,
  { day, untellable, unheard }: Night,
  rule: (previous: Standing | null) => Outcome<Standing>,
): Promise<string> {
  const previous = await standingOf(context.db, subject);
  const { next, alerts, why } = rule(previous?.standing ?? null);
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

async function recipientsOf({ db, settings }: Context, { topic, scope }: About): Promise<string[]> {
  return recipientsFor(await listRecipients(db), settings.alerts.to, topic, scope);
}

/** An alert that could not be delivered for so long is of no use to anybody. */
const UNTOLD_DAYS = 31;

/** Alerts of which somebody who was to be told, and still is to be, has not been; with those who wait. */
async function untold({ db, settings, now }: Context): Promise<Pick<RaisedAlerts, 'alerts' | 'recipients'>> {
  const raised = await raisedAlerts(db, new Date(now().getTime() - UNTOLD_DAYS * 86_400_000));
  const ids = raised.map(({ alert }) => alert.id);
  const [ended, rules] = await Promise.all([deliveriesOf(db, ids), listRecipients(db)]);
  const alerts = raised.flatMap(({ alert: { id, kind, scope }, recipients }) => {
    const told = ended.filter(({ alertId }) => alertId === id).map(({ recipient }) => recipient);
    const still = recipientsFor(rules, settings.alerts.to, topicOf(kind), scope);
    const left = recipients.filter((recipient) => !told.includes(recipient) && still.includes(recipient));
    return left.length === 0 ? [] : [{ alertId: id, kind, recipients: left }];
  });
  return { alerts, recipients: [...new Set(alerts.flatMap(({ recipients }) => recipients))] };
}
