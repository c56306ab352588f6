import { type BusinessDay } from './calendar';
import { type PaceReport, type PaceState } from './pace';

/** What a mail says: the year fell behind, came back, or cannot be judged because exports are missing. */
export type AlertKind = 'pace-behind' | 'pace-recovered' | 'data-missing';

/** Where an alert's subject stands: the state last decided, since which day, and on which day it was decided. */
export interface AlertStanding {
  readonly state: PaceState;
  readonly since: BusinessDay;
  readonly decidedFor: BusinessDay;
}

/** A transition that recipients must hear of. `id` is the same however often it is decided. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly raisedFor: BusinessDay;
  readonly report: PaceReport;
}

/** How a mail to one recipient ended. `written`: put into the outbox folder, not sent; `unknown`: the server's answer was lost. */
export type DeliveryOutcome = 'delivered' | 'written' | 'refused' | 'unknown';

/** One mail to one recipient. */
export interface Delivery {
  readonly alertId: string;
  readonly recipient: string;
  readonly outcome: DeliveryOutcome;
  readonly messageId: string;
  /** The server's reply or the path of the written file. */
  readonly detail: string;
}
