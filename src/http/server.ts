import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type z } from 'zod';
import { businessDayAt } from '../domain/calendar';
import { type Logger } from '../log';
import { type Context } from '../operations/context';
import { type JobToDo } from '../queue/jobs-to-do';
import { type NightProgress } from '../queue/night';
import { type Caller, refusalOf } from './caller';
import { docsPage } from './docs/docs-page';
import { openApi } from './document';
import { type Doorkeeper, openDoorkeeper, type Store } from './doorkeeper';
import { pageByPage, sendTable, wantedIn } from './download';
import { keptUpTo } from './kept';
import { type Fault, problemOf, type Problem, refusal, wrongParameters } from './problem';
import { openResting } from './resting';
import { type AnyRoute } from './route';
import { ROUTES } from './routes';
import { type Table } from '../tables/table';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until it is known who asks. */
    caller: Caller | null;
    /** What the audit log says beside the status. */
    remark: string;
  }
}

/** ServerSettings say where the API is served and what it works with. */
export interface ServerSettings {
  readonly store: Store;
  readonly nightUnderWay: () => Promise<NightProgress | null>;
  /** What the queue has to do; null where another process keeps it. */
  readonly jobs: () => Promise<readonly JobToDo[] | null>;
  readonly now: () => Date;
  readonly log: Logger;
  /** The address under which browsers reach it, such as `https://paceline.example`. */
  readonly publicUrl: string;
  /** Requests that one address may make. */
  readonly requestsAMinute: number;
  /** Proxies that are believed for whom they ask: addresses, networks, or names of such as `loopback`. */
  readonly trustedProxies: readonly string[];
  /** Folder of the dashboard's files; nothing is served beside the API when it is not there. */
  readonly assets?: string;
}

