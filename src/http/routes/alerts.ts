import { z } from 'zod';
import { raisedAlerts } from '../../clickhouse/alerts';
import { deliveriesOf } from '../../clickhouse/deliveries';
import { delivery, paceReport, raisedAlert } from '../../queue/wire';
import { type AnyRoute, route } from '../route';
import { businessDay } from '../shapes';

const alert = z
  .object({
    id: z.string(),
    kind: raisedAlert.shape.kind,
    scope: z.string().meta({ description: 'Of which goal it speaks; blank: the region’s.' }),
    raisedFor: businessDay,
    recipients: z.array(z.string()).readonly().meta({ description: 'Who was to be told.' }),
    report: paceReport.meta({ description: 'The figures that it was decided on.' }),
    deliveries: z.array(delivery).readonly(),
  })
  .meta({ title: 'An alert that was raised, and how its mails ended' });

export const alertRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/alerts',
    summary: 'Every alert that was raised, newest first, with how its mails ended',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    answer: z.object({ alerts: z.array(alert) }),
    table: ({ alerts }) => ({
      name: 'alerts',
      columns: ['alertId', 'alertKind', 'scope', 'raisedFor', 'measure', 'actual', 'recipient', 'delivery'],
      rows: alerts.flatMap(({ id, kind, scope, raisedFor, report, recipients, deliveries }) =>
        // An alert that nobody was to hear of is one all the same.
        (recipients.length === 0 ? [null] : recipients).map((recipient) => ({
          alertId: id,
          alertKind: kind,
          scope,
          raisedFor,
          measure: report.goal.measure,
          actual: report.actual,
          recipient,
          delivery: deliveries.findLast((each) => each.recipient === recipient)?.outcome,
        })),
      ),
      facts: {},
      about: [],
    }),
    examples: [{ path: '/v1/alerts' }],
    handle: async ({ context }) => {
      const raised = await raisedAlerts(context.db, new Date(0));
      const deliveries = await deliveriesOf(
        context.db,
        raised.map(({ alert: { id } }) => id),
      );
      const alerts = raised.map(({ alert: { id, kind, scope, raisedFor, report }, recipients }) => ({
        id,
        kind,
        scope,
        raisedFor,
        report,
        recipients,
        deliveries: deliveries.filter(({ alertId }) => alertId === id),
      }));
      return { alerts: alerts.reverse() };
    },
  }),
];
