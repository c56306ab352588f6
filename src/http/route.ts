import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type z } from 'zod';
import { type Context } from '../operations/context';
import { type JobToDo } from '../queue/jobs-to-do';
import { type NightProgress } from '../queue/night';
import { type Caller } from './caller';
import { type Doorkeeper } from './doorkeeper';
import { type Rule } from './rule';

/** Surroundings are what a route works with beside the store. */
export interface Surroundings {
  readonly doorkeeper: Doorkeeper;
  /** Browsers reach it by TLS. */
  readonly secure: boolean;
  /** The night that is under way; null when none is. */
  readonly nightUnderWay: () => Promise<NightProgress | null>;
  readonly jobs: () => Promise<readonly JobToDo[] | null>;
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
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  readonly status?: 200 | 201;
  /** Stricter than for other routes: requests a minute from one address. */
  readonly perMinute?: number;
  readonly examples: readonly Example[];
  handle(asked: Asked<P, Q, B>): Promise<z.output<A>>;
}

/** AnyRoute is a route of the table, whatever its types. */
export type AnyRoute = Omit<Route, 'handle'> & {
  handle(asked: Asked<z.ZodObject, z.ZodObject, z.ZodObject>): Promise<unknown>;
};

/** route checks that a handler fits the shapes beside it, and makes a line of the table. */
export function route<
  A extends z.ZodType,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(line: Route<P, Q, B, A>): AnyRoute {
  return line as unknown as AnyRoute;
}
