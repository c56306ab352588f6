import { describe, expect, test } from '@jest/globals';
import { verdictOf, type SmtpFailure, type SmtpPhase } from '../../../src/mail/smtp-failure';

const failure = (change: Partial<SmtpFailure>): SmtpFailure => ({ message: 'words are never looked at', ...change });
const lost = failure({ code: 'ECONNECTION', command: 'CONN' });
const reply = (responseCode: number, command: string): SmtpFailure =>
  failure({ code: 'EENVELOPE', responseCode, response: `${responseCode} said`, command });

describe('what a failed delivery means', () => {
  test.each<[string, SmtpFailure, SmtpPhase, string]>([
    ['connection lost while connecting', lost, 'session', 'transient mail-unreachable'],
    ['connection lost before the content was handed over', lost, 'envelope', 'transient mail-unreachable'],
    ['connection lost after it', lost, 'handed-over', 'unknown'],
    ['time-out after it', failure({ code: 'ETIMEDOUT' }), 'handed-over', 'unknown'],
    ['a reply after it that makes no sense', reply(354, 'DATA'), 'handed-over', 'unknown'],
    ['554 to the content', reply(554, 'DATA'), 'handed-over', 'refused'],
    ['451 to the content', reply(451, 'DATA'), 'handed-over', 'transient mail-unreachable'],
    ['421 to the content', reply(421, 'DATA'), 'handed-over', 'transient mail-unreachable'],
    ['550 to the recipient', reply(550, 'RCPT TO'), 'envelope', 'refused'],
    ['451 to the recipient', reply(451, 'RCPT TO'), 'envelope', 'transient mail-unreachable'],
    ['503 out of step', reply(503, 'MAIL FROM'), 'envelope', 'transient mail-unreachable'],
    ['530 login wanted', reply(530, 'MAIL FROM'), 'envelope', 'terminal config-invalid'],
    [
      '535 login refused',
      failure({ code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN' }),
      'session',
      'terminal config-invalid',
    ],
    [
      '454 login service down',
      failure({ code: 'EAUTH', responseCode: 454, command: 'AUTH PLAIN' }),
      'session',
      'transient mail-unreachable',
    ],
    [
      '554 instead of a greeting',
      failure({ code: 'EPROTOCOL', responseCode: 554, command: 'CONN' }),
      'session',
      'terminal mail-refused',
    ],
    [
      'a certificate nobody vouches for',
      failure({ code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      'session',
      'terminal config-invalid',
    ],
    ['a mail over the announced size', failure({ code: 'EMESSAGE', command: 'MAIL FROM' }), 'envelope', 'refused'],
  ])('%s', (_name, what, phase, meaning) => {
    const verdict = verdictOf(what, phase);
    expect(verdict.outcome === 'error' ? `${verdict.error.kind} ${verdict.error.code}` : verdict.outcome).toBe(meaning);
  });
});
