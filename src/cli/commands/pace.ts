import { refreshTotals } from '../../clickhouse/totals/refresh';
import { businessDayAt, parseDay, yearOf } from '../../domain/calendar';
import { formatYuan } from '../../domain/money';
import { type Forecast } from '../../domain/forecast';
import { scopeText } from '../../domain/goal';
import { chanceText, type Expectation, type PaceReport } from '../../domain/pace';
import { type ShoppingEvent } from '../../domain/shopping-events';
import { type Context } from '../../operations/context';
import { measurePace } from '../../operations/measure-pace';
import { type Io } from '../io';
import { signedPercent, yuan } from '../money';
import { scopeOf, yearArgument } from '../question';
import { goalJson } from './goal';

export interface PaceOptions {
  readonly year?: string;
  readonly asOf?: string;
}

/** pace prints where a goal's year stands and why. */
export async function pace(
  io: Io,
  context: Context,
  options: PaceOptions & { readonly goal: string },
): Promise<boolean> {
  await refreshTotals(context.db, context.now);
  const request = paceRequest(options);
  const year = request.year ?? yearOf(request.asOf ?? businessDayAt(context.now().getTime()));
  const report = await measurePace(context, { ...request, scope: scopeOf(options.goal, year) });
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
    goal: goalJson(goal),
    requestedAsOf: report.requestedAsOf,
    asOf: report.asOf,
    actual: formatYuan(report.actual),
    remaining: formatYuan(report.remaining),
    remainingDays: report.remainingDays,
    dailyNeeded: formatYuan(report.dailyNeeded),
    dailySoFar: formatYuan(report.dailySoFar),
    seasonal: { ...expectationJson(seasonal), source: seasonal.source },
    straightLine: expectationJson(straightLine),
    forecast: report.forecast ? forecastJson(report.forecast) : null,
    waitingFor: report.waitingFor,
    shops: report.shops,
  };
}

/** Chances and growth as shares (0.05 is 5 %), money as strings in yuan. */
function forecastJson(forecast: Forecast): Record<string, unknown> {
  const { chance, gapDays, upliftNeeded, growth } = forecast;
  return {
    chance,
    intervals: forecast.intervals.map(({ level, low, high }) => ({
      level,
      low: formatYuan(low),
      high: formatYuan(high),
    })),
    gapDays,
    upliftNeeded,
    growth,
    events: forecast.events.map(({ needed, projected, ...event }) => ({
      ...event,
      needed: formatYuan(needed),
      projected: formatYuan(projected),
    })),
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

const STATES = { 'on-track': 'ON TRACK', 'at-risk': 'AT RISK', behind: 'BEHIND', 'no-data': 'NO DATA' } as const;
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const EVENTS: Readonly<Record<ShoppingEvent, string>> = {
  'spring-festival': 'Spring Festival',
  '618': '618',
  'double-11': 'Double 11',
  'double-12': 'Double 12',
};

function forecastLines({ chance, intervals, gapDays, upliftNeeded, growth, events }: Forecast): string[] {
  return [
    ...intervals.map(({ level, low, high }) => `  ${level} % range    ${yuan(low)} to ${yuan(high)}`),
    `chance of goal  ${chanceText(chance)}; the year stands ${Math.abs(gapDays).toFixed(1)} days ${gapDays < 0 ? 'behind' : 'ahead of'} its season`,
    ...(upliftNeeded === null
      ? []
      : [`to meet it      the rest must bring ${signedPercent(upliftNeeded)} against its projection`]),
    ...(growth === null
      ? []
      : [`on last year    ${signedPercent(growth.soFar)} so far; the rest needs ${signedPercent(growth.needed)}`]),
    ...events.map(
      ({ event, from, to, needed, projected }) =>
        `  ${EVENTS[event].padEnd(13)} ${from} to ${to}: needs ${yuan(needed)}, projected ${yuan(projected)}`,
    ),
  ];
}

/** paceText says a pace to a person. */
export function paceText(report: PaceReport): string {
  const { goal, seasonal, straightLine } = report;
  const asked = report.asOf === report.requestedAsOf ? '' : ` (asked for ${report.requestedAsOf})`;
  const ofScope = scopeText(goal.scope) === scopeText() ? '' : ` for ${scopeText(goal.scope)}`;
  const late = report.waitingFor.map(
    ({ platform, shop, completeTo }) =>
      `  ${platform} / ${shop}: ${completeTo === null ? 'nothing yet' : `to ${completeTo}`}`,
  );
  return [
    `${STATES[report.state]}. ${report.because}`,
    `goal ${goal.year}       ${yuan(goal.amount)} ${goal.measure}${ofScope}${goal.setOn === null ? ' (built-in default)' : ''}`,
    `as of           ${report.asOf ?? 'no complete day'}${asked}`,
    `done            ${yuan(report.actual)}`,
    `season expects  ${yuan(seasonal.expected)} (${percent(seasonal.share)} of the year), gap ${yuan(seasonal.gap)}`,
    `projected year  ${seasonal.projected === null ? 'not yet' : yuan(seasonal.projected)}`,
    // A year that is over, or a goal that is met, leaves nothing to doubt.
    ...(report.forecast && report.remaining > 0n && report.remainingDays > 0 ? forecastLines(report.forecast) : []),
    `still needed    ${yuan(report.dailyNeeded)} a day for ${report.remainingDays} days; ${yuan(report.dailySoFar)} a day so far`,
    `straight line   ${yuan(straightLine.expected)} (${percent(straightLine.share)}), gap ${yuan(straightLine.gap)}; for reference only`,
    `season from     ${seasonal.source}`,
    ...(late.length > 0 ? [`waiting for ${late.length} of ${report.shops} shops:`, ...late] : []),
  ].join('\n');
}
