import { type BusinessDay } from '../domain/calendar';
import { type Forecast } from '../domain/forecast';
import { shareOf, type Fen } from '../domain/money';
import { type PaceReport } from '../domain/pace';
import { type BarView, type FigureView } from './alert-view';
import { amountZh, BAR_ZH, dayZh, exactZh, FIGURE_ZH, percentZh, REMARK_ZH, versusZh } from './zh';

/** projectedGapOf is the projected year minus the goal, in fen; null when the year cannot be projected. */
export function projectedGapOf(report: PaceReport): Fen | null {
  return report.seasonal.projected === null ? null : report.seasonal.projected - report.goal.amount;
}

/** barsOf draws actual, expected, projected and goal, each as a share of the goal. */
export function barsOf(report: PaceReport): BarView[] {
  const goal = report.goal.amount;
  const bar = (role: BarView['role'], amount: Fen): BarView => {
    const share = shareOf(amount, goal);
    return { role, label: BAR_ZH[role], share, shareText: percentZh(share), amount: amountZh(amount) };
  };
  return [
    bar('actual', report.actual),
    bar('expected', report.seasonal.expected),
    bar('reference', report.straightLine.expected),
    ...(report.seasonal.projected === null ? [] : [bar('projected', report.seasonal.projected)]),
    bar('goal', goal),
  ];
}

/** figuresOf lists the figures of a pace report in the order in which they are read. */
export function figuresOf(report: PaceReport, asOf: BusinessDay): FigureView[] {
  const { goal, seasonal, straightLine } = report;
  const money = (label: string, amount: Fen, remark: string | null = null, strong = false): FigureView => ({
    label,
    value: amountZh(amount),
    exact: exactZh(amount),
    remark,
    strong,
  });
  const difference = (label: string, amount: Fen, remark: string | null, strong: boolean): FigureView => ({
    label,
    value: versusZh(amount),
    exact: exactZh(amount),
    remark,
    strong,
  });
  const words = (label: string, value: string): FigureView => ({
    label,
    value,
    exact: null,
    remark: null,
    strong: false,
  });
  const ofGoal = (amount: Fen): string => REMARK_ZH.ofGoal(percentZh(shareOf(amount, goal.amount)));
  const projectedGap = projectedGapOf(report);
  return [
    money(FIGURE_ZH.goal(goal.year), goal.amount),
    money(FIGURE_ZH.actual, report.actual, `${REMARK_ZH.throughDay(dayZh(asOf, goal.year))}，${ofGoal(report.actual)}`),
    money(FIGURE_ZH.expected, seasonal.expected, ofGoal(seasonal.expected)),
    difference(FIGURE_ZH.gap, seasonal.gap, null, true),
    ...(seasonal.projected === null || projectedGap === null
      ? [words(FIGURE_ZH.projected, REMARK_ZH.unknownProjection)]
      : [
          money(FIGURE_ZH.projected, seasonal.projected, ofGoal(seasonal.projected)),
          difference(FIGURE_ZH.projectedGap, projectedGap, null, true),
        ]),
    // A year that is over, or a goal that is met, leaves nothing to doubt.
    ...(report.forecast && report.remaining > 0n && report.remainingDays > 0
      ? outlookFigures(report.forecast, words)
      : []),
    ...needFigures(report, money, words),
    ...(report.remaining === 0n ? [] : (report.forecast?.events ?? [])).map(({ event, from, to, needed, projected }) =>
      money(
        FIGURE_ZH.event(event),
        needed,
        REMARK_ZH.event(dayZh(from, goal.year), dayZh(to, goal.year), amountZh(projected)),
      ),
    ),
    money(FIGURE_ZH.dailySoFar, report.dailySoFar),
    money(
      FIGURE_ZH.straightLine,
      straightLine.expected,
      `${ofGoal(straightLine.expected)}，${REMARK_ZH.versusActual(versusZh(straightLine.gap))}`,
    ),
  ];
}

/** The one interval that a reader needs, and the chance; both say how sure the projection is. */
function outlookFigures(
  { intervals, chance }: Forecast,
  words: (label: string, value: string) => FigureView,
): FigureView[] {
  return [
    ...intervals
      .filter(({ level }) => level === 80)
      .map(({ level, low, high }) => words(FIGURE_ZH.interval(level), REMARK_ZH.range(amountZh(low), amountZh(high)))),
    words(FIGURE_ZH.chance, REMARK_ZH.chance(chance)),
  ];
}

function needFigures(
  report: PaceReport,
  money: (label: string, amount: Fen, remark?: string | null, strong?: boolean) => FigureView,
  words: (label: string, value: string) => FigureView,
): FigureView[] {
  if (report.remaining === 0n) return [words(FIGURE_ZH.remaining, REMARK_ZH.goalMet)];
  const days = report.remainingDays === 0 ? REMARK_ZH.yearOver : REMARK_ZH.remainingDays(report.remainingDays);
  const remaining = money(FIGURE_ZH.remaining, report.remaining, days);
  if (report.remainingDays === 0) return [remaining];
  const times =
    report.dailySoFar > 0n ? REMARK_ZH.timesSoFar(shareOf(report.dailyNeeded, report.dailySoFar).toFixed(2)) : null;
  return [remaining, money(FIGURE_ZH.dailyNeeded, report.dailyNeeded, times, true)];
}
