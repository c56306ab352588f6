import { describe, expect, test } from '@jest/globals';
import { nationalCurve } from '../../../src/domain/season';
import { columnsOf, displayWidth } from '../../../src/domain/text-columns';
import { amountZh, dayZh, exactZh, percentZh, seasonSourceZh, versusZh } from '../../../src/mail/zh';

describe('amounts in words', () => {
  test.each<[bigint, string]>([
    [0n, '0.00元'],
    [999_999n, '9,999.99元'],
    [1_000_000n, '1.00万元'],
    [1_234_567_890n, '1,234.57万元'],
    [9_999_999_999n, '1.00亿元'],
    [9_999_499_999n, '9,999.50万元'],
    [6_000_000_000_000n, '600.00亿元'],
    [-361_298_765_433n, '−36.13亿元'],
  ])('%s fen reads %s', (fen, text) => expect(amountZh(fen)).toBe(text));

  test('differences are said as less, more or equal', () => {
    expect([versusZh(-1n), versusZh(1n), versusZh(0n)]).toEqual(['少0.01元', '多0.01元', '持平']);
  });

  test('the exact amount keeps its sign and its fen', () => expect(exactZh(-123_456_789n)).toBe('−1,234,567.89元'));

  test('a share just below zero is not written as minus zero', () => {
    expect([percentZh(-0.0001), percentZh(-0.0512), percentZh(0.5)]).toEqual(['0.0%', '−5.1%', '50.0%']);
  });

  test('a day drops its year only inside that year', () => {
    expect([dayZh('2026-09-05', 2026), dayZh('2025-12-31', 2026)]).toEqual(['9月5日', '2025年12月31日']);
  });
});

test('a season is named in Chinese, any other source as it is', () => {
  const national = '国家统计局全国网上零售额各月累计占全年比重，据2023、2024、2025年推算';
  expect(seasonSourceZh(nationalCurve(2026).source)).toBe(national);
  expect(seasonSourceZh(`own sales of 2024, 2025, with ${nationalCurve(2026).source}`)).toBe(
    `本地区2024、2025年各日销售额，对齐春节、618、双11、节假日和星期；并参照${national}`,
  );
  expect(seasonSourceZh('own sales of 2015')).toBe('本地区2015年各日销售额，对齐春节、618、双11、节假日和星期');
  // As reports of earlier versions were stored.
  expect(seasonSourceZh('NBS national online retail sales, mean of 2023, 2024')).toBe(
    '国家统计局全国网上零售额各月累计占全年比重，2023、2024年均值',
  );
  expect(seasonSourceZh('own years')).toBe('own years');
});

describe('columns of the plain part', () => {
  test('Chinese counts two columns a character', () => expect(displayWidth('净额ab（1）')).toBe(11));

  test('cells line up whatever their script', () => {
    const lines = columnsOf(
      [
        ['拼多多', '1.00'],
        ['shop', '600.00'],
      ],
      [false, true],
    );
    expect(lines).toEqual(['拼多多    1.00', 'shop    600.00']);
  });
});
