import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { readAudit, recordAudit } from '../../../src/clickhouse/accounts';
import { type Database } from '../../../src/clickhouse/client';
import { type Role, ROLES } from '../../../src/domain/access';
import { ROUTES } from '../../../src/http/routes';
import { sessionOf } from '../../../src/operations/accounts';
import { keepHouse } from '../../../src/operations/keep-house';
import { openTestApi, PASSWORD, type TestApi } from '../../support/api';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();
let store: TestStore;
let api: TestApi;

beforeEach(async () => {
  store = await stores.open();
  api = await openTestApi(store);
});
afterEach(async () => await api.server.close());

const bodyOf = (method: string) => (method === 'GET' || method === 'DELETE' ? {} : { payload: {} });
const concrete = (path: string): string =>
  path.replace(':fileId', 'f'.repeat(64)).replace(':name', 'nobody-there').replace(':id', 'none');

test('each role is let in where the route table says so, and nowhere else', async () => {
  const tokens = new Map<Role, string>();
  for (const role of ROLES) tokens.set(role, await api.account(`of-${role}`, role));
  const limited = await api.account('limited', 'operator', { platform: 'taobao' });
  for (const { method, path, rule } of ROUTES.filter(({ path: of }) => of !== '/v1/session')) {
    const ask = async (token: string): Promise<number> =>
      (await api.ask(concrete(path), token, { method, ...bodyOf(method) })).statusCode;
    const outcomes: Record<string, boolean> = { nobody: (await ask('')) !== 401 };
    for (const role of ROLES) outcomes[role] = (await ask(tokens.get(role) ?? '')) !== 403;
    const least = rule.who === 'anyone' ? 0 : ROLES.indexOf(rule.who);
    // Whoever has no session may send nothing that changes something, and the secret of the setup link is missing.
    const open = rule.who === 'anyone' && method === 'GET';
    const expected: Record<string, boolean> = {
      nobody: open || rule.who === 'anyone',
      ...Object.fromEntries(ROLES.map((role, index) => [role, index >= least])),
    };
    expect({ path, method, ...outcomes }).toEqual({ path, method, ...expected });
    expect({ path, limited: (await ask(limited)) === 403 }).toEqual({ path, limited: rule.limited === 'refused' });
  }
});

