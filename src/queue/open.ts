import { type Logger } from '../log';
import { type QueueBackend } from './backend';
import { KEEP_COMPLETED_S } from './bull';
import { openEmbedded } from './embedded';
import { openRedis } from './redis';

/** QueueSettings says where the queue is kept. */
export interface QueueSettings {
  /** `redis://…` or `rediss://…`; without it the queue is embedded. */
  readonly redisUrl?: string;
  /** Folder of the embedded queue, made when missing. */
  readonly dataDir: string;
  /** Deployments (and tests) with different prefixes share a Redis without seeing each other. Default `paceline`. */
  readonly prefix?: string;
  /** How long a job that is done is remembered, in seconds. Default 30 days. */
  readonly keepCompletedS?: number;
}

/**
 * openQueueBackend opens the queue that the settings name.
 * @throws PipelineError `queue-locked`, `queue-unreachable`, `config-invalid` (see openEmbedded, openRedis)
 */
export function openQueueBackend(settings: QueueSettings, log: Logger): Promise<QueueBackend> {
  const { prefix = 'paceline', keepCompletedS = KEEP_COMPLETED_S } = settings;
  return settings.redisUrl === undefined
    ? openEmbedded(settings.dataDir, { prefix, keepCompletedS, log })
    : openRedis(settings.redisUrl, { prefix, keepCompletedS, log });
}
