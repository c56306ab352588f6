import { deliveriesOf, raisedAlerts, recordDecision, standingOf } from '../clickhouse/alerts';
import { decideAlert } from '../domain/alert';
import { terminal } from '../errors';
import { type Context } from './context';
import { measurePace, type PaceRequest } from './measure-pace';
import { type RaisedAlerts } from './operations';

/**
 * raiseAlerts measures the pace, records what it calls for and lists the alerts that some recipient has not been told
 * of. Nothing is sent here; asking again for the same day changes nothing.
 */
export async function raiseAlerts(context: Context, request: PaceRequest): Promise<RaisedAlerts> {
  const { db, settings } = context;
  const report = await measurePace(context, request);
  // A deployment that was set up today misses nothing: nobody was expected to deliver.
  if (report.shops === 0) {
    return { report, standing: `nothing to tell: ${report.because}`, ...(await untold(context)) };
  }
  const previous = await standingOf(db, report.goal);
  const { next, alert } = decideAlert(previous?.standing ?? null, report);
  if (alert && settings.recipients.length === 0) {
    // Not recorded, so that it is raised as soon as there is somebody to tell.
    throw terminal(
      'no-recipients',
      `${alert.kind} would be raised for ${alert.raisedFor}, but nobody is there to be told`,
      'Set ALERT_TO to the addresses of the commerce bureau.',
    );
  }
  if (JSON.stringify(next) !== JSON.stringify(previous?.standing)) {
    const decided = { seq: (previous?.seq ?? 0) + 1, next, alert, recipients: settings.recipients };
    await recordDecision(db, report.goal, decided, context.now());
  }
  const standing = alert
    ? `${alert.kind} raised for ${alert.raisedFor}: ${report.because}`
    : `nothing changed: ${next.state} since ${next.since}. ${report.because}`;
  return { report, standing, ...(await untold(context)) };
}

/** Alerts of which somebody who was to be told has not been, and those who wait. */
async function untold({ db }: Context): Promise<Pick<RaisedAlerts, 'alerts' | 'recipients'>> {
  const waiting = [];
  for (const { alert, recipients } of await raisedAlerts(db)) {
    const told = (await deliveriesOf(db, alert.id)).map(({ recipient }) => recipient);
    const left = recipients.filter((recipient) => !told.includes(recipient));
    if (left.length > 0) waiting.push({ alert, left });
  }
  return {
    alerts: waiting.map(({ alert }) => ({ alertId: alert.id, kind: alert.kind })),
    recipients: [...new Set(waiting.flatMap(({ left }) => left))],
  };
}