describe('signing in', () => {
  const signIn = async (name: string, password: string, headers: Record<string, string> = { 'x-paceline': '1' }) =>
    await api.ask('/v1/session', '', { method: 'POST', payload: { name, password }, headers });

  test('a browser signs in with a cookie that no script reads, and out again', async () => {
    await api.account('bayar', 'viewer');
    const answer = await signIn('bayar', PASSWORD);
    expect(answer.json()).toMatchObject({ name: 'bayar', role: 'viewer', via: 'session' });
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ name: 'paceline_session', httpOnly: true, sameSite: 'Strict', path: '/' });
    const cookies = { paceline_session: cookie?.value ?? '' };
    expect((await api.ask('/v1/session', '', { cookies })).statusCode).toBe(200);
    const out = await api.ask('/v1/session', '', { method: 'DELETE', cookies, headers: { 'x-paceline': '1' } });
    expect(out.statusCode).toBe(200);
    expect((await api.ask('/v1/session', '', { cookies })).statusCode).toBe(401);
  });

  test('a session that was planted before does not become that of whoever signs in', async () => {
    await api.account('bayar', 'viewer');
    const planted = (await signIn('bayar', PASSWORD)).cookies[0]?.value ?? '';
    const answer = await api.ask('/v1/session', '', {
      method: 'POST',
      payload: { name: 'bayar', password: PASSWORD },
      headers: { 'x-paceline': '1' },
      cookies: { paceline_session: planted },
    });
    expect(answer.cookies[0]?.value).not.toBe(planted);
    expect((await api.ask('/v1/session', '', { cookies: { paceline_session: planted } })).statusCode).toBe(401);
    expect((await api.ask('/v1/session', '', { cookies: { paceline_session: 'made-up' } })).statusCode).toBe(401);
  });

  test('the screen on a wall stays signed in for 90 days, and nobody does who may do more than read figures', async () => {
    await api.account('wall', 'viewer');
    await api.account('bayar', 'analyst');
    const stay = async (name: string) =>
      await api.ask('/v1/session', '', {
        method: 'POST',
        payload: { name, password: PASSWORD, lasting: true },
        headers: { 'x-paceline': '1' },
      });
    expect((await stay('bayar')).statusCode).toBe(400);
    const [cookie] = (await stay('wall')).cookies;
    expect(cookie).toMatchObject({ maxAge: 90 * 86_400, httpOnly: true });
    const cookies = { paceline_session: cookie?.value ?? '' };
    const after = async (days: number): Promise<boolean> =>
      (await sessionOf(
        store.with({ now: () => new Date(store.now().getTime() + days * 86_400_000) }),
        cookies.paceline_session,
      )) !== null;
    expect([await after(89), await after(91)]).toEqual([true, false]);
  });

  test('another site can change nothing through the browser of somebody who is signed in', async () => {
    await api.account('bayar', 'operator');
    const cookies = { paceline_session: (await signIn('bayar', PASSWORD)).cookies[0]?.value ?? '' };
    const goal = { year: 2026, measure: 'net', amount: '5.00' };
    const send = async (headers: Record<string, string>) =>
      (await api.ask('/v1/goals', '', { method: 'POST', payload: goal, cookies, headers })).statusCode;
    expect(await send({})).toBe(403);
    expect(await send({ 'x-paceline': '1', origin: 'https://elsewhere.example' })).toBe(403);
    expect(await send({ 'x-paceline': '1', origin: 'http://127.0.0.1:8480' })).toBe(201);
    expect((await signIn('bayar', PASSWORD, {})).statusCode).toBe(403);
  });

  test('passwords cannot be guessed one after the other, and a name that is not there looks like a wrong password', async () => {
    await api.account('bayar', 'viewer');
    expect((await signIn('nobody', PASSWORD)).json()).toEqual((await signIn('bayar', 'wrong')).json());
    for (let tries = 0; tries < 4; tries += 1) expect((await signIn('bayar', 'wrong')).statusCode).toBe(401);
    expect((await signIn('bayar', PASSWORD)).statusCode).toBe(429);
  });

  test('the first account is made by the link of the start, once', async () => {
    const secret = (await api.server.doorkeeper.setupSecret()) ?? '';
    const make = async (offered: string, name: string) =>
      (
        await api.ask('/v1/setup', '', {
          method: 'POST',
          payload: { secret: offered, name, password: PASSWORD },
          headers: { 'x-paceline': '1' },
        })
      ).statusCode;
    expect(await make('wrong', 'first')).toBe(403);
    expect(await make(secret, 'first')).toBe(201);
    expect(await make(secret, 'second')).toBe(403);
  });
});

describe('tokens', () => {
  test('a token may do no more than it was made for, and nothing once it is revoked', async () => {
    const owner = await api.account('bayar', 'operator');
    const asked = { method: 'POST', payload: { label: 'Excel', role: 'viewer' } } as const;
    const headers = await api.browser('bayar');
    const made = (await api.ask('/v1/tokens', '', { ...asked, headers })).json<{ id: string; token: string }>();
    for (const token of [owner, made.token]) expect((await api.ask('/v1/tokens', token, asked)).statusCode).toBe(403);
    expect((await api.ask('/v1/totals', made.token)).statusCode).toBe(200);
    expect((await api.ask('/v1/users', made.token)).statusCode).toBe(403);
    expect((await api.ask(`/v1/tokens/${made.id}`, owner, { method: 'DELETE' })).statusCode).toBe(200);
    expect((await api.ask('/v1/totals', made.token)).statusCode).toBe(401);
    const listed = (await api.ask('/v1/tokens', owner)).json<{ tokens: { id: string; revoked: boolean }[] }>();
    expect(listed.tokens.find(({ id }) => id === made.id)?.revoked).toBe(true);
    expect(JSON.stringify(listed)).not.toContain(made.token.slice(16));
  });

  test('an account that is removed leaves no token behind', async () => {
    const boss = await api.account('boss', 'operator');
    const token = await api.account('bayar', 'analyst');
    expect((await api.ask('/v1/files', token)).statusCode).toBe(200);
    expect((await api.ask('/v1/users/bayar', boss, { method: 'DELETE' })).statusCode).toBe(200);
    expect((await api.ask('/v1/files', token)).statusCode).toBe(401);
    expect((await api.ask('/v1/users/boss', boss, { method: 'DELETE' })).statusCode).toBe(400);
  });
});

