import { type Delivery } from '../../domain/alert';
import { yearOf } from '../../domain/calendar';
import { terminal } from '../../errors';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { raisedAlerts } from '../../clickhouse/alerts';
import { deliveriesOf } from '../../clickhouse/deliveries';
import { type Context } from '../../operations/context';
import { deliverAlert } from '../../operations/deliver-alert';
import { raiseAlerts } from '../../operations/raise-alerts';
import { raiseReports } from '../../operations/raise-reports';
import { type Io } from '../io';
import { paceJson, paceRequest, type PaceOptions } from './pace';

/** alert measures the pace, looks at the data, decides what somebody must hear of, and delivers what is due, once. */
export async function alert(io: Io, context: Context, options: PaceOptions): Promise<boolean> {
  await refreshTotals(context.db, context.now);
  const request = paceRequest(options);
  const raised = await raiseAlerts(context, request);
  const { requestedAsOf: asOf, goal } = raised.report;
  // Reports are those of the year of the day, whatever year is asked about.
  const reports = goal.year === yearOf(asOf) ? await raiseReports(context, { asOf }) : [];
  const alerts = [...raised.alerts, ...reports];
  if (raised.failure && alerts.length === 0) throw raised.failure;
  const deliveries: Delivery[] = [];
  for (const { alertId, recipients } of alerts) {
    for (const recipient of recipients) deliveries.push(await deliverAlert(context, { alertId, recipient }));
  }
  const last = (await raisedAlerts(context.db, new Date(0))).at(-1);
  const earlier = last === undefined ? [] : await deliveriesOf(context.db, [last.alert.id]);
  io.answer(
    {
      changed: deliveries.length > 0,
      standing: raised.standing,
      state: raised.report.state,
      deliveries,
      lastAlert:
        last === undefined
          ? null
          : { id: last.alert.id, kind: last.alert.kind, raisedFor: last.alert.raisedFor, deliveries: earlier },
      pace: paceJson(raised.report),
    },
    () =>
      [
        raised.standing,
        ...deliveries.map((delivery) => `${delivery.outcome}: ${delivery.recipient} (${delivery.detail})`),
        ...(deliveries.length > 0 || last === undefined
          ? []
          : [
              `last alert: ${last.alert.kind}, raised for ${last.alert.raisedFor}`,
              ...earlier.map((delivery) => `  ${delivery.outcome} to ${delivery.recipient}: ${delivery.detail}`),
            ]),
      ].join('\n'),
  );
  const lost = deliveries.filter(({ outcome }) => outcome === 'refused' || outcome === 'unknown');
  if (lost.length > 0) {
    throw terminal(
      'mail-refused',
      `${lost.length} of ${deliveries.length} mails did not arrive for certain: ${lost.map(({ recipient, outcome }) => `${recipient} ${outcome}`).join(', ')}`,
      'See the server’s reply above; they are not sent again by themselves.',
    );
  }
  if (raised.failure) throw raised.failure;
  return true;
}
