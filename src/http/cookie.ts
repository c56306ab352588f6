/** The cookie of a browser's session. No script reads it, and no other site sends it. */
const NAME = 'paceline_session';
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/**
 * sessionCookie writes the header that gives a browser its session's secret (base64url): until the browser is closed, or
 * for so many seconds.
 */
export function sessionCookie(secret: string, secure: boolean, seconds?: number): string {
  const age = seconds === undefined ? '' : `; Max-Age=${Math.round(seconds)}`;
  return `${NAME}=${secret}; ${ATTRIBUTES}${secure ? '; Secure' : ''}${age}`;
}

/** noCookie writes the header that takes it away. */
export const noCookie = (secure: boolean): string => sessionCookie('', secure, 0);

/** secretIn reads the secret out of a request's Cookie header; null when there is none, or more than one. */
export function secretIn(header: string | undefined): string | null {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=');
    return name === NAME && value !== undefined && /^[\w-]{1,200}$/.test(value) ? [value] : [];
  });
  return values.length === 1 ? (values[0] ?? null) : null;
}
