import { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Context } from '../operations/context';
import { type JobToDo } from '../queue/jobs-to-do';
import { type NightProgress } from '../queue/night';
import { FORMATS, LANGUAGES, type Table } from '../tables/table';
import { type Caller } from './caller';
import { type Doorkeeper } from './doorkeeper';
import { type Resting } from './resting';
import { type Rule } from './rule';

/** Surroundings are what a route works with beside the store. */
export interface Surroundings {
  readonly doorkeeper: Doorkeeper;
  /** Browsers reach it by TLS. */
  readonly secure: boolean;
  /** The night that is under way; null when none is. */
  readonly nightUnderWay: () => Promise<NightProgress | null>;
  readonly jobs: () => Promise<readonly JobToDo[] | null>;
  readonly resting: Resting;
}

type Shape = z.ZodObject | undefined;
type Parsed<S extends Shape> = S extends z.ZodObject ? z.output<S> : null;

/** Asked is one request, its parameters parsed. */
export interface Asked<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly caller: Caller;
  readonly context: Context;
  readonly around: Surroundings;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Question is what the routes that only read figures need of a request. */
export type Question<Q extends z.ZodObject> = Pick<
  Asked<undefined, Q, undefined>,
  'query' | 'caller' | 'context' | 'around'
>;

/** Example is a request that the OpenAPI document shows, and that a test sends. `{fileId}` and the like stand for real ones. */
export interface Example {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Route is one line of the route table: what may be asked, by whom, and what is answered. */
export interface Route<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape = Shape,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for the parameters of the path. */
  readonly path: string;
  readonly summary: string;
  readonly rule: Rule;
  /**
   * `data`: the answer changes only when the store's data does, so that it is kept and has an ETag. Routes that change
   * something, and those about accounts, have none.
   */
  readonly restsOn?: 'data';
  /** What the answer rests on beside the data: as long as this says the same, so does the answer. */
  readonly alsoOn?: (around: Pick<Surroundings, 'nightUnderWay'>) => Promise<unknown>;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  /** The answer as a table, where it can be downloaded as one. A list is had page after page. */
  readonly table?: (answer: z.output<A>) => Table;
  /** The whole as a table in one go, in place of `table`. */
  readonly download?: (asked: Asked<P, Q, B>) => Promise<Table>;
  readonly status?: 200 | 201;
  /** Stricter than for other routes: requests a minute from one address. */
  readonly perMinute?: number;
  readonly examples: readonly Example[];
  handle(asked: Asked<P, Q, B>): Promise<z.output<A>>;
}

/** AnyRoute is a route of the table, whatever its types. */
export type AnyRoute = Omit<Route, 'handle' | 'table' | 'download'> & {
  readonly table?: (answer: unknown) => Table;
  readonly download?: (asked: Asked<z.ZodObject, z.ZodObject, z.ZodObject>) => Promise<Table>;
  handle(asked: Asked<z.ZodObject, z.ZodObject, z.ZodObject>): Promise<unknown>;
};

/** isTable says that the answer of a route can be downloaded. */
export const isTable = ({ table, download: whole }: Pick<AnyRoute, 'table' | 'download'>): boolean =>
  table !== undefined || whole !== undefined;

/** route checks that a handler fits the shapes beside it, and makes a line of the table. */
export function route<
  A extends z.ZodType,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(line: Route<P, Q, B, A>): AnyRoute {
  const any = line as unknown as AnyRoute;
  return isTable(any) ? { ...any, query: (line.query ?? z.strictObject({})).extend(download.shape) } : any;
}

/** download are the parameters with which an answer comes as a file. */
export const download = z.strictObject({
  format: z
    .enum(FORMATS)
    .meta({
      description:
        'The whole table as a file instead of JSON. csv: UTF-8 with a byte order mark, amounts exact; a text that a spreadsheet would take for a formula has an apostrophe in front, a number of 12 digits and more a tab behind. xlsx: numbers and dates typed, a cover sheet says what they mean. parquet: decimals, and names that never change.',
    })
    .optional(),
  language: z.enum(LANGUAGES).meta({ description: 'Of the titles and words of a file; zh unless told.' }).optional(),
});
