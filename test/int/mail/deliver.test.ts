import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { PipelineError } from '../../../src/errors';
import { type Logger, type LogFields } from '../../../src/log';
import { type AlertMail, composeAlertMail } from '../../../src/mail/alert-message';
import { messageIdOf, openMailer, type DeliveryResult, type OutgoingMessage } from '../../../src/mail/deliver';
import { behind, figures } from '../../unit/mail/alerts';
import { smtpReply, startScriptedServer, startSmtpServer, type Script, type TestServer } from './servers';

const FROM = '商务监测 <paceline@example.cn>';
const TO = 'office@commerce.example.cn';
const amounts = Array.from({ length: 365 }, (_, day) => BigInt(day + 1) * 16_000_000_000n);
const series = {
  year: 2026,
  actual: amounts.slice(0, 273),
  expected: amounts,
  low: amounts,
  high: amounts,
  projected: amounts.slice(272),
  goal: 6_000_000_000_000n,
};
let mail: AlertMail;
let message: OutgoingMessage;
beforeAll(async () => {
  mail = await composeAlertMail(behind, { ...figures, series });
  message = {
    ...mail,
    to: TO,
    messageId: messageIdOf(behind.id, TO, 'example.cn'),
    date: new Date('2026-10-02T06:30:12+08:00'),
  };
});
const quick = { connectMs: 400, sessionMs: 600, replyMs: 400 };

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});
const kept = <T extends TestServer>(server: T): T => {
  toClose.push(() => server.close());
  return server;
};
const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'paceline-outbox-'));
  toClose.push(() => rm(path, { recursive: true, force: true }));
  return path;
};

async function deliverTo(
  smtpUrl: string,
  change: Partial<OutgoingMessage> = {},
  log?: Logger,
): Promise<DeliveryResult> {
  const mailer = openMailer({ smtpUrl, outboxDir: '/nonexistent', from: FROM, timeouts: quick, log });
  try {
    return await mailer.deliver({ ...message, ...change });
  } finally {
    await mailer.close();
  }
}

