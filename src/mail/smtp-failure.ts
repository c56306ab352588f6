import { type PipelineError, terminal, transient } from '../errors';

/**
 * How far a mail had come when something failed: `session` (connecting, TLS, login), `envelope` (sender, recipient and
 * content not wholly handed over: the server cannot have it), `handed-over` (the end of the content may have left).
 */
export type SmtpPhase = 'session' | 'envelope' | 'handed-over';

/** A failure as the SMTP client reports it; a reply is there only when the server said something. */
export interface SmtpFailure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

/** What a failure means: the server refused for good, or nobody can tell, or an error to throw. */
export type SmtpVerdict =
  | { readonly outcome: 'refused' | 'unknown'; readonly detail: string }
  | { readonly outcome: 'error'; readonly error: PipelineError };

/** RFC 4954 and 5321: 5xx replies about the login, which changing SMTP_URL mends. They say nothing of the mail. */
const LOGIN_REPLIES: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** 503 says that the session was out of step, not that the mail is unwanted: a new session may do. */
const OUT_OF_STEP = 503;

const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;

/**
 * verdictOf maps a failure to its meaning, by phase, reply code and error code, never by words.
 * - a 5xx to sender, recipient or content: `refused`; a 5xx before: terminal `mail-refused`, or `config-invalid` for
 *   logins and certificates
 * - a 4xx, and any failure before the content was handed over: transient `mail-unreachable`
 * - handed over and no reply, or one that makes no sense: `unknown`
 */
export function verdictOf(failure: SmtpFailure, phase: SmtpPhase): SmtpVerdict {
  const reply = failure.responseCode ?? 0;
  const said = failure.response ?? failure.message;
  const detail = said.replace(/\s+/g, ' ').trim().slice(0, 500);
  const permanent = reply >= 500 && reply < 600 && reply !== OUT_OF_STEP;
  const temporary = (reply >= 400 && reply < 500) || reply === OUT_OF_STEP;
  if (phase === 'handed-over') {
    if (permanent) return { outcome: 'refused', detail };
    return temporary ? wrapped(unreachable(failure, detail, reply)) : { outcome: 'unknown', detail };
  }
  const isLogin = LOGIN_REPLIES.has(reply) || (permanent && (failure.command ?? '').startsWith('AUTH'));
  if (isLogin || failure.code === 'ENOAUTH' || (failure.code === 'EAUTH' && reply === 0)) {
    return wrapped(
      configInvalid(
        `the mail server did not accept the login: ${detail}`,
        'Check user and password in SMTP_URL.',
        reply,
      ),
    );
  }
  if (CERTIFICATE.test(failure.originalCode ?? failure.code ?? '')) {
    return wrapped(
      configInvalid(
        `the mail server's certificate cannot be trusted: ${detail}`,
        'Have it mended, name its authority in NODE_EXTRA_CA_CERTS, or add ?tls.rejectUnauthorized=false to SMTP_URL.',
        reply,
      ),
    );
  }
  if (permanent && failure.command === 'STARTTLS') {
    const advice =
      'A login is sent over TLS only. Use smtps://, or ?ignoreTLS=true in SMTP_URL to allow it in the clear.';
    return wrapped(configInvalid(`the mail server offers no TLS: ${detail}`, advice, reply));
  }
  if (permanent && phase === 'session') {
    const advice = 'Ask its administrator whether this machine may send; check host and port in SMTP_URL.';
    return wrapped(terminal('mail-refused', `the mail server refuses to serve: ${detail}`, advice, { reply }));
  }
  // EENVELOPE and EMESSAGE without a reply: the client itself saw that this mail cannot go (bad address, over the size
  // limit that the server announced).
  const hopeless = reply === 0 && (failure.code === 'EENVELOPE' || failure.code === 'EMESSAGE');
  if (permanent || hopeless) return { outcome: 'refused', detail };
  return wrapped(unreachable(failure, detail, reply));
}

const wrapped = (error: PipelineError): SmtpVerdict => ({ outcome: 'error', error });

const configInvalid = (message: string, advice: string, reply: number): PipelineError =>
  terminal('config-invalid', message, advice, { reply });

function unreachable(failure: SmtpFailure, detail: string, reply: number): PipelineError {
  const message =
    reply === 0 ? `the mail server cannot be reached: ${detail}` : `the mail server asks to try later: ${detail}`;
  const context = { reply, code: failure.originalCode ?? failure.code ?? 'unknown', command: failure.command ?? '' };
  return transient('mail-unreachable', message, 'It is tried again; check SMTP_URL when it lasts.', context);
}