describe('an operator of a part of the region', () => {
  test('sees and revokes no tokens but its own', async () => {
    const boss = await api.account('boss', 'operator');
    const limited = await api.account('bao', 'operator', { league: '包头市' });
    const tokens = async (as: string) =>
      (await api.ask('/v1/tokens', as)).json<{ tokens: { id: string; user: string }[] }>().tokens;
    expect((await tokens(limited)).map(({ user }) => user)).toEqual(['bao']);
    const [others] = (await tokens(boss)).filter(({ user }) => user === 'boss');
    const revoke = async (id: string) => (await api.ask(`/v1/tokens/${id}`, limited, { method: 'DELETE' })).statusCode;
    expect(await revoke(others?.id ?? '')).toBe(404);
    expect((await api.ask('/v1/totals', boss)).statusCode).toBe(200);
  });

  test('is not the one that is left, since nobody could make accounts any more', async () => {
    const boss = await api.account('boss', 'operator');
    await api.account('bao', 'operator', { league: '包头市' });
    const change = async (payload: object) =>
      (await api.ask('/v1/users/boss', boss, { method: 'PUT', payload })).json<{ code?: string; done?: boolean }>();
    expect(await change({ limit: { league: '包头市' } })).toMatchObject({ code: 'usage' });
    expect(await change({ role: 'analyst' })).toMatchObject({ code: 'usage' });
    expect((await api.ask('/v1/users/boss', boss, { method: 'DELETE' })).statusCode).toBe(400);
    await api.account('second', 'operator');
    expect(await change({ limit: { league: '包头市' } })).toEqual({ done: true });
  });
});

const FROM_THE_LAST = { at: '2299-12-31 00:00:00.000', listed: 0 };

describe('the access log', () => {
  const entry = { user: 'bayar', token: '', address: '192.0.2.7', route: '/v1/totals', status: 200, detail: '' };
  const at = '2026-06-01 10:00:00.000';

  interface Entries {
    readonly entries: readonly { readonly target: string; readonly method: string }[];
    readonly next: string | null;
  }

  test('comes page by page, also where many entries are of one millisecond', async () => {
    const operator = await api.account('operator', 'operator');
    const targets = Array.from({ length: 7 }, (_, index) => `/v1/totals?year=${2020 + index}`);
    await recordAudit(
      store.db,
      targets.map((target) => ({ ...entry, at, method: 'GET', target })),
    );
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const cursor: string = next === null ? '' : `&cursor=${next}`;
      const page: Entries = (await api.ask(`/v1/audit?user=bayar&limit=3${cursor}`, operator)).json<Entries>();
      seen.push(...page.entries.map(({ target }) => target));
      next = page.next;
    } while (next !== null);
    expect([...seen].sort()).toEqual(targets);
  });

  test('tells what was changed apart, and of the same question of an hour once', async () => {
    const operator = await api.account('operator', 'operator');
    for (let times = 0; times < 3; times += 1) await api.ask('/v1/nights', operator);
    await api.ask('/v1/nights?x=1', operator);
    for (let times = 0; times < 2; times += 1) {
      const goal = { year: 2026, measure: 'net', amount: `${times + 5}.00` };
      await api.ask('/v1/goals', operator, { method: 'POST', payload: goal });
    }
    for (const probe of ['?a', '?b', '?c']) await api.ask(`/v1/users${probe}`);
    await api.server.doorkeeper.close();
    // Another test's API may have written down its last questions just now.
    const log = async (asked: string) =>
      (await api.ask(`/v1/audit${asked}`, operator))
        .json<Entries>()
        .entries.filter(({ target }) => !target.startsWith('/v1/audit'));
    expect((await log('')).map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /v1/users?a',
      'POST /v1/goals',
      'POST /v1/goals',
      'GET /v1/nights?x=1',
      'GET /v1/nights',
    ]);
    expect((await log('?changes=true')).map(({ method }) => method)).toEqual(['POST', 'POST']);
    const file = await api.ask('/v1/audit?changes=true&format=csv&language=en', operator);
    expect(file.body.split('\r\n').map((line) => line.split(',')[5])).toEqual([
      'asked',
      '/v1/goals',
      '/v1/goals',
      undefined,
    ]);
  });

  test('loses nothing where it cannot be written at once', async () => {
    let isDown = true;
    const change: Pick<Database, 'insert'> = {
      insert: async (table, rows, token) => {
        if (isDown && table === 'audit') throw new Error('down on purpose');
        await store.db.insert(table, rows, token);
      },
    };
    const db = Object.assign(Object.create(store.db) as Database, change);
    const watcher = await api.account('watcher', 'viewer');
    const other = await openTestApi(store.with({ db }));
    await other.ask('/v1/nights', watcher);
    const log = async () =>
      (await readAudit(store.db, { user: 'watcher', onlyChanges: false, after: FROM_THE_LAST, limit: 5 })).length;
    await delay(1_500);
    expect(await log()).toBe(0);
    isDown = false;
    await other.server.close();
    expect(await log()).toBe(1);
  });

  test('is kept for two years', async () => {
    const months = ['2024-10-15', '2024-12-15', '2026-12-15'];
    await recordAudit(
      store.db,
      months.map((day) => ({ ...entry, at: `${day} 10:00:00.000`, method: 'GET', target: day })),
    );
    await keepHouse(store);
    const left = await readAudit(store.db, { user: 'bayar', onlyChanges: false, after: FROM_THE_LAST, limit: 5 });
    expect(left.map(({ target }) => target)).toEqual(['2026-12-15', '2024-12-15']);
  });
});

