import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type BusinessDay, eachDay } from '../../../src/domain/calendar';
import {
  type AcceptedDays,
  coverageOf,
  coverageOfShops,
  dayState,
  type ExpectedShop,
  expectedShops,
  nextDue,
  type ShopDeliveries,
  type ShopExpectation,
  waitedForIn,
} from '../../../src/domain/completeness';

const SHOP = { platform: 'douyin', shop: '云岫茶行' };
const delivered = (own: Partial<ShopDeliveries> = {}): ShopDeliveries => ({
  ...SHOP,
  first: '2026-01-01',
  last: '2026-06-09',
  gaps: [],
  everyDays: 1,
  ...own,
});
const said = (own: Partial<ShopExpectation> = {}): ShopExpectation => ({
  ...SHOP,
  everyDays: 1,
  since: null,
  saidOn: '2026-06-01',
  ...own,
});
const accepted = (first: BusinessDay, last = first): AcceptedDays => ({ ...SHOP, first, last });
const one = (...parts: Parameters<typeof expectedShops>): ExpectedShop => {
  const shops = expectedShops(...parts);
  expect(shops).toHaveLength(1);
  return shops[0]!;
};
const YEAR = '2026-01-01';
const TODAY = '2026-06-10';
const completeTo = (shop: ExpectedShop) => coverageOf(shop, YEAR, TODAY)?.completeTo;

describe('a shop', () => {
  test('is complete to the last day that its exports reach, and the next one is due by its habit', () => {
    const daily = one([delivered()], [], []);
    expect(completeTo(daily)).toBe('2026-06-09');
    expect(nextDue(daily)).toBe('2026-06-11');
    const weekly = one([delivered({ last: '2026-06-02', everyDays: 7 })], [], []);
    expect(nextDue(weekly)).toBe('2026-06-10');
    expect(dayState(weekly, '2026-06-05', '2026-06-09')).toBe('awaited');
    expect(dayState(weekly, '2026-06-05', '2026-06-10')).toBe('late');
  });

  test('is complete only to the day before a gap, unless the gap was accepted', () => {
    const gaps = { gaps: ['2026-03-02', '2026-03-03'] };
    const holed = one([delivered(gaps)], [], [accepted('2026-03-02')]);
    expect(completeTo(holed)).toBe('2026-03-02');
    expect(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map((day) => dayState(holed, day, TODAY))).toEqual([
      'complete',
      'accepted',
      'gap',
      'complete',
    ]);
    expect(completeTo(one([delivered(gaps)], [], [accepted('2026-03-02', '2026-03-03')]))).toBe('2026-06-09');
    expect(coverageOf(holed, '2026-04-01', TODAY)?.completeTo).toBe('2026-06-09');
  });

  test('that an operator expects holds back the days from when it should have begun, and no earlier ones', () => {
    const fresh = one([], [said({ everyDays: 7 })], []);
    expect(completeTo(fresh)).toBe('2026-05-31');
    expect(dayState(fresh, '2026-06-01', '2026-06-07')).toBe('awaited');
    expect(dayState(fresh, '2026-06-01', '2026-06-08')).toBe('late');
    expect(dayState(fresh, '2026-05-31', TODAY)).toBe('not-expected');
    expect(completeTo(one([], [said({ since: YEAR })], []))).toBeNull();
    expect(coverageOf(one([], [said({ since: '2026-07-01' })], []), YEAR, TODAY)).toBeNull();
  });

  test('that does not report any more holds nothing back once its last days are in', () => {
    const ended = said({ everyDays: null, since: '2026-06-10' });
    expect(coverageOf(one([delivered()], [ended], []), YEAR, '2026-12-31')).toBeNull();
    const owing = one([delivered({ last: '2026-06-07' })], [ended], []);
    expect(coverageOf(owing, YEAR, '2026-12-31')?.completeTo).toBe('2026-06-07');
    expect(dayState(owing, '2026-06-08', '2026-06-10')).toBe('late');
    expect(dayState(owing, '2026-06-10', '2026-12-31')).toBe('not-expected');
    expect(nextDue(one([], [said({ everyDays: null })], []))).toBeNull();
  });

  test('of which too little is known is taken for one that reports daily', () => {
    expect(one([delivered({ everyDays: null })], [], [])).toMatchObject({ everyDays: 1, source: 'assumed' });
    expect(one([delivered()], [], [])).toMatchObject({ source: 'learned' });
    expect(one([delivered()], [said({ everyDays: 7 })], [])).toMatchObject({ everyDays: 7, source: 'set' });
  });
});

