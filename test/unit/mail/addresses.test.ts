import { describe, expect, test } from '@jest/globals';
import { messageIdOf, openMailer, senderOf } from '../../../src/mail/deliver';
import { outboxFileName } from '../../../src/mail/outbox';
import { smtpServerOf } from '../../../src/mail/smtp-server';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return JSON.stringify(error, Object.getOwnPropertyNames(error));
  }
  return 'no error';
};

describe('the Message-ID', () => {
  test('is the same for the same alert and recipient, however the address is written', () => {
    const id = messageIdOf('pace-2026', 'Zhang@Example.cn ', 'example.cn');
    expect(id).toBe(messageIdOf('pace-2026', 'zhang@example.cn', 'example.cn'));
    expect(id).toMatch(/^<alert\.[0-9a-f]{32}@example\.cn>$/);
  });

  test('differs between alerts and between recipients, and does not show the recipient', () => {
    const ids = [
      messageIdOf('a', 'b@c.cn', 'd.cn'),
      messageIdOf('a', 'e@c.cn', 'd.cn'),
      messageIdOf('f', 'b@c.cn', 'd.cn'),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(ids.join()).not.toContain('b@c.cn');
  });

  test('writes a Chinese domain in ASCII', () =>
    expect(messageIdOf('a', 'b@c', '商务.中国')).toMatch(/@xn--zfr74d\.xn--fiqs8s>$/));
});

describe('the sender', () => {
  test('may have a name', () => {
    expect(senderOf('商务监测 <paceline@example.cn>')).toEqual({
      address: 'paceline@example.cn',
      domain: 'example.cn',
    });
  });

  test.each(['', 'nobody', 'a@b.cn, c@d.cn'])('"%s" is refused when the mailer opens', (from) => {
    expect(messageOf(() => openMailer({ outboxDir: 'x', from }))).toContain('config-invalid');
  });
});

describe('SMTP_URL', () => {
  test('gives host, port and login, and insists on TLS before a password', () => {
    expect(smtpServerOf('smtp://user%40x:p%2Fw@mail.example.cn')).toEqual({
      host: 'mail.example.cn',
      port: 587,
      secure: false,
      requireTls: true,
      ignoreTls: false,
      rejectUnauthorized: true,
      login: { user: 'user@x', pass: 'p/w' },
    });
  });

  test('smtps means TLS from the start on port 465', () => {
    expect(smtpServerOf('smtps://mail.example.cn')).toMatchObject({
      port: 465,
      secure: true,
      requireTls: false,
      login: null,
    });
  });

  test('options may lower the guard, in so many words', () => {
    expect(smtpServerOf('smtp://u:p@intra:25?ignoreTLS=true&tls.rejectUnauthorized=false')).toMatchObject({
      port: 25,
      requireTls: false,
      ignoreTls: true,
      rejectUnauthorized: false,
    });
  });

  test.each(['http://u:topsecret@mail', 'smtp://', 'u:topsecret@mail', 'smtp://u:topsecret@ma il:x'])(
    'a wrong one ends with an error that does not repeat it: %s',
    (url) => {
      const error = messageOf(() => smtpServerOf(url));
      expect(error).toContain('config-invalid');
      expect(error).not.toContain('topsecret');
    },
  );
});

describe('the file of a mail in the outbox', () => {
  test('is named by its Message-ID', () =>
    expect(outboxFileName('<alert.1f@example.cn>')).toBe('alert.1f@example.cn.eml'));

  test('never leaves the folder, and stays unique', () => {
    const names = [outboxFileName('<../../etc/x@y>'), outboxFileName('<.._.._etc_x@y>'), outboxFileName('<..>')];
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_@-][A-Za-z0-9._@-]*\.eml$/);
    expect(new Set(names).size).toBe(3);
  });
});
