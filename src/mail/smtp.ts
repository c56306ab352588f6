import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type MimeMessage } from './mime-message';
import { verdictOf, type SmtpFailure, type SmtpPhase } from './smtp-failure';
import { type SmtpServer } from './smtp-server';

/** How long to wait, in milliseconds. */
export interface SmtpTimeouts {
  /** For the connection, and again for the server's greeting. */
  readonly connectMs: number;
  /** From the start until the server takes the content: greeting, TLS, login, sender and recipient included. */
  readonly sessionMs: number;
  /** For the content and the server's answer to it. Long, since giving up leaves an unknown outcome. */
  readonly replyMs: number;
}

/** DEFAULT_TIMEOUTS: 30 s, 2 min, and the 10 min that RFC 5321 (4.5.3.2.6) asks for after the content. */
export const DEFAULT_TIMEOUTS: SmtpTimeouts = { connectMs: 30_000, sessionMs: 120_000, replyMs: 600_000 };

/** How a mail handed to a server ended, with the server's reply or what happened instead. */
export interface SmtpOutcome {
  readonly outcome: 'delivered' | 'refused' | 'unknown';
  readonly detail: string;
}

const CHUNK_BYTES = 16 * 1024;
/** How long a server may take to answer QUIT after the mail is settled. */
const QUIT_MS = 2_000;

/**
 * The content as a stream that tells when its last part is taken. The client reads from it only after the server's 354,
 * and writes the final dot only after its end; so as long as `handedOver` has not been called, no server can have the
 * mail.
 */
function contentOf(bytes: Buffer, begun: () => Promise<void>, handedOver: () => void): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    await begun();
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    handedOver();
  }
  return Readable.from(chunks(), { objectMode: false, highWaterMark: CHUNK_BYTES });
}

function connectionTo(server: SmtpServer, timeouts: SmtpTimeouts): SMTPConnection {
  return new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    ignoreTLS: server.ignoreTls,
    tls: { rejectUnauthorized: server.rejectUnauthorized },
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    // The two deadlines below end a session that drips; this one only backs them up.
    socketTimeout: timeouts.sessionMs + timeouts.replyMs,
    socketCloseTimeout: QUIT_MS,
    // The client's own log would show addresses and replies: there is none.
    logger: false,
    debug: false,
  });
}

/** leave says QUIT, and hangs up when the answer does not come. */
function leave(connection: SMTPConnection): void {
  const timer = setTimeout(() => connection.close(), QUIT_MS);
  timer.unref();
  connection.once('end', () => clearTimeout(timer));
  connection.quit();
}

/**
 * sendBySmtp hands one message to a server in a session of its own and tells how it ended; `delivered` only after the
 * server's 2xx to the content. `beforeContent` is awaited once the server asks for the content; when it fails, nothing of
 * it leaves and its error is thrown.
 * @throws PipelineError as of verdictOf: `mail-unreachable` (transient, safe to try again), `mail-refused` and
 *   `config-invalid` (terminal). None holds the login or the recipient.
 */
export function sendBySmtp(
  server: SmtpServer,
  message: MimeMessage,
  timeouts: SmtpTimeouts,
  beforeContent: () => Promise<void>,
): Promise<SmtpOutcome> {
  return new Promise((resolve, reject) => {
    const connection = connectionTo(server, timeouts);
    const clean = cleanerFor(server, message.to);
    let phase: SmtpPhase = 'session';
    let settled = false;
    let deadline = setTimeout(() => fail({ message: 'no progress in time', code: 'ETIMEDOUT' }), timeouts.sessionMs);

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(deadline);
      return true;
    };
    const fail = (failure: SmtpFailure): void => {
      if (!settle()) return;
      connection.close();
      const verdict = verdictOf(cleaned(failure, clean), phase);
      if (verdict.outcome === 'error') reject(verdict.error);
      else resolve(verdict);
    };
    const content = contentOf(
      message.bytes,
      async () => {
        try {
          await beforeContent();
        } catch (error) {
          if (settle()) reject(error instanceof Error ? error : new Error(String(error)));
          connection.close();
          throw error;
        }
        // Given up while the claim was made: the content must not leave any more.
        if (settled) throw new Error('given up');
        clearTimeout(deadline);
        deadline = setTimeout(() => fail({ message: 'no answer in time', code: 'ETIMEDOUT' }), timeouts.replyMs);
      },
      () => (phase = 'handed-over'),
    );
    const send = (): void => {
      phase = 'envelope';
      const envelope = { from: message.from, to: [message.to], size: message.bytes.length };
      connection.send(envelope, content, (error, info) => {
        // The client takes any answer that begins with a 2 for a yes; one that is no reply code proves nothing.
        if (error) fail(error);
        else if (!/^2\d\d(?:[ -]|$)/.test(info.response)) fail({ message: 'an answer that is no SMTP reply' });
        else if (settle()) {
          leave(connection);
          resolve({ outcome: 'delivered', detail: clean(info.response.replace(/\s+/g, ' ').trim()) });
        }
      });
    };

    // Stays for the life of the connection: an 'error' without a listener would end the process.
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) fail(error);
      else if (server.login === null) send();
      else connection.login({ ...server.login }, (refusal) => (refusal ? fail(refusal) : send()));
    });
  });
}

/**
 * greetServer connects, logs in when there is a login, and leaves: what can be known of a server without a mail.
 * @throws PipelineError as of verdictOf
 */
export function greetServer(server: SmtpServer, timeouts: SmtpTimeouts): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connectionTo(server, timeouts);
    const clean = cleanerFor(server, '');
    const fail = (failure: SmtpFailure): void => {
      connection.close();
      const verdict = verdictOf(cleaned(failure, clean), 'session');
      reject(verdict.outcome === 'error' ? verdict.error : new Error(verdict.detail));
    };
    const greeted = (): void => {
      leave(connection);
      resolve();
    };
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) fail(error);
      else if (server.login === null) greeted();
      else connection.login({ ...server.login }, (refusal) => (refusal ? fail(refusal) : greeted()));
    });
  });
}

/** Some servers repeat what they were told: a login or an address must not reach a log that way. */
function cleanerFor(server: SmtpServer, recipient: string): (text: string) => string {
  const secrets = [server.login?.pass, server.login?.user].filter((secret) => secret !== undefined && secret !== '');
  return (text) =>
    secrets.reduce<string>(
      (cleaned, secret = '') =>
        cleaned.replaceAll(secret, '***').replaceAll(Buffer.from(secret).toString('base64'), '***'),
      recipient === '' ? text : text.replaceAll(recipient, '<recipient>'),
    );
}

function cleaned(failure: SmtpFailure, clean: (text: string) => string): SmtpFailure {
  const { code, originalCode, command, response, responseCode } = failure;
  return {
    message: clean(failure.message),
    code,
    originalCode,
    command,
    response: response === undefined ? undefined : clean(response),
    responseCode,
  };
}
