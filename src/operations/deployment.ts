import { type Config } from '../config';
import { type Logger } from '../log';
import { type Deployment } from './open';

/** deploymentOf turns a configuration into what operations are opened with. */
export function deploymentOf(config: Config, log: Logger): Deployment {
  return {
    home: config.home,
    clickhouseUrl: config.clickhouseUrl,
    database: config.clickhouseDatabase,
    cluster: config.clickhouseUrl === undefined ? null : config.cluster,
    settings: {
      region: config.region,
      pace: config.pace,
      maxRejectShare: config.maxRejectShare,
      archivePassword: config.archivePassword,
      usual: config.usual,
      keepDays: config.keepDays,
      alerts: config.alerts,
      mailFrom: config.mailFrom,
      pagesUrl: config.pagesUrl,
      smtpUrl: config.smtpUrl,
      outboxDir: config.outbox,
      inbox: config.inbox,
      archiveDir: config.archive,
      refusedDir: config.refused,
      archiveDays: config.archiveDays,
    },
    now: config.now,
    log,
  };
}
