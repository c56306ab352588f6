import { type FastifyReply, type FastifyRequest } from 'fastify';
import { createHash, randomUUID } from 'node:crypto';
import { type z } from 'zod';
import { type BusinessDay, businessDayAt, yearOf } from '../domain/calendar';
import { type Context } from '../operations/context';
import { type JobToDo } from '../queue/jobs-to-do';
import { type NightProgress } from '../queue/night';
import { type Table } from '../tables/table';
import { type Caller, refusalOf } from './caller';
import { type Doorkeeper, type Store } from './doorkeeper';
import { pageByPage, sendTable, type Wanted, wantedIn } from './download';
import { keptUpTo } from './kept';
import { type Fault, refusal, wrongParameters } from './problem';
import { openResting, type Resting } from './resting';
import { type AnyRoute } from './route';
import { ROUTES } from './routes';

/** AnsweringSettings are what answers are made from. */
export interface AnsweringSettings {
  readonly store: Store;
  readonly nightUnderWay: () => Promise<NightProgress | null>;
  /** What the queue has to do; null where another process keeps it. */
  readonly jobs: () => Promise<readonly JobToDo[] | null>;
  readonly now: () => Date;
  /** The address under which browsers reach it, such as `https://paceline.example`. */
  readonly publicUrl: string;
}

/** Answering turns requests for the lines of the route table into answers. */
export interface Answering {
  handlerOf(line: AnyRoute): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /** prepare makes the answers that the first page is drawn from and keeps them, as an account of the whole region gets them. */
  prepare(): Promise<void>;
}

/** Of answers that are kept. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;
/** At once: each holds connections to the store until its last byte has gone. */
const MOST_DOWNLOADS = 8;
export const JSON_TYPE = 'application/json; charset=utf-8';

/** What the overview asks for, of the year of a day. */
const firstAsked = (today: BusinessDay): readonly string[] => [
  '/v1/pace',
  '/v1/completeness',
  '/v1/nights',
  `/v1/totals?year=${yearOf(today)}&by=platform`,
];

/** Sees everything and may change nothing. */
const WHOLE_REGION: Caller = { via: 'token', id: '', account: { name: '', role: 'viewer', limit: {} } };

/** Read is a request whose parameters are read, before it is known what it is answered from. */
type Read = Omit<Parameters<AnyRoute['handle']>[0], 'context' | 'around'>;

