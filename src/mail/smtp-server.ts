import { parseConnectionUrl } from 'nodemailer/lib/shared';
import { terminal } from '../errors';

/** Where and how to reach the mail server. It holds the password: never log it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); else STARTTLS when the server offers it. */
  readonly secure: boolean;
  /** Refuse to go on without STARTTLS. */
  readonly requireTls: boolean;
  readonly ignoreTls: boolean;
  readonly rejectUnauthorized: boolean;
  readonly login: { readonly user: string; readonly pass: string } | null;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/**
 * smtpServerOf reads `smtp://user:password@host:587` or `smtps://…:465`. Options: `?ignoreTLS=true` (never STARTTLS),
 * `?requireTLS=true`, `?tls.rejectUnauthorized=false` (accept a certificate that cannot be checked). A password leaves
 * the machine only over TLS, unless ignoreTLS says so.
 * @throws PipelineError `config-invalid`, which does not repeat the address, since it may hold a password
 */
export function smtpServerOf(smtpUrl: string): SmtpServer {
  const parsed = /^smtps?:\/\//.test(smtpUrl) ? parsedOrNull(smtpUrl) : null;
  if (parsed?.host === undefined) {
    throw terminal(
      'config-invalid',
      'SMTP_URL cannot be read',
      'Write it like smtp://user:password@mail.example.cn:587.',
    );
  }
  const secure = parsed.secure === true;
  const ignoreTls = parsed['ignoreTLS'] === true;
  const login = parsed.auth ?? null;
  return {
    host: parsed.host.replace(/^\[|\]$/g, ''),
    port: parsed.port ?? (secure ? 465 : 587),
    secure,
    // An attacker on the way can remove the offer of STARTTLS; the password would follow in the clear.
    requireTls:
      parsed['requireTLS'] === true || (login !== null && !secure && !ignoreTls && !LOOPBACK.test(parsed.host)),
    ignoreTls,
    rejectUnauthorized: parsed.tls?.['rejectUnauthorized'] !== false,
    login,
  };
}

function parsedOrNull(smtpUrl: string): ReturnType<typeof parseConnectionUrl> | null {
  try {
    return parseConnectionUrl(smtpUrl);
  } catch {
    // The cause would repeat the address.
    return null;
  }
}
