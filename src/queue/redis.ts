import { type BackendFactory, createRedisBackend, type IQueueBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { PipelineError, terminal, transient } from '../errors';
import { type QueueBackend } from './backend';
import { bullBackend, type KeptQueue } from './bull';

const CONNECT_MS = 3000;

/**
 * openRedis opens the queue that many processes share.
 * @throws PipelineError `queue-unreachable` within seconds when Redis does not answer, `config-invalid` when it may
 * drop keys under memory pressure (`maxmemory-policy` other than `noeviction`)
 */
export async function openRedis(redisUrl: string, kept: KeptQueue): Promise<QueueBackend> {
  const { log } = kept;
  await checkServer(redisUrl);
  // Workers must outlive an outage of Redis: from here on commands wait for it to come back.
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, connectTimeout: CONNECT_MS });
  connection.on('error', (error: Error) => log.warn('Redis does not answer', { error: error.message }));
  const factory: BackendFactory<IQueueBackend, Redis> = createRedisBackend;
  return bullBackend({
    kind: 'redis',
    classes: withBackend(factory),
    connection,
    ...kept,
    disconnect: async () => {
      await connection.quit();
    },
  });
}

async function checkServer(redisUrl: string): Promise<void> {
  const probe = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const reasons: string[] = [];
  probe.on('error', (error: Error) => reasons.push(error.message));
  try {
    await probe.connect();
    // INFO and not CONFIG GET: rented servers often forbid CONFIG.
    checkPolicy(await probe.info('memory'));
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw unreachable(redisUrl, reasons[0] ?? (error instanceof Error ? error.message : String(error)), error);
  } finally {
    probe.disconnect();
  }
}

/**
 * checkPolicy reads the answer to INFO memory.
 * @throws PipelineError `config-invalid` when Redis may drop keys: jobs would vanish without a trace
 */
export function checkPolicy(info: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  if (policy === 'noeviction') return;
  throw terminal(
    'config-invalid',
    `Redis has maxmemory-policy ${policy} and may drop jobs when memory is short`,
    'Set `maxmemory-policy noeviction` in redis.conf, or `redis-cli config set maxmemory-policy noeviction`.',
    { policy },
  );
}

function unreachable(redisUrl: string, reason: string, cause: unknown): PipelineError {
  const where = placeOf(redisUrl);
  return transient(
    'queue-unreachable',
    `Redis at ${where} does not answer: ${reason}`,
    'Check REDIS_URL and that Redis runs, or unset REDIS_URL to use the embedded queue.',
    { where },
    cause,
  );
}

// Without user and password.
function placeOf(redisUrl: string): string {
  return URL.canParse(redisUrl) ? new URL(redisUrl).host : '(REDIS_URL is not a URL)';
}