/** openAnswering keeps answers that only the data changes for as long as it does not. */
export function openAnswering(settings: AnsweringSettings, doorkeeper: Doorkeeper): Answering {
  const { store, now, publicUrl, nightUnderWay, jobs } = settings;
  // Another version of the program, or other settings, may answer the same question differently.
  const start = randomUUID();
  const answers = keptUpTo<Buffer>(MOST_KEPT_BYTES, (answer) => answer.length);
  const kept = openResting();
  const around = { doorkeeper, secure: publicUrl.startsWith('https:'), nightUnderWay, jobs };
  const today = (): BusinessDay => businessDayAt(now().getTime());
  const asked = (read: Read, context: Context, resting: Resting): Parameters<AnyRoute['handle']>[0] => ({
    ...read,
    context,
    around: { ...around, resting },
  });
  const made = async (line: AnyRoute, read: Read, restingOf: (context: Context) => Resting): Promise<Buffer> => {
    const answer = await store.use((context: Context) => line.handle(asked(read, context, restingOf(context))));
    // Whoever changed something sees it in the very next answer.
    if (line.method !== 'GET') doorkeeper.forget();
    return Buffer.from(JSON.stringify(line.answer.encode(answer)));
  };
  /** Under what an answer is kept: the data that it is from, and all that it depends on beside them. */
  const placeOf = async (line: AnyRoute, { caller, params, query }: Read) => {
    // The day is part of it: what is late today was not yesterday.
    const version = `${(await doorkeeper.version()).data}.${today()}`;
    const limit = caller.via === 'nobody' ? {} : caller.account.limit;
    const also = await line.alsoOn?.(around);
    return { version, key: JSON.stringify([line.method, line.path, params, query, limit, also]) };
  };
  const keptAnswer = (line: AnyRoute, read: Read, { version, key }: Awaited<ReturnType<typeof placeOf>>) =>
    answers.of(version, key, () => made(line, read, (context) => kept(version, context)));

  const underWay = atMost(MOST_DOWNLOADS);
  const download = async (
    line: AnyRoute,
    read: Read,
    restingOf: (context: Context) => Resting,
    { version, ...wanted }: Wanted & { readonly version: string | null },
  ): Promise<FastifyReply> => {
    const { request, reply } = read;
    // The store is held until the last byte has gone.
    await underWay(() =>
      store.use(async (context: Context) => {
        const resting = restingOf(context);
        const table = await wholeOf(line, (more) =>
          asked({ ...read, query: { ...read.query, ...more } }, context, resting),
        );
        await sendTable(context, table, { target: request.url, version }, wanted, reply);
      }),
    );
    return reply;
  };

  return {
    handlerOf: (line) => async (request, reply) => {
      const caller = await doorkeeper.callerOf(request);
      request.caller = caller;
      const no = refusalOf(caller, line.rule);
      if (no) throw no;
      if (request.method !== 'GET') refuseForeign(request, caller, publicUrl);
      const read = { ...readFrom(line, request), caller, request, reply };
      const wanted = wantedIn(read.query);
      void reply.type(JSON_TYPE).code(line.status ?? 200);
      if (line.restsOn !== 'data') {
        void reply.header('cache-control', 'no-store');
        const restingOf = openResting();
        const resting = (context: Context): Resting => restingOf('', context);
        if (wanted !== null) return await download(line, read, resting, { ...wanted, version: null });
        return reply.send(await made(line, read, resting));
      }
      const place = await placeOf(line, read);
      const { version, key } = place;
      const etag = `"${createHash('sha256').update(`${start} ${version} ${key}`).digest('base64url').slice(0, 22)}"`;
      reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie');
      if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
      if (wanted === null) return reply.send(await keptAnswer(line, read, place));
      return await download(line, read, (context) => kept(version, context), { ...wanted, version });
    },
    prepare: async () => {
      await Promise.all(
        firstAsked(today()).map(async (path) => {
          const { pathname, searchParams } = new URL(path, publicUrl);
          const line = ROUTES.find((each) => each.path === pathname && each.method === 'GET');
          if (line === undefined) throw new Error(`${pathname} is no route`);
          // What rests on the data alone looks neither at the request nor at the reply.
          const read = {
            ...readFrom(line, { params: {}, query: Object.fromEntries(searchParams), body: undefined }),
            caller: WHOLE_REGION,
          } as Read;
          await keptAnswer(line, read, await placeOf(line, read));
        }),
      );
    },
  };
}

/** atMost lets so much work go on at once. @throws Refusal 503 for what would be more */
function atMost(most: number): (work: () => Promise<void>) => Promise<void> {
  let underWay = 0;
  return async (work) => {
    if (underWay >= most)
      throw refusal(503, 'too-many-downloads', 'Too many downloads are under way.', 'Try again in a minute.');
    underWay += 1;
    try {
      await work();
    } finally {
      underWay -= 1;
    }
  };
}

/** wholeOf is what a route answers as one table. */
async function wholeOf(line: AnyRoute, asked: (more: object) => Parameters<AnyRoute['handle']>[0]): Promise<Table> {
  const { path, table, download } = line;
  if (download !== undefined) return await download(asked({}));
  if (table === undefined) throw new Error(`${path} is no table`);
  return await pageByPage((more) => line.handle(asked(more)), table);
}

const readFrom = (line: AnyRoute, { params, query, body }: Pick<FastifyRequest, 'params' | 'query' | 'body'>) => ({
  params: parsed('path', line.params, params),
  query: parsed('query', line.query, query),
  body: parsed('body', line.body, body),
});

function parsed(where: Fault['in'], shape: z.ZodObject | undefined, value: unknown): Record<string, unknown> {
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
