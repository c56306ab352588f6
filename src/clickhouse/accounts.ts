import { z } from 'zod';
import { type Account, type Limit, type Role, ROLES } from '../domain/access';
import { type BusinessDay } from '../domain/calendar';
import { type Dimension } from '../domain/measures';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

/** StoredAccount is an account as it stands, with the number of what was said of it last. */
export interface StoredAccount extends Account {
  readonly seq: number;
  readonly password: string;
  readonly active: boolean;
  /** UTC, `YYYY-MM-DD hh:mm:ss.mmm`. */
  readonly at: string;
}

/** Whoever a secret belongs to. */
export interface Known {
  readonly id: string;
  readonly account: Account;
}

/** Token is a key of a program, as it is shown. Times are UTC, `YYYY-MM-DD hh:mm:ss.mmm`. */
export interface Token {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly role: Role;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revoked: boolean;
  readonly lastUsedAt: string | null;
}

/** AuditEntry is one request that was answered. */
export interface AuditEntry {
  readonly at: string;
  readonly user: string;
  readonly token: string;
  readonly address: string;
  readonly method: string;
  readonly route: string;
  readonly target: string;
  readonly status: number;
  readonly detail: string;
}

const role = z.enum(ROLES);
const limits = z.record(z.string(), z.string()).transform((map): Limit => map as Partial<Record<Dimension, string>>);

const ACCOUNTS: NamedQuery<StoredAccount> = {
  name: 'accounts',
  sql: `SELECT name, max(seq) AS newest, argMax((role, limits, password, active, toString(at)), seq) AS said
    FROM users WHERE {name: String} IN ('', name) GROUP BY name ORDER BY name`,
  row: z
    .object({
      name: z.string(),
      newest: z.number(),
      said: z.tuple([role, limits, z.string(), z.boolean(), z.string()]),
    })
    .transform(({ name, newest, said: [saidRole, limit, password, active, at] }) => ({
      name,
      seq: newest,
      role: saidRole,
      limit,
      password,
      active,
      at,
    })),
};

const knownRow = z
  .object({ id: z.string(), name: z.string(), role, limits })
  .transform(({ id, limits: limit, ...account }): Known => ({ id, account: { ...account, limit } }));

const ACTIVE_USERS = `(SELECT name, max(seq) AS user_seq, argMax((role, limits, active), seq) AS said FROM users GROUP BY name
    HAVING said.3)`;

const OF_SESSION: NamedQuery<Known> = {
  name: 'account of a session',
  sql: `SELECT s.id AS id, u.name AS name, u.said.1 AS role, u.said.2 AS limits
    FROM (SELECT id, any(user) AS name, any(user_seq) AS user_seq FROM sessions
      WHERE id = {id: String} GROUP BY id HAVING NOT max(ended) AND max(expires_at) > {now: DateTime64(3, 'UTC')}) AS s
    INNER JOIN ${ACTIVE_USERS} AS u ON s.name = u.name AND s.user_seq = u.user_seq`,
  row: knownRow,
};

const OF_TOKEN: NamedQuery<Known & { readonly role: Role; readonly secret: string }> = {
  name: 'account of a token',
  sql: `SELECT t.id AS id, t.role AS token_role, t.secret AS secret, u.name AS name, u.said.1 AS role, u.said.2 AS limits
    FROM (SELECT id, any(user) AS name, any(tokens.role) AS role, any(tokens.secret) AS secret FROM tokens
      WHERE id = {id: String} GROUP BY id HAVING NOT max(revoked) AND max(expires_at) > {now: DateTime64(3, 'UTC')}) AS t
    INNER JOIN ${ACTIVE_USERS} AS u ON t.name = u.name`,
  row: z
    .object({ id: z.string(), token_role: role, secret: z.string(), name: z.string(), role, limits })
    .transform(({ id, token_role, secret, limits: limit, ...account }) => ({
      id,
      role: token_role,
      secret,
      account: { ...account, limit },
    })),
};

const TOKENS: NamedQuery<Token> = {
  name: 'tokens',
  sql: `SELECT t.*, if(u.token = '', NULL, toString(u.used)) AS used_at
    FROM (SELECT id, any(tokens.user) AS user, any(tokens.label) AS label, any(tokens.role) AS role, toString(min(at)) AS made_at,
        toString(max(tokens.expires_at)) AS expires, max(tokens.revoked) AS gone
      FROM tokens GROUP BY id) AS t
    LEFT JOIN (SELECT token, max(at) AS used FROM audit WHERE token != '' GROUP BY token) AS u ON t.id = u.token
    WHERE {user: String} IN ('', t.user) ORDER BY made_at DESC, id`,
  row: z
    .object({
      id: z.string(),
      user: z.string(),
      label: z.string(),
      role,
      made_at: z.string(),
      expires: z.string(),
      gone: z.boolean(),
      used_at: z.string().nullable(),
    })
    .transform(({ made_at, expires, gone, used_at, ...token }) => ({
      ...token,
      madeAt: made_at,
      expiresAt: expires,
      revoked: gone,
      lastUsedAt: used_at,
    })),
};

