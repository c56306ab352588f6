import { hashed, idOf, type ReportAlert, type ReportKind } from './alert';
import { addDays, type BusinessDay, daysBetween, firstDay, lastDay, lastDayOfMonth, yearOf } from './calendar';
import { type DataFinding } from './data-findings';
import { partOf } from './goal';
import { type PaceReport } from './pace';
import { muteOf, type QuietWord, subjectOf } from './quiet';

/** REPORT_PERIODS are the periods at whose end a report can be sent. */
export const REPORT_PERIODS = ['week', 'month', 'year'] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** Where reports stand: the last day of the last period of each kind that was reported, or had ended before reports began. */
export interface ReportStanding {
  readonly decidedFor: BusinessDay;
  readonly done: Readonly<Record<ReportPeriod, BusinessDay>>;
}

/** What the decision rests on beside the standing before. */
export interface ReportObservation {
  readonly day: BusinessDay;
  /** The pace of one goal by year, to the last complete day; none are needed before a period has ended. */
  readonly reports: readonly PaceReport[];
  readonly wanted: readonly ReportPeriod[];
  /** Words in force on the day. */
  readonly words: readonly QuietWord[];
  readonly openFindings: readonly DataFinding[];
}

/** ReportDecision: what to remember, what is raised, and why, in one sentence. */
export interface ReportDecision {
  readonly next: ReportStanding;
  readonly alerts: readonly ReportAlert[];
  readonly why: string;
}

/** A report waits for the last export of its period, but no longer than so many days after its end. */
const LONGEST_WAIT: Readonly<Record<ReportPeriod, number>> = { week: 3, month: 6, year: 16 };

/** lastEnded is the last period of a kind that had ended before a day: weeks run from Monday to Sunday. */
export function lastEnded(period: ReportPeriod, day: BusinessDay): { from: BusinessDay; to: BusinessDay } {
  if (period === 'week') {
    // 5 January 1970 was a Monday.
    const to = addDays(day, -1 - (((daysBetween('1970-01-05', day) % 7) + 7) % 7));
    return { from: addDays(to, -6), to };
  }
  if (period === 'month') {
    const to = addDays(`${day.slice(0, 7)}-01`, -1);
    return { from: `${to.slice(0, 7)}-01`, to };
  }
  const year = yearOf(day) - 1;
  return { from: firstDay(year), to: lastDay(year) };
}

/** hasPeriodEnded says whether a report may be due: without it none is, whatever was sold. */
export function hasPeriodEnded({ done }: ReportStanding, day: BusinessDay): boolean {
  return REPORT_PERIODS.some((period) => lastEnded(period, day).to > done[period]);
}

/**
 * decideReports raises the report of each period that has ended and was not reported: as soon as its last day is
 * complete, at the latest some days after it. Of several periods that passed unreported (no nights ran), only the last
 * is raised. The first decision raises nothing: what ended before belongs to nobody's watch. A muted or unwanted period
 * counts as reported.
 */
export function decideReports(previous: ReportStanding | null, observed: ReportObservation): ReportDecision {
  const { day, reports, wanted, words, openFindings } = observed;
  if (previous === null) {
    const done = {
      week: lastEnded('week', day).to,
      month: lastEnded('month', day).to,
      year: lastEnded('year', day).to,
    };
    return { next: { decidedFor: day, done }, alerts: [], why: `Reports begin with ${day}.` };
  }
  if (day < previous.decidedFor)
    return { next: previous, alerts: [], why: 'Reports of a later day were decided already.' };
  const done = { ...previous.done };
  const alerts: ReportAlert[] = [];
  for (const period of REPORT_PERIODS) {
    const { from, to } = lastEnded(period, day);
    if (to <= done[period]) continue;
    const report = reports.find(({ goal }) => goal.year === yearOf(to));
    const complete = (report?.asOf ?? '') >= to;
    if (!complete && daysBetween(to, day) <= LONGEST_WAIT[period]) continue;
    done[period] = to;
    // Without one complete day of the year there is nothing to report: what is missing is told apart.
    if (!report?.asOf || muteOf(words, subjectOf('report', period)) !== null || !wanted.includes(period)) continue;
    const scope = partOf(report.goal.scope);
    alerts.push({
      id: idOf('report', hashed(scope), period, to),
      kind: `report-${period}` satisfies ReportKind,
      scope,
      raisedFor: day,
      report,
      from,
      to,
      openFindings,
    });
  }
  return { next: { decidedFor: day, done }, alerts, why: whyOf(alerts, day) };
}

function whyOf(alerts: readonly ReportAlert[], day: BusinessDay): string {
  if (alerts.length > 0) return `Due: ${alerts.map(({ kind, from, to }) => `${kind} of ${from} to ${to}`).join(', ')}.`;
  const weekEnds = addDays(lastEnded('week', day).to, 7);
  const monthEnds = lastDayOfMonth(yearOf(day), Number(day.slice(5, 7)));
  return `No report is due: the week ends on ${weekEnds}, the month on ${monthEnds}.`;
}
