import { type z } from 'zod';
import { type ErrorCode, PipelineError } from '../errors';

/** Fault is what is wrong with one parameter of a request. */
export interface Fault {
  readonly in: 'path' | 'query' | 'body' | 'header';
  readonly parameter: string;
  readonly reason: string;
}

/** Problem is the body of every answer that is an error (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable identity, for programs. */
  readonly code: string;
  readonly detail: string;
  /** What to do about it; blank when there is nothing. */
  readonly advice: string;
  readonly faults?: readonly Fault[];
}

/** Refusal is a request that is not done, with its problem. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'Refusal';
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'A parameter is wrong',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  413: 'Too large',
  415: 'Not JSON',
  429: 'Too many requests',
  500: 'A fault of the program',
  503: 'Not available now',
};

/** refusal makes an error with the status of its answer. */
export function refusal(status: number, code: string, detail: string, advice = '', faults?: readonly Fault[]): Refusal {
  return new Refusal({
    type: `urn:paceline:problem:${code}`,
    title: TITLES[status] ?? TITLES[status >= 500 ? 500 : 400] ?? '',
    status,
    code,
    detail,
    advice,
    ...(faults === undefined ? {} : { faults }),
  });
}

/** wrongParameter refuses a request for one of its parameters. */
export function wrongParameter(where: Fault['in'], parameter: string, reason: string): Refusal {
  return refusal(400, 'parameter-wrong', `${parameter}: ${reason}`, '', [{ in: where, parameter, reason }]);
}

/** wrongParameters refuses a request for what does not fit the shape of one of its parts. */
export function wrongParameters(where: Fault['in'], error: z.ZodError): Refusal {
  const faults = error.issues.flatMap((issue): Fault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          in: where,
          parameter: [...issue.path, key].join('.'),
          reason: 'there is no such parameter',
        }))
      : [{ in: where, parameter: issue.path.join('.'), reason: issue.message }],
  );
  return refusal(
    400,
    'parameter-wrong',
    faults.map(({ parameter, reason }) => `${parameter}: ${reason}`).join('; '),
    '',
    faults,
  );
}

/** What a failure of an operation is to whoever asked; anything else is a fault of the program or its surroundings. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  usage: 400,
  'nothing-found': 404,
  'goal-missing': 404,
  'file-state': 409,
  'file-busy': 409,
  'file-unreadable': 409,
  'file-changed': 409,
  'retention-over': 409,
  'alert-state': 409,
};

/**
 * problemOf is what whoever asked is told of an error; the words of faults stay in the log.
 * @param where the parameters of the request are that an operation speaks of
 */
export function problemOf(error: unknown, where: Fault['in']): Problem {
  if (error instanceof Refusal) return error.problem;
  if (error instanceof PipelineError) {
    const { code, message, advice, kind, context } = error;
    const status = STATUS[code];
    const { parameter } = context;
    const faults = typeof parameter === 'string' ? [{ in: where, parameter, reason: message }] : undefined;
    if (status !== undefined) return refusal(status, code, message, advice, faults).problem;
    if (kind === 'transient')
      return refusal(503, code, 'The store cannot answer now.', 'Try again in a moment.').problem;
  }
  const status = httpStatusOf(error);
  if (status !== null) return refusal(status, 'request-wrong', error instanceof Error ? error.message : '').problem;
  return refusal(500, 'internal', 'This could not be answered.', 'The log of the server tells more.').problem;
}

/** What Fastify and its plugins refuse by themselves: too large, not JSON, too often. */
function httpStatusOf(error: unknown): number | null {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return status >= 400 && status < 500 ? status : null;
}
