import { z } from 'zod';
import { FORMATS, MEDIA_TYPES } from '../tables/table';
import { type AnyRoute, isTable } from './route';

type Json = Readonly<Record<string, unknown>>;

/** schemaOf is what zod says of a shape as it travels: a codec (money, moments) is what stands on the wire. */
export function schemaOf(shape: z.ZodType): Json {
  const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  delete schema.$schema;
  return schema;
}

const PROBLEM = {
  description: 'A problem (RFC 9457); `faults` names each parameter that is wrong, with the reason',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
} as const;

/** A table can also be had as a file. */
const FILES = Object.fromEntries(
  FORMATS.map((format) => [MEDIA_TYPES[format], { schema: { type: 'string', format: 'binary' } }]),
);

const problemSchema = schemaOf(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    advice: z.string(),
    faults: z
      .array(z.object({ in: z.enum(['path', 'query', 'body', 'header']), parameter: z.string(), reason: z.string() }))
      .optional(),
  }),
);

function parametersOf({ params, query }: AnyRoute): Json[] {
  return (['path', 'query'] as const).flatMap((where) => {
    const shape = where === 'path' ? params : query;
    if (shape === undefined) return [];
    const { properties = {}, required = [] } = schemaOf(shape) as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: where,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }));
  });
}

function operationOf(route: AnyRoute): Json {
  const { summary, rule, restsOn, body, answer, status = 200, examples } = route;
  const open = rule.who === 'anyone';
  return {
    summary,
    description: [
      open ? 'For anyone.' : `For ${rule.who}s${rule.who === 'operator' ? '' : ' and those above'}.`,
      ...(rule.limited === 'refused' ? ['Not for accounts that see a part of the region.'] : []),
      ...(rule.limited === 'narrowed'
        ? ['An account that sees a part of the region gets the figures of that part.']
        : []),
      ...(restsOn === undefined ? [] : ['The ETag changes only when the data does: send it as If-None-Match.']),
    ].join(' '),
    tags: [route.path.split('/')[2] ?? ''],
    parameters: parametersOf(route),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    security: open ? [] : [{ session: [] }, { token: [] }],
    responses: {
      [status]: {
        description: 'What was asked',
        content: { 'application/json': { schema: schemaOf(answer) }, ...(isTable(route) ? FILES : {}) },
      },
      default: PROBLEM,
    },
    'x-rule': rule,
    'x-examples': examples,
  };
}

/** openApi writes the OpenAPI 3.1 document of a route table. */
export function openApi(routes: readonly AnyRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Paceline',
      version: '1',
      description:
        'Online retail sales against an annual goal. Money is a string in yuan with two decimals, exact to the fen; days are calendar days of Asia/Shanghai. Requests that change something and come from a browser need the header X-Paceline: 1.',
    },
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'paceline_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}
