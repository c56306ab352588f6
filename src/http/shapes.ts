import { z } from 'zod';
import { type Limit, LIMIT_DIMENSIONS, ROLES } from '../domain/access';
import { type BusinessDay, EARLIEST, LATEST } from '../domain/calendar';
import { type Dimension, DIMENSIONS, type DimensionFilter } from '../domain/measures';
import { day, fen } from '../queue/wire';
import { wrongParameter } from './problem';

/** The shapes that several routes share. Money is a string in yuan with two decimals, exact to the fen. */

/** yuan is an amount of money. */
export const yuan = fen.meta({
  title: 'yuan',
  description: 'Money in yuan (CNY) with two decimals, exact to the fen.',
  examples: ['60000000000.00'],
});
export const count = z.number().int().nonnegative();
export const businessDay = day.meta({
  title: 'day',
  description: 'A calendar day of Asia/Shanghai, YYYY-MM-DD.',
  examples: ['2026-06-18'],
});
/** instant is a moment as the store writes it, turned into ISO 8601. */
export const instant = z.codec(z.iso.datetime().meta({ description: 'A moment, UTC.' }), z.string(), {
  decode: (text) => text.replace('T', ' ').replace('Z', ''),
  encode: (text) => `${text.replace(' ', 'T')}Z`,
});
export const shanghaiTime = z.string().meta({ description: 'Asia/Shanghai wall clock, YYYY-MM-DD HH:MM:SS.' });

/** text is what people write: no control characters, and not endless. */
export const text = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that cannot be written');

const YEAR = /^(19[7-9]\d|20\d\d|21[0-4]\d)$/;
/** year is a calendar year in the address. */
export const year = z
  .string()
  .regex(YEAR, 'is not a year, such as 2026')
  .transform(Number)
  .meta({ description: 'A calendar year.', examples: ['2026'] });
/** yearNumber is a calendar year in a body. */
export const yearNumber = z.number().int().min(1970).max(2149);

export const askedDay = businessDay.refine((value) => value >= EARLIEST && value <= LATEST, 'is out of range');

/** UNKNOWN stands for what is not known, in answers and in filters. */
export const UNKNOWN = 'unknown';
export const shown = (value = ''): string => (value === '' ? UNKNOWN : value);

const dimension = z.enum(DIMENSIONS);

/** dimensionList is a list of dimensions, separated by commas, each once. */
export const dimensionList = text(200)
  .transform((list, context) => {
    const names = list.split(',').filter((name) => name !== '');
    const known = names.flatMap((name) => dimension.safeParse(name).data ?? []);
    if (known.length !== names.length || new Set(known).size !== known.length) {
      context.addIssue({
        code: 'custom',
        message: `is not a list of ${DIMENSIONS.join(', ')}, each once, separated by commas`,
      });
      return z.NEVER;
    }
    return known;
  })
  .meta({ description: `Any of ${DIMENSIONS.join(', ')}, separated by commas.`, examples: ['platform,month'] });

const value = text(200).min(1);

/** filters has one parameter for each dimension: rows are kept to its value. */
export const filters = z.object(
  Object.fromEntries(
    DIMENSIONS.map((name) => [
      name,
      value.meta({ description: `Keep to this ${name}; "${UNKNOWN}" for what is not known.` }).optional(),
    ]),
  ) as Record<Dimension, z.ZodOptional<typeof value>>,
);

/** filterOf takes the filter out of a query. */
export function filterOf(query: Readonly<Partial<Record<string, unknown>>>): DimensionFilter {
  return Object.fromEntries(
    DIMENSIONS.flatMap((name) => {
      const asked = query[name];
      return typeof asked === 'string' ? [[name, asked === UNKNOWN ? '' : asked]] : [];
    }),
  );
}

/** period says which days: a year, or from and to; all time without any of them. */
export const period = z.object({
  year: year.optional(),
  from: askedDay.meta({ description: 'First day of payment.' }).optional(),
  to: askedDay.meta({ description: 'Last day of payment.' }).optional(),
});

/** paging says where a list goes on. */
export const paging = z.object({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'is not a number up to 1000')
    .transform(Number)
    .pipe(z.number().int().min(1).max(1000))
    .meta({ description: 'Rows of a page, 1 to 1000.', examples: ['100'] })
    .optional(),
  cursor: text(2000).meta({ description: 'What the page before gave as `next`.' }).optional(),
});
/** next goes on after a page; null after the last. */
export const next = z.string().nullable().meta({ description: '`cursor` of the next page; null after the last one.' });

export const role = z
  .enum(ROLES)
  .meta({ description: 'viewer reads figures; analyst also files and rows; operator decides and administers.' });
/** limit is what an account sees: the shops with these values. */
export const limit = z.partialRecord(z.enum(LIMIT_DIMENSIONS as [Dimension, ...Dimension[]]), value).meta({
  description: 'The account sees only shops with these values; everything when empty.',
}) as unknown as z.ZodType<Limit, Limit>;
export const accountName = text(64)
  .min(1)
  .meta({ examples: ['bayar'] });
export const fileId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a file id: 64 hexadecimal digits')
  .meta({ description: 'SHA-256 of the file.' });
export const reason = text(500).meta({ description: 'Why, in the operator’s own words.' });
export const done = z.object({ done: z.literal(true) });

/** periodOf reads a period. @throws Refusal for one that ends before it begins */
export function periodOf(asked: z.output<typeof period>): { readonly from: BusinessDay; readonly to: BusinessDay } {
  const from = asked.from ?? (asked.year === undefined ? EARLIEST : `${asked.year}-01-01`);
  const to = asked.to ?? (asked.year === undefined ? LATEST : `${asked.year}-12-31`);
  if (from > to) throw wrongParameter('query', 'to', `the period ends before it begins (${from})`);
  return { from, to };
}
