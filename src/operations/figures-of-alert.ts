import { listGoals } from '../clickhouse/goals';
import { readTotals } from '../clickhouse/queries/totals';
import { type Alert } from '../domain/alert';
import { addDays, type BusinessDay, daysBetween, firstDay, wallClockAt } from '../domain/calendar';
import { contributionsTo } from '../domain/contributions';
import { type Goal, goalsInForce, partOf } from '../domain/goal';
import { goalTree } from '../domain/goal-tree';
import { type Fen } from '../domain/money';
import { type PaceReport } from '../domain/pace';
import { paceSeries } from '../domain/pace-series';
import { type AlertFigures, type PartFigure } from '../mail/alert-message';
import { displayName, PLATFORMS } from '../platforms/registry';
import { type Context } from './context';
import { measuredPace, measurePace } from './measure-pace';

/** figuresOfAlert reads the figures that stand beside an alert's own report, to the same last complete day. */
export async function figuresOfAlert(context: Context, alert: Alert): Promise<AlertFigures> {
  const { region, pagesUrl } = context.settings;
  const frame = {
    generatedAt: wallClockAt(context.now().getTime()),
    region,
    platformNames: Object.fromEntries(PLATFORMS.map(({ id }) => [id, displayName(id)])),
    ...(pagesUrl !== undefined && { pagesUrl }),
  };
  const { report } = alert;
  const { asOf, goal } = report;
  if (asOf === null || alert.kind === 'data-problem') return { ...frame, byPlatform: [], byLeague: [], goals: [] };
  const { year, scope } = goal;
  const measured = await measuredPace(context, { year, asOf: report.requestedAsOf, ...(scope && { scope }) });
  const period = 'from' in alert ? periodOf(alert.from, alert.to) : null;
  const of: Asked = { report, asOf, period, lastYearKnown: measured.curve.ownYears.includes(year - 1) };
  const series = paceSeries(report, measured.curve, measured.dailyAmounts);
  return {
    ...frame,
    byPlatform: scope?.platform === undefined ? await figuresBy(context, 'platform', of) : [],
    byLeague: scope?.league === undefined ? await figuresBy(context, 'league', of) : [],
    goals: await goalsBelow(context, report),
    ...(period && { period: await figuresOfPeriod(context, goal, period) }),
    ...(series && { series }),
  };
}

/** A week, month or year, and the first day of the one before it. */
interface Period {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  readonly before: BusinessDay;
}

function periodOf(from: BusinessDay, to: BusinessDay): Period {
  const end = addDays(from, -1);
  const days = daysBetween(from, to) + 1;
  const before = days <= 7 ? addDays(end, 1 - days) : days <= 31 ? `${end.slice(0, 7)}-01` : `${end.slice(0, 4)}-01-01`;
  return { from, to, before };
}

interface Asked {
  readonly report: PaceReport;
  readonly asOf: BusinessDay;
  readonly period: Period | null;
  readonly lastYearKnown: boolean;
}

type Part = 'platform' | 'league';

/** What each part sold, and what of the gap comes from it. */
async function figuresBy(context: Context, part: Part, asked: Asked): Promise<PartFigure[]> {
  const { report, asOf, period, lastYearKnown } = asked;
  const { goal } = report;
  const sold = async (from: BusinessDay, to: BusinessDay): Promise<Map<string, Fen>> =>
    await amountsBy(context, goal, part, from, to);
  const amounts = await sold(firstDay(goal.year), asOf);
  const lastYear = lastYearKnown ? await sold(firstDay(goal.year - 1), `${goal.year - 1}${asOf.slice(4)}`) : null;
  const inPeriod = period && (await sold(period.from, period.to));
  return contributionsTo(report.seasonal.expected, amounts, lastYear).map((of) => ({
    name: part === 'platform' ? displayName(of.part) : of.part,
    amount: of.amount,
    gap: of.gap,
    ...(inPeriod && { inPeriod: inPeriod.get(of.part) ?? 0n }),
  }));
}

async function amountsBy(
  { db }: Context,
  { measure, scope = {} }: Goal,
  part: Part,
  from: BusinessDay,
  to: BusinessDay,
): Promise<Map<string, Fen>> {
  const { rows } = await readTotals(db, { from, to, by: [part], where: scope });
  return new Map(rows.map(({ dimensions, totals }) => [dimensions[part] ?? '', totals[measure]]));
}

async function figuresOfPeriod(
  { db }: Context,
  { measure, scope = {} }: Goal,
  { from, to, before }: Period,
): Promise<{ readonly amount: Fen; readonly before: Fen }> {
  const sold = async (first: BusinessDay, last: BusinessDay): Promise<Fen> =>
    (await readTotals(db, { from: first, to: last, by: [], where: scope })).total[measure];
  return { amount: await sold(from, to), before: await sold(before, addDays(from, -1)) };
}

/** Where the goals stand that the alert's is divided into; that of a month has no pace. */
async function goalsBelow(context: Context, { goal, requestedAsOf }: PaceReport): Promise<PaceReport[]> {
  const inForce = goalsInForce(await listGoals(context.db), goal.year, requestedAsOf);
  const others = inForce.filter(({ scope }) => partOf(scope) !== partOf(goal.scope) && scope?.month === undefined);
  const node = goalTree([goal, ...others]).find((root) => root.goal === goal);
  const reports: PaceReport[] = [];
  for (const { goal: below } of node?.children ?? []) {
    const scope = below.scope;
    reports.push(await measurePace(context, { year: goal.year, asOf: requestedAsOf, ...(scope && { scope }) }));
  }
  return reports;
}
