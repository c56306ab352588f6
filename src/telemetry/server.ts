import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Logger } from '../log';
import { EXPOSITION, exposition, type Metric } from './exposition';

/** Readiness is whether a process can do its work now, part by part. */
export interface Readiness {
  readonly ready: boolean;
  /** What was looked at: `ok`, or what is wrong. */
  readonly parts: Readonly<Record<string, string>>;
}

/** What a process tells of itself. */
export interface Telemetry {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: () => Promise<readonly Metric[]>;
}

/** TelemetryServer answers until it is closed. */
export interface TelemetryServer {
  close(): Promise<void>;
}

/**
 * serveTelemetry answers `/healthz` (the process is alive), `/readyz` (503 with the reason when it cannot work) and
 * `/metrics` on a host and port. A port that is taken, as by a second process on the machine, is told of and not fatal.
 */
export async function serveTelemetry(
  { host, port }: { readonly host: string; readonly port: number },
  telemetry: Telemetry,
  log: Logger,
): Promise<TelemetryServer> {
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    answer(path, response, telemetry).catch((error: unknown) => {
      log.warn('a question about this process could not be answered', { path, error: String(error) });
      end(response, 500, 'text/plain', 'see the log\n');
    });
  });
  const at = await listening(server, host, port);
  if (typeof at === 'string') log.warn(`nothing listens for /metrics: ${host}:${port} cannot be used (${at})`);
  else log.info('listening for /healthz, /readyz and /metrics', { address: `${at.address}:${at.port}` });
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function listening(server: Server, host: string, port: number): Promise<AddressInfo | string> {
  return await new Promise((resolve) => {
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

async function answer(path: string, response: ServerResponse, telemetry: Telemetry): Promise<void> {
  switch (path) {
    case '/healthz':
      end(response, 200, 'text/plain', 'ok\n');
      break;
    case '/readyz': {
      const readiness = await telemetry.readiness();
      end(response, readiness.ready ? 200 : 503, 'application/json', `${JSON.stringify(readiness)}\n`);
      break;
    }
    case '/metrics':
      end(response, 200, EXPOSITION, exposition(await telemetry.metrics()));
      break;
    default:
      end(response, 404, 'text/plain', 'ask for /healthz, /readyz or /metrics\n');
  }
}

function end(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