test('who asks through a proxy is told apart by a proxy that is trusted, and by no other', async () => {
  const few = await openTestApi(store, { requestsAMinute: 2, trustedProxies: ['10.1.0.0/16'] });
  const ask = async (proxy: string, client: string): Promise<number> => {
    const headers = { 'x-forwarded-for': client };
    return (await few.ask('/v1/health', '', { remoteAddress: proxy, headers })).statusCode;
  };
  const trusted = ['a', 'b', 'a', 'b', 'a'].map((client) => (client === 'a' ? '198.51.100.1' : '198.51.100.2'));
  const statuses: number[] = [];
  for (const client of trusted) statuses.push(await ask('10.1.2.3', client));
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  const others: number[] = [];
  for (const client of trusted.slice(0, 3)) others.push(await ask('192.0.2.7', client));
  expect(others).toEqual([200, 200, 429]);
  await few.server.close();
});

test('an address is answered as many requests a minute as the deployment allows', async () => {
  const few = await openTestApi(store, { requestsAMinute: 3 });
  const statuses: number[] = [];
  for (let asked = 0; asked < 4; asked++) statuses.push((await few.ask('/v1/health')).statusCode);
  await few.server.close();
  expect(statuses).toEqual([200, 200, 200, 429]);
});

test('who signed in or failed to, and which account or token was changed, stands in the access log', async () => {
  const operator = await api.account('bayar', 'operator');
  const mine = { 'x-paceline': '1' };
  const signIn = async (payload: object) =>
    await api.ask('/v1/session', '', { method: 'POST', payload, headers: mine });
  await signIn({ name: 'bayar', password: PASSWORD });
  await signIn({ name: 'bayar', password: 'not the right one' });
  await signIn({ name: 'hunter2hunter2', password: 'bayar' });
  const user = { name: 'bao', password: PASSWORD, role: 'viewer', limit: { league: '包头市' } };
  await api.ask('/v1/users', operator, { method: 'POST', payload: user });
  await api.ask('/v1/users/bao', operator, { method: 'PUT', payload: { role: 'analyst', password: PASSWORD } });
  await api.ask('/v1/users/bao', operator, { method: 'PUT', payload: { limit: {} } });
  await api.ask('/v1/users/bao', operator, { method: 'DELETE' });
  const headers = await api.browser('bayar');
  const { id } = (await api.ask('/v1/tokens', '', { method: 'POST', payload: { label: 'Excel' }, headers })).json<{
    id: string;
  }>();
  await api.server.doorkeeper.close();
  const text = (await api.ask('/v1/audit', operator)).body;
  const { entries } = JSON.parse(text) as {
    entries: { user: string; method: string; status: number; detail: string }[];
  };
  expect(entries.map((entry) => [entry.user, entry.method, entry.status, entry.detail])).toEqual(
    [
      ['bayar', 'POST', 200, 'signed in'],
      ['', 'POST', 401, 'as bayar: The name and the password do not belong together.'],
      ['', 'POST', 401, 'as somebody who has no account: The name and the password do not belong together.'],
      ['bayar', 'POST', 201, 'bao: viewer, league=包头市'],
      ['bayar', 'PUT', 200, 'bao: analyst, new password'],
      ['bayar', 'PUT', 200, 'bao: whole region'],
      ['bayar', 'DELETE', 200, 'bao'],
      ['bayar', 'POST', 201, `${id}: Excel`],
    ].reverse(),
  );
  for (const secret of [PASSWORD, 'hunter2hunter2', 'not the right one']) expect(text).not.toContain(secret);
});
