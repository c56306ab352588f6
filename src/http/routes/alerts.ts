import { z } from 'zod';
import { type AlertPlace, newestAlerts } from '../../clickhouse/alerts';
import { deliveriesOf } from '../../clickhouse/deliveries';
import { type QuietWord } from '../../domain/quiet';
import { type Context } from '../../operations/context';
import { acknowledge, alertsNow, mute, type Saying, unmute } from '../../operations/quiet-alerts';
import { delivery, paceReport, raisedAlert } from '../../queue/wire';
import { nameOf } from '../caller';
import { readCursor, writeCursor } from '../cursor';
import { type AnyRoute, route } from '../route';
import { askedDay, businessDay, next, paging, reason, text } from '../shapes';

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

const judgedState = z.enum(['on-track', 'at-risk', 'behind']);
const word = z
  .object({
    word: z.enum(['ack', 'mute', 'unmute']),
    subject: z.string(),
    spell: businessDay.nullable().meta({ description: 'Of an acknowledgement: since when the goal was behind.' }),
    from: businessDay,
    until: businessDay.meta({ description: 'The last day on which it holds.' }),
    by: z.string(),
    reason: z.string(),
  })
  .meta({ title: 'What an operator said of alerts' });

/** Where alerts on a pace stand; the rest of the standing is of no use to a reader. */
const standing = z.object({
  judged: z.object({ state: judgedState, since: businessDay }).nullable(),
  told: z
    .object({ state: judgedState, on: businessDay })
    .nullable()
    .meta({ description: 'The state that recipients were told last; null: none.' }),
});

const subject = text(300)
  .min(1)
  .meta({
    description: 'A subject of `/v1/alerts/now`, or its beginning, which stands for all beneath it.',
    examples: ['pace/2026/net/all', 'data/missing'],
  });
const until = askedDay.meta({ description: 'The last day on which it holds.' });
const why = reason.min(1);
const decides = { who: 'operator', limited: 'refused' } as const;

/** What was said goes into the audit log as well. */
const remarkOf = ({ word: said, subject: of, until: last, reason: because }: QuietWord): string =>
  `${said} ${of}${said === 'unmute' ? '' : ` until ${last}`}: ${because}`;

/** A route by which an operator keeps a subject quiet until a day. */
const quieting = (
  name: 'ack' | 'mute',
  summary: string,
  example: Readonly<Record<string, string>>,
  say: (context: Context, saying: Saying) => Promise<QuietWord>,
): AnyRoute =>
  route({
    method: 'POST',
    path: `/v1/alerts/${name}`,
    summary,
    rule: decides,
    body: z.strictObject({ subject, until, reason: why }),
    answer: word,
    status: 201,
    examples: [{ path: `/v1/alerts/${name}`, body: example }],
    handle: async ({ body, caller, context, request }) => {
      const said = await say(context, { ...body, by: nameOf(caller) });
      request.remark = remarkOf(said);
      return said;
    },
  });

export const alertRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/alerts/now',
    summary: 'Where alerts stand, what is wrong with the data, and what is kept quiet',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    answer: z.object({
      asOf: businessDay,
      decisions: z.array(
        z.object({
          subject: z.string(),
          decidedFor: businessDay,
          why: z.string().meta({ description: 'Why something was told or nothing, in one sentence.' }),
          pace: standing.nullable().meta({ description: 'Where the subject is the pace of a goal.' }),
        }),
      ),
      open: z.array(z.object({ subject: z.string(), since: businessDay, toldOn: businessDay.nullable() })),
      words: z.array(word),
    }),
    examples: [{ path: '/v1/alerts/now' }],
    handle: async ({ context }) => {
      const now = await alertsNow(context);
      return { ...now, decisions: [...now.decisions], open: [...now.open], words: [...now.words] };
    },
  }),
  quieting(
    'ack',
    'Acknowledge that a goal is behind: no reminders of it until a day',
    { subject: 'pace/2026/net/all', until: '{today}', reason: 'The bureau knows.' },
    acknowledge,
  ),
  quieting(
    'mute',
    'Silence a goal, something wrong with the data, or all that begins so, until a day',
    { subject: 'data/missing', until: '{today}', reason: 'The shops know.' },
    mute,
  ),
  route({
    method: 'POST',
    path: '/v1/alerts/unmute',
    summary: 'End the mutes and acknowledgements of a subject and of all beneath it',
    rule: decides,
    body: z.strictObject({ subject, reason: why }),
    answer: word,
    status: 201,
    examples: [{ path: '/v1/alerts/unmute', body: { subject: 'data/missing', reason: 'It was mended.' } }],
    handle: async ({ body, caller, context, request }) => {
      const said = await unmute(context, { ...body, by: nameOf(caller) });
      request.remark = remarkOf(said);
      return said;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/alerts',
    summary: 'Every alert that was raised, newest first, with how its mails ended',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    query: z.strictObject({ ...paging.shape }),
    answer: z.object({ alerts: z.array(alert), next }),
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
    examples: [{ path: '/v1/alerts' }, { path: '/v1/alerts?limit=10' }],
    handle: async ({ query, context }) => {
      const limit = query.limit ?? PAGE;
      const found = await newestAlerts(context.db, { after: afterOf(query.cursor), limit: limit + 1 });
      const raised = found.slice(0, limit);
      const last = raised.at(-1);
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
      return { alerts, next: last && found.length > limit ? writeCursor([last.at, last.id]) : null };
    },
  }),
];

const PAGE = 100;

function afterOf(cursor: string | undefined): AlertPlace | null {
  if (cursor === undefined) return null;
  const [at, id] = readCursor(cursor, ['number', 'string']);
  return { at: Number(at), id: String(id) };
}
