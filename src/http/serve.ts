import { type FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../clickhouse/package-root';
import { type Logger } from '../log';
import { type ApiServer, buildServer, type ServerSettings } from './server';
import { buildSqlGateway, type GatewaySettings } from './sql-gateway';

/** ServeSettings say where the API listens. */
export interface ServeSettings extends Omit<ServerSettings, 'assets'> {
  readonly at: { readonly host: string; readonly port: number };
  /** Where analysts' programs ask by SQL; null: nowhere. */
  readonly sqlAt: { readonly host: string; readonly port: number } | null;
}

/** RunningApi answers until it is closed. */
export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

/** Where the build puts the dashboard. */
const DASHBOARD = join(packageRoot(), 'dist/dashboard');

/**
 * serveApi answers the API on a host and port, and says how to make the first account where there is none. A port that
 * is taken is told of and not fatal (null): the nights go on.
 */
export async function serveApi({ at, sqlAt, ...settings }: ServeSettings): Promise<RunningApi | null> {
  const { log, publicUrl } = settings;
  const server = await buildServer({ ...settings, assets: DASHBOARD });
  try {
    await prepared(server, log);
    const url = await server.app.listen(at);
    log.info('the API is served', { url, publicUrl });
    const secret = await server.doorkeeper.setupSecret();
    if (secret !== null)
      log.warn('nobody can sign in yet: make the first account with this link', {
        link: `${publicUrl}/#setup=${secret}`,
      });
    const gateway = sqlAt && (await serveSql(sqlAt, { store: settings.store, doorkeeper: server.doorkeeper }, log));
    return {
      url,
      close: async () => {
        await gateway?.close();
        await server.close();
      },
    };
  } catch (error) {
    log.error('the API cannot be served', {
      host: at.host,
      port: at.port,
      error: error instanceof Error ? error.message : String(error),
    });
    await server.close();
    return null;
  }
}

/** A store that is slow, or not there yet, keeps nobody from the pages that say so. */
const PREPARED_WITHIN_MS = 5_000;

async function prepared(server: ApiServer, log: Logger): Promise<void> {
  // Whoever asks is told why it cannot be answered.
  const work = server.prepare().catch((error: unknown) =>
    log.debug('the first page could not be prepared', {
      error: error instanceof Error ? error.message : String(error),
    }),
  );
  await Promise.race([work, delay(PREPARED_WITHIN_MS, null, { ref: false })]);
}

/** The API goes on where the door for SQL cannot be opened. */
async function serveSql(
  at: { readonly host: string; readonly port: number },
  settings: GatewaySettings,
  log: Logger,
): Promise<FastifyInstance | null> {
  const gateway = await buildSqlGateway(settings);
  try {
    log.info('SQL is answered', { url: await gateway.listen(at) });
    return gateway;
  } catch (error) {
    log.error('SQL cannot be answered', { ...at, error: error instanceof Error ? error.message : String(error) });
    await gateway.close();
    return null;
  }
}