test('shops are told apart by platform and name, and listed in their order', () => {
  const shops = expectedShops(
    [delivered({ platform: 'pinduoduo' }), delivered({ shop: '乙' }), delivered()],
    [said({ shop: '乙', everyDays: 7 })],
    [{ ...accepted('2026-06-10'), platform: 'pinduoduo' }],
  );
  expect(shops.map(({ platform, shop, everyDays }) => [platform, shop, everyDays])).toEqual([
    ['douyin', '乙', 7],
    ['douyin', '云岫茶行', 1],
    ['pinduoduo', '云岫茶行', 1],
  ]);
  expect(coverageOfShops(shops, YEAR, '2026-06-12').map((each) => each.completeTo)).toEqual([
    '2026-06-09',
    '2026-06-09',
    '2026-06-10',
  ]);
});

test('what the pace takes for complete are exactly the days that the matrix shows so, up to the first that is not', () => {
  const day = fc.integer({ min: -20, max: 40 }).map((n) => addDays(YEAR, n));
  const days = fc.tuple(day, fc.nat({ max: 25 }));
  const habit = fc.option(fc.constantFrom(1, 2, 7), { nil: null });
  fc.assert(
    fc.property(
      fc.option(fc.tuple(days, fc.array(day), habit), { nil: null }),
      fc.option(fc.tuple(habit, fc.option(day, { nil: null }), day), { nil: null }),
      fc.array(days, { maxLength: 2 }),
      day,
      (came, told, nothing, asOf) => {
        const deliveries = came
          ? [delivered({ first: came[0][0], last: addDays(...came[0]), gaps: came[1], everyDays: came[2] })]
          : [];
        const expectations = told ? [said({ everyDays: told[0], since: told[1], saidOn: told[2] })] : [];
        const [shop] = expectedShops(
          deliveries,
          expectations,
          nothing.map(([first, length]) => accepted(first, addDays(first, length))),
        );
        fc.pre(shop !== undefined);
        const expected = eachDay(YEAR, asOf).filter((each) => dayState(shop, each, asOf) !== 'not-expected');
        const isIn = (each: BusinessDay) => ['complete', 'accepted'].includes(dayState(shop, each, asOf));
        const missing = expected.find((each) => !isIn(each));
        const coverage = coverageOf(shop, YEAR, asOf);
        if (coverage?.completeTo == null) {
          expect(coverage === null ? missing : (missing ?? YEAR)).toBe(coverage === null ? undefined : YEAR);
        } else if (missing === undefined) {
          expect(coverage.completeTo >= (expected.at(-1) ?? '')).toBe(true);
        } else {
          expect(coverage.completeTo < missing).toBe(true);
          expect(expected.filter((each) => each < missing && each > (coverage.completeTo ?? ''))).toEqual([]);
        }
      },
    ),
  );
});

describe('a shop that moved between leagues', () => {
  const year = { from: YEAR, to: TODAY };
  const left = [
    { from: '1970-01-01', isWithin: true },
    { from: '2026-03-01', isWithin: false },
  ];
  const came = left.map((spell) => ({ ...spell, isWithin: !spell.isWithin }));

  test('holds back the league that it left up to the day on which it left, and no longer', () => {
    const silent = one([delivered({ last: '2026-04-02' })], [], []);
    expect(completeTo(waitedForIn(silent, left, year)!)).toBe(TODAY);
    expect(completeTo(waitedForIn(silent, came, year)!)).toBe('2026-04-02');
    const early = one([delivered({ last: '2026-02-10' })], [], []);
    expect(completeTo(waitedForIn(early, left, year)!)).toBe('2026-02-10');
    expect(completeTo(waitedForIn(early, came, year)!)).toBe('2026-02-28');
    const holed = one([delivered({ gaps: ['2026-02-03', '2026-03-03'] })], [], []);
    expect(completeTo(waitedForIn(holed, left, year)!)).toBe('2026-02-02');
    expect(completeTo(waitedForIn(holed, came, year)!)).toBe('2026-03-02');
  });

  test('is not waited for where it never was', () => {
    const shop = one([delivered()], [], []);
    expect(waitedForIn(shop, left, { from: '2026-03-01', to: TODAY })).toBeNull();
    expect(waitedForIn(shop, left, { from: '2026-02-28', to: TODAY })).not.toBeNull();
    expect(waitedForIn(shop, [{ from: '1970-01-01', isWithin: true }], year)).toBe(shop);
  });
});
