import { afterAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIONAL_ONLINE_RETAIL } from '../../../src/domain/national-season';
import { answerOf, failureOf, paceline, removeFolders, temporaryFolder } from '../../support/process';

afterAll(removeFolders);

const home = temporaryFolder();
const path = join(temporaryFolder(), 'national.csv');
writeFileSync(
  path,
  [
    'year,month,cumulative_100m_yuan,precision',
    ...Object.entries(NATIONAL_ONLINE_RETAIL).flatMap(([year, months]) =>
      Object.entries(months).map(([month, done]) => `${year},${month},${done},exact`),
    ),
  ].join('\n'),
);

const RULE = { falseAlarmDays: expect.any(Number) as unknown, flaps: expect.any(Number) as unknown };

describe('paceline backtest', () => {
  test('answers with horizons, their mean and alarms, and nothing else', async () => {
    const answer = await answerOf<{ horizons: { at: string }[]; mean: object; alarms: { goalFactor: number }[] }>(
      ['backtest', path],
      { home },
    );
    expect(Object.keys(answer)).toEqual(['horizons', 'mean', 'alarms']);
    expect(answer.horizons.map(({ at }) => at)).toEqual(['02', '03', '04', '05', '06', '07', '08', '09', '10', '11']);
    expect(answer.horizons[0]).toEqual({
      at: '02',
      years: 8,
      mape: { paceline: 5.552, straightLine: 18.45, lastYear: 7.274, meanOfThree: 5.677 },
      coverage80: 1,
      winkler80: expect.any(Number) as unknown,
    });
    expect(answer.mean).toEqual({
      mape: { paceline: 2.292, straightLine: 10.21, lastYear: 2.87, meanOfThree: 2.468 },
      coverage80: 0.8246,
    });
    expect(answer.alarms.map(({ goalFactor }) => goalFactor)).toEqual([
      0.95, 0.96, 0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 1.04, 1.05,
    ]);
    expect(answer.alarms[0]).toEqual({
      goalFactor: 0.95,
      paceline: { ...RULE, firstAlarmDay: null },
      straightLine: { ...RULE, firstAlarmDay: 91 },
    });
  });

  test('shows people the same with chances scored, and opens no store for it', async () => {
    const { code, stdout, stderr } = await paceline(['backtest', path], { home });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Years forecast, each from the years before it only: 2017, 2019/);
    expect(stdout).toMatch(/^02 +8 +5\.55 +18\.45 +7\.27 +5\.68 +100 % +\d+\.\d+ +0\.\d+$/m);
  });

  test('tells the line and column of what is wrong, and what a history needs', async () => {
    const bad = join(temporaryFolder(), 'bad.csv');
    writeFileSync(bad, 'day,amount\n2025-01-01,1.00\n2025-01-02,1e3\n');
    expect(await failureOf(['backtest', bad], { home })).toMatchObject({
      code: 'file-not-a-table',
      message: `${bad}, line 3, column "amount": "1e3" cannot stand here`,
    });
    writeFileSync(bad, 'day,amount\n2025-01-01,1.00\n');
    expect(await failureOf(['backtest', bad], { home })).toMatchObject({ code: 'nothing-found' });
  });
});
