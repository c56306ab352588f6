import { request } from 'node:http';
import { type IncomingHttpHeaders } from 'node:http';
import { type Readable } from 'node:stream';
import { transient } from '../errors';

/** AnalystLogin is how queries of analysts reach an engine. */
export interface AnalystLogin {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** AnalystQuery is a query as a client of ClickHouse's HTTP interface sends it. */
export interface AnalystQuery {
  readonly sql: string;
  /** What it says beside, of which only what changes no setting goes on. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Database that names without one are of. */
  readonly database: string;
  /** Whose quota it counts in. */
  readonly account: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** EngineAnswer is the engine's own answer, on its way. */
export interface EngineAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

const FORWARDED = ['default_format', 'compress'] as const;
const PARAMETER = /^param_\w+$/;

/**
 * The function `file` reads whatever the process may read, and in this build no grant or setting keeps it from any user
 * (it asks for `READ ON FILE` only where the engine runs as a server). So the word does not pass, wherever it stands, nor
 * do escapes that could spell it: in quoted names the engine reads `\x66` as f, and `\N` as nothing. Only `'File'` does, as
 * JDBC's driver has it in a list of engines: whichever of the two quotes opens a text, no call can have both around it.
 */
const FORBIDDEN = [
  [
    /(?<![A-Za-z_])(?:(?<!')file(?!\w)|file(?![\w']))/i,
    'the word "file" (that function reads the disk); write file_id and the like in full',
  ],
  [/\\[xXN]/, 'the escapes \\x and \\N'],
] as const;

/** faultOfQuery says what keeps a query from the engine; null when nothing does. */
export function faultOfQuery({ sql, parameters }: Pick<AnalystQuery, 'sql' | 'parameters'>): string | null {
  const said = [sql, ...[...parameters].filter(([name]) => PARAMETER.test(name)).map(([, value]) => value)];
  const found = FORBIDDEN.find(([form]) => said.some((text) => form.test(text)));
  return found === undefined ? null : `A query may not contain ${found[1]}.`;
}

/** askAsAnalyst passes a query on to the engine, which answers with the rights and limits of an analyst. @throws PipelineError `store-unreachable` */
export async function askAsAnalyst({ url, user, password }: AnalystLogin, query: AnalystQuery): Promise<EngineAnswer> {
  const target = new URL(url);
  target.searchParams.set('database', query.database);
  target.searchParams.set('quota_key', query.account);
  for (const [name, value] of query.parameters) {
    if (FORWARDED.some((known) => known === name) || PARAMETER.test(name)) target.searchParams.set(name, value);
  }
  return await new Promise((resolve, reject) => {
    const sent = request(target, { method: 'POST', auth: `${user}:${password}`, headers: query.headers }, (answer) =>
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: answer }),
    );
    sent.on('error', (error) =>
      reject(
        transient(
          'store-unreachable',
          'the engine did not answer a query of an analyst',
          'Try again in a moment.',
          {},
          error,
        ),
      ),
    );
    sent.end(query.sql);
  });
}
