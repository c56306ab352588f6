import { describe, expect, test } from '@jest/globals';
import { type BusinessDay, dayOfYear, eachDay } from '../../../src/domain/calendar';
import { type Fen } from '../../../src/domain/money';
import {
  DEFAULT_PACE_SETTINGS,
  judgePace,
  lastCompleteDay,
  type PaceInput,
  type PaceSettings,
  type ShopCoverage,
} from '../../../src/domain/pace';
import { nationalCurve, straightLine } from '../../../src/domain/season';

const shop = (name: string, completeTo: BusinessDay | null): ShopCoverage => ({
  platform: 'pinduoduo',
  shop: name,
  completeTo,
});

/** The same amount on every day of 2025. */
const everyDay = (fen: Fen): Map<BusinessDay, Fen> =>
  new Map(eachDay('2025-01-01', '2025-12-31').map((day) => [day, fen]));

/** A goal of 36 500 fen for 2025 against the straight line: 100 fen a day just meet it. */
const input = (change: Partial<PaceInput> = {}): PaceInput => ({
  goal: { year: 2025, measure: 'net', amount: 36_500n, setOn: null },
  dailyAmounts: everyDay(100n),
  coverage: [shop('a', '2025-12-31')],
  requestedAsOf: '2025-09-30',
  previous: null,
  curve: straightLine(2025),
  settings: DEFAULT_PACE_SETTINGS,
  ...change,
});

describe('the last complete day', () => {
  test('the shop that delivered least far holds it back, and all that wait are named, latest deliverer last', () => {
    const [a, b, c] = [shop('a', '2025-09-28'), shop('b', '2025-09-30'), shop('c', '2025-09-25')];
    expect(lastCompleteDay([a, b, c], '2025-09-30')).toEqual({ day: '2025-09-25', waitingFor: [c, a] });
  });

  test('exports that reach further than the day asked about do not move it', () => {
    expect(lastCompleteDay([shop('a', '2025-10-05')], '2025-09-30')).toEqual({ day: '2025-09-30', waitingFor: [] });
  });

  test('there is none when a shop never delivered or no shop is known', () => {
    const never = shop('never', null);
    const done = shop('a', '2025-09-30');
    expect(lastCompleteDay([done, never], '2025-09-30')).toEqual({ day: null, waitingFor: [never] });
    expect(lastCompleteDay([], '2025-09-30')).toEqual({ day: null, waitingFor: [] });
  });
});

describe('the figures of a pace report', () => {
  test('actual, gap, projection and daily need are exact to the fen', () => {
    const report = judgePace(input({ dailyAmounts: everyDay(90n), requestedAsOf: '2025-07-01' }));
    expect(report).toMatchObject({
      state: 'behind',
      asOf: '2025-07-01',
      actual: 16_380n, // 182 days of 90
      remaining: 20_120n,
      remainingDays: 183,
      dailyNeeded: 110n, // 109.95 rounded up
      dailySoFar: 90n,
      straightLine: { share: 182 / 365, expected: 18_200n, gap: -1_820n, projected: 32_850n },
      seasonal: { expected: 18_200n, gap: -1_820n, projected: 32_850n, source: 'straight line' },
      waitingFor: [],
      shops: 1,
      because:
        'The projected year of 328.50 yuan is 10.00 % below the goal of 365.00 yuan; the chance to meet it is 4 %.',
    });
  });

  test('the judgement rests on the season, and the straight line stands beside it', () => {
    const curve = nationalCurve(2025);
    const goal = { year: 2025, measure: 'net', amount: 6_000_000_000_000n, setOn: null } as const;
    const days = eachDay('2025-01-01', '2025-12-31');
    const sold = (day: BusinessDay): bigint => BigInt(Math.round((curve.cumulative[dayOfYear(day) - 1] ?? 0) * 6e12));
    const dailyAmounts = new Map(days.map((day, i) => [day, sold(day) - (i === 0 ? 0n : sold(days[i - 1]!))]));
    const report = judgePace(input({ goal, dailyAmounts, curve, requestedAsOf: '2025-06-30' }));
    expect(report.state).toBe('on-track');
    expect(report.straightLine.projected!).toBeLessThan(5_640_000_000_000n); // a false alarm of more than 6 %
    expect(report.seasonal.share).toBe(curve.cumulative[180]);
    expect(report.seasonal.projected! - goal.amount).toBeLessThan(10_000n);
    expect(report.seasonal.projected! - goal.amount).toBeGreaterThan(-10_000n);
  });

  test('figures run to the last complete day only', () => {
    const dailyAmounts = everyDay(100n).set('2025-09-29', 1_000_000n).set('2024-12-31', 1_000_000n);
    const coverage = [shop('a', '2025-09-28'), shop('b', '2025-09-30')];
    expect(judgePace(input({ dailyAmounts, coverage }))).toMatchObject({
      requestedAsOf: '2025-09-30',
      asOf: '2025-09-28',
      actual: 27_100n,
      remainingDays: 94,
      waitingFor: [coverage[0]],
      shops: 2,
    });
  });

  test('a day without an amount brought nothing', () => {
    expect(judgePace(input({ dailyAmounts: new Map([['2025-09-01', 500n]]) })).actual).toBe(500n);
  });
});

