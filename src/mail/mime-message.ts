import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import parseAddresses from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { terminal } from '../errors';

/** A picture that the HTML part shows as `cid:<cid>`. */
export interface InlineImage {
  readonly cid: string;
  readonly png: Buffer;
}

/** A mail to one recipient. The same message always becomes the same bytes. */
export interface OutgoingMessage {
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly images?: readonly InlineImage[];
  /** With its angle brackets, from messageIdOf. */
  readonly messageId: string;
  readonly date: Date;
}

/** A message as it goes over the wire: its envelope, and its bytes as of RFC 5322. */
export interface MimeMessage {
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/**
 * messageIdOf derives the Message-ID of an alert's mail to a recipient (letter case and outer blanks of the address
 * don't count): the same for every attempt, so that receiving servers can drop a second copy.
 */
export function messageIdOf(alertId: string, recipient: string, fromDomain: string): string {
  const domain = domainToASCII(fromDomain.trim()) || 'paceline.invalid';
  return `<alert.${hashOf(`${alertId}\n${recipient.trim().toLowerCase()}`)}@${domain}>`;
}

/**
 * senderOf reads the one address of a From value such as `Paceline <paceline@example.cn>`.
 * @throws PipelineError `config-invalid` when there is none, or more than one
 */
export function senderOf(from: string): { readonly address: string; readonly domain: string } {
  const found = parseAddresses(from, { flatten: true });
  const address = found[0]?.address ?? '';
  if (found.length !== 1 || !isAddress(address)) {
    throw terminal(
      'config-invalid',
      'the sender of mails is not one mail address',
      'Write it like paceline@example.cn.',
    );
  }
  return { address, domain: address.slice(address.lastIndexOf('@') + 1) };
}

const isAddress = (text: string): boolean => /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(text);

/**
 * mimeMessageOf writes a message with nodemailer's composer: multipart/alternative, text first, the HTML with its
 * pictures, CRLF lines.
 * @throws PipelineError `config-invalid` when the recipient is not one mail address (it is not named: errors are logged)
 */
export async function mimeMessageOf(from: string, message: OutgoingMessage): Promise<MimeMessage> {
  const to = message.to.trim();
  if (!isAddress(to)) {
    throw terminal(
      'config-invalid',
      'a recipient is not one mail address',
      'Check ALERT_TO: addresses only, no names.',
    );
  }
  const composer = new MailComposer({
    from,
    // As an object: a text would be read as a list, and a comma in it would add recipients.
    to: { name: '', address: to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    attachments: (message.images ?? []).map(({ cid, png }) => ({
      cid,
      content: png,
      contentType: 'image/png',
      contentDisposition: 'inline' as const,
      filename: `${cid.slice(0, cid.indexOf('@'))}.png`,
    })),
    messageId: message.messageId,
    date: message.date,
    // The boundary is random by default, and the same mail written twice would not be the same file.
    baseBoundary: hashOf(message.messageId),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      // RFC 3834: no holiday replies to a machine. The second one says the same to Exchange.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': 'zh-CN',
    },
  });
  return { from: senderOf(from).address, to, bytes: await composer.compile().build() };
}
