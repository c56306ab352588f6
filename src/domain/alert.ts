import { type BusinessDay, yearOf } from './calendar';
import { type Goal } from './goal';
import { type PaceReport, type PaceState } from './pace';

/** What a mail says: the year fell behind, came back, or cannot be judged because exports are missing. */
export type AlertKind = 'pace-behind' | 'pace-recovered' | 'data-missing';

/** What was last judged on data. It outlives days without data, so that nobody is told the same thing twice. */
export interface JudgedStanding {
  readonly state: Exclude<PaceState, 'no-data'>;
  readonly since: BusinessDay;
  /** The newest last complete day that a judgement rested on; null while no day of the year was complete. */
  readonly asOf: BusinessDay | null;
}

/** Where an alert's subject stands: the state last decided, since which day, and on which day it was decided. */
export interface AlertStanding {
  readonly state: PaceState;
  readonly since: BusinessDay;
  readonly decidedFor: BusinessDay;
  /** Null while there was never data to judge on. */
  readonly judged: JudgedStanding | null;
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

/** Decision: what to remember, and what recipients must hear of (null: nothing). */
export interface Decision {
  readonly next: AlertStanding;
  readonly alert: Alert | null;
}

/**
 * decideAlert is the state machine of one goal's alerts: from where it stood and a report to where it stands and what is
 * raised. Days are days asked about (`report.requestedAsOf`). `previous` must be of the same goal year and measure.
 *
 * | last judged | report   | raised                                                   |
 * |-------------|----------|----------------------------------------------------------|
 * | not behind  | behind   | pace-behind, days without data in between or not         |
 * | behind      | on track | pace-recovered, likewise                                 |
 * | behind      | at risk  | nothing: it stays behind until it is on track            |
 * | not behind  | at risk  | nothing: nobody is called for it                         |
 * | at risk     | on track | nothing                                                  |
 * | any         | no data  | data-missing when entered; never before the year begins  |
 * | any         | the same | nothing                                                  |
 *
 * Three more reports change no judgement: one for a day before `previous.decidedFor` (a re-run), one whose figures end before
 * those already judged on (a new or late shop moved the last complete day back), and one that would take `behind` back
 * on the very day that raised it: that waits for the next day, so that a kind is raised at most once a day and its id
 * is unique. The exception is data that goes missing twice on a day: it has the same id, and is one mail.
 */
export function decideAlert(previous: AlertStanding | null, report: PaceReport): Decision {
  if (previous !== null && report.requestedAsOf < previous.decidedFor) return { next: previous, alert: null };
  return report.state === 'no-data' ? withoutData(previous, report) : withData(previous, report, report.state);
}

function withoutData(previous: AlertStanding | null, report: PaceReport): Decision {
  const { requestedAsOf: day, goal } = report;
  const begun = yearOf(day) >= goal.year;
  // What was missing before the year began was not told to anybody, so it must not silence the year itself.
  const known = previous?.state === 'no-data' && yearOf(previous.decidedFor) >= goal.year;
  return {
    next: {
      state: 'no-data',
      since: known ? previous.since : day,
      decidedFor: day,
      judged: previous?.judged ?? null,
    },
    alert: begun && !known ? raise('data-missing', report) : null,
  };
}

function withData(previous: AlertStanding | null, report: PaceReport, reported: JudgedStanding['state']): Decision {
  const day = report.requestedAsOf;
  const before = previous?.judged ?? null;
  const state = before !== null && keepsJudgement(before, report) ? before.state : reported;
  const judged: JudgedStanding =
    before?.state === state
      ? { ...before, asOf: later(before.asOf, report.asOf) }
      : { state, since: day, asOf: report.asOf };
  return {
    next: { state, since: judged.since, decidedFor: day, judged },
    alert: before?.state === state ? null : raiseFor(before, state, report),
  };
}

function keepsJudgement(before: JudgedStanding, report: PaceReport): boolean {
  const olderFigures = (report.asOf ?? '') < (before.asOf ?? '');
  const raisedToday = before.state === 'behind' && before.since === report.requestedAsOf;
  const halfRecovered = before.state === 'behind' && report.state === 'at-risk';
  return olderFigures || raisedToday || halfRecovered;
}

function raiseFor(before: JudgedStanding | null, state: JudgedStanding['state'], report: PaceReport): Alert | null {
  if (state === 'behind') return raise('pace-behind', report);
  return before?.state === 'behind' ? raise('pace-recovered', report) : null;
}

function raise(kind: AlertKind, report: PaceReport): Alert {
  const raisedFor = report.requestedAsOf;
  return { id: alertId(report.goal, kind, raisedFor), kind, raisedFor, report };
}

/** The same whenever it is decided; letters, digits and hyphens only: it names a file and a BullMQ job (no `:`). */
function alertId({ year, measure }: Goal, kind: AlertKind, raisedFor: BusinessDay): string {
  return `${year}-${measure}-${kind}-${raisedFor}`;
}

const later = (a: BusinessDay | null, b: BusinessDay | null): BusinessDay | null => ((a ?? '') > (b ?? '') ? a : b);
