import { type InjectOptions, type LightMyRequestResponse as Response } from 'fastify';
import { type Limit, type Role } from '../../src/domain/access';
import { type ApiServer, buildServer } from '../../src/http/server';
import { silentLogger } from '../../src/log';
import { addAccount, makeToken, signIn } from '../../src/operations/accounts';
import { type TestStore } from './store';

/** TestApi is the API over a store of a test, without a port. */
export interface TestApi {
  readonly server: ApiServer;
  ask(path: string, as?: string, options?: Partial<InjectOptions>): Promise<Response>;
  /** What the browser of an account sends along. */
  browser(name: string): Promise<Readonly<Record<string, string>>>;
  /** An account with a token for it. */
  account(name: string, role: Role, limit?: Limit): Promise<string>;
}

export const PASSWORD = 'a long enough password';

/** openTestApi makes the API of a store; close its server at the end of the test. */
export async function openTestApi(
  store: TestStore,
  { requestsAMinute = 1200, trustedProxies = ['loopback'] } = {},
): Promise<TestApi> {
  const server = await buildServer({
    store: { use: (work) => work(store) },
    nightUnderWay: () => Promise.resolve(null),
    jobs: () => Promise.resolve(null),
    now: store.now,
    log: silentLogger,
    publicUrl: 'http://127.0.0.1:8480',
    requestsAMinute,
    trustedProxies,
  });
  return {
    server,
    ask: async (path, as = '', options = {}) =>
      await server.app.inject({
        url: path,
        method: 'GET',
        ...options,
        headers: { ...(as === '' ? {} : { authorization: `Bearer ${as}` }), ...options.headers },
      }),
    browser: async (name) => {
      const session = await signIn(store, name, PASSWORD);
      if (session === null) throw new Error('nobody signed in');
      server.doorkeeper.forget();
      return { cookie: `paceline_session=${session.secret}`, 'x-paceline': '1' };
    },
    account: async (name, role, limit = {}) => {
      await addAccount(store, { name, password: PASSWORD, role, limit }, 'a test');
      const session = await signIn(store, name, PASSWORD);
      if (session === null) throw new Error('nobody signed in');
      const made = await makeToken(store, session.account, { label: 'test', role, days: 1 });
      server.doorkeeper.forget();
      return made.token;
    },
  };
}
