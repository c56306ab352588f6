import { type Logger } from '../log';
import { type QueueBackend } from './bull';
import { openEmbedded } from './embedded';
import { openRedis } from './redis';

export { type QueueBackend } from './bull';

/** QueueSettings says where the queue is kept. */
export interface QueueSettings {
  /** `redis://…` or `rediss://…`; without it the queue is embedded. */
  readonly redisUrl?: string;
  /** Folder of the embedded queue, made when missing. */
  readonly dataDir: string;
  /** Deployments (and tests) with different prefixes share a Redis without seeing each other. Default `paceline`. */
  readonly prefix?: string;
}

/**
 * openQueueBackend opens the queue that the settings name.
 * @throws PipelineError `queue-locked`, `queue-unreachable`, `config-invalid` (see openEmbedded, openRedis)
 */
export function openQueueBackend(settings: QueueSettings, log: Logger): Promise<QueueBackend> {
  const prefix = settings.prefix ?? 'paceline';
  return settings.redisUrl === undefined
    ? openEmbedded(settings.dataDir, prefix, log)
    : openRedis(settings.redisUrl, prefix, log);
}
