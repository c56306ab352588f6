import { type DataAlert } from '../domain/alert';
import { type DataFinding } from '../domain/data-findings';
import { oneLine } from '../domain/text-columns';
import { type AlertView, type CellView, type TableView, type ViewFrame } from './alert-view';
import { coverageBasis, platformNamed } from './pace-words';
import { BASIS_ZH, dayZh, HEADING_ZH, HELD_ZH, LEAD_ZH, listZh, percentZh, PROBLEM_ZH, SUBJECT_ZH } from './zh';

/** A mail must stay readable when hundreds of shops are late: the rest is counted, not listed. */
const MOST_LISTED = 40;

/** ORDER in which problems are told. */
const KINDS = ['totals', 'unjudged', 'missing', 'held', 'volume', 'rejects'] as const satisfies DataFinding['kind'][];

/** countsOf says how many problems there are of each kind. */
export function countsOf(findings: readonly DataFinding[]): string {
  const counts = KINDS.map((kind) => ({ kind, count: findings.filter((finding) => finding.kind === kind).length }));
  return listZh(counts.filter(({ count }) => count > 0).map(({ kind, count }) => PROBLEM_ZH.counts[kind](count)));
}

/** problemsTable lists what is wrong, with what to do about it; null when nothing is. */
export function problemsTable(
  heading: string,
  findings: readonly DataFinding[],
  platformNames: Readonly<Record<string, string>>,
): TableView | null {
  if (findings.length === 0) return null;
  const sorted = KINDS.flatMap((kind) => findings.filter((finding) => finding.kind === kind));
  const listed = sorted.slice(0, MOST_LISTED);
  return {
    heading,
    columns: [HEADING_ZH.about, HEADING_ZH.todo],
    numeric: [false, false],
    rows: listed.map((finding) => [
      aboutOf(finding, platformNames),
      { text: PROBLEM_ZH.names[finding.kind], small: textOf(finding) },
    ]),
    total: null,
    after: sorted.length > listed.length ? PROBLEM_ZH.more(sorted.length - listed.length) : null,
  };
}

function aboutOf(finding: DataFinding, platformNames: Readonly<Record<string, string>>): CellView {
  if (finding.kind === 'totals' || finding.kind === 'unjudged') return { text: PROBLEM_ZH.system, small: null };
  const { platform, shop } = finding;
  const name = platformNamed(platform, platformNames);
  const file = finding.kind === 'held' || finding.kind === 'rejects' ? PROBLEM_ZH.file(oneLine(finding.name)) : null;
  return { text: oneLine(shop) || name, small: [name, file].filter(Boolean).join('，') };
}

function textOf(finding: DataFinding): string {
  switch (finding.kind) {
    case 'unjudged':
      return PROBLEM_ZH.unjudged;
    case 'missing':
      return PROBLEM_ZH.missing(finding.days, dayZh(finding.first), finding.last === null ? null : dayZh(finding.last));
    case 'held':
      return PROBLEM_ZH.held(HELD_ZH[finding.code] ?? PROBLEM_ZH.heldOtherwise);
    case 'rejects': {
      const { rejected, rows, usualShare } = finding;
      return PROBLEM_ZH.rejects(rejected, rows, percentZh(rejected / rows), percentZh(usualShare));
    }
    case 'volume':
      return PROBLEM_ZH.volume(dayZh(finding.from), dayZh(finding.to), finding.times.toFixed(2));
    case 'totals':
      return PROBLEM_ZH.totals(finding.differences, dayZh(finding.days[0] ?? ''), dayZh(finding.days.at(-1) ?? ''));
  }
}

/** viewOfProblems says what is wrong with the data. It never speaks of the pace. */
export function viewOfProblems(
  { found, stillOpen, report, raisedFor }: DataAlert,
  frame: ViewFrame,
  region: string,
  platformNames: Readonly<Record<string, string>>,
): AlertView {
  const tables = [
    problemsTable(HEADING_ZH.found, found, platformNames),
    problemsTable(HEADING_ZH.stillOpen, stillOpen, platformNames),
  ];
  const day = dayZh(raisedFor);
  return {
    ...frame,
    subject: frame.tagged(SUBJECT_ZH.problems(region, countsOf(found), day)),
    lead: LEAD_ZH.problems({
      region,
      day,
      counts: countsOf(found),
      complete: report.asOf === null ? null : dayZh(report.asOf),
    }),
    chart: null,
    bars: null,
    figures: null,
    tables: tables.filter((table) => table !== null),
    basis: [...coverageBasis(report), BASIS_ZH.missing],
  };
}
