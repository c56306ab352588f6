import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import {
  accountOfSession,
  accountOfToken,
  endSession,
  findAccount,
  type Known,
  listAccounts,
  listTokens,
  recordAccount,
  recordSession,
  recordToken,
  type StoredAccount,
  type Token,
} from '../clickhouse/accounts';
import { type Account, checkName, checkPassword, isLimited, lesserRole, type Role } from '../domain/access';
import { terminal } from '../errors';
import { type Context } from './context';

/** How passwords are hashed (OWASP Password Storage Cheat Sheet): N = 2^15, r = 8, p = 3: 32 MiB, a tenth of a second. */
const COST = { log2N: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const MOST_MEMORY = 64 * 2 ** 20;
const DAY_MS = 86_400_000;
/** A working day; a screen on the wall stays signed in. */
const SESSION_MS = { usual: DAY_MS / 2, lasting: 90 * DAY_MS } as const;
/** No more at once: each takes memory. */
const MOST_HASHES = 2;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const secret = (bytes = 32): string => randomBytes(bytes).toString('base64url');

let hashing: Promise<unknown>[] = [];

async function keyOf(
  password: string,
  salt: Buffer,
  { log2N, r, p }: typeof COST | Record<keyof typeof COST, number>,
): Promise<Buffer> {
  while (hashing.length >= MOST_HASHES) await Promise.race(hashing);
  const work = new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N: 2 ** log2N, r, p, maxmem: MOST_MEMORY }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
  const settled = work.catch(() => undefined).finally(() => (hashing = hashing.filter((other) => other !== settled)));
  hashing.push(settled);
  return await work;
}

async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await keyOf(password, salt, COST);
  return ['scrypt', COST.log2N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, log2N, r, p, salt = '', key = ''] = stored.split('$');
  const wanted = Buffer.from(key, 'base64url');
  const found = await keyOf(password, Buffer.from(salt, 'base64url'), {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
  });
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** What somebody who has no account is compared with, so that it takes as long as for one that has. */
let nobodys: Promise<string> | null = null;

/** Session is a browser that has just signed in: its secret goes into the cookie and is known to nobody else. */
export interface Session {
  readonly secret: string;
  readonly id: string;
  readonly account: Account;
  /** How long it is good. */
  readonly lastsMs: number;
}

/**
 * signIn begins a session for a name and its password; null when they do not belong together, whichever is wrong.
 * @throws PipelineError `usage` for a lasting session of an account that may do more than read figures
 */
export async function signIn(
  { db, now }: Context,
  name: string,
  password: string,
  { lasting = false }: { readonly lasting?: boolean } = {},
): Promise<Session | null> {
  const found = await findAccount(db, name);
  nobodys ??= hashOf(secret());
  const right = await isPassword(password, found?.active === true ? found.password : await nobodys);
  if (!right || found?.active !== true) return null;
  if (lasting && found.role !== 'viewer') {
    throw terminal('usage', 'only an account that reads figures, and no more, may stay signed in', 'Use a viewer’s.', {
      parameter: 'lasting',
    });
  }
  return await beginSession({ db, now }, found, SESSION_MS[lasting ? 'lasting' : 'usual']);
}

async function beginSession(
  { db, now }: Pick<Context, 'db' | 'now'>,
  account: StoredAccount,
  lastsMs: number,
): Promise<Session> {
  const shown = secret();
  const id = sha256(shown);
  await recordSession(db, { id, account, expiresAt: new Date(now().getTime() + lastsMs) }, now());
  const { name, role, limit } = account;
  return { secret: shown, id, account: { name, role, limit }, lastsMs };
}

/** sessionOf is whoever a cookie's secret belongs to while the session lasts. */
export async function sessionOf({ db, now }: Context, cookie: string): Promise<Known | null> {
  return await accountOfSession(db, sha256(cookie), now());
}

/** signOut ends a session. */
export async function signOut({ db, now }: Context, { id, account }: Known): Promise<void> {
  await endSession(db, id, account.name, now());
}

/** What is said of an account. */
export type AccountWish = Account & { readonly password: string };

/**
 * addAccount makes an account, or one that was removed anew.
 * @throws PipelineError `usage` for a name that is taken or impossible, or a password that is too short
 */
export async function addAccount({ db, now }: Context, wish: AccountWish, by: string): Promise<void> {
  const known = await findAccount(db, checkName(wish.name));
  if (known?.active === true)
    throw terminal('usage', `there is an account "${wish.name}" already`, '', { parameter: 'name' });
  const password = await hashOf(checkPassword(wish.password));
  await recordAccount(db, { ...wish, password, active: true, seq: (known?.seq ?? 0) + 1 }, by, now());
}