describe('the state of a pace report', () => {
  const cases: [string, Partial<PaceInput>, string, RegExp][] = [
    ['a year that just meets its goal is on track', {}, 'on-track', /0\.00 % above.*50 %/],
    ['2 % short at the end of September is at risk', { dailyAmounts: everyDay(98n) }, 'at-risk', /2\.00 %.*19 %/],
    ['3 % short is behind', { dailyAmounts: everyDay(97n) }, 'behind', /3\.00 % below/],
    [
      'a year that was behind stays behind while the goal is less likely met than missed',
      { dailyAmounts: everyDay(99n), previous: 'behind' },
      'behind',
      /1\.00 %/,
    ],
    ['and comes back when it is as likely met', { previous: 'behind' }, 'on-track', /0\.00 %/],
    [
      'a year that was at risk stays so, and comes back, alike',
      { dailyAmounts: everyDay(99n), previous: 'at-risk' },
      'at-risk',
      /1\.00 %/,
    ],
    ['a year that was at risk may be on track', { previous: 'at-risk' }, 'on-track', /0\.00 %/],
    [
      'a year without data before is judged like a new one',
      { dailyAmounts: everyDay(98n), previous: 'no-data' },
      'at-risk',
      /2\.00/,
    ],
    [
      'early in the year the same shortfall is no evidence of being behind',
      { dailyAmounts: everyDay(90n), requestedAsOf: '2025-03-10' },
      'at-risk',
      /10\.00 % below/,
    ],
    [
      'one good day does not end being behind',
      { dailyAmounts: everyDay(90n).set('2025-09-30', 5_000n), previous: 'behind' },
      'behind',
      /above/,
    ],
    [
      'nor does one bad day begin it',
      { dailyAmounts: everyDay(100n).set('2025-09-30', -3_000n) },
      'on-track',
      /11\.36 % below/,
    ],
    ['five days in a row do', { dailyAmounts: everyDay(100n).set('2025-09-26', -3_000n) }, 'behind', /below/],
    [
      'nothing is called behind before 1 March',
      { dailyAmounts: everyDay(1n), requestedAsOf: '2025-02-28' },
      'on-track',
      /too early to judge.*2025-03-01/,
    ],
    [
      'nor within fifteen days of a late Spring Festival',
      {
        goal: { year: 2026, measure: 'net', amount: 36_500n, setOn: null },
        dailyAmounts: new Map([['2026-01-01', 1n]]),
        curve: straightLine(2026),
        coverage: [shop('a', '2026-12-31')],
        requestedAsOf: '2026-03-03',
      },
      'on-track',
      /too early to judge.*2026-03-04/,
    ],
    [
      'not even when it was behind before',
      { dailyAmounts: everyDay(1n), requestedAsOf: '2025-02-28', previous: 'behind' },
      'on-track',
      /too early/,
    ],
    [
      'from 1 March on a year may be behind',
      { dailyAmounts: everyDay(1n), requestedAsOf: '2025-03-01' },
      'behind',
      /99\.00 % below/,
    ],
    [
      'complete days before March cannot carry a judgement in March',
      { dailyAmounts: everyDay(1n), requestedAsOf: '2025-03-03', coverage: [shop('a', '2025-02-28')] },
      'on-track',
      /too early/,
    ],
    ['a week without exports is allowed', { coverage: [shop('a', '2025-09-23')] }, 'on-track', /0\.00 %/],
    [
      'eight days without exports are missing data',
      { coverage: [shop('a', '2025-09-22')] },
      'no-data',
      /2025-09-22, lies 8 days before 2025-09-30; 7 are allowed/,
    ],
    [
      'missing data are never called behind',
      { dailyAmounts: everyDay(1n), coverage: [shop('a', '2025-09-22')], previous: 'behind' },
      'no-data',
      /8 days/,
    ],
    [
      'a shop that never delivered is missing data',
      { coverage: [shop('a', '2025-09-30'), shop('b', null)] },
      'no-data',
      /1 of 2 shops never delivered/,
    ],
    ['no shop at all is missing data', { coverage: [] }, 'no-data', /No shop has delivered anything yet/],
    [
      'a goal that is met is on track, however little is to come',
      { goal: { year: 2025, measure: 'net', amount: 2_000n, setOn: null }, previous: 'behind' },
      'on-track',
      /goal is met: 273\.00 yuan by 2025-09-30/,
    ],
    [
      'a goal that is met does not hide missing data',
      { goal: { year: 2025, measure: 'net', amount: 2_000n, setOn: null }, coverage: [shop('a', '2025-09-01')] },
      'no-data',
      /29 days/,
    ],
    [
      'a goal that is met in February is on track',
      { goal: { year: 2025, measure: 'net', amount: 2_000n, setOn: null }, requestedAsOf: '2025-02-10' },
      'on-track',
      /goal is met/,
    ],
    [
      'a complete year that misses by a fen is behind',
      { goal: { year: 2025, measure: 'net', amount: 36_501n, setOn: null }, requestedAsOf: '2025-12-31' },
      'behind',
      /missed by 0\.01 yuan/,
    ],
    [
      'a complete year that meets the goal is on track',
      { requestedAsOf: '2025-12-31', previous: 'behind' },
      'on-track',
      /goal is met/,
    ],
    [
      'one day before the end a missing fen is as good as even odds',
      { goal: { year: 2025, measure: 'net', amount: 36_501n, setOn: null }, requestedAsOf: '2025-12-30' },
      'on-track',
      /below.*49 %/,
    ],
    [
      'a year that has not begun has no data',
      { requestedAsOf: '2024-12-31' },
      'no-data',
      /2025 has not begun on 2024-12-31/,
    ],
    [
      'refunds beyond sales project a loss, which is behind',
      { dailyAmounts: everyDay(-5n) },
      'behind',
      /105\.00 % below/,
    ],
  ];
  test.each(cases)('%s', (_name, change, state, because) => {
    const report = judgePace(input(change));
    expect(report.state).toBe(state);
    expect(report.because).toMatch(because);
  });

  test('after the end of the year the question is about 31 December', () => {
    const after = input({ requestedAsOf: '2026-03-01' });
    const end = {
      state: 'on-track',
      requestedAsOf: '2026-03-01',
      asOf: '2025-12-31',
      remainingDays: 0,
      dailyNeeded: 0n,
      waitingFor: [],
    };
    expect(judgePace(after)).toMatchObject(end);
    expect(judgePace({ ...after, coverage: [shop('a', '2026-02-28')] })).toMatchObject(end);
    expect(judgePace({ ...after, coverage: [shop('a', '2025-12-20')] }).state).toBe('no-data');
  });

  test('on the first days of January, before any day of the year is complete, nothing is missing and nothing is behind', () => {
    const early = input({ requestedAsOf: '2025-01-02', coverage: [shop('a', '2024-12-31')] });
    expect(judgePace(early)).toMatchObject({
      state: 'on-track',
      asOf: null,
      actual: 0n,
      remaining: 36_500n,
      remainingDays: 365,
      dailyNeeded: 100n,
      dailySoFar: 0n,
      seasonal: { share: 0, expected: 0n, gap: 0n, projected: null },
    });
    expect(judgePace({ ...early, requestedAsOf: '2025-01-08' }).state).toBe('no-data');
  });

  test('a leap year has 366 days to bring the goal', () => {
    const goal = { year: 2028, measure: 'gross', amount: 36_600n, setOn: null } as const;
    const report = judgePace(
      input({ goal, curve: straightLine(2028), coverage: [shop('a', '2028-02-29')], requestedAsOf: '2028-02-29' }),
    );
    expect(report.remainingDays).toBe(306);
    expect(report.straightLine.expected).toBe(6_000n);
  });
});

describe('what a judgement refuses', () => {
  const wrong: [string, Partial<PaceSettings>][] = [
    ['leaving where one enters', { atRiskBelow: 0.5, onTrackAbove: 0.5 }],
    ['behind at a better chance than at risk', { behindBelow: 0.4 }],
    ['a chance of nothing', { behindBelow: 0 }],
    ['certainty', { onTrackAbove: 1 }],
    ['behind at more than even odds', { behindBelow: 0.6, atRiskBelow: 0.6, onTrackAbove: 0.7 }],
    ['a chance that is not a number', { behindBelow: Number.NaN }],
    ['no days at all', { minDays: 0 }],
    ['a wait of less than no days', { daysAfterFestival: -1 }],
    ['a day that does not exist', { notBefore: '02-30' }],
    ['a lag below zero', { maxLagDays: -1 }],
  ];
  test.each(wrong)('%s is refused as a setting', (_name, change) => {
    const settings = { ...DEFAULT_PACE_SETTINGS, ...change };
    expect(() => judgePace(input({ settings }))).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test('a curve of another year is refused', () => {
    expect(() => judgePace(input({ curve: straightLine(2024) }))).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});
