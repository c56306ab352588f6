import { z } from 'zod';
import { businessDay, yuan } from '../shapes';

/** Field is one line of a shape: where it stands, as a path such as `rows[].totals.net`, and what it is. */
export interface Field {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** What of JSON Schema zod writes here; it is a tree without references. */
interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly format?: string | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
}

const text = z.string().optional();
const one = <Shape extends z.ZodType>(shape: Shape) => shape.optional().catch(undefined);
const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    title: text,
    description: text,
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    format: text,
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), schema).optional(),
    // `false` closes an object, and says nothing of what is in it.
    additionalProperties: one(schema),
    items: one(schema),
    anyOf: z.array(schema).optional(),
  }),
);

/** fieldsOf lists everything in a JSON schema, whatever lies in it behind what it lies in. */
export function fieldsOf(json: unknown): Field[] {
  return within('', schema.parse(json));
}

function within(path: string, shape: Schema): Field[] {
  const { element, suffix } = bare(shape);
  const alternatives = (element.anyOf ?? []).flatMap((each) => within(path + suffix, each));
  const named = Object.entries(element.properties ?? {}).flatMap(([name, child]) => {
    const at = `${path}${suffix}${path === '' && suffix === '' ? '' : '.'}${name}`;
    return [fieldAt(at, child, element.required?.includes(name) === true), ...within(at, child)];
  });
  const other = element.additionalProperties;
  const others = other === undefined || named.length > 0 ? [] : within(`${path}${suffix}.*`, other);
  const seen = new Map([...named, ...others, ...alternatives].map((field) => [field.path, field]));
  return [...seen.values()];
}

const fieldAt = (path: string, shape: Schema, required: boolean): Field => ({
  path,
  type: typeOf(shape),
  required,
  description: descriptionOf(shape),
});

/** What a shape is of, without lists around it and without null beside it. */
function bare(shape: Schema): { readonly element: Schema; readonly suffix: string } {
  const only = withoutNull(shape);
  if (only.type !== 'array' || only.items === undefined) return { element: only, suffix: '' };
  const inner = bare(only.items);
  return { element: inner.element, suffix: `[]${inner.suffix}` };
}

const isNull = ({ type }: Schema): boolean => type === 'null';

function withoutNull(shape: Schema): Schema {
  const others = shape.anyOf?.filter((each) => !isNull(each));
  return others?.length === 1 && others[0] !== undefined ? withoutNull(others[0]) : shape;
}

function typeOf(shape: Schema): string {
  const { type, title, format, anyOf } = shape;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  const names = typeof type === 'string' ? [type] : (type ?? []);
  const [only = 'any'] = names;
  if (names.length > 1) return names.map((name) => typeOf({ ...shape, type: name })).join(' or ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((value) => String(value)).join(' | ');
  if (only === 'array') return shape.items === undefined ? 'list' : `list of ${typeOf(shape.items)}`;
  if (only === 'object') {
    const other = shape.additionalProperties;
    return shape.properties === undefined && other !== undefined ? `object of ${typeOf(other)}` : 'object';
  }
  if (only === 'string') return title ?? (format === 'date-time' ? 'moment' : 'text');
  return only;
}

/** What the head of the page says of money and days need not be said of each. */
const SAID: readonly unknown[] = [yuan, businessDay].map((shape) => shape.meta()?.description);

/** A title that is a sentence says more than the type; one that names the type is the type. */
function descriptionOf(shape: Schema): string {
  const { element } = bare(shape);
  const said = shape.description ?? element.description;
  if (said !== undefined) return SAID.includes(said) ? '' : said;
  const title = shape.title ?? element.title ?? '';
  return element.type === 'string' ? '' : title;
}
