import { type Account, isLimited, mayActAs, type Role } from '../domain/access';
import { type Refusal, refusal } from './problem';
import { type Rule } from './rule';

/** Caller is whoever a request comes from. */
export type Caller = Anonymous | SignedIn;

interface Anonymous {
  readonly via: 'nobody';
}

/** SignedIn is an account, by the cookie of a browser or the token of a program. */
export interface SignedIn {
  readonly via: 'session' | 'token';
  readonly account: Account;
  /** The session's or the token's, as it is kept. */
  readonly id: string;
}

/** nameOf is the caller's name in the audit log; blank for nobody. */
export const nameOf = (caller: Caller): string => (caller.via === 'nobody' ? '' : caller.account.name);

/** refusalOf says why a caller may not use a route with a rule; null when it may. */
export function refusalOf(caller: Caller, { who, limited }: Rule): Refusal | null {
  if (who === 'anyone') return null;
  if (caller.via === 'nobody')
    return refusal(
      401,
      'sign-in-needed',
      'This needs an account.',
      'Sign in, or send a token: Authorization: Bearer …',
    );
  if (!mayActAs(caller.account.role, who))
    return refusal(403, 'role-needed', needed(who), 'Ask an operator for another role.');
  if (limited === 'refused' && isLimited(caller.account.limit)) {
    return refusal(403, 'region-only', 'The answer speaks of the whole region, of which this account sees a part.');
  }
  return null;
}

const needed = (role: Role): string => `This is for ${role}s${role === 'operator' ? '' : ' and those above'}.`;

/** signedIn is the caller of a route that is not for anyone. */
export function signedIn(caller: Caller): SignedIn {
  if (caller.via === 'nobody') throw refusal(401, 'sign-in-needed', 'This needs an account.');
  return caller;
}
