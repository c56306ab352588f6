import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { type Logger } from '../log';
import { type AnsweringSettings, JSON_TYPE, openAnswering } from './answering';
import { type Caller, refusalOf } from './caller';
import { docsPage } from './docs/docs-page';
import { openApi } from './document';
import { type Doorkeeper, openDoorkeeper } from './doorkeeper';
import { problemOf, type Problem, refusal } from './problem';
import { ROUTES } from './routes';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until it is known who asks. */
    caller: Caller | null;
    /** What the audit log says beside the status. */
    remark: string;
  }
}

/** ServerSettings say where the API is served and what it works with. */
export interface ServerSettings extends AnsweringSettings {
  readonly log: Logger;
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
  /** prepare makes the answers that the first page is drawn from, so that whoever comes first waits no longer than others. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 64 * 1024;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** buildServer makes the API of a store from the route table; it does not listen yet. */
export async function buildServer(settings: ServerSettings): Promise<ApiServer> {
  const { store, now, log, publicUrl } = settings;
  const secure = publicUrl.startsWith('https:');
  const doorkeeper = openDoorkeeper(store, log, now);
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
    // What the limit of requests refused is no reading, and would let strangers fill the log.
    if (route?.startsWith('/v1/') === true && route !== '/v1/health' && reply.statusCode !== 429) {
      const entry = { address: request.ip, method: request.method, route, target: request.url.slice(0, 1000) };
      doorkeeper.audit(
        { ...entry, status: reply.statusCode, detail: request.remark },
        request.caller ?? { via: 'nobody' },
      );
    }
    done();
  });

  const answering = openAnswering(settings, doorkeeper);
  for (const line of ROUTES) {
    app.route({
      method: line.method,
      url: line.path,
      config: line.perMinute === undefined ? {} : { rateLimit: { max: line.perMinute, timeWindow: '1 minute' } },
      handler: answering.handlerOf(line),
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
    prepare: () => answering.prepare(),
    close: async () => {
      await app.close();
      await doorkeeper.close();
    },
  };
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
