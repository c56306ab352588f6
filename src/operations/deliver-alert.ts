import { deliveriesOf, raisedAlerts, recordDelivery } from '../clickhouse/alerts';
import { readTotals } from '../clickhouse/queries/totals';
import { type Alert, type Delivery } from '../domain/alert';
import { firstDay, wallClockAt } from '../domain/calendar';
import { terminal } from '../errors';
import { type AlertFigures, composeAlertMail } from '../mail/alert-message';
import { messageIdOf, openMailer, senderOf } from '../mail/deliver';
import { displayName } from '../platforms/registry';
import { type Context } from './context';

/**
 * deliverAlert mails one alert to one recipient, once: a recorded outcome is returned and nothing is sent again. The
 * outcome is recorded after the server's answer; when that record fails the same Message-ID is sent again.
 * @throws PipelineError transient `mail-unreachable`, terminal `config-invalid`, `nothing-found` for an unknown alert
 */
export async function deliverAlert(
  context: Context,
  { alertId, recipient }: { readonly alertId: string; readonly recipient: string },
): Promise<Delivery> {
  const { db, settings } = context;
  const known = (await deliveriesOf(db, alertId)).find((delivery) => delivery.recipient === recipient);
  if (known) return known;
  const alert = (await raisedAlerts(db)).find((raised) => raised.alert.id === alertId)?.alert;
  if (!alert) throw terminal('nothing-found', `there is no alert ${alertId}`);
  const mailer = openMailer({
    ...(settings.smtpUrl === undefined ? {} : { smtpUrl: settings.smtpUrl }),
    outboxDir: settings.outboxDir,
    from: settings.mailFrom,
    log: context.log,
  });
  try {
    const mail = composeAlertMail(alert, await figuresOf(context, alert));
    const messageId = messageIdOf(alertId, recipient, senderOf(settings.mailFrom).domain);
    const result = await mailer.deliver({ ...mail, to: recipient, messageId, date: context.now() });
    const delivery: Delivery = { alertId, recipient, messageId, ...result };
    await recordDelivery(db, delivery, context.now());
    return delivery;
  } finally {
    await mailer.close();
  }
}

/** The figures that stand beside the alert's own report, to the same last complete day. */
async function figuresOf(context: Context, { report }: Alert): Promise<AlertFigures> {
  const { year, measure } = report.goal;
  const platforms =
    report.asOf === null
      ? []
      : (await readTotals(context.db, { from: firstDay(year), to: report.asOf, by: ['platform'] })).rows;
  const ids = [
    ...platforms.map((row) => row.dimensions.platform ?? ''),
    ...report.waitingFor.map((shop) => shop.platform),
  ];
  return {
    byPlatform: platforms.map((row) => ({
      platform: displayName(row.dimensions.platform ?? ''),
      amount: row.totals[measure],
    })),
    generatedAt: wallClockAt(context.now().getTime()),
    region: context.settings.region,
    platformNames: Object.fromEntries(ids.map((id) => [id, displayName(id)])),
  };
}
