import { backtest as walk, type BacktestAlarms, type BacktestReport, type Horizon } from '../../domain/backtest';
import { type Way, WAYS } from '../../domain/backtest-subjects';
import { type PaceSettings } from '../../domain/pace-state';
import { terminal } from '../../errors';
import { readHistory } from '../../intake/read-history';
import { type Io, table } from '../io';

/** backtest walks through a csv of past sales and prints how well each year would have been forecast. */
export async function backtest(io: Io, settings: PaceSettings, path: string): Promise<boolean> {
  const report = walk(await readHistory(path), settings);
  if (report.horizons.length === 0) {
    throw terminal(
      'nothing-found',
      `${path} holds no year that could be forecast from a year before it`,
      'Give it at least two whole years: every month of daily figures, or a December and another month.',
      { path },
    );
  }
  io.answer(backtestJson(report), () => backtestText(report));
  return true;
}

/** Errors and widths in percent of the year, to four digits; coverage as a share. */
function backtestJson({ horizons, mean, alarms }: BacktestReport): unknown {
  const mapeJson = (mape: Horizon['mape']): Record<Way, number> => ({
    paceline: rounded(mape.paceline),
    straightLine: rounded(mape.straightLine),
    lastYear: rounded(mape.lastYear),
    meanOfThree: rounded(mape.meanOfThree),
  });
  const alarmsJson = ({ falseAlarmDays, firstAlarmDay, flaps }: BacktestAlarms): BacktestAlarms => ({
    falseAlarmDays: rounded(falseAlarmDays),
    firstAlarmDay,
    flaps,
  });
  return {
    horizons: horizons.map(({ at, years, mape, coverage80, winkler80 }) => ({
      at,
      years,
      mape: mapeJson(mape),
      coverage80: rounded(coverage80),
      winkler80: rounded(winkler80),
    })),
    mean: { mape: mapeJson(mean.mape), coverage80: rounded(mean.coverage80) },
    alarms: alarms.map(({ goalFactor, paceline, straightLine }) => ({
      goalFactor,
      paceline: alarmsJson(paceline),
      straightLine: alarmsJson(straightLine),
    })),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));
const WAY_NAMES: Readonly<Record<Way, string>> = {
  paceline: 'Paceline',
  straightLine: 'straight line',
  lastYear: 'last year',
  meanOfThree: 'mean of three',
};

function backtestText({ years, horizons, mean, alarms }: BacktestReport): string {
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  const errors = (mape: Horizon['mape']): string[] => WAYS.map((way) => mape[way].toFixed(2));
  const ways = WAYS.map((way) => WAY_NAMES[way]);
  const alarmCells = ({ falseAlarmDays, firstAlarmDay, flaps }: BacktestAlarms): string[] => [
    falseAlarmDays.toFixed(1),
    String(firstAlarmDay ?? 'none'),
    String(flaps),
  ];
  const right = ['years', ...ways, '80 % held', 'Winkler', 'Brier'];
  const alarmColumns = ['false days', 'first day', 'flaps', 'line: false days', 'line: first day', 'line: flaps'];
  return [
    `Years forecast, each from the years before it only: ${years.join(', ')}.`,
    'Mean absolute error of the year’s projection, in percent of the year; at = month end, or day of the year.',
    '',
    table(
      ['at', ...right],
      [
        ...horizons.map(({ at, years: count, mape, coverage80, winkler80, brier }) => [
          at,
          String(count),
          ...errors(mape),
          percent(coverage80),
          winkler80.toFixed(2),
          brier.toFixed(3),
        ]),
        ['all', '', ...errors(mean.mape), percent(mean.coverage80), '', mean.brier.toFixed(3)],
      ],
      right,
    ),
    '',
    'Alarms for goals of what a year came to × goal: false days a year (goal met), median day of the first alarm',
    '(a missed goal is known on the last day), alarms taken back in all years; Paceline, then the straight line.',
    '',
    table(
      ['goal', ...alarmColumns],
      alarms.map(({ goalFactor, paceline, straightLine }) => [
        goalFactor.toFixed(2),
        ...alarmCells(paceline),
        ...alarmCells(straightLine),
      ]),
      ['goal', ...alarmColumns],
    ),
  ].join('\n');
}
