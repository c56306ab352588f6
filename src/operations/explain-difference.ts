import { readTotals } from '../clickhouse/queries/totals';
import { type Report, reportOn, type Restatement, type RestatedScope, restatementsSince } from '../clickhouse/reports';
import { refreshTotals } from '../clickhouse/totals/refresh';
import { type BusinessDay } from '../domain/calendar';
import { type SalesTotals } from '../domain/measures';
import { terminal } from '../errors';
import { type Context } from './context';

/** What was said, what is known, and what lies between. */
export interface ExplainedDifference {
  readonly report: Report;
  readonly reported: SalesTotals;
  readonly known: SalesTotals;
  /** They add up to known − reported. */
  readonly restatements: readonly Restatement[];
}

/**
 * explainDifference lists what changed in figures since they were reported, night by night and shop by shop, with the
 * files that came or went. Reported figures themselves never change.
 * @throws PipelineError `nothing-found` when nothing was reported by that day
 */
export async function explainDifference(
  { db, now }: Context,
  { since, ...scope }: RestatedScope & { readonly since: BusinessDay },
): Promise<ExplainedDifference> {
  await refreshTotals(db, now);
  const report = await reportOn(db, since);
  if (!report) {
    throw terminal(
      'nothing-found',
      `nothing had been reported by ${since}`,
      'Each "paceline night" keeps what it reported; name the day of one.',
    );
  }
  const { from, to, platform, shop } = scope;
  const where = { ...(platform === undefined ? {} : { platform }), ...(shop === undefined ? {} : { shop }) };
  const question = { from, to, by: [], where };
  const [reported, known, restatements] = await Promise.all([
    readTotals(db, { ...question, asReported: report }),
    readTotals(db, question),
    restatementsSince(db, report, scope),
  ]);
  return { report, reported: reported.total, known: known.total, restatements };
}