/** ApiServer is the API before or while it listens. */
export interface ApiServer {
  readonly app: FastifyInstance;
  readonly doorkeeper: Doorkeeper;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 64 * 1024;
/** Of answers that are kept. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** buildServer makes the API of a store from the route table; it does not listen yet. */
export async function buildServer(settings: ServerSettings): Promise<ApiServer> {
  const { store, now, log, publicUrl } = settings;
  const secure = publicUrl.startsWith('https:');
  const doorkeeper = openDoorkeeper(store, log, now);
  // Another version of the program, or other settings, may answer the same question differently.
  const start = randomUUID();
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    trustProxy: [...settings.trustedProxies],
    forceCloseConnections: true,
    // What the router itself cannot take, such as an address that is broken or a parameter that is too long.
    frameworkErrors: (error, request, reply) => void fail(error, request, reply, log),
    routerOptions: { maxParamLength: 200 },
  });
  app.decorateRequest('caller', null);
  app.decorateRequest('remark', '');
  app.setValidatorCompiler(() => () => true);
  app.setErrorHandler((error, request, reply) => fail(error, request, reply, log));
  app.setNotFoundHandler((request, reply) =>
    fail(refusal(404, 'nothing-found', 'There is nothing at this address.'), request, reply, log),
  );
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: secure,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(rateLimit, {
    max: settings.requestsAMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: (_, { after }) =>
      refusal(429, 'too-many-requests', `Too many requests; try again in ${after}.`),
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (route?.startsWith('/v1/') === true && route !== '/v1/health') {
      const entry = { address: request.ip, method: request.method, route, target: request.url.slice(0, 1000) };
      doorkeeper.audit(
        { ...entry, status: reply.statusCode, detail: request.remark },
        request.caller ?? { via: 'nobody' },
      );
    }
    done();
  });

  const answers = keptUpTo<Buffer>(MOST_KEPT_BYTES, (answer) => answer.length);
  const kept = openResting();
  for (const line of ROUTES) {
    app.route({
      method: line.method,
      url: line.path,
      config: line.perMinute === undefined ? {} : { rateLimit: { max: line.perMinute, timeWindow: '1 minute' } },
      handler: async (request, reply) => {
        const caller = await doorkeeper.callerOf(request);
        request.caller = caller;
        const no = refusalOf(caller, line.rule);
        if (no) throw no;
        if (request.method !== 'GET') refuseForeign(request, caller, publicUrl);
        const asked = {
          params: parsed('path', line.params, request.params),
          query: parsed('query', line.query, request.query),
          body: parsed('body', line.body, request.body),
        };
        const wanted = wantedIn(asked.query);
        const { nightUnderWay, jobs } = settings;
        const around = { doorkeeper, secure, nightUnderWay, jobs };
        const rests = line.restsOn === 'data';
        // The day is part of it: what is late today was not yesterday.
        const version = rests ? `${(await doorkeeper.version()).data}.${businessDayAt(now().getTime())}` : '';
        const restingOf = rests ? kept : openResting();
        const all = (context: Context, more: object = {}) =>
          ({
            ...asked,
            query: { ...asked.query, ...more },
            caller,
            context,
            around: { ...around, resting: restingOf(version, context) },
            request,
            reply,
          }) as Parameters<AnyRoute['handle']>[0];
        const make = async (): Promise<Buffer> => {
          const answer = await store.use((context: Context) => line.handle(all(context)));
          // Whoever changed something sees it in the very next answer.
          if (line.method !== 'GET') doorkeeper.forget();
          return Buffer.from(JSON.stringify(line.answer.encode(answer)));
        };
        reply.type(JSON_TYPE).code(line.status ?? 200);
        if (!rests) return reply.header('cache-control', 'no-store').send(await make());
        const limit = caller.via === 'nobody' ? {} : caller.account.limit;
        const also = await line.alsoOn?.(around);
        const key = JSON.stringify([line.method, line.path, asked.params, asked.query, limit, also]);
        const etag = `"${createHash('sha256').update(`${start} ${version} ${key}`).digest('base64url').slice(0, 22)}"`;
        reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie');
        if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
        if (wanted !== null) {
          // The store is held until the last byte has gone.
          await store.use(async (context: Context) => {
            const table = await wholeOf(line, (more) => all(context, more));
            await sendTable(context, table, { target: request.url, version }, wanted, reply);
          });
          return reply;
        }
        return reply.send(await answers.of(version, key, make));
      },
    });
  }
  serveDocs(app, doorkeeper, publicUrl);
  if (settings.assets !== undefined && existsSync(settings.assets)) {
    const { default: assets } = await import('@fastify/static');
    await app.register(assets, {
      root: settings.assets,
      index: false,
      preCompressed: true,
      cacheControl: false,
      // A name with a hash in it never means anything else; all others are asked for anew.
      setHeaders: (reply, path) => {
        const isHashed = /[\\/]assets[\\/]/.test(path);
        void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    // By its name: of a folder's index the compressed form is not found.
    app.get('/', (_, reply) => reply.sendFile('index.html'));
    // An address that can be typed on the remote control of a wall screen.
    app.get('/wall', (_, reply) => reply.redirect('/#/wall'));
  }
  return {
    app,
    doorkeeper,
    close: async () => {
      await app.close();
      await doorkeeper.close();
    },
  };
}

/** wholeOf is what a route answers as one table. */
async function wholeOf(line: AnyRoute, asked: (more: object) => Parameters<AnyRoute['handle']>[0]): Promise<Table> {
  const { path, table, download } = line;
  if (download !== undefined) return await download(asked({}));
  if (table === undefined) throw new Error(`${path} is no table`);
  return await pageByPage((more) => line.handle(asked(more)), table);
}

function serveDocs(app: FastifyInstance, doorkeeper: Doorkeeper, publicUrl: string): void {
  const document = openApi(ROUTES);
  const [json, page] = [JSON.stringify(document, null, 1), docsPage(ROUTES, new URL(publicUrl).origin)];
  const rule = { who: 'viewer', limited: 'unconcerned' } as const;
  for (const [url, type, body] of [
    ['/docs/openapi.json', JSON_TYPE, json],
    ['/docs', 'text/html; charset=utf-8', page],
  ] as const) {
    app.get(url, async (request, reply) => {
      const no = refusalOf(await doorkeeper.callerOf(request), rule);
      if (no) throw no;
      return reply.type(type).header('cache-control', 'private, no-cache').send(body);
    });
  }
}

function parsed(where: Fault['in'], shape: z.ZodObject | undefined, value: unknown): object {
  if (shape === undefined) {
    const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (names.length === 0) return {};
    const faults = names.map((parameter) => ({ in: where, parameter, reason: 'there is no such parameter' }));
    throw refusal(400, 'parameter-wrong', `${names.join(', ')}: there is no such parameter`, '', faults);
  }
  const result = shape.safeParse(value ?? {});
  if (!result.success) throw wrongParameters(where, result.error);
  return result.data;
}

/**
 * A request that changes something must come from our own pages: browsers send neither the header nor JSON across sites
 * without asking, and say where they come from. A token is sent by no browser by itself.
 */
function refuseForeign(request: FastifyRequest, caller: Caller, publicUrl: string): void {
  if (caller.via === 'token') return;
  const { origin } = request.headers;
  const own =
    origin === undefined || origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
  if (own && request.headers['x-paceline'] === '1') return;
  throw refusal(
    403,
    'foreign-request',
    'The request does not come from Paceline’s own pages.',
    'Send the header X-Paceline: 1, or use a token.',
  );
}

function matches(sent: string | undefined, etag: string): boolean {
  return sent?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) ?? false;
}

async function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): Promise<void> {
  const problem: Problem = problemOf(error, request.method === 'GET' ? 'query' : 'body');
  request.remark = [request.remark, problem.detail]
    .filter((part) => part !== '')
    .join(': ')
    .slice(0, 500);
  if (problem.status >= 500) {
    const words = error instanceof Error ? error.message : String(error);
    log.error('a request could not be answered', {
      route: request.routeOptions.url ?? '',
      status: problem.status,
      error: words,
    });
  }
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  await reply.code(problem.status).header('cache-control', 'no-store').type(PROBLEM_TYPE).send(JSON.stringify(problem));
}