const AUDIT: NamedQuery<AuditEntry> = {
  name: 'audit log',
  sql: `SELECT toString(audit.at) AS at, user, token, address, method, route, target, status, detail FROM audit
    WHERE {user: String} IN ('', user) AND (method != 'GET' OR NOT {onlyChanges: Bool}) AND audit.at <= {at: DateTime64(3, 'UTC')}
    ORDER BY audit.at DESC, user, token, address, method, target, status, detail
    LIMIT {limit: UInt32} OFFSET {listed: UInt32}`,
  row: z.object({
    at: z.string(),
    user: z.string(),
    token: z.string(),
    address: z.string(),
    method: z.string(),
    route: z.string(),
    target: z.string(),
    status: z.number(),
    detail: z.string(),
  }),
};

/** listAccounts lists every account that is active. */
export async function listAccounts(db: Database): Promise<StoredAccount[]> {
  return (await db.rows(ACCOUNTS, { name: '' })).filter(({ active }) => active);
}

/** findAccount is an account by its name, removed ones too; null when there never was one. */
export async function findAccount(db: Database, name: string): Promise<StoredAccount | null> {
  return name === '' ? null : ((await db.rows(ACCOUNTS, { name }))[0] ?? null);
}

/** recordAccount writes down what holds of an account from now on; its sessions end by it. */
export async function recordAccount(
  db: Database,
  { limit, ...account }: Omit<StoredAccount, 'at'>,
  by: string,
  now: Date,
): Promise<void> {
  await db.insert('users', [{ ...account, limits: limit, by, at: engineTime(now) }]);
}

/** accountOfSession is whoever a session belongs to while it lasts; null when it has ended. */
export async function accountOfSession(db: Database, id: string, now: Date): Promise<Known | null> {
  return (await db.rows(OF_SESSION, { id, now: engineTime(now) }))[0] ?? null;
}

/** recordSession writes down that a session began. */
export async function recordSession(
  db: Database,
  { id, account, expiresAt }: { readonly id: string; readonly account: StoredAccount; readonly expiresAt: Date },
  now: Date,
): Promise<void> {
  const { name, seq } = account;
  await db.insert('sessions', [
    { id, user: name, user_seq: seq, ended: false, expires_at: engineTime(expiresAt), at: engineTime(now) },
  ]);
}

/** endSession writes down that a session has ended, whether there was one or not. */
export async function endSession(db: Database, id: string, user: string, now: Date): Promise<void> {
  const at = engineTime(now);
  await db.insert('sessions', [{ id, user, user_seq: 0, ended: true, expires_at: at, at }]);
}

/** accountOfToken is whoever a token belongs to while it lasts, with the hash of its secret and its own role. */
export async function accountOfToken(
  db: Database,
  id: string,
  now: Date,
): Promise<(Known & { readonly role: Role; readonly secret: string }) | null> {
  return (await db.rows(OF_TOKEN, { id, now: engineTime(now) }))[0] ?? null;
}

/** listTokens lists the tokens of a user, or with a blank name of all, newest first. */
export async function listTokens(db: Database, user: string): Promise<Token[]> {
  return await db.rows(TOKENS, { user });
}

/** recordToken writes down that a token was made, or (the same again, `revoked`) revoked. */
export async function recordToken(
  db: Database,
  token: Pick<Token, 'id' | 'user' | 'label' | 'role' | 'revoked'> & {
    readonly secret: string;
    readonly expiresAt: Date;
  },
  by: string,
  now: Date,
): Promise<void> {
  const { expiresAt, ...rest } = token;
  await db.insert('tokens', [{ ...rest, expires_at: engineTime(expiresAt), by, at: engineTime(now) }]);
}

/** Where a page of the audit log begins: at a moment, after so many entries of it. */
export interface AuditPlace {
  readonly at: string;
  readonly listed: number;
}

/** readAudit lists the newest entries of the audit log from a place on, of one user or (blank) of all. */
export async function readAudit(
  db: Database,
  { after, ...asked }: { user: string; onlyChanges: boolean; after: AuditPlace; limit: number },
): Promise<AuditEntry[]> {
  return await db.rows(AUDIT, { ...asked, ...after });
}

const OLD_AUDIT: NamedQuery<{ month: string }> = {
  name: 'months of the audit log that are past their retention',
  sql: `SELECT DISTINCT partition AS month FROM system.parts
    WHERE database = currentDatabase() AND table = 'audit' AND active AND partition < {from: String} ORDER BY month`,
  row: z.object({ month: z.string() }),
};

/** dropOldAudit removes the months of the audit log that began before a day. */
export async function dropOldAudit(db: Database, from: BusinessDay): Promise<void> {
  for (const { month } of await db.rows(OLD_AUDIT, { from })) {
    await db.command('drop a month of the audit log', `ALTER TABLE audit DROP PARTITION '${month}'`);
  }
}

/** recordAudit appends to the audit log. */
export async function recordAudit(db: Database, entries: readonly AuditEntry[]): Promise<void> {
  await db.insert('audit', entries);
}
