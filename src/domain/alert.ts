import { createHash } from 'node:crypto';
import { type BusinessDay } from './calendar';
import { type DataFinding } from './data-findings';
import { type PaceReport } from './pace';

/** What alerts are about. Recipients go by topic, and every subject of a mute begins with one. */
export const ALERT_TOPICS = ['pace', 'data', 'report'] as const;
export type AlertTopic = (typeof ALERT_TOPICS)[number];

/** ALERT_KINDS are what a message says, by topic. */
export const ALERT_KINDS = [
  'pace-behind',
  'pace-recovered',
  'pace-at-risk',
  'pace-reminder',
  'data-problem',
  'report-week',
  'report-month',
  'report-year',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export type PaceAlertKind = Extract<AlertKind, `pace-${string}`>;
export type ReportKind = Extract<AlertKind, `report-${string}`>;

/** topicOf is the topic of a kind. */
export const topicOf = (kind: AlertKind): AlertTopic =>
  kind.startsWith('pace-') ? 'pace' : kind === 'data-problem' ? 'data' : 'report';

interface AlertBase {
  /** The same however often the alert is decided; letters, digits and hyphens: it names a file and a job. */
  readonly id: string;
  /** Of which goal it speaks: blank for the region's. */
  readonly scope: string;
  readonly raisedFor: BusinessDay;
  readonly report: PaceReport;
}

/** PaceAlert: the year fell behind, came back, is at risk, or is still behind (reminder). `since`: the day of the judgement. */
export interface PaceAlert extends AlertBase {
  readonly kind: PaceAlertKind;
  readonly since: BusinessDay;
}

/** DataAlert: what is wrong with the data and was not told before, and beside it what was and still is. */
export interface DataAlert extends AlertBase {
  readonly kind: 'data-problem';
  readonly found: readonly DataFinding[];
  readonly stillOpen: readonly DataFinding[];
}

/** ReportAlert: a week, month or year has ended. */
export interface ReportAlert extends AlertBase {
  readonly kind: ReportKind;
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  readonly openFindings: readonly DataFinding[];
}

/** A transition or report that recipients must hear of, with the figures that it was decided on. */
export type Alert = PaceAlert | DataAlert | ReportAlert;

/** idOf joins parts to the id of an alert; what may hold any character goes in as its hash. */
export function idOf(...parts: readonly (string | number)[]): string {
  return parts.filter((part) => part !== '').join('-');
}

/** hashed makes any text fit for an id; a blank one stays blank. */
export const hashed = (text: string): string =>
  text === '' ? '' : createHash('sha256').update(text).digest('hex').slice(0, 10);

/**
 * How the delivery of an alert to one recipient ended. `written`: put into the outbox folder, not sent; `refused`: for
 * good; `unknown`: the content left and no answer came, or the process ended before it could be written down.
 */
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];
export const DELIVERY_OUTCOMES = ['delivered', 'written', 'refused', 'unknown'] as const;

/** One message to one recipient. */
export interface Delivery {
  readonly alertId: string;
  readonly recipient: string;
  readonly outcome: DeliveryOutcome;
  readonly messageId: string;
  /** The server's reply or the path of the written file. */
  readonly detail: string;
}
