import { z } from 'zod';
import { type AuditEntry, type AuditPlace, listAccounts, listTokens, readAudit } from '../../clickhouse/accounts';
import { FOR_EVER, wallClockOf } from '../../clickhouse/time';
import { type Account, accountText, isLimited, mayActAs } from '../../domain/access';
import { addAccount, changeAccount, makeToken, removeAccount, revokeToken } from '../../operations/accounts';
import { nameOf, signedIn } from '../caller';
import { readCursor, wholeNumber, writeCursor } from '../cursor';
import { refusal, wrongParameter } from '../problem';
import { type AnyRoute, route } from '../route';
import { accountName, count, done, instant, limit, next, paging, role, text } from '../shapes';

const password = z.string().min(1).max(256).meta({ description: 'At least 12 characters.' });
const user = z.object({
  name: z.string(),
  role,
  limit,
  at: instant.meta({ description: 'When it was last changed, UTC.' }),
});
const token = z.object({
  id: z.string(),
  user: z.string(),
  label: z.string(),
  role,
  madeAt: instant,
  expiresAt: instant,
  revoked: z.boolean(),
  lastUsedAt: instant.nullable(),
});
const name = z.strictObject({ name: accountName });
const administers = { who: 'operator', limited: 'refused' } as const;
const own = { who: 'viewer', limited: 'unconcerned' } as const;
const DONE = { done: true } as const;

export const accountRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/users',
    summary: 'Every account',
    rule: administers,
    answer: z.object({ users: z.array(user) }),
    examples: [{ path: '/v1/users' }],
    handle: async ({ context }) => ({ users: await listAccounts(context.db) }),
  }),
  route({
    method: 'POST',
    path: '/v1/users',
    summary: 'Make an account',
    rule: administers,
    body: z.strictObject({ name: accountName, password, role, limit: limit.optional() }),
    answer: done,
    status: 201,
    examples: [
      {
        path: '/v1/users',
        body: { name: 'an.example', password: 'a long enough password', role: 'viewer', limit: {} },
      },
    ],
    handle: async ({ body, caller, context, request }) => {
      const wish = { ...body, limit: body.limit ?? {} };
      request.remark = accountText({ ...wish, password: undefined });
      await addAccount(context, wish, nameOf(caller));
      return DONE;
    },
  }),
  route({
    method: 'PUT',
    path: '/v1/users/:name',
    summary: 'Change an account’s role, limit or password, which ends its sessions',
    rule: administers,
    params: name,
    body: z.strictObject({ role: role.optional(), limit: limit.optional(), password: password.optional() }),
    answer: done,
    examples: [],
    handle: async ({ params, body, caller, context, request }) => {
      request.remark = accountText({ ...params, ...body });
      await changeAccount(context, params.name, body, nameOf(caller));
      return DONE;
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/users/:name',
    summary: 'Remove an account with its sessions and tokens',
    rule: administers,
    params: name,
    answer: done,
    examples: [],
    handle: async ({ params, caller, context, request }) => {
      request.remark = params.name;
      await removeAccount(context, params.name, nameOf(caller));
      return DONE;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/tokens',
    summary: 'The own tokens; those of all for operators of the whole region',
    rule: own,
    answer: z.object({ tokens: z.array(token) }),
    examples: [{ path: '/v1/tokens' }],
    handle: async ({ caller, context }) => {
      return { tokens: await listTokens(context.db, whoseTokens(signedIn(caller).account)) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make a token for a program; it is shown once',
    rule: own,
    body: z.strictObject({
      label: text(100).min(1),
      role: role.optional(),
      days: z.number().int().min(1).max(366).optional().meta({ description: 'How long it is good; 90 unless told.' }),
    }),
    answer: z.object({ id: z.string(), token: z.string().meta({ description: 'Send it as Authorization: Bearer …' }) }),
    status: 201,
    examples: [{ path: '/v1/tokens', body: { label: 'Excel', role: 'viewer' } }],
    handle: async ({ body, caller, context, request }) => {
      const { account, via } = signedIn(caller);
      if (via === 'token') {
        throw refusal(
          403,
          'session-needed',
          'A token makes no tokens: it would outlive its own end.',
          'Sign in for that.',
        );
      }
      const made = await makeToken(context, account, {
        label: body.label,
        role: body.role ?? account.role,
        days: body.days ?? USUAL_DAYS,
      });
      request.remark = `${made.id}: ${body.label}`;
      return made;
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/tokens/:id',
    summary: 'Revoke a token; somebody else’s for operators of the whole region',
    rule: own,
    params: z.strictObject({ id: text(40).min(1) }),
    answer: done,
    examples: [],
    handle: async ({ params, caller, context }) => {
      const { account } = signedIn(caller);
      await revokeToken(context, params.id, account.name, whoseTokens(account));
      return DONE;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who read and changed what, newest first',
    rule: administers,
    query: z.strictObject({
      user: text(64).optional(),
      changes: z.enum(['true', 'false']).meta({ description: 'Only what changed something, or tried to.' }).optional(),
      ...paging.shape,
    }),
    answer: z.object({
      entries: z.array(
        z.object({
          at: instant,
          user: z.string(),
          token: z.string(),
          address: z.string(),
          method: z.string(),
          route: z.string(),
          target: z.string(),
          status: count,
          detail: z.string(),
        }),
      ),
      next,
    }),
    table: ({ entries }) => ({
      name: 'audit',
      columns: ['askedAt', 'user', 'token', 'address', 'method', 'target', 'httpStatus', 'detail'],
      rows: entries.map(({ at, status, ...entry }) => ({ ...entry, askedAt: wallClockOf(at), httpStatus: status })),
      facts: {},
      about: [],
    }),
    examples: [{ path: '/v1/audit' }, { path: '/v1/audit?limit=5' }, { path: '/v1/audit?changes=true' }],
    handle: async ({ query, context }) => {
      const limitTo = query.limit ?? PAGE;
      const [at, listed] = query.cursor === undefined ? [FOR_EVER, 0] : readCursor(query.cursor, ['string', 'number']);
      const after = { at: engineTimeOf(at), listed: wholeNumber(listed ?? 0) };
      const onlyChanges = query.changes === 'true';
      const entries = await readAudit(context.db, { user: query.user ?? '', onlyChanges, after, limit: limitTo });
      return { entries, next: entries.length < limitTo ? null : writeCursor(endOf(entries, after)) };
    },
  }),
];

/** Whose tokens an account sees and may revoke: its own, or (blank) those of all. */
const whoseTokens = ({ name, role, limit }: Account): string =>
  mayActAs(role, 'operator') && !isLimited(limit) ? '' : name;

/** Where a page ends: its last moment, and how many entries of that moment were listed up to there. */
function endOf(entries: readonly AuditEntry[], after: AuditPlace): [string, number] {
  const at = entries.at(-1)?.at ?? after.at;
  const here = entries.filter((entry) => entry.at === at).length;
  return [at, at === after.at ? after.listed + here : here];
}

const USUAL_DAYS = 90;
const PAGE = 100;

/** A moment of a cursor, as the store writes it. */
function engineTimeOf(part: string | number | undefined): string {
  const text = String(part);
  if (!MOMENT.test(text) || Number.isNaN(Date.parse(`${text.replace(' ', 'T')}Z`))) {
    throw wrongParameter('query', 'cursor', 'is not what the page before gave as `next`');
  }
  return text;
}
const MOMENT = /^(19[7-9]\d|2[0-2]\d\d)-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;
