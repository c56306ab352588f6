import { type DataAlert, hashed, idOf } from './alert';
import { type BusinessDay, daysBetween } from './calendar';
import { type DataFinding } from './data-findings';
import { type PaceReport } from './pace';
import { muteOf, type QuietWord } from './quiet';

/** What is remembered of a finding: since when it is there, when it was told, since when it is gone (null: not). */
export interface KnownFinding {
  readonly subject: string;
  readonly since: BusinessDay;
  readonly toldOn: BusinessDay | null;
  readonly goneSince: BusinessDay | null;
}

/** Where the alerts on data stand: every known finding, by subject. */
export interface DataStanding {
  readonly decidedFor: BusinessDay;
  readonly known: readonly KnownFinding[];
}

/** What the decision rests on beside the standing before. */
export interface DataObservation {
  readonly day: BusinessDay;
  readonly findings: readonly DataFinding[];
  /** Words in force on the day. */
  readonly words: readonly QuietWord[];
  /** The region's pace, for the completeness that a message shows. */
  readonly report: PaceReport;
}

/** DataDecision: what to remember, what is raised, and why, in one sentence. */
export interface DataDecision {
  readonly next: DataStanding;
  readonly alert: DataAlert | null;
  readonly why: string;
}

/** What was told and is back within so many days is the same matter, not a new one. */
const SAME_MATTER_DAYS = 7;

/**
 * decideData raises one alert with every finding that was not told yet and is not muted. A finding is told once, until it
 * has been gone for a week; a muted one is told when its mute ends, if it is still there. A day before the one that was
 * decided last (a re-run) changes nothing.
 */
export function decideData(previous: DataStanding | null, observed: DataObservation): DataDecision {
  const { day, findings } = observed;
  if (previous !== null && day < previous.decidedFor) {
    return { next: previous, alert: null, why: `Data were decided for ${previous.decidedFor}, a later day, already.` };
  }
  const before = new Map((previous?.known ?? []).map((known) => [known.subject, known]));
  const isMuted = ({ subject }: DataFinding): boolean => muteOf(observed.words, subject) !== null;
  const found = findings.filter((finding) => !before.get(finding.subject)?.toldOn && !isMuted(finding));
  const present = findings.map((finding): KnownFinding => {
    const { subject } = finding;
    const earlier = before.get(subject);
    const toldOn = found.includes(finding) ? day : (earlier?.toldOn ?? null);
    return { subject, since: earlier?.since ?? day, toldOn, goneSince: null };
  });
  const here = new Set(findings.map(({ subject }) => subject));
  const gone = [...before.values()].flatMap((earlier) => {
    const goneSince = earlier.goneSince ?? day;
    const forgotten = earlier.toldOn === null || daysBetween(goneSince, day) >= SAME_MATTER_DAYS;
    return here.has(earlier.subject) || forgotten ? [] : [{ ...earlier, goneSince }];
  });
  const known = [...present, ...gone].sort((a, b) => (a.subject < b.subject ? -1 : 1));
  const muted = findings.filter(isMuted);
  return {
    next: { decidedFor: day, known },
    alert: found.length === 0 ? null : raise(found, muted, observed),
    why: whyOf(findings.length, found, muted.length, observed.report.shops),
  };
}

function raise(
  found: readonly DataFinding[],
  muted: readonly DataFinding[],
  { day, report, findings }: DataObservation,
): DataAlert {
  return {
    id: idOf('data', day, hashed(found.map(({ subject }) => subject).join('\n'))),
    kind: 'data-problem',
    scope: '',
    raisedFor: day,
    report,
    found,
    stillOpen: findings.filter((finding) => !found.includes(finding) && !muted.includes(finding)),
  };
}

const MOST_LISTED = 5;

function whyOf(all: number, found: readonly DataFinding[], muted: number, shops: number): string {
  if (all === 0) return `Nothing is wrong with the data of ${shops} shops.`;
  const listed = found.slice(0, MOST_LISTED).map(({ subject }) => subject);
  const more = found.length > MOST_LISTED ? ` and ${found.length - MOST_LISTED} more` : '';
  const told = all - found.length - muted;
  const parts = [
    ...(found.length > 0 ? [`${found.length} new: ${listed.join(', ')}${more}`] : []),
    ...(told > 0 ? [`${told} told before`] : []),
    ...(muted > 0 ? [`${muted} muted`] : []),
  ];
  return `${all} ${all === 1 ? 'thing is' : 'things are'} wrong with the data: ${parts.join('; ')}.`;
}
