import { z } from 'zod';
import { listAccounts } from '../../clickhouse/accounts';
import { accountText, isLimited } from '../../domain/access';
import { businessDayAt } from '../../domain/calendar';
import { addAccount, changeAccount, signIn, signOut } from '../../operations/accounts';
import { type Context } from '../../operations/context';
import { type Caller, nameOf, signedIn } from '../caller';
import { noCookie, sessionCookie } from '../cookie';
import { refusal } from '../problem';
import { type AnyRoute, route } from '../route';
import { accountName, businessDay, done, limit, role } from '../shapes';

const password = z.string().min(1).max(256);

const me = z
  .object({
    name: z.string(),
    role,
    limit,
    limited: z.boolean().meta({ description: 'Sees a part of the region only.' }),
    via: z.enum(['session', 'token']),
    region: z.string().meta({ description: 'Of which region the figures are.' }),
    today: businessDay.meta({ description: 'The business day that it is.' }),
  })
  .meta({ title: 'Whoever is signed in' });

function meOf(caller: Caller, { settings: { region }, now }: Context): z.output<typeof me> {
  const { account, via } = signedIn(caller);
  return { ...account, limited: isLimited(account.limit), via, region, today: businessDayAt(now().getTime()) };
}

/** As whom somebody failed to sign in. A name that nobody has may be a password in the wrong place, and is not kept. */
async function claimed({ db }: Context, name: string): Promise<string> {
  const isKnown = (await listAccounts(db)).some((account) => account.name === name);
  return isKnown ? `as ${name}` : 'as somebody who has no account';
}

export const sessionRoutes: readonly AnyRoute[] = [
  route({
    method: 'POST',
    path: '/v1/session',
    summary: 'Sign in with a name and a password; the session is kept in a cookie',
    rule: { who: 'anyone', limited: 'unconcerned' },
    body: z.strictObject({
      name: accountName,
      password,
      lasting: z.boolean().meta({ description: 'For 90 days, for a screen on the wall; of viewers only.' }).optional(),
    }),
    answer: me,
    perMinute: 20,
    examples: [{ path: '/v1/session', body: { name: '{name}', password: '{password}' } }],
    handle: async ({ body, context, around, caller, request, reply }) => {
      around.doorkeeper.attempt(body.name, request.ip);
      const lasting = body.lasting ?? false;
      const session = await signIn(context, body.name, body.password, { lasting });
      if (session === null) {
        request.remark = await claimed(context, body.name);
        throw refusal(401, 'sign-in-wrong', 'The name and the password do not belong together.');
      }
      around.doorkeeper.succeeded(body.name, request.ip);
      request.remark = lasting ? 'signed in, for 90 days' : 'signed in';
      // A session that was there before ends: nobody who planted it goes on with it.
      if (caller.via === 'session') await signOut(context, caller);
      void reply.header(
        'set-cookie',
        sessionCookie(session.secret, around.secure, lasting ? session.lastsMs / 1000 : undefined),
      );
      const { id, account } = session;
      request.caller = { via: 'session', id, account };
      return meOf(request.caller, context);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/session',
    summary: 'Whoever is signed in',
    rule: { who: 'viewer', limited: 'unconcerned' },
    answer: me,
    examples: [{ path: '/v1/session' }],
    handle: ({ caller, context }) => Promise.resolve(meOf(caller, context)),
  }),
  route({
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Sign out',
    rule: { who: 'viewer', limited: 'unconcerned' },
    answer: done,
    examples: [],
    handle: async ({ caller, context, around, reply }) => {
      const known = signedIn(caller);
      if (known.via === 'session') await signOut(context, known);
      void reply.header('set-cookie', noCookie(around.secure));
      return { done: true as const };
    },
  }),
  route({
    method: 'PUT',
    path: '/v1/session/password',
    summary: 'Change the own password, which ends every session of the account',
    rule: { who: 'viewer', limited: 'unconcerned' },
    body: z.strictObject({ current: password, password }),
    answer: done,
    perMinute: 20,
    examples: [],
    handle: async ({ body, caller, context, around, request, reply }) => {
      const name = nameOf(caller);
      around.doorkeeper.attempt(name, request.ip);
      const session = await signIn(context, name, body.current);
      if (session === null) throw refusal(403, 'sign-in-wrong', 'The current password is another one.');
      around.doorkeeper.succeeded(name, request.ip);
      await changeAccount(context, name, { password: body.password }, name);
      void reply.header('set-cookie', noCookie(around.secure));
      return { done: true as const };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/setup',
    summary: 'Make the first account, an operator, with the secret of the link that the server printed when it started',
    rule: { who: 'anyone', limited: 'unconcerned' },
    body: z.strictObject({ secret: z.string().min(1).max(200), name: accountName, password }),
    answer: done,
    status: 201,
    perMinute: 20,
    examples: [],
    handle: async ({ body, context, around, request }) => {
      if (!(await around.doorkeeper.isSetupSecret(body.secret))) {
        throw refusal(
          403,
          'setup-over',
          'This link is not, or no longer, good.',
          'The server prints a new one when it starts and has no account.',
        );
      }
      const first = { name: body.name, role: 'operator', limit: {} } as const;
      request.remark = accountText(first);
      await addAccount(context, { ...first, password: body.password }, 'setup');
      return { done: true as const };
    },
  }),
];
