import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { analyticsOf } from '../clickhouse/analytics';
import { askAsAnalyst, faultOfQuery } from '../clickhouse/analyst-query';
import { isLimited, mayActAs } from '../domain/access';
import { type Caller, nameOf } from './caller';
import { type Doorkeeper, type Store } from './doorkeeper';
import { problemOf } from './problem';

/** Codes of the engine, which its clients know. */
const AUTHENTICATION_FAILED = 516;
const ACCESS_DENIED = 497;
const SYNTAX_ERROR = 62;
const NETWORK_ERROR = 210;

const MOST_QUERY_BYTES = 256 * 1024;
const REQUESTS_A_MINUTE = 600;
/** What of the engine's answer goes on to the client. */
const ANSWERED = /^(?:x-clickhouse-|content-(?:type|encoding)$)/;

/** GatewaySettings say what the gateway works with. */
export interface GatewaySettings {
  readonly store: Store;
  readonly doorkeeper: Doorkeeper;
}

/**
 * buildSqlGateway speaks ClickHouse's HTTP interface to analysts' programs: an account's name and one of its tokens as user
 * and password. Queries are checked, go on to the embedded engine as its read-only user, and are written down.
 */
export async function buildSqlGateway({ store, doorkeeper }: GatewaySettings): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: MOST_QUERY_BYTES, forceCloseConnections: true });
  await app.register(rateLimit, { max: REQUESTS_A_MINUTE, timeWindow: '1 minute' });
  app.removeAllContentTypeParsers();
  // A query is a text whatever it is called; a form would be another table along with it.
  app.addContentTypeParser(/^(?!multipart\/)/, { parseAs: 'string' }, (_, body, done) => done(null, body));
  app.setErrorHandler((error, _, reply) => {
    const { status, detail } = problemOf(error, 'query');
    return refuse(reply, status, status >= 500 ? NETWORK_ERROR : SYNTAX_ERROR, detail);
  });
  app.get('/ping', (_, reply) => reply.type('text/plain').send('Ok.\n'));
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    handler: async (request, reply) => {
      const parameters = new Map(
        Object.entries(request.query as Record<string, string | string[]>).map(([name, value]) => [
          name,
          String(value),
        ]),
      );
      const caller = await callerOf(doorkeeper, request, parameters);
      const sql = [parameters.get('query') ?? '', typeof request.body === 'string' ? request.body : '']
        .filter((part) => part !== '')
        .join('\n');
      const entry = { address: request.ip, method: request.method, route: '/sql', target: sql.slice(0, 1000) };
      try {
        const status = await answer(store, { sql, parameters, caller }, request, reply);
        doorkeeper.audit({ ...entry, status, detail: '' }, caller);
      } catch (error) {
        const { status, detail } = problemOf(error, 'query');
        doorkeeper.audit({ ...entry, status, detail }, caller);
        throw error;
      }
      return reply;
    },
  });
  return app;
}

interface Sent {
  readonly sql: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly caller: Caller;
}

/** Answers, and says with what status. */
async function answer(
  store: Store,
  { sql, parameters, caller }: Sent,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<number> {
  const no = refusalOf(caller);
  if (no !== null) return refuse(reply, 403, ...no).statusCode;
  const fault = faultOfQuery({ sql, parameters });
  if (fault !== null) return refuse(reply, 403, ACCESS_DENIED, fault).statusCode;
  if (sql === '') return reply.type('text/plain').send('Ok.\n').statusCode;
  return await store.use(async ({ db, analyst }) => {
    if (analyst === undefined)
      return refuse(reply, 404, NETWORK_ERROR, 'SQL is answered by the server itself.').statusCode;
    const { 'accept-encoding': encoding, 'x-clickhouse-format': format } = request.headers;
    const headers = {
      ...(encoding === undefined ? {} : { 'accept-encoding': encoding }),
      ...(format === undefined ? {} : { 'x-clickhouse-format': String(format) }),
    };
    const answered = await askAsAnalyst(analyst, {
      sql,
      parameters,
      database: parameters.get('database') ?? analyticsOf(db.name),
      account: nameOf(caller),
      headers,
    });
    for (const [name, value] of Object.entries(answered.headers)) {
      if (ANSWERED.test(name) && value !== undefined) void reply.header(name, value);
    }
    await reply.code(answered.status).send(answered.body);
    return answered.status;
  });
}

async function callerOf(
  doorkeeper: Doorkeeper,
  { headers }: FastifyRequest,
  parameters: ReadonlyMap<string, string>,
): Promise<Caller> {
  const [user, token] = credentialsIn(headers, parameters);
  const caller = await doorkeeper.callerOf({ headers: { authorization: `Bearer ${token}` } });
  return nameOf(caller) === user ? caller : { via: 'nobody' };
}

/** As ClickHouse takes them: HTTP Basic, two headers of its own, or two parameters. */
function credentialsIn(
  headers: FastifyRequest['headers'],
  parameters: ReadonlyMap<string, string>,
): [user: string, password: string] {
  const [, basic] = /^Basic (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (basic !== undefined) {
    const [user = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return [user, password.join(':')];
  }
  const header = (name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined);
  return [
    header('x-clickhouse-user') ?? parameters.get('user') ?? '',
    header('x-clickhouse-key') ?? parameters.get('password') ?? '',
  ];
}

function refusalOf(caller: Caller): [code: number, detail: string] | null {
  if (caller.via === 'nobody')
    return [
      AUTHENTICATION_FAILED,
      'Authentication failed: the user is an account of Paceline, the password one of its tokens',
    ];
  if (!mayActAs(caller.account.role, 'analyst')) return [ACCESS_DENIED, 'SQL is for analysts and those above'];
  if (isLimited(caller.account.limit))
    return [ACCESS_DENIED, 'SQL reads the whole region, of which this account sees a part'];
  return null;
}

/** In the form of the engine's own errors, so that its clients show the words. */
function refuse(reply: FastifyReply, status: number, code: number, detail: string): FastifyReply {
  return reply
    .code(status)
    .header('x-clickhouse-exception-code', String(code))
    .type('text/plain; charset=utf-8')
    .send(`Code: ${code}. DB::Exception: ${detail}\n`);
}
