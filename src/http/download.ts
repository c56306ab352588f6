import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { wallClockAt } from '../domain/calendar';
import { type Context } from '../operations/context';
import { tableFile } from '../operations/table-file';
import { type TableRow } from '../tables/columns';
import { type Format, type Language, MEDIA_TYPES, type Table } from '../tables/table';
import { fileName } from '../tables/texts';
import { wrongParameter } from './problem';
import { download } from './route';

/** Wanted is the form in which a download is asked for. */
export interface Wanted {
  readonly format: Format;
  readonly language: Language;
}

const PAGE = 1000;
/** The engine may take its time before the first byte. */
const STALLED_MS = 5 * 60_000;
const listed = z.object({ next: z.string().nullable() });

/** wantedIn reads off a parsed query whether its answer is to be a file; null for JSON. @throws Refusal for a page of a file */
export function wantedIn(query: object): Wanted | null {
  const { format, language = 'zh', ...asked } = query as Partial<Wanted>;
  if (format === undefined) return null;
  for (const [name, value] of Object.entries(asked)) {
    if ((name === 'limit' || name === 'cursor') && value !== undefined)
      throw wrongParameter('query', name, 'does not go with format: a file holds the whole table');
  }
  return { format, language };
}

/**
 * pageByPage makes a table of a list, asked for page after page.
 * @param answer asks with some parameters more
 */
export async function pageByPage(
  answer: (more: object) => Promise<unknown>,
  table: (answer: unknown) => Table,
): Promise<Table> {
  const first = await answer({ limit: PAGE });
  const head = table(first);
  return { ...head, rows: allRows(first, head, table, (cursor) => answer({ limit: PAGE, cursor })) };
}

async function* allRows(
  first: unknown,
  { rows }: Table,
  table: (answer: unknown) => Table,
  pageAt: (cursor: string) => Promise<unknown>,
): AsyncGenerator<TableRow> {
  yield* rows;
  for (let cursor = nextOf(first); cursor !== null;) {
    const page = await pageAt(cursor);
    yield* table(page).rows;
    cursor = nextOf(page);
  }
}

/**
 * sendTable sends a table as a file; what goes wrong on the way breaks the connection off.
 * @param said.target path and query as they were asked
 * @param said.version of the data; null for what does not rest on them alone
 */
export async function sendTable(
  context: Context,
  table: Table,
  { target, version }: { readonly target: string; readonly version: string | null },
  { format, language }: Wanted,
  reply: FastifyReply,
): Promise<void> {
  const facts = { asked: withoutForm(target), ...table.facts, version, madeAt: wallClockAt(context.now().getTime()) };
  const bytes = await tableFile(context, { ...table, facts }, format, language);
  void reply.type(MEDIA_TYPES[format]).header('content-disposition', disposition(fileName(table, format, language)));
  // Nobody holds the store for ever by reading nothing.
  reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
  await reply.send(bytes);
}

const nextOf = (answer: unknown): string | null => listed.safeParse(answer).data?.next ?? null;

/** What was asked, without the form in which it is answered. */
function withoutForm(target: string): string {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  for (const name of Object.keys(download.shape)) searchParams.delete(name);
  const asked = [...searchParams].map(([name, value]) => `${name}=${value}`);
  return asked.length === 0 ? pathname : `${pathname}?${asked.join('&')}`;
}

/** The name in full (RFC 6266), and in ASCII for what knows no other. */
function disposition(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
