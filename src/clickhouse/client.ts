import { createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { mapStoreError } from './errors';

/** Where a database is. `database` is created by the migrations when it is missing. */
export interface DatabaseLocation {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly database: string;
  /** Where the rows of orders lie, unless they lie in the database itself. */
  readonly shards?: ShardsLocation;
}

/** ShardsLocation is a cluster over which the rows of orders are spread; the same user works on all of it. */
export interface ShardsLocation {
  /** Name of the cluster in the configuration of its servers. */
  readonly cluster: string;
  /** HTTP addresses of the replicas of each shard. */
  readonly urls: readonly (readonly string[])[];
  /** Database of the rows on every replica. */
  readonly database: string;
}

/** Values that go to the engine as parameters `{name: Type}`; they are never spliced into SQL. */
export type QueryParams = Readonly<Record<string, unknown>>;

/** NamedQuery is a query as a value: its name (for errors and logs), its SQL, and the shape of a row. */
export interface NamedQuery<Row> {
  readonly name: string;
  readonly sql: string;
  readonly row: z.ZodType<Row>;
}

/** ParquetColumn is a column by its name (letters and underscores) and its type in the engine's words. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

/** Database is the one way to the engine: named queries in, typed rows out; every failure a PipelineError. */
export interface Database {
  readonly name: string;
  /** Over what the rows of orders are spread; null where they lie in the database itself. */
  readonly spread: Pick<ShardsLocation, 'cluster' | 'database'> | null;
  /** The databases that the rows of orders lie in: for each shard its replicas, which all hold the same; or this one alone. */
  readonly shards: readonly (readonly Database[])[];
  rows<Row>(query: NamedQuery<Row>, params?: QueryParams): Promise<Row[]>;
  /** Rows as `rows` has them, one after the other: for answers that may be longer than memory. The engine answers when it has all. */
  each<Row>(query: NamedQuery<Row>, params?: QueryParams): AsyncGenerator<Row, void>;
  /** The single row of a query; an aggregate without GROUP BY always has one. */
  row<Row>(query: NamedQuery<Row>, params?: QueryParams): Promise<Row>;
  command(name: string, sql: string, params?: QueryParams, settings?: ClickHouseSettings): Promise<void>;
  /** Inserts rows as one block, so that they become visible together; under a `token` once only, where the table keeps tokens. */
  insert(table: string, rows: readonly object[], token?: string): Promise<void>;
  /**
   * Runs an INSERT … FROM input(…) with a body, as it is or packed with zstd, and returns how many rows the engine read;
   * no error quotes the body.
   */
  stream(
    name: string,
    sql: string,
    body: Readable,
    params: QueryParams,
    settings: ClickHouseSettings,
    packed?: 'zstd',
  ): Promise<number>;
  /** Hands over the answer to a query as it comes, in the format that the query names, packed with zstd. */
  read(name: string, sql: string): Promise<Readable>;
  /** Has the engine write rows of the caller's own as Parquet, in their order; decimals and times come as text. */
  parquet(columns: readonly ParquetColumn[], rows: AsyncIterable<readonly unknown[]>): Promise<Readable>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

const SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  // Money and 64-bit counts travel as text.
  output_format_json_quote_decimals: 1,
  output_format_json_quote_64bit_integers: 1,
  // The answer's status is known only when the work is done, not when it began.
  wait_end_of_query: 1,
  mutations_sync: '1',
};

const REQUEST_TIMEOUT_MS = 30 * 60_000;
/** Downloads hold one or two for as long as somebody reads them, and must leave enough for all others. */
const MOST_CONNECTIONS = 64;

/** An insert has ended when its rows have arrived, and no shard is left out of an answer. */
const SPREAD_SETTINGS: ClickHouseSettings = {
  ...SETTINGS,
  distributed_foreground_insert: 1,
  skip_unavailable_shards: 0,
};

/** openDatabase makes a client for it and one for each replica of its shards; it does not connect. */
export function openDatabase({ shards, ...head }: DatabaseLocation): Database {
  if (shards === undefined) return new ClientDatabase(clientOf(head, SETTINGS), head.database, 'ClickHouse');
  const replica = (shard: number, url: string): Database => {
    const location = { ...head, url, database: shards.database };
    return new ClientDatabase(
      clientOf(location, SPREAD_SETTINGS),
      shards.database,
      `shard ${shard} (${new URL(url).host})`,
    );
  };
  return new ClientDatabase(clientOf(head, SPREAD_SETTINGS), head.database, 'ClickHouse', {
    ...shards,
    databases: shards.urls.map((urls, index) => urls.map((url) => replica(index + 1, url))),
  });
}

/** replicaLocations are the databases that the rows of orders of a location lie in, if those are not its own. */
export function replicaLocations({ shards, ...head }: DatabaseLocation): DatabaseLocation[] {
  if (shards === undefined) return [];
  return shards.urls.flat().map((url) => ({ ...head, url, database: shards.database }));
}

/** onServer asks the server of a location, whether or not its database is there. */
export async function onServer<T>(location: DatabaseLocation, use: (server: Database) => Promise<T>): Promise<T> {
  const database = 'default';
  const server = new ClientDatabase(clientOf({ ...location, database }, SETTINGS), database, 'ClickHouse');
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function clientOf(location: DatabaseLocation, settings: ClickHouseSettings): ClickHouseClient {
  return createClient({
    url: location.url,
    ...(location.user === undefined ? {} : { username: location.user }),
    ...(location.password === undefined ? {} : { password: location.password }),
    database: location.database,
    request_timeout: REQUEST_TIMEOUT_MS,
    compression: { request: false, response: false },
    clickhouse_settings: settings,
    keep_alive: { idle_socket_ttl: 2_000 },
    max_open_connections: MOST_CONNECTIONS,
    log: { level: 127 },
  });
}

class ClientDatabase implements Database {
  readonly spread: Database['spread'];
  readonly shards: Database['shards'];

  constructor(
    private readonly client: ClickHouseClient,
    readonly name: string,
    /** What it is called in errors. */
    private readonly place: string,
    over?: NonNullable<Database['spread']> & { readonly databases: Database['shards'] },
  ) {
    this.spread = over === undefined ? null : { cluster: over.cluster, database: over.database };
    this.shards = over?.databases ?? [[this]];
  }

  async rows<Row>(query: NamedQuery<Row>, params: QueryParams = {}): Promise<Row[]> {
    const answer = await this.answer(query, params);
    return answer.map((row) => query.row.parse(row));
  }

  private async answer<Row>(query: NamedQuery<Row>, params: QueryParams): Promise<unknown[]> {
    try {
      const answer = await this.client.query({ query: query.sql, query_params: { ...params }, format: 'JSONEachRow' });
      return await answer.json();
    } catch (error) {
      throw mapStoreError(error, query.name, false, this.place);
    }
  }

  async *each<Row>(query: NamedQuery<Row>, params: QueryParams = {}): AsyncGenerator<Row, void> {
    for await (const row of this.lines(query, params)) yield query.row.parse(row);
  }

  private async *lines<Row>(query: NamedQuery<Row>, params: QueryParams): AsyncGenerator<unknown, void> {
    try {
      const answer = await this.client.query({ query: query.sql, query_params: { ...params }, format: 'JSONEachRow' });
      for await (const some of answer.stream()) for (const row of some) yield row.json();
    } catch (error) {
      throw mapStoreError(error, query.name, false, this.place);
    }
  }

  async row<Row>(query: NamedQuery<Row>, params: QueryParams = {}): Promise<Row> {
    const [row] = await this.rows(query, params);
    if (row === undefined) throw new Error(`query "${query.name}" returned no row`);
    return row;
  }

  async command(name: string, sql: string, params: QueryParams = {}, settings: ClickHouseSettings = {}): Promise<void> {
    try {
      await this.client.command({ query: sql, query_params: { ...params }, clickhouse_settings: settings });
    } catch (error) {
      throw mapStoreError(error, name, false, this.place);
    }
  }

  async insert(table: string, rows: readonly object[], token?: string): Promise<void> {
    if (rows.length === 0) return;
    const settings = token === undefined ? {} : { clickhouse_settings: { insert_deduplication_token: token } };
    try {
      await this.client.insert({ table, values: [...rows], format: 'JSONEachRow', ...settings });
    } catch (error) {
      throw mapStoreError(error, `insert into ${table}`, true, this.place);
    }
  }

  async stream(
    name: string,
    sql: string,
    body: Readable,
    params: QueryParams,
    settings: ClickHouseSettings,
    packed?: 'zstd',
  ): Promise<number> {
    try {
      const { stream, summary } = await this.client.exec({
        query: sql,
        values: body,
        query_params: { ...params },
        clickhouse_settings: settings,
        ...(packed === undefined ? {} : { http_headers: { 'Content-Encoding': packed } }),
      });
      await finished(stream.resume());
      if (!summary) throw new Error('no summary of the rows read');
      return Number(summary.read_rows);
    } catch (error) {
      throw mapStoreError(error, name, true, this.place);
    }
  }

  async read(name: string, sql: string): Promise<Readable> {
    try {
      const { stream } = await this.client.exec({
        query: sql,
        // Sent on while it is made: what is cut off ends as a broken connection.
        clickhouse_settings: { wait_end_of_query: 0, enable_http_compression: 1 },
        http_headers: { 'Accept-Encoding': 'zstd' },
        decompress_response_stream: false,
      });
      return stream;
    } catch (error) {
      throw mapStoreError(error, name, false, this.place);
    }
  }

  async parquet(columns: readonly ParquetColumn[], rows: AsyncIterable<readonly unknown[]>): Promise<Readable> {
    const boundary = randomUUID();
    try {
      const { stream } = await this.client.exec({
        query: 'SELECT * FROM own_rows FORMAT Parquet',
        values: Readable.from(asFormPart(boundary, rows), { objectMode: false }),
        http_headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        // The rows go along as an external table, which these two describe: https://clickhouse.com/docs/engines/table-engines/special/external-data
        clickhouse_settings: {
          max_threads: 1,
          own_rows_format: 'JSONCompactEachRow',
          own_rows_structure: columns.map(({ name, type }) => `${name} ${type}`).join(', '),
        },
      });
      return stream;
    } catch (error) {
      throw mapStoreError(error, 'write as Parquet', true, this.place);
    }
  }

  async ping(): Promise<boolean> {
    return (await this.client.ping({ select: true })).success;
  }

  async close(): Promise<void> {
    await Promise.all(this.shards.flat().map(async (replica) => replica !== this && (await replica.close())));
    await this.client.close();
  }
}

const FORM_CHUNK = 1 << 16;

async function* asFormPart(boundary: string, rows: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let chunk = `--${boundary}\r\nContent-Disposition: form-data; name="own_rows"; filename="own_rows"\r\n\r\n`;
  for await (const row of rows) {
    chunk += `${JSON.stringify(row)}\n`;
    if (chunk.length < FORM_CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}\r\n--${boundary}--\r\n`;
}

/** serverVersion is what the engine says of itself. */
export async function serverVersion(db: Database): Promise<string> {
  const row = z.object({ version: z.string() });
  return (await db.row({ name: 'version', sql: 'SELECT version() AS version', row })).version;
}
