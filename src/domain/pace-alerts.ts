import { hashed, idOf, type PaceAlert, type PaceAlertKind } from './alert';
import { type BusinessDay, daysBetween } from './calendar';
import { type Goal, partOf } from './goal';
import { type PaceReport, type PaceState } from './pace';
import { ackOf, muteOf, type QuietWord, subjectOf } from './quiet';

/** A state that was judged on data. */
export type JudgedState = Exclude<PaceState, 'no-data'>;

/** What was last judged on data. It outlives days without data, so that nobody is told the same thing twice. */
export interface JudgedStanding {
  readonly state: JudgedState;
  readonly since: BusinessDay;
  /** The newest last complete day that a judgement rested on; null while no day of the year was complete. */
  readonly asOf: BusinessDay | null;
}

/** What recipients believe: the state they were told last, and when they last heard of it. */
export interface ToldStanding {
  readonly state: JudgedState;
  readonly on: BusinessDay;
}

/** Where a goal's alerts stand: the state last decided, since which day, and on which day it was decided. */
export interface PaceStanding {
  readonly state: PaceState;
  readonly since: BusinessDay;
  readonly decidedFor: BusinessDay;
  /** Null while there was never data to judge on. */
  readonly judged: JudgedStanding | null;
  /** Null while nobody was told anything. */
  readonly told: ToldStanding | null;
  /** Kinds that were raised on `decidedFor`: each at most once a day, so that its id is unique. */
  readonly raisedToday: readonly PaceAlertKind[];
}

/** PaceAlertSettings are the same for every goal. */
export interface PaceAlertSettings {
  /** Days between reminders while behind. */
  readonly remindDays: number;
  /** Whether somebody is told that a goal is at risk, which is no call to act yet. */
  readonly tellAtRisk: boolean;
}

/** DEFAULT_PACE_ALERT_SETTINGS remind weekly and keep being at risk to themselves. */
export const DEFAULT_PACE_ALERT_SETTINGS: PaceAlertSettings = Object.freeze({ remindDays: 7, tellAtRisk: false });

/** paceSubject names a goal's pace for operators: `pace/2026/net/all` for the region's. */
export const paceSubject = ({ year, measure }: Goal, scope: string): string =>
  subjectOf('pace', year, measure, scope === '' ? 'all' : scope);

/** What a decision rests on beside the standing before. */
export interface PaceObservation {
  readonly report: PaceReport;
  /** Words in force on the day. */
  readonly words: readonly QuietWord[];
  readonly settings: PaceAlertSettings;
}

/** PaceDecision: what to remember, what recipients must hear of (null: nothing), and why, in one sentence. */
export interface PaceDecision {
  readonly next: PaceStanding;
  readonly alert: PaceAlert | null;
  readonly why: string;
}

/**
 * decidePace is the state machine of one goal's alerts: from where it stood and a report to where it stands and what is
 * raised. Days are days asked about (`report.requestedAsOf`). `previous` must be of the same goal.
 *
 * It keeps two things apart: what was judged, and what recipients were told. Judging:
 *
 * | judged | report   | judged then                                  |
 * |--------|----------|----------------------------------------------|
 * | behind | at risk  | behind: it is left for on track only         |
 * | any    | no data  | as before: missing data are never a shortfall |
 * | any    | another  | as reported                                  |
 *
 * Three more reports change no judgement: one for a day before `previous.decidedFor` (a re-run), one whose figures end
 * before those already judged on (a new or late shop moved the last complete day back), and one that would take `behind`
 * back on the very day it began.
 *
 * Telling, on days with a judgement of their own, unless muted:
 *
 * | judged   | told last            | raised                                            |
 * |----------|----------------------|---------------------------------------------------|
 * | behind   | anything else        | pace-behind                                       |
 * | behind   | behind, remindDays ago | pace-reminder, unless this spell is acknowledged |
 * | on track | behind, or at risk   | pace-recovered                                    |
 * | at risk  | on track, or nothing | pace-at-risk, if the settings ask for it          |
 * | at risk  | behind               | nothing: that is told when it is on track         |
 *
 * What a mute held back is told when it ends, if it still differs from what was told. A kind is raised once a day; what
 * waits for that is raised the next.
 */
