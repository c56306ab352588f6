import { type AlertKind, type Delivery } from '../domain/alert';
import { type BusinessDay } from '../domain/calendar';
import { type FileReport } from '../domain/order-file';
import { type PaceReport } from '../domain/pace';
import { type PipelineError } from '../errors';
import { type LoadProgress } from './counted-body';

/** FoundFile is an export found in an inbox; platform and shop are set when its place in the folder says them. */
export interface FoundFile {
  readonly path: string;
  readonly platform?: string;
  readonly shop?: string;
}

/** Lease is a worker's hold on a file: whoever was silent for too long has lost it to another. */
export interface Lease {
  /** Grows each time the file is given to a worker. */
  readonly turn: number;
  isHeld(): Promise<boolean>;
}

/** DayRange is a closed interval of business days. */
export interface DayRange {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/** KeptHouse is what keeping house removed. */
export interface KeptHouse {
  /** Rows kept for withdrawals that none can need any more. */
  readonly keptRowsDropped: number;
  /** Held files that lost their staged rows. */
  readonly heldDropped: number;
  /** Days of originals that were past their retention. */
  readonly daysOfOriginalsDropped: number;
}

/** WaitingAlert is an alert that some of those who were to be told of it have not been told of. */
export interface WaitingAlert {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly recipients: readonly string[];
}

/** RaisedAlerts is the outcome of deciding once on the pace and the data. */
export interface RaisedAlerts {
  readonly report: PaceReport;
  /** One sentence on where the alerts of the pace stand, also when there is nothing to tell. */
  readonly standing: string;
  /** Alerts that still have a recipient to reach, those of earlier nights included. */
  readonly alerts: readonly WaitingAlert[];
  /** All of these recipients, each once. */
  readonly recipients: readonly string[];
  /** Why something could not be raised all the same. */
  readonly failure?: PipelineError;
}

/**
 * Operations is what the jobs of a night call. Each may be called again with the same input after a crash and must
 * then do nothing new: the ledger is the truth, the queue only the bell. A PipelineError says by its kind whether
 * another attempt can help; any other error is taken as transient.
 */
export interface Operations {
  /** findFiles walks an inbox; the order does not matter. Files that are still being written are left out. */
  findFiles(inbox: string): Promise<readonly FoundFile[]>;
  /** findArchived finds the originals that were put away on some days. */
  findArchived(days: DayRange): Promise<readonly FoundFile[]>;
  /** ingestFile takes one file to its commit. A file that is held or refused is an answer, not an error. */
  ingestFile(
    input: FoundFile & { readonly lease?: Lease; readonly onProgress?: (progress: LoadProgress) => void },
  ): Promise<FileReport>;
  /** refreshTotals rebuilds the totals of every partition that a commit has touched since, and keeps them as reported. */
  refreshTotals(): Promise<{ readonly partitions: number }>;
  /** clearInbox puts away what of an inbox is done with: loaded files into the archive, refused ones beside their reasons. */
  clearInbox(inbox: string): Promise<{ readonly archived: number; readonly refused: number }>;
  /** raiseAlerts looks at the pace and the data, and records what they call for; nothing is sent here. */
  raiseAlerts(input: { readonly asOf?: BusinessDay }): Promise<RaisedAlerts>;
  /** raiseReports records the reports that are due, and lists those that somebody has not been told of. */
  raiseReports(input: { readonly asOf?: BusinessDay }): Promise<readonly WaitingAlert[]>;
  /** isNightDone says whether the night of a day came to its end. */
  isNightDone(due: BusinessDay): Promise<boolean>;
  /** recordNight writes down that a night came to its end: what is left of it are mails, which the next one finds again. */
  recordNight(input: { readonly nightId: string; readonly due?: BusinessDay }): Promise<void>;
  /** deliverAlert hands one alert to one recipient, once. */
  deliverAlert(input: { readonly alertId: string; readonly recipient: string }): Promise<Delivery>;
  /** keepHouse removes what is past its retention. */
  keepHouse(): Promise<KeptHouse>;
}
