import { findAlert } from '../clickhouse/alerts';
import {
  claimDelivery,
  deliveriesOf,
  type DeliveryKey,
  giveUpClaim,
  holdClaim,
  claimAge,
  recordDelivery,
} from '../clickhouse/deliveries';
import { type Alert, type Delivery } from '../domain/alert';
import { robotOf } from '../domain/recipients';
import { type PipelineError, terminal, transient } from '../errors';
import { composeAlertMail } from '../mail/alert-message';
import { type DeliveryResult, messageIdOf, openMailer, senderOf } from '../mail/deliver';
import { postToRobot, robotNamed } from '../mail/robot';
import { composeRobotMessage } from '../mail/robot-message';
import { type Context } from './context';
import { figuresOfAlert } from './figures-of-alert';

/**
 * deliverAlert hands one alert to one recipient, once: a recorded outcome is returned and nothing is sent again. Just
 * before the content leaves a claim is written, after the answer the outcome, by a later attempt if the store is gone. A
 * claim that is followed by nothing is one whose process ended in between: what the recipient got is unknown, and it is
 * not sent again by itself.
 * @throws PipelineError transient `mail-unreachable`, `delivery-busy` while another process has the claim; terminal
 *   `config-invalid`, `mail-refused`, `nothing-found` for an unknown alert
 */
export async function deliverAlert(context: Context, key: DeliveryKey): Promise<Delivery> {
  const { db, settings, now } = context;
  const { alertId, recipient } = key;
  const known = (await deliveriesOf(db, [alertId])).find((delivery) => delivery.recipient === recipient);
  if (known) return known;
  const raised = await findAlert(db, alertId);
  if (!raised) throw terminal('nothing-found', `there is no alert ${alertId}`);
  const messageId = messageIdOf(alertId, recipient, senderOf(settings.mailFrom).domain);
  const result =
    unrecorded.get(messageId) ??
    (await abandoned(context, key)) ??
    (await handOver(context, key, raised.alert, messageId));
  unrecorded.set(messageId, result);
  const delivery: Delivery = { alertId, recipient, messageId, ...result };
  await recordDelivery(db, delivery, now());
  unrecorded.delete(messageId);
  return delivery;
}

/** Outcomes, by Message-ID, that the store could not be told of yet: it may be just being restarted. */
const unrecorded = new Map<string, DeliveryResult>();

/** Whoever hands over gives a sign of life every so often; without one for so long the process has ended. */
const SIGN_OF_LIFE_MS = 15_000;
const CLAIM_SECONDS = 60;

async function abandoned({ db, log }: Context, key: DeliveryKey): Promise<DeliveryResult | null> {
  const age = await claimAge(db, key);
  if (age === null) return null;
  if (age < CLAIM_SECONDS) throw busy(key);
  log.warn('a delivery was cut off while its content left', { alertId: key.alertId });
  return { outcome: 'unknown', detail: 'the process ended while it handed the message over' };
}

async function handOver(context: Context, key: DeliveryKey, alert: Alert, messageId: string): Promise<DeliveryResult> {
  const { db } = context;
  const claims: string[] = [];
  const claim = async (): Promise<void> => {
    const taken = await claimDelivery(db, key);
    if (taken === null) throw busy(key);
    claims.push(taken);
  };
  const signs = setInterval(() => {
    for (const taken of claims) holdClaim(db, key, taken).catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  try {
    const robot = robotOf(key.recipient);
    return robot === null
      ? await mail(context, key.recipient, alert, messageId, claim)
      : await post(context, robot, alert, claim);
  } catch (error) {
    // An error says that nobody has taken the message: it may be handed over again.
    for (const taken of claims) await giveUpClaim(db, key, taken);
    throw error;
  } finally {
    clearInterval(signs);
  }
}

async function mail(
  context: Context,
  to: string,
  alert: Alert,
  messageId: string,
  claim: () => Promise<void>,
): Promise<DeliveryResult> {
  const { settings, now, log } = context;
  const { smtpUrl, outboxDir, mailFrom } = settings;
  const mailer = openMailer({ smtpUrl, outboxDir, from: mailFrom, log });
  try {
    const written = await composeAlertMail(alert, await figuresOfAlert(context, alert));
    return await mailer.deliver({ ...written, to, messageId, date: now() }, claim);
  } finally {
    await mailer.close();
  }
}

async function post(context: Context, name: string, alert: Alert, claim: () => Promise<void>): Promise<DeliveryResult> {
  const { settings, now, log } = context;
  const robot = robotNamed(settings.alerts.robots, name);
  const message = composeRobotMessage(alert, await figuresOfAlert(context, alert));
  const result = await postToRobot(robot, message, now(), claim);
  log[result.outcome === 'delivered' ? 'info' : 'warn'](`message ${result.outcome}`, {
    robot: name,
    detail: result.detail,
  });
  return result;
}

function busy({ alertId }: DeliveryKey): PipelineError {
  return transient(
    'delivery-busy',
    `another process is handing over ${alertId} to the same recipient`,
    'It is looked at again; a claim that is followed by nothing for a minute is told as unknown.',
  );
}
