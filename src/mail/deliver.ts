import { type DeliveryOutcome } from '../domain/alert';
import { silentLogger, type Logger } from '../log';
import { mimeMessageOf, senderOf, type OutgoingMessage } from './mime-message';
import { writeToOutbox } from './outbox';
import { DEFAULT_TIMEOUTS, greetServer, sendBySmtp, type SmtpTimeouts } from './smtp';
import { smtpServerOf } from './smtp-server';

export { messageIdOf, senderOf, type OutgoingMessage } from './mime-message';

/** How one delivery ended; `detail` is the server's reply, what happened instead, or the path of the written file. */
export interface DeliveryResult {
  readonly outcome: DeliveryOutcome;
  readonly detail: string;
}

/** A mailer delivers messages one by one. */
export interface Mailer {
  /** How messages leave: by a server, or into the outbox folder. */
  readonly way: 'smtp' | 'outbox';
  /**
   * deliver hands over one message. `delivered` follows the server's 2xx to the content, `unknown` means that the
   * content left and no answer came: it must not be sent again without a person's word.
   * `beforeContent` is awaited just before the content leaves for a server: an error of it ends the delivery with nothing
   * sent. It is not called for the outbox, where writing twice makes one file.
   * @throws PipelineError transient `mail-unreachable` (nothing was taken: try again), `disk-full`; terminal
   *   `config-invalid`, `mail-refused` (the server takes no mail at all)
   */
  deliver(message: OutgoingMessage, beforeContent?: () => Promise<void>): Promise<DeliveryResult>;
  /** close waits for deliveries under way. */
  close(): Promise<void>;
}

/** What a mailer needs. */
export interface MailerOptions {
  /** `smtp://` or `smtps://`, see smtpServerOf; without it mails are written into the outbox. */
  readonly smtpUrl?: string | undefined;
  readonly outboxDir: string;
  /** One address, with or without a name. */
  readonly from: string;
  readonly timeouts?: Partial<SmtpTimeouts> | undefined;
  readonly log?: Logger | undefined;
}

/**
 * openMailer checks sender and server address and makes a mailer; it connects only to deliver.
 * @throws PipelineError `config-invalid`
 */
export function openMailer(options: MailerOptions): Mailer {
  senderOf(options.from);
  const server = options.smtpUrl === undefined || options.smtpUrl === '' ? null : smtpServerOf(options.smtpUrl);
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const log = options.log ?? silentLogger;
  const underWay = new Set<Promise<DeliveryResult>>();

  const deliverOnce = async (message: OutgoingMessage, beforeContent: () => Promise<void>): Promise<DeliveryResult> => {
    const mime = await mimeMessageOf(options.from, message);
    const result: DeliveryResult =
      server === null
        ? { outcome: 'written', detail: await writeToOutbox(options.outboxDir, message.messageId, mime.bytes) }
        : await sendBySmtp(server, mime, timeouts, beforeContent);
    const level = result.outcome === 'refused' || result.outcome === 'unknown' ? 'warn' : 'info';
    log[level](`mail ${result.outcome}`, { messageId: message.messageId, detail: result.detail });
    return result;
  };

  return {
    way: server === null ? 'outbox' : 'smtp',
    deliver(message, beforeContent = () => Promise.resolve()) {
      const delivery = deliverOnce(message, beforeContent);
      underWay.add(delivery);
      const done = (): boolean => underWay.delete(delivery);
      delivery.then(done, done);
      return delivery;
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}

const CHECK_TIMEOUTS: SmtpTimeouts = { connectMs: 5_000, sessionMs: 10_000, replyMs: 5_000 };

/**
 * checkMailServer greets a mail server and logs in, within seconds, and returns its host and port.
 * @throws PipelineError `config-invalid`, `mail-unreachable`, `mail-refused`
 */
export async function checkMailServer(smtpUrl: string): Promise<string> {
  const server = smtpServerOf(smtpUrl);
  await greetServer(server, CHECK_TIMEOUTS);
  return `${server.host}:${server.port}`;
}
