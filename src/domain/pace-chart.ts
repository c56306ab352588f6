import { type BusinessDay, eachDay, firstDay, lastDay } from './calendar';
import { logitDeviation } from './forecast';
import { type Fen, scaleFen } from './money';
import { type PaceReport } from './pace';
import { type SeasonalCurve } from './season';
import { type Spread } from './spread';
import { studentQuantile } from './student';

/** ChartedDay is one day of a goal's year, every amount cumulative from 1 January, in fen. */
export interface ChartedDay {
  readonly day: BusinessDay;
  /** What should be done by its end for the goal to be met, by the season. */
  readonly expected: Fen;
  /** Four years of five that meet the goal have done between these by then. */
  readonly low: Fen;
  readonly high: Fen;
  /** What is done; null after the last complete day. */
  readonly actual: Fen | null;
  /** How it goes on by the season; null up to the last complete day, and where nothing can be projected. */
  readonly projected: Fen | null;
}

/** What a chart is drawn from. */
export interface Charted {
  readonly report: PaceReport;
  readonly curve: SeasonalCurve;
  readonly dailyAmounts: ReadonlyMap<BusinessDay, Fen>;
}

const LEVEL = 0.8;

/** chartPace draws the year of a pace day by day. The band is that of the model of chancesOf (domain/forecast.ts). */
export function chartPace({ report, curve, dailyAmounts }: Charted): ChartedDay[] {
  const { goal, asOf, seasonal } = report;
  const quantile = studentQuantile(LEVEL, curve.spread.years);
  let done = 0n;
  return eachDay(firstDay(goal.year), lastDay(goal.year)).map((day, index) => {
    const share = curve.cumulative[index] ?? 1;
    done += dailyAmounts.get(day) ?? 0n;
    const isDone = asOf !== null && day <= asOf;
    const strays = (by: number): Fen =>
      scaleFen(goal.amount, strayed(share, by * logitDeviationAt(share, curve.spread)));
    return {
      day,
      expected: scaleFen(goal.amount, share),
      low: strays(-quantile),
      high: strays(quantile),
      actual: isDone ? done : null,
      projected: isDone || seasonal.projected === null ? null : scaleFen(seasonal.projected, share),
    };
  });
}

/** At both ends of the year nothing is open. */
const isOpen = (share: number): boolean => share > 0 && share < 1;
const logitDeviationAt = (share: number, spread: Spread): number => (isOpen(share) ? logitDeviation(share, spread) : 0);

/** A share moved on the logit scale. */
function strayed(share: number, by: number): number {
  if (!isOpen(share)) return share;
  const odds = (share / (1 - share)) * Math.exp(by);
  return odds / (1 + odds);
}
