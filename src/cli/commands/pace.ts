import { refreshTotals } from '../../clickhouse/totals/refresh';
import { parseDay } from '../../domain/calendar';
import { formatYuan } from '../../domain/money';
import { type Expectation, type PaceReport } from '../../domain/pace';
import { type Context } from '../../operations/context';
import { measurePace } from '../../operations/measure-pace';
import { type Io } from '../io';
import { yuan } from '../money';
import { yearArgument } from './totals';

export interface PaceOptions {
  readonly year?: string;
  readonly asOf?: string;
}

/** pace prints where a goal's year stands and why. */
export async function pace(io: Io, context: Context, options: PaceOptions): Promise<boolean> {
  await refreshTotals(context.db, context.now);
  const report = await measurePace(context, paceRequest(options));
  io.answer(paceJson(report), () => paceText(report));
  return true;
}

/** paceRequest reads the year and the day of a command line. */
export function paceRequest({ year, asOf }: PaceOptions): { year?: number; asOf?: string } {
  return {
    ...(year === undefined ? {} : { year: yearArgument(year) }),
    ...(asOf === undefined ? {} : { asOf: parseDay(asOf) }),
  };
}

/** paceJson is the JSON form of a pace: money as strings in yuan, shares of the year as numbers. */
export function paceJson(report: PaceReport): Record<string, unknown> {
  const { goal, straightLine, seasonal } = report;
  return {
    state: report.state,
    because: report.because,
    goal: { year: goal.year, measure: goal.measure, amount: formatYuan(goal.amount), setOn: goal.setOn },
    requestedAsOf: report.requestedAsOf,
    asOf: report.asOf,
    actual: formatYuan(report.actual),
    remaining: formatYuan(report.remaining),
    remainingDays: report.remainingDays,
    dailyNeeded: formatYuan(report.dailyNeeded),
    dailySoFar: formatYuan(report.dailySoFar),
    seasonal: { ...expectationJson(seasonal), source: seasonal.source },
    straightLine: expectationJson(straightLine),
    waitingFor: report.waitingFor,
    shops: report.shops,
  };
}

function expectationJson({ share, expected, gap, projected }: Expectation): Record<string, unknown> {
  return {
    share,
    expected: formatYuan(expected),
    gap: formatYuan(gap),
    projected: projected === null ? null : formatYuan(projected),
  };
}

const STATES = { 'on-track': 'ON TRACK', behind: 'BEHIND', 'no-data': 'NO DATA' } as const;
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** paceText says a pace to a person. */
export function paceText(report: PaceReport): string {
  const { goal, seasonal, straightLine } = report;
  const asked = report.asOf === report.requestedAsOf ? '' : ` (asked for ${report.requestedAsOf})`;
  const late = report.waitingFor.map(
    ({ platform, shop, completeTo }) =>
      `  ${platform} / ${shop}: ${completeTo === null ? 'nothing yet' : `to ${completeTo}`}`,
  );
  return [
    `${STATES[report.state]}. ${report.because}`,
    `goal ${goal.year}       ${yuan(goal.amount)} ${goal.measure}${goal.setOn === null ? ' (built-in default)' : ''}`,
    `as of           ${report.asOf ?? 'no complete day'}${asked}`,
    `done            ${yuan(report.actual)}`,
    `season expects  ${yuan(seasonal.expected)} (${percent(seasonal.share)} of the year), gap ${yuan(seasonal.gap)}`,
    `projected year  ${seasonal.projected === null ? 'not yet' : yuan(seasonal.projected)}`,
    `still needed    ${yuan(report.dailyNeeded)} a day for ${report.remainingDays} days; ${yuan(report.dailySoFar)} a day so far`,
    `straight line   ${yuan(straightLine.expected)} (${percent(straightLine.share)}), gap ${yuan(straightLine.gap)}; for reference only`,
    `season from     ${seasonal.source}`,
    ...(late.length > 0 ? [`waiting for ${late.length} of ${report.shops} shops:`, ...late] : []),
  ].join('\n');
}