async function errorOf(delivery: Promise<unknown>): Promise<PipelineError> {
  const error: unknown = await delivery.then(
    (result) => new Error(`no error but ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof PipelineError) return error;
  throw error;
}

const everything = (error: unknown): string =>
  JSON.stringify(error, ['message', 'stack', 'advice', 'context', 'cause', 'response', 'code']);

describe('a server that takes the mail', () => {
  test('makes it delivered, with its reply', async () => {
    const server = kept(await startSmtpServer());
    const result = await deliverTo(server.url);
    expect(result.outcome).toBe('delivered');
    expect(result.detail).toMatch(/^250 /);
    expect(server.accepted).toHaveLength(1);
  });

  test('gets the Chinese subject, both parts and the headers as they were written', async () => {
    const server = kept(await startSmtpServer());
    await deliverTo(server.url);
    const parsed = await simpleParser(server.accepted[0] ?? '');
    expect(parsed.subject).toBe(mail.subject);
    expect(parsed.text).toBe(mail.text);
    // The parser puts the pictures in the place of their names.
    expect(String(parsed.html).replace(/data:image\/png;base64,[\w+/=]+/g, 'PICTURE')).toBe(
      mail.html.replace(/cid:[\w.@-]+/g, 'PICTURE'),
    );
    expect(parsed.messageId).toBe(message.messageId);
    expect(parsed.from?.value).toEqual([{ address: 'paceline@example.cn', name: '商务监测' }]);
    expect([parsed.to].flat()[0]?.text).toBe(TO);
    expect(parsed.date?.toISOString()).toBe('2026-10-01T22:30:12.000Z');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test('gets the chart within the mail: a PNG for light and one for dark, each under 100 kB, always the same', async () => {
    const server = kept(await startSmtpServer());
    await deliverTo(server.url);
    const { attachments } = await simpleParser(server.accepted[0] ?? '');
    expect(attachments.map(({ cid, contentType, related }) => [cid, contentType, related])).toEqual([
      ['chart-light@paceline.invalid', 'image/png', true],
      ['chart-dark@paceline.invalid', 'image/png', true],
    ]);
    const again = await composeAlertMail(behind, { ...figures, series });
    for (const [index, { content }] of attachments.entries()) {
      expect([content.readUInt32BE(16), content.readUInt32BE(20)]).toEqual([1080, 720]);
      expect(content.length).toBeLessThan(100_000);
      expect(content.equals(again.images[index]!.png)).toBe(true);
    }
  });

  test('gets a mail far over one chunk whole', async () => {
    const server = kept(await startSmtpServer());
    const text = `.${'额'.repeat(200_000)}\n.\n..末`;
    expect((await deliverTo(server.url, { text })).outcome).toBe('delivered');
    expect((await simpleParser(server.accepted[0] ?? '')).text?.trimEnd()).toBe(text);
  });

  test('is logged in to with the user and password of SMTP_URL', async () => {
    const logins: string[] = [];
    const server = kept(
      await startSmtpServer({
        onAuth: (auth, _session, done) => {
          logins.push(`${auth.username ?? ''} ${auth.password ?? ''}`);
          done(null, { user: auth.username });
        },
      }),
    );
    expect((await deliverTo(server.url.replace('//', '//pace:p%40ss@'))).outcome).toBe('delivered');
    expect(logins).toEqual(['pace p@ss']);
  });

  test('several mails at once are each delivered once', async () => {
    const server = kept(await startSmtpServer());
    const mailer = openMailer({ smtpUrl: server.url, outboxDir: '/nonexistent', from: FROM, timeouts: quick });
    const ids = Array.from({ length: 8 }, (_, n) => messageIdOf('a', `r${n}@example.cn`, 'example.cn'));
    void Promise.all(ids.map((messageId, n) => mailer.deliver({ ...message, messageId, to: `r${n}@example.cn` })));
    await mailer.close();
    expect(server.accepted).toHaveLength(8);
  });
});

describe('a server that refuses for good', () => {
  test('the recipient with 550 makes it refused, with the reply, and sees no content', async () => {
    const server = kept(
      await startSmtpServer({ onRcptTo: (_address, _session, done) => done(smtpReply(550, 'no such mailbox')) }),
    );
    expect(await deliverTo(server.url)).toEqual({ outcome: 'refused', detail: '550 no such mailbox' });
    expect(server.contents()).toBe(0);
  });

  test('the content with 554 makes it refused', async () => {
    const server = kept(await startSmtpServer({ judge: () => smtpReply(554, 'looks like spam') }));
    expect(await deliverTo(server.url)).toEqual({ outcome: 'refused', detail: '554 looks like spam' });
    expect(server.accepted).toEqual([]);
  });

  test('the size that it announced makes it refused before anything is sent', async () => {
    const server = kept(await startSmtpServer({ size: 1000 }));
    expect((await deliverTo(server.url)).outcome).toBe('refused');
    expect(server.contents()).toBe(0);
  });

  test('the login is a mistake of the configuration, and the error holds no secret', async () => {
    const server = kept(
      await startSmtpServer({
        onAuth: (auth, _session, done) => done(smtpReply(535, `wrong: ${auth.password ?? ''}`)),
      }),
    );
    const error = await errorOf(deliverTo(server.url.replace('//', '//pace:topsecret@')));
    expect([error.kind, error.code]).toEqual(['terminal', 'config-invalid']);
    expect(everything(error)).not.toMatch(/topsecret|dG9wc2VjcmV0/);
  });

  test('everybody, at the greeting, is an error and no word about this mail', async () => {
    const server = kept(await startScriptedServer({ greeting: '554 no service' }));
    const error = await errorOf(deliverTo(server.url));
    expect([error.kind, error.code]).toEqual(['terminal', 'mail-refused']);
  });
});

describe('TLS', () => {
  // smtp-server warns on the console about the certificate that it brings along.
  beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => void jest.restoreAllMocks());

  test.each([
    ['from the start', { secure: true, disabledCommands: [] }, 'smtps'],
    ['by STARTTLS', { disabledCommands: [] }, 'smtp'],
  ])(
    '%s with a certificate that nobody vouches for is a mistake to mend, and can be allowed',
    async (_name, options, scheme) => {
      const server = kept(await startSmtpServer(options));
      const url = server.url.replace('smtp', scheme);
      const error = await errorOf(deliverTo(url));
      expect([error.kind, error.code]).toEqual(['terminal', 'config-invalid']);
      expect(server.contents()).toBe(0);
      expect((await deliverTo(`${url}?tls.rejectUnauthorized=false`)).outcome).toBe('delivered');
    },
  );

  test('that was asked for and is not offered keeps the mail back', async () => {
    const server = kept(await startSmtpServer());
    const error = await errorOf(deliverTo(`${server.url}?requireTLS=true`));
    expect([error.kind, error.code]).toEqual(['terminal', 'config-invalid']);
    expect(server.contents()).toBe(0);
  });
});

describe('a failure that may pass', () => {
  test('451 to the recipient is transient and names no recipient', async () => {
    const server = kept(
      await startSmtpServer({ onRcptTo: (to, _session, done) => done(smtpReply(451, `greylisted ${to.address}`)) }),
    );
    const error = await errorOf(deliverTo(server.url));
    expect([error.kind, error.code, error.context['reply']]).toEqual(['transient', 'mail-unreachable', 451]);
    expect(everything(error)).not.toContain(TO);
  });

  test('451 to the content is transient, since the server said that it did not take it', async () => {
    const server = kept(await startSmtpServer({ judge: () => smtpReply(451, 'disk full') }));
    expect((await errorOf(deliverTo(server.url))).kind).toBe('transient');
  });

  test('a server that is down is transient', async () => {
    const server = await startSmtpServer();
    await server.close();
    const error = await errorOf(deliverTo(server.url));
    expect([error.kind, error.code, error.context['code']]).toEqual(['transient', 'mail-unreachable', 'ECONNREFUSED']);
  });

  test('a name that does not resolve is transient', async () => {
    const error = await errorOf(deliverTo('smtp://mail.invalid'));
    expect([error.kind, error.code]).toEqual(['transient', 'mail-unreachable']);
  });

  test.each<[string, Script]>([
    ['hangs up instead of greeting', { greeting: 'hang-up' }],
    ['never greets', { greeting: 'silence' }],
    ['hangs up at the sender', { MAIL: 'hang-up' }],
    ['hangs up at the recipient', { RCPT: 'hang-up' }],
    ['never answers the recipient', { RCPT: 'silence' }],
    ['hangs up at DATA', { DATA: 'hang-up' }],
    ['never lets the content come', { DATA: 'silence' }],
    ['says 421 and goes', { RCPT: '421 going down' }],
    ['says 421 to DATA', { DATA: '421 going down' }],
  ])('a server that %s has no mail: transient', async (_name, script) => {
    const server = kept(await startScriptedServer(script));
    const error = await errorOf(deliverTo(server.url));
    expect([error.kind, error.code]).toEqual(['transient', 'mail-unreachable']);
    expect(server.contents()).toBe(0);
  });

  test('a connection lost in the middle of a large mail is transient, since its end never left', async () => {
    const server = kept(await startScriptedServer({ 'first-bytes': 'hang-up' }));
    const error = await errorOf(deliverTo(server.url, { text: '额'.repeat(8_000_000) }));
    expect([error.kind, error.code]).toEqual(['transient', 'mail-unreachable']);
  });
});

describe('a server that is not heard of again after the content', () => {
  test.each<[string, Script]>([
    ['hangs up', { content: 'hang-up' }],
    ['never answers', { content: 'silence' }],
    ['answers with something that is no verdict', { content: '354 go on' }],
    ['answers with half a reply code', { content: '2' }],
  ])('and %s leaves the outcome unknown', async (_name, script) => {
    const server = kept(await startScriptedServer(script));
    const result = await deliverTo(server.url);
    expect(result.outcome).toBe('unknown');
    expect(server.contents()).toBe(1);
  });

  test('a real server that answers too late leaves it unknown, although it took the mail', async () => {
    const server = kept(
      await startSmtpServer({ judge: () => new Promise((done) => setTimeout(() => done(null), quick.replyMs + 300)) }),
    );
    expect(await deliverTo(server.url)).toEqual({ outcome: 'unknown', detail: 'no answer in time' });
    await new Promise((later) => setTimeout(later, 500));
    expect(server.accepted).toHaveLength(1);
  });
});

describe('the outbox, without a server', () => {
  const write = async (outboxDir: string, change: Partial<OutgoingMessage> = {}): Promise<DeliveryResult> =>
    openMailer({ outboxDir, from: FROM }).deliver({ ...message, ...change });

  test('gets a complete mail that reads back the same', async () => {
    const outbox = join(await folder(), 'new', 'outbox');
    const result = await write(outbox);
    expect(result.outcome).toBe('written');
    const parsed = await simpleParser(await readFile(result.detail));
    expect([parsed.subject, parsed.text, parsed.attachments.length]).toEqual([mail.subject, mail.text, 2]);
    expect(parsed.messageId).toBe(message.messageId);
    expect([parsed.to].flat()[0]?.text).toBe(TO);
  });

  test('holds what a server would have got, byte for byte', async () => {
    const server = kept(await startSmtpServer());
    await deliverTo(server.url);
    const written = await readFile((await write(await folder())).detail, 'utf8');
    expect((server.accepted[0] ?? '').trimEnd()).toBe(written.trimEnd());
  });

  test('keeps one file per message, the same bytes however often it is delivered, readable by its owner only', async () => {
    const outbox = await folder();
    const first = await write(outbox);
    const bytes = await readFile(first.detail);
    const again = await write(outbox);
    expect(again.detail).toBe(first.detail);
    expect(await readdir(outbox)).toEqual([`${message.messageId.slice(1, -1)}.eml`]);
    expect((await readFile(again.detail)).equals(bytes)).toBe(true);
    expect((await stat(again.detail)).mode & 0o777).toBe(0o600);
  });

  test('lines end with CRLF, as RFC 5322 asks', async () => {
    const written = await readFile((await write(await folder())).detail, 'latin1');
    expect(written).not.toMatch(/[^\r]\n/);
    expect(Math.max(...written.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  test('that cannot be written ends with an error that says what to do', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const error = await errorOf(write(file));
    expect([error.kind, error.code]).toEqual(['terminal', 'config-invalid']);
    expect(error.advice).not.toBe('');
  });

  test('a header cannot be smuggled in through the subject or the region', async () => {
    const result = await write(await folder(), { subject: 'a\r\nBcc: thief@example.com' });
    const parsed = await simpleParser(await readFile(result.detail));
    expect(parsed.bcc).toBeUndefined();
  });

  test.each(['a@b.cn, c@d.cn', '张 <a@b.cn>', 'nobody', 'a@b.cn\r\nRCPT TO:<c@d.cn>'])(
    'a recipient that is not one address is refused: %j',
    async (to) => expect((await errorOf(write(await folder(), { to }))).code).toBe('config-invalid'),
  );
});

test('the log tells each outcome and never a password', async () => {
  const lines: string[] = [];
  const line = (text: string, fields?: LogFields): void => void lines.push(`${text} ${JSON.stringify(fields)}`);
  const log: Logger = { debug: line, info: line, warn: line, error: line };
  const server = kept(await startSmtpServer({ onAuth: (_auth, _session, done) => done(null, { user: 'x' }) }));
  const silent = kept(await startScriptedServer({ content: 'hang-up' }));
  await deliverTo(server.url.replace('//', '//pace:topsecret@'), {}, log);
  await deliverTo(silent.url, {}, log);
  expect(lines.map((text) => text.split(' {')[0])).toEqual(['mail delivered', 'mail unknown']);
  expect(lines.join()).not.toContain('topsecret');
});
