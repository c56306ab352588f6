import { describe, expect, it } from '@jest/globals';
import { median, missedBy, ratio, verdictOf } from '../../../bench/figures';

describe('figures', () => {
  it('a median is the middle value, or between the two middle ones', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('no median of nothing');
  });

  it('a ratio needs both of its figures', () => {
    expect(ratio(3, 2)).toBe(1.5);
    expect(ratio(null, 2)).toBeNull();
    expect(ratio(3, undefined)).toBeNull();
    expect(ratio(3, 0)).toBeNull();
  });

  it('only missed targets are listed, with the share by which they are missed', () => {
    const targets = [
      { name: 'kept', value: 1.6, most: 1.6 },
      { name: 'missed', value: 2, most: 1.6 },
      { name: 'unknown', value: null, most: 1.6 },
    ];
    expect(missedBy(targets)).toEqual({ missed: 0.25 });
  });

  it.each([
    [1.5, 'toOther: 1.5, at most 1.6: kept'],
    [2, 'toOther: 2, at most 1.6: MISSED by 0.4 (25 %)'],
    [null, 'toOther: not measured (at most 1.6)'],
  ])('a verdict on %p says what was measured and by how much it misses', (value, said) => {
    expect(verdictOf({ name: 'toOther', value, most: 1.6 })).toBe(said);
  });
});
