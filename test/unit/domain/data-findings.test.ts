import { describe, expect, test } from '@jest/globals';
import { addDays, type BusinessDay, eachDay } from '../../../src/domain/calendar';
import { type ExpectedShop } from '../../../src/domain/completeness';
import { contributionsTo } from '../../../src/domain/contributions';
import {
  type DataFinding,
  type DataSeen,
  DEFAULT_DATA_SETTINGS,
  findingsOf,
  type RowsOfFile,
} from '../../../src/domain/data-findings';
import { type Fen } from '../../../src/domain/money';
import { parseRobots, recipientsFor, type RecipientRule } from '../../../src/domain/recipients';
import { type SeasonalCurve } from '../../../src/domain/season';
import { unusualWeek } from '../../../src/domain/shop-week';
import { reportBehind } from '../mail/alerts';

const DAY = '2026-09-30';
const shop = (change: Partial<ExpectedShop> = {}): ExpectedShop => ({
  platform: 'jd',
  shop: '某店',
  everyDays: 1,
  source: 'learned',
  from: '2026-01-01',
  until: null,
  last: '2026-09-29',
  gaps: new Set(),
  accepted: [],
  ...change,
});
const seen = (change: Partial<DataSeen>): DataSeen => ({
  report: reportBehind,
  shops: [],
  held: [],
  histories: [],
  unusualWeeks: [],
  differences: [],
  ...change,
});
const found = (change: Partial<DataSeen>, day = DAY): DataFinding[] =>
  findingsOf(seen(change), day, DEFAULT_DATA_SETTINGS);

describe('a missing export', () => {
  const missing = (change: Partial<ExpectedShop>, day = DAY) => found({ shops: [shop(change)] }, day);

  test('is told once it is a day over its time, with the days that are missing', () => {
    expect(missing({ last: '2026-09-28' })).toEqual([]);
    expect(missing({ last: '2026-09-27' })).toMatchObject([{ kind: 'missing', days: 2, first: '2026-09-28' }]);
    expect(missing({ last: '2026-09-20', everyDays: 7 })).toMatchObject([{ days: 9, first: '2026-09-21' }]);
    expect(missing({ last: '2026-09-22', everyDays: 7 })).toEqual([]);
  });

  test('that never came is told from the first day that it was expected for', () => {
    expect(missing({ last: null, from: '2026-09-26' })).toMatchObject([{ last: null, days: 4, first: '2026-09-26' }]);
  });

  test('that later ones have passed over is told at once', () => {
    expect(missing({ gaps: new Set(['2026-09-12', '2026-09-10']) })).toMatchObject([{ days: 2, first: '2026-09-10' }]);
  });

  test('for which nobody waits is not told', () => {
    const accepted = [{ platform: 'jd', shop: '某店', first: '2026-09-10', last: '2026-09-29' }];
    expect(missing({ last: '2026-09-20', gaps: new Set(['2026-09-10']), accepted })).toEqual([]);
    expect(missing({ last: '2026-09-20', everyDays: null, until: '2026-09-21' })).toEqual([]);
  });
});

describe('rejected rows', () => {
  const files = (...rejected: number[]): RowsOfFile[] =>
    rejected.map((count, index) => ({
      platform: 'jd',
      shop: '某店',
      fileId: `${index}`,
      name: `${index}.csv`,
      snapshotDay: addDays(DAY, index + 1 - rejected.length),
      rows: 1000,
      rejected: count,
    }));
  const surge = (...rejected: number[]) => found({ histories: [files(...rejected)] });

  test('surge when they are three times their usual share, and many', () => {
    expect(surge(1, 1, 1, 10)).toMatchObject([{ kind: 'rejects', rejected: 10, rows: 1000, usualShare: 0.001 }]);
    expect(surge(1, 1, 1, 9)).toEqual([]);
    expect(surge(4, 4, 4, 11)).toEqual([]);
    expect(surge(4, 4, 4, 12)).toHaveLength(1);
  });

  test('say nothing while nobody knows what is usual, or in a file that is old', () => {
    expect(surge(0, 0, 500)).toEqual([]);
    expect(found({ histories: [files(1, 1, 1, 100)] }, addDays(DAY, 8))).toEqual([]);
  });
});

test('a year without data is told as such, and one that has not begun is not', () => {
  const report = { ...reportBehind, state: 'no-data' as const };
  expect(found({ report })).toMatchObject([{ kind: 'unjudged', subject: 'data/unjudged/2026' }]);
  expect(found({ report: { ...report, requestedAsOf: '2025-12-31' } })).toEqual([]);
});

test('totals that differ are one finding with the days', () => {
  expect(found({ differences: ['2026-09-04', '2026-09-02', '2026-09-04'] })).toEqual([
    { kind: 'totals', subject: 'data/totals', differences: 3, days: ['2026-09-02', '2026-09-04'] },
  ]);
});

