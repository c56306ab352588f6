import { type Database } from '../clickhouse/client';
import { type AlertSettings } from '../domain/alert-settings';
import { type PaceSettings } from '../domain/pace';
import { type UsualSettings } from '../domain/usual';
import { type Watching } from '../intake/growing-files';
import { type Logger } from '../log';

/** Settings of a deployment that operations need, from the configuration. */
export interface OperationSettings {
  /** Name of the region as the bureau reads it. */
  readonly region: string;
  readonly pace: PaceSettings;
  /** A file with a larger share of rejected rows is held. */
  readonly maxRejectShare: number;
  /** Opens archives and workbooks that are protected; never logged. */
  readonly archivePassword?: string | undefined;
  /** From when on a file far from what its shop delivers is held. */
  readonly usual: UsualSettings;
  /** How many days a committed file can be withdrawn and a held one released from its staged rows. */
  readonly keepDays: number;
  readonly alerts: AlertSettings;
  readonly mailFrom: string;
  /** Where recipients find the pages that a mail refers to; unset where they cannot reach them. */
  readonly pagesUrl?: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly outboxDir: string;
  /** The inbox that nights clear. */
  readonly inbox: string;
  /** Where originals go: they hold personal data. */
  readonly archiveDir: string;
  readonly refusedDir: string;
  /** How many days they stay there. */
  readonly archiveDays: number;
  /** How files of the inbox are watched that are just being written; as usual unless a test is in a hurry. */
  readonly watching?: Watching;
}

/** Context is what every operation is given: the store, the settings, the clock and where to write the log. */
export interface Context {
  readonly db: Database;
  /** True when no other command can be at work on the store, so that leftovers may be cleared. */
  readonly alone: boolean;
  readonly settings: OperationSettings;
  readonly now: () => Date;
  readonly log: Logger;
}