/** changeAccount changes what is said of an account, which ends its sessions. @throws PipelineError `nothing-found`, `usage` */
export async function changeAccount(
  context: Context,
  name: string,
  { password, ...change }: { readonly [K in 'password' | 'role' | 'limit']?: AccountWish[K] | undefined },
  by: string,
): Promise<void> {
  const account = await namedAccount(context, name);
  const { role = account.role, limit = account.limit } = change;
  if (!administers({ role, limit })) await refuseWithoutOperator(context, account);
  const hash = password === undefined ? account.password : await hashOf(checkPassword(password));
  await recordAccount(context.db, { ...account, role, limit, password: hash, seq: account.seq + 1 }, by, context.now());
}

/** removeAccount takes an account's rights, its sessions and its tokens. @throws PipelineError `nothing-found`, `usage` for the last operator */
export async function removeAccount(context: Context, name: string, by: string): Promise<void> {
  const account = await namedAccount(context, name);
  await refuseWithoutOperator(context, account);
  for (const token of await listTokens(context.db, name)) {
    if (!token.revoked) await recordRevoked(context, token, by);
  }
  await recordAccount(context.db, { ...account, password: '', active: false, seq: account.seq + 1 }, by, context.now());
}

async function namedAccount({ db }: Context, name: string): Promise<StoredAccount> {
  const account = await findAccount(db, name);
  if (account?.active === true) return account;
  throw terminal('nothing-found', `there is no account "${name}"`);
}

/** Accounts are made by operators who see everything. */
const administers = ({ role, limit }: Pick<Account, 'role' | 'limit'>): boolean =>
  role === 'operator' && !isLimited(limit);

/** Nobody could make accounts any more, but by the command line. */
async function refuseWithoutOperator({ db }: Context, account: StoredAccount): Promise<void> {
  if (!administers(account)) return;
  const others = (await listAccounts(db)).filter((other) => administers(other) && other.name !== account.name);
  if (others.length > 0) return;
  throw terminal(
    'usage',
    `"${account.name}" is the last operator of the whole region`,
    'Make another account an operator without a limit before.',
  );
}

/** MadeToken is a token with what is shown once. */
export interface MadeToken {
  readonly id: string;
  readonly token: string;
}

const TOKEN = /^pl_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

/** makeToken makes a key for a program of an account, which may do no more than the account. */
export async function makeToken(
  { db, now }: Context,
  account: Account,
  { label, role, days }: { readonly label: string; readonly role: Role; readonly days: number },
): Promise<MadeToken> {
  const id = randomBytes(6).toString('hex');
  const shown = secret();
  const expiresAt = new Date(now().getTime() + days * DAY_MS);
  await recordToken(
    db,
    {
      id,
      user: account.name,
      label,
      role: lesserRole(role, account.role),
      revoked: false,
      secret: sha256(shown),
      expiresAt,
    },
    account.name,
    now(),
  );
  return { id, token: `pl_${id}_${shown}` };
}

/** tokenOf is whoever a token belongs to while it lasts, with the role that is left to it. */
export async function tokenOf({ db, now }: Context, token: string): Promise<Known | null> {
  const [, id, shown] = TOKEN.exec(token) ?? [];
  if (id === undefined || shown === undefined) return null;
  const found = await accountOfToken(db, id, now());
  if (!found || !timingSafeEqual(Buffer.from(found.secret), Buffer.from(sha256(shown)))) return null;
  return { id, account: { ...found.account, role: lesserRole(found.role, found.account.role) } };
}

/** revokeToken ends a token; of somebody else's only what `user` names. @throws PipelineError `nothing-found` */
export async function revokeToken(context: Context, id: string, by: string, user = ''): Promise<void> {
  const token = (await listTokens(context.db, user)).find((known) => known.id === id);
  if (!token) throw terminal('nothing-found', `there is no token "${id.slice(0, 40)}"`);
  if (!token.revoked) await recordRevoked(context, token, by);
}

async function recordRevoked({ db, now }: Context, { id, user, label, role }: Token, by: string): Promise<void> {
  await recordToken(db, { id, user, label, role, revoked: true, secret: '', expiresAt: now() }, by, now());
}

/** hasAccounts says whether anybody can sign in. */
export async function hasAccounts({ db }: Context): Promise<boolean> {
  return (await listAccounts(db)).length > 0;
}