describe('a week of a shop', () => {
  const straight: SeasonalCurve = {
    year: 2026,
    source: 'straight',
    cumulative: Array.from({ length: 365 }, (_, day) => (day + 1) / 365),
    spread: { deviation: 0.02, years: 5 },
    ownYears: [2025],
  };
  /** About ten thousand yuan a day, with the last week times a factor. */
  const sales = (factor: number, last: BusinessDay = '2026-09-29'): Map<BusinessDay, Fen> =>
    new Map(
      eachDay('2026-06-01', last).map((day, index) => [
        day,
        BigInt(Math.round((900_000 + (index % 7) * 50_000) * (day > addDays(last, -7) ? factor : 1))),
      ]),
    );

  test('is unusual when it is far from the eight before it', () => {
    expect(unusualWeek(shop(), sales(1), straight)).toBeNull();
    expect(unusualWeek(shop(), sales(2.9), straight)).toBeNull();
    expect(unusualWeek(shop(), sales(3.2), straight)).toMatchObject({ from: '2026-09-23', to: '2026-09-29' });
    expect(unusualWeek(shop(), sales(0.2), straight)?.times).toBeCloseTo(0.2, 2);
    expect(unusualWeek(shop(), sales(0), straight)?.times).toBe(0);
  });

  test('is measured by the season: a rise that it expects is usual, and the lack of it is not', () => {
    const cumulative = straight.cumulative.map((share, day) => (day < 265 ? share * 0.8 : share));
    const peak = { ...straight, cumulative };
    const rise = (cumulative[271]! - cumulative[264]!) / (7 / 365) / 0.8;
    expect(rise).toBeGreaterThan(10);
    expect(unusualWeek(shop(), sales(rise), peak)).toBeNull();
    expect(unusualWeek(shop(), sales(1), peak)?.times).toBeLessThan(0.2);
  });

  test('says nothing of a shop that is new, small, or irregular', () => {
    expect(unusualWeek(shop({ from: '2026-09-01' }), sales(10), straight)).toBeNull();
    const small = new Map([...sales(10)].map(([day, amount]) => [day, amount / 1000n]));
    expect(unusualWeek(shop(), small, straight)).toBeNull();
    const irregular = new Map([...sales(4)].map(([day, amount], n) => [day, n % 14 < 7 ? amount : amount * 9n]));
    expect(unusualWeek(shop(), irregular, straight)).toBeNull();
    expect(unusualWeek(shop({ last: '2026-01-20' }), sales(10, '2026-01-20'), straight)).toBeNull();
  });

  test('that touches a shopping event says nothing where the season is not known by day', () => {
    const monthly = { ...straight, ownYears: [] };
    const last = '2026-11-11';
    expect(unusualWeek(shop({ last }), sales(10, last), monthly)).toBeNull();
    expect(unusualWeek(shop({ last }), sales(10, last), straight)).not.toBeNull();
  });
});

describe('what each platform has in the gap', () => {
  test('adds up to the gap, the largest shortfall first, with those that are gone and those that are new', () => {
    const now = new Map([
      ['jd', 300n],
      ['douyin', 500n],
      ['new', 100n],
    ]);
    const before = new Map([
      ['jd', 400n],
      ['douyin', 300n],
      ['gone', 100n],
    ]);
    expect(contributionsTo(1000n, now, before)).toEqual([
      { part: 'jd', amount: 300n, gap: -200n },
      { part: 'gone', amount: 0n, gap: -125n },
      { part: 'new', amount: 100n, gap: 100n },
      { part: 'douyin', amount: 500n, gap: 125n },
    ]);
  });

  test('is not known without a last year: then the largest stands first', () => {
    const now = new Map([
      ['jd', 300n],
      ['douyin', 500n],
    ]);
    expect(contributionsTo(1000n, now, null)).toEqual([
      { part: 'douyin', amount: 500n, gap: null },
      { part: 'jd', amount: 300n, gap: null },
    ]);
  });
});

describe('recipients', () => {
  const rules: RecipientRule[] = [
    { recipient: 'all@example.cn', kind: 'all', scope: '' },
    { recipient: 'data@example.cn', kind: 'data', scope: '' },
    { recipient: 'data@example.cn', kind: 'all', scope: '*' },
    { recipient: 'hohhot@example.cn', kind: 'pace', scope: 'league=呼和浩特市' },
  ];
  const told = (topic: 'pace' | 'data' | 'report', scope = '') =>
    recipientsFor(rules, ['default@example.cn'], topic, scope);

  test('hear of their kinds and goals, each once', () => {
    expect(told('pace')).toEqual(['all@example.cn', 'data@example.cn']);
    expect(told('data')).toEqual(['all@example.cn', 'data@example.cn']);
    expect(told('pace', 'league=呼和浩特市')).toEqual(['data@example.cn', 'hohhot@example.cn']);
    expect(told('pace', 'league=呼和浩特市,platform=jd')).toEqual(['data@example.cn', 'hohhot@example.cn']);
  });

  test('of the rest are those by default, but of a part of the region only who is named for it', () => {
    const some = rules.slice(3);
    expect(recipientsFor(some, ['default@example.cn'], 'pace', '')).toEqual(['default@example.cn']);
    expect(recipientsFor(some, ['default@example.cn'], 'report', 'league=呼和浩特市')).toEqual([]);
    expect(recipientsFor(some, ['default@example.cn'], 'pace', 'league=包头市')).toEqual([]);
  });

  test('that are robots are read with their secret, and a wrong list is no list', () => {
    const url = 'https://oapi.dingtalk.com/robot/send?access_token=abc';
    expect(parseRobots(`office=dingtalk:${url}#SECxyz, b=wecom:https://qyapi.weixin.qq.com/x?key=1`)).toEqual([
      { name: 'office', maker: 'dingtalk', url, secret: 'SECxyz' },
      { name: 'b', maker: 'wecom', url: 'https://qyapi.weixin.qq.com/x?key=1', secret: '' },
    ]);
    expect(parseRobots('')).toEqual([]);
    for (const wrong of [
      'office',
      'a=slack:https://x.cn',
      'a=wecom:ftp://x.cn',
      'a=wecom:https://x.cn,a=wecom:https://y.cn',
    ]) {
      expect(parseRobots(wrong)).toBeNull();
    }
  });
});
