import { describe, expect, it } from '@jest/globals';
import { Random, weighted } from '../../../src/demo/random';

describe('the seeded source', () => {
  it('repeats itself for a seed and purpose, and differs for another', () => {
    const draw = (seed: number, purpose: string): number[] => {
      const random = new Random(seed, purpose);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(1, 'orders')).toEqual(draw(1, 'orders'));
    expect(draw(1, 'orders')).not.toEqual(draw(2, 'orders'));
    expect(draw(1, 'orders')).not.toEqual(draw(1, 'deliveries'));
  });

  it('spreads evenly and picks in proportion to weights', () => {
    const random = new Random(3, 'test');
    const numbers = Array.from({ length: 20_000 }, () => random.next());
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, value) => sum + value, 0) / numbers.length).toBeCloseTo(0.5, 2);
    const choices = weighted(['rare', 'common'], (name) => (name === 'rare' ? 1 : 9));
    const rare = Array.from({ length: 20_000 }, () => random.pick(choices)).filter((name) => name === 'rare').length;
    expect(rare / 20_000).toBeCloseTo(0.1, 1);
    expect(random.digits(15)).toMatch(/^\d{15}$/);
    for (let i = 0; i < 100; i++) expect([3, 4, 5]).toContain(random.int(3, 5));
  });
});