export function decidePace(previous: PaceStanding | null, observed: PaceObservation): PaceDecision {
  const { report, words, settings } = observed;
  const scope = partOf(report.goal.scope);
  const day = report.requestedAsOf;
  if (previous !== null && day < previous.decidedFor) {
    return { next: previous, alert: null, why: `It was decided for ${previous.decidedFor}, a later day, already.` };
  }
  const raisedToday = previous?.decidedFor === day ? previous.raisedToday : [];
  const told = previous?.told ?? null;
  if (report.state === 'no-data') {
    const since = previous?.state === 'no-data' ? previous.since : day;
    const judged = previous?.judged ?? null;
    return {
      next: { state: 'no-data', since, decidedFor: day, judged, told, raisedToday },
      alert: null,
      why: `${report.because} Nobody is told of a pace that cannot be judged.`,
    };
  }
  const before = previous?.judged ?? null;
  const kept = before === null ? null : reasonToKeep(before, report);
  const state = before !== null && kept !== null ? before.state : report.state;
  const judged: JudgedStanding =
    before?.state === state
      ? { ...before, asOf: later(before.asOf, report.asOf) }
      : { state, since: day, asOf: report.asOf };
  const standing = { state, since: judged.since, decidedFor: day, judged };
  const stay = (why: string): PaceDecision => ({
    next: { ...standing, told, raisedToday },
    alert: null,
    why: `${why} ${report.because}`,
  });

  if (kept === 'older-figures') return stay(`Still ${state}: the figures end before those judged on already.`);
  const due = dueOf(judged, told, day, settings);
  if (due === null) return stay(`Nothing changed: ${state} since ${judged.since}.`);
  const subject = paceSubject(report.goal, scope);
  const mute = muteOf(words, subject);
  if (mute) return stay(`${due} is muted until ${mute.until} (${mute.reason}).`);
  const ack = due === 'pace-reminder' ? ackOf(words, subject, judged.since) : null;
  if (ack) return stay(`Behind since ${judged.since}, acknowledged until ${ack.until} (${ack.reason}).`);
  if (raisedToday.includes(due))
    return stay(`${due} was raised today already; it is raised again tomorrow if it holds.`);
  return {
    next: { ...standing, told: { state, on: day }, raisedToday: [...raisedToday, due] },
    alert: raise(due, report, scope, judged.since),
    why: `${due} raised for ${day}: ${report.because}`,
  };
}

/** Why a report does not change what was judged; null when it may. */
function reasonToKeep(before: JudgedStanding, report: PaceReport): 'older-figures' | 'not-yet' | null {
  if ((report.asOf ?? '') < (before.asOf ?? '')) return 'older-figures';
  const beganToday = before.since === report.requestedAsOf;
  return before.state === 'behind' && (beganToday || report.state === 'at-risk') ? 'not-yet' : null;
}

function dueOf(
  { state }: JudgedStanding,
  told: ToldStanding | null,
  day: BusinessDay,
  { remindDays, tellAtRisk }: PaceAlertSettings,
): PaceAlertKind | null {
  if (state === 'behind') {
    if (told?.state !== 'behind') return 'pace-behind';
    return daysBetween(told.on, day) >= remindDays ? 'pace-reminder' : null;
  }
  if (state === 'on-track') return told === null || told.state === 'on-track' ? null : 'pace-recovered';
  return tellAtRisk && (told === null || told.state === 'on-track') ? 'pace-at-risk' : null;
}

function raise(kind: PaceAlertKind, report: PaceReport, scope: string, since: BusinessDay): PaceAlert {
  const { year, measure } = report.goal;
  const raisedFor = report.requestedAsOf;
  return { id: idOf(year, measure, hashed(scope), kind, raisedFor), kind, scope, raisedFor, since, report };
}

const later = (a: BusinessDay | null, b: BusinessDay | null): BusinessDay | null => ((a ?? '') > (b ?? '') ? a : b);
