import { type BusinessDay } from '../domain/calendar';
import { type GoalScope } from '../domain/goal';
import { shareOf } from '../domain/money';
import { type PaceReport } from '../domain/pace';
import { BAND_LEVEL, type PaceSeries } from '../domain/pace-series';
import { oneLine } from '../domain/text-columns';
import { projectedGapOf } from './alert-figures';
import { type AlertFigures, type ChartView } from './alert-view';
import {
  amountZh,
  BASIS_ZH,
  chainZh,
  CHART_ZH,
  dayZh,
  HEADING_ZH,
  LEAD_ZH,
  listZh,
  MEASURE_ZH,
  partZh,
  percentZh,
  seasonSourceZh,
  versusZh,
} from './zh';

/** platformNamed is a platform as people know it; an id without a name is shown as it is. */
export function platformNamed(id: string, names: Readonly<Record<string, string>>): string {
  // Own names only: an id such as `valueOf` must not find what every object inherits.
  return oneLine(Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}

/** scopeOf says which part of the region a goal speaks of: `包头市`, `赤峰市、抖音`; blank for the region itself. */
export function scopeOf(scope: GoalScope = {}, names: Readonly<Record<string, string>>): string {
  const { league, platform, chain } = scope;
  return listZh([
    ...(league === undefined ? [] : [oneLine(league)]),
    ...(platform === undefined ? [] : [platformNamed(platform, names)]),
    ...(chain === undefined ? [] : [chainZh(oneLine(chain))]),
  ]);
}

/** regionOf names the region, or the part of it that a goal speaks of. */
export function regionOf({ goal }: PaceReport, { region, platformNames = {} }: AlertFigures): string {
  const part = scopeOf(goal.scope, platformNames);
  return part === '' ? oneLine(region) : partZh(oneLine(region), part);
}

/** needOf says what each day that is left must bring. */
export function needOf(report: PaceReport): string {
  if (report.remaining === 0n) return LEAD_ZH.needMet;
  if (report.remainingDays === 0) return LEAD_ZH.needOver(amountZh(report.remaining));
  return LEAD_ZH.need(report.remainingDays, amountZh(report.dailyNeeded), amountZh(report.dailySoFar));
}

/** projectedGapText says how far the projected year is from the goal; null when it cannot be projected. */
export function projectedGapText(report: PaceReport): string | null {
  const gap = projectedGapOf(report);
  if (gap === null) return null;
  const share = Math.abs(shareOf(gap, report.goal.amount));
  return gap === 0n ? versusZh(gap) : `${versusZh(gap)}（${percentZh(share)}）`;
}

/** coverageBasis says which days and shops the figures rest on. */
export function coverageBasis(report: PaceReport): string[] {
  const year = report.goal.year;
  const requested = dayZh(report.requestedAsOf, year);
  const waiting = report.waitingFor.length;
  return [
    report.asOf === null ? BASIS_ZH.noAsOf(requested) : BASIS_ZH.asOf(dayZh(report.asOf, year), requested),
    ...(report.shops === 0
      ? []
      : [waiting === 0 ? BASIS_ZH.allShops(report.shops) : BASIS_ZH.someShops(report.shops, waiting)]),
  ];
}

/** paceBasis says what a judgement rests on. */
export function paceBasis(report: PaceReport): string[] {
  const measure = MEASURE_ZH[report.goal.measure];
  return [
    ...coverageBasis(report),
    BASIS_ZH.measure(measure.name, measure.meaning),
    ...(report.goal.measure === 'net' ? [BASIS_ZH.refunds] : []),
    BASIS_ZH.season(seasonSourceZh(oneLine(report.seasonal.source))),
    ...(report.forecast && report.remaining > 0n && report.remainingDays > 0 ? [BASIS_ZH.forecast] : []),
    BASIS_ZH.straightLine,
  ];
}

/** chartOf is the picture of the year, with its figures in words for whoever does not see it; null without a series. */
export function chartOf(report: PaceReport, asOf: BusinessDay, series: PaceSeries | undefined): ChartView | null {
  if (series === undefined) return null;
  const today = series.actual.length - 1;
  const { projected } = report.seasonal;
  return {
    heading: HEADING_ZH.chart,
    series,
    alt: CHART_ZH.alt({
      asOf: dayZh(asOf, report.goal.year),
      actual: amountZh(report.actual),
      expected: amountZh(report.seasonal.expected),
      level: BAND_LEVEL,
      low: amountZh(series.low[today] ?? 0n),
      high: amountZh(series.high[today] ?? 0n),
      goal: amountZh(report.goal.amount),
      projected: projected === null ? null : amountZh(projected),
    }),
  };
}
