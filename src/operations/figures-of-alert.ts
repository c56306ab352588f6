import { readTotals } from '../clickhouse/queries/totals';
import { type Alert } from '../domain/alert';
import { addDays, type BusinessDay, daysBetween, firstDay, wallClockAt } from '../domain/calendar';
import { contributionsTo } from '../domain/contributions';
import { type GoalMeasure } from '../domain/measures';
import { type Fen } from '../domain/money';
import { paceSeries } from '../domain/pace-series';
import { type AlertFigures } from '../mail/alert-message';
import { displayName, PLATFORMS } from '../platforms/registry';
import { type Context } from './context';
import { measuredPace } from './measure-pace';

/** figuresOfAlert reads the figures that stand beside an alert's own report, to the same last complete day. */
export async function figuresOfAlert(context: Context, alert: Alert): Promise<AlertFigures> {
  const frame = {
    generatedAt: wallClockAt(context.now().getTime()),
    region: context.settings.region,
    platformNames: Object.fromEntries(PLATFORMS.map(({ id }) => [id, displayName(id)])),
  };
  const { report } = alert;
  const { asOf, goal } = report;
  if (asOf === null || alert.kind === 'data-problem') return { ...frame, byPlatform: [] };
  const { measure, year } = goal;
  const { curve, dailyAmounts } = await measuredPace(context, { year, asOf: report.requestedAsOf });
  const amounts = await byPlatform(context, measure, firstDay(year), asOf);
  const lastYear = curve.ownYears.includes(year - 1)
    ? await byPlatform(context, measure, firstDay(year - 1), `${year - 1}${asOf.slice(4)}`)
    : null;
  const period = 'from' in alert ? await periodOf(context, measure, alert.from, alert.to) : null;
  const series = paceSeries(report, curve, dailyAmounts);
  return {
    ...frame,
    byPlatform: contributionsTo(report.seasonal.expected, amounts, lastYear).map(({ part, amount, gap }) => ({
      platform: displayName(part),
      amount,
      gap,
      ...(period && { inPeriod: period.byPlatform.get(part) ?? 0n }),
    })),
    ...(period && { period: { amount: sumOf(period.byPlatform), before: period.before } }),
    ...(series && { series }),
  };
}

async function byPlatform(
  { db }: Context,
  measure: GoalMeasure,
  from: BusinessDay,
  to: BusinessDay,
): Promise<Map<string, Fen>> {
  const { rows } = await readTotals(db, { from, to, by: ['platform'] });
  return new Map(rows.map(({ dimensions, totals }) => [dimensions.platform ?? '', totals[measure]]));
}

/** A week, month or year, and the one before it. */
async function periodOf(
  context: Context,
  measure: GoalMeasure,
  from: BusinessDay,
  to: BusinessDay,
): Promise<{ readonly byPlatform: Map<string, Fen>; readonly before: Fen }> {
  const end = addDays(from, -1);
  const days = daysBetween(from, to) + 1;
  const start = days <= 7 ? addDays(end, 1 - days) : days <= 31 ? `${end.slice(0, 7)}-01` : `${end.slice(0, 4)}-01-01`;
  return {
    byPlatform: await byPlatform(context, measure, from, to),
    before: sumOf(await byPlatform(context, measure, start, end)),
  };
}

const sumOf = (amounts: ReadonlyMap<string, Fen>): Fen =>
  [...amounts.values()].reduce((sum, amount) => sum + amount, 0n);
