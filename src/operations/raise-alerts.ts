import { alertWords } from '../clickhouse/alert-words';
import { DATA, paceOf, raisedAlerts, recordDecision, REPORTS, standingOf, type Subject } from '../clickhouse/alerts';
import { deliveriesOf } from '../clickhouse/deliveries';
import { listRecipients } from '../clickhouse/recipients';
import { type Alert, type AlertTopic, topicOf } from '../domain/alert';
import { type BusinessDay, yearOf } from '../domain/calendar';
import { decideData } from '../domain/data-alerts';
import { decidePace } from '../domain/pace-alerts';
import { wordsInForce } from '../domain/quiet';
import { recipientsFor } from '../domain/recipients';
import { decideReports } from '../domain/report-alerts';
import { terminal } from '../errors';
import { type Context } from './context';
import { measuredPace, measurePace, type PaceRequest } from './measure-pace';
import { observeData } from './observe-data';
import { type RaisedAlerts } from './operations';

/**
 * raiseAlerts measures the pace, looks at the data and the calendar, records what they call for, with why, and lists the
 * alerts that some recipient has not been told of. Nothing is sent here; asking again for the same day changes nothing.
 * What nobody is there to be told of is not recorded, so that it is raised as soon as somebody is.
 * @throws PipelineError `no-recipients`, once everything else is decided
 */
export async function raiseAlerts(context: Context, request: PaceRequest): Promise<RaisedAlerts> {
  const measured = await measuredPace(context, request);
  const { report } = measured;
  // A deployment that was set up today misses nothing: nobody was expected to deliver.
  if (report.shops === 0) {
    return { report, standing: `nothing to tell: ${report.because}`, ...(await untold(context)) };
  }
  const day = report.requestedAsOf;
  const words = wordsInForce(await alertWords(context.db), day);
  const { pace: settings, reports: wanted } = context.settings.alerts;
  const untellable: Alert[] = [];
  const standing = await decide(context, paceOf(report.goal, ''), 'pace', day, untellable, (previous) =>
    listed(decidePace(previous, { report, scope: '', words, settings })),
  );
  // Another year that somebody asks about says nothing of the data of today.
  if (yearOf(day) === report.goal.year) {
    const findings = await observeData(context, measured, day);
    await decide(context, DATA, 'data', day, untellable, (previous) =>
      listed(decideData(previous, { day, findings, words, report })),
    );
    const reports = [report, await measurePace(context, { year: yearOf(day) - 1, asOf: day })];
    const somebody = (await recipientsOf(context, 'report')).length > 0;
    await decide(context, REPORTS, 'report', day, untellable, (previous) =>
      decideReports(previous, { day, reports, wanted: somebody ? wanted : [], words, openFindings: findings }),
    );
  }
  const [first] = untellable;
  if (first) {
    throw terminal(
      'no-recipients',
      `${untellable.map(({ kind }) => kind).join(' and ')} would be raised for ${first.raisedFor}, but nobody is there to be told`,
      'Set ALERT_TO to the addresses of the commerce bureau, or add them: npx paceline recipients add <address>.',
    );
  }
  return { report, standing, ...(await untold(context)) };
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

/** Decides on one subject and records it; gives why, in one sentence. */
async function decide<Standing>(
  context: Context,
  subject: Subject<Standing>,
  topic: AlertTopic,
  day: BusinessDay,
  untellable: Alert[],
  rule: (previous: Standing | null) => Outcome<Standing>,
): Promise<string> {
  const previous = await standingOf(context.db, subject);
  const { next, alerts, why } = rule(previous?.standing ?? null);
  const recipients = await recipientsOf(context, topic);
  if (alerts.length > 0 && recipients.length === 0) {
    untellable.push(...alerts);
  } else if (JSON.stringify(next) !== JSON.stringify(previous?.standing)) {
    const decided = { seq: (previous?.seq ?? 0) + 1, decidedFor: day, next, why, alerts, recipients };
    await recordDecision(context.db, subject, decided, context.now());
  }
  return why;
}

async function recipientsOf({ db, settings }: Context, topic: AlertTopic): Promise<string[]> {
  return recipientsFor(await listRecipients(db), settings.alerts.to, topic, '');
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
