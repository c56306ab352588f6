import { type ReportAlert } from '../domain/alert';
import { type BusinessDay } from '../domain/calendar';
import { shareOf } from '../domain/money';
import { barsOf, figuresOf } from './alert-figures';
import { figuresTables } from './alert-tables';
import { type AlertFigures, type AlertView, type ViewFrame } from './alert-view';
import { chartOf, needOf, paceBasis, projectedGapText, regionOf } from './pace-words';
import { problemsTable } from './view-of-problems';
import { amountZh, changeZh, dayZh, HEADING_ZH, LEAD_ZH, MEASURE_ZH, percentZh, PERIOD_ZH, SUBJECT_ZH } from './zh';

/** viewOfReport says how a week, a month or a year went, and where the year stands. */
export function viewOfReport(
  { kind, report, from, to, openFindings }: ReportAlert,
  asOf: BusinessDay,
  frame: ViewFrame,
  figures: AlertFigures,
): AlertView {
  const { goal } = report;
  const region = regionOf(report, figures);
  const { unit, title } = PERIOD_ZH[kind];
  const period = title(dayZh(from), dayZh(to));
  const { amount, before } = figures.period ?? { amount: 0n, before: 0n };
  const measure = MEASURE_ZH[goal.measure].name;
  const problems = problemsTable(HEADING_ZH.stillOpen, openFindings, figures.platformNames ?? {});
  return {
    ...frame,
    subject: frame.tagged(SUBJECT_ZH.report(region, period, amountZh(amount))),
    lead: LEAD_ZH.report({
      region,
      title: period,
      unit,
      year: goal.year,
      measure,
      amount: amountZh(amount),
      change: changeZh(before > 0n ? shareOf(amount - before, before) : null),
      asOf: dayZh(asOf, goal.year),
      actual: amountZh(report.actual),
      goal: amountZh(goal.amount),
      share: percentZh(shareOf(report.actual, goal.amount)),
      projectedGap: projectedGapText(report),
      need: needOf(report),
    }),
    chart: chartOf(report, asOf, figures.series),
    bars: { heading: HEADING_ZH.bars(dayZh(asOf, goal.year)), rows: barsOf(report) },
    figures: { heading: HEADING_ZH.figures(measure), rows: figuresOf(report, asOf) },
    tables: [...figuresTables(figures, report, asOf, unit), ...(problems === null ? [] : [problems])],
    basis: paceBasis(report),
  };
}
