import { reportsOf } from '../clickhouse/alerts';
import { goalOf, listGoals } from '../clickhouse/goals';
import { businessDayAt, type BusinessDay, firstDay, yearOf } from '../domain/calendar';
import { type DataFinding, findingsOfShops } from '../domain/data-findings';
import { type Goal, goalsInForce, partOf } from '../domain/goal';
import { type PaceReport } from '../domain/pace';
import { decideReports, hasPeriodEnded, type ReportObservation } from '../domain/report-alerts';
import { type Context } from './context';
import { decide, type Deciding, decidingOn, partsWithGoal, recipientsOf, untold } from './decide-alerts';
import { type MeasuredPace, measuredPace, measurePace, type PaceRequest } from './measure-pace';
import { observeData } from './observe-data';
import { type WaitingAlert } from './operations';

/**
 * raiseReports records the reports of weeks, months and years that are due, of the region and of every part of it that has a
 * goal, and lists those that some recipient has not been told of. Nothing is sent here; asking again for the same day
 * changes nothing. The pace of the day is decided on before: a report tells the state that it was given.
 * @throws PipelineError `goal-missing`
 */
export async function raiseReports(
  context: Context,
  request: { readonly asOf?: BusinessDay },
): Promise<WaitingAlert[]> {
  const day = request.asOf ?? businessDayAt(context.now().getTime());
  const year = yearOf(day);
  const deciding = await decidingOn(context, day);
  const region = once(async () => {
    const measured = await measuredPace(context, { year, asOf: day });
    return { measured, findings: await observeData(context, measured, day) };
  });
  for (const goal of [await goalOf(context.db, year, { on: day }), ...(await partsWithGoal(context, year, day))]) {
    await decideOnReports(context, goal, deciding, region);
  }
  return await untold(context, ['report']);
}

/** What is seen of the region on the day, looked at when it is first needed. */
type Region = () => Promise<{ readonly measured: MeasuredPace; readonly findings: readonly DataFinding[] }>;

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let seen: Promise<T> | null = null;
  return () => (seen ??= look());
}

async function decideOnReports(context: Context, goal: Goal, deciding: Deciding, region: Region): Promise<void> {
  const { day, words } = deciding;
  const about = { topic: 'report', scope: partOf(goal.scope) } as const;
  const somebody = (await recipientsOf(context, about)).length > 0;
  if (about.scope !== '' && !somebody) return;
  const wanted = somebody ? context.settings.alerts.reports : [];
  await decide(context, reportsOf(goal), about, deciding, async (previous) => {
    const ended = previous !== null && hasPeriodEnded(previous, day);
    const seen = ended ? await figuresOf(context, goal, day, region) : { reports: [], openFindings: [] };
    return decideReports(previous, { day, wanted, words, ...seen });
  });
}

/** The pace of a goal in its year and the one before, and what is wrong with the data of its shops. */
async function figuresOf(
  context: Context,
  goal: Goal,
  day: BusinessDay,
  region: Region,
): Promise<Pick<ReportObservation, 'reports' | 'openFindings'>> {
  const { year, scope } = goal;
  const { measured: whole, findings } = await region();
  const isRegion = partOf(scope) === '';
  const measured = isRegion ? whole : await measuredPace(context, { year, asOf: day, ...(scope && { scope }) });
  const reports: PaceReport[] = [measured.report];
  const before = await goalBefore(context, goal);
  if (before !== null) reports.push(await measurePace(context, { ...before, asOf: day }));
  return { reports, openFindings: isRegion ? findings : findingsOfShops(findings, measured.shops) };
}

/** The same goal a year earlier: reports of a year that has just ended come in the year after it. */
async function goalBefore({ db }: Context, { year, scope }: Goal): Promise<PaceRequest | null> {
  const request: PaceRequest = { year: year - 1, ...(scope && { scope }) };
  if (partOf(scope) === '') return request;
  const known = goalsInForce(await listGoals(db), year - 1, firstDay(year));
  return known.some((goal) => partOf(goal.scope) === partOf(scope)) ? request : null;
}
