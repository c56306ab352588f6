import { describe, expect, test } from '@jest/globals';
import { simulateDeliveries } from '../../../bench/pace/simulate-deliveries';
import { PLATFORMS, simulateRegion } from '../../../bench/pace/simulate-region';
import { dayOfYear } from '../../../src/domain/calendar';
import { springFestival } from '../../../src/domain/holidays';

const region = simulateRegion(1, 3);
const sold = (day: number): bigint => region.judged.amounts.reduce((sum, platform) => sum + platform[day]!, 0n);

describe('a simulated region', () => {
  test('is the same for the same seed and number, and another for others', () => {
    expect(simulateRegion(1, 3)).toEqual(region);
    expect(simulateRegion(1, 4).judged.total).not.toBe(region.judged.total);
    expect(simulateRegion(2, 3).judged.total).not.toBe(region.judged.total);
  });

  test('has three years before the one to judge, sells every day, and grows between −10 and 30 %', () => {
    const years = [...region.past, region.judged];
    expect(years.map(({ year }) => year - region.judged.year)).toEqual([-3, -2, -1, 0]);
    years.forEach(({ amounts, total }, index) => {
      expect(amounts.flat().every((amount) => amount > 0n)).toBe(true);
      const growth = index === 0 ? 0 : Number(total) / Number(years[index - 1]!.total) - 1;
      expect(growth).toBeGreaterThan(-0.12);
      expect(growth).toBeLessThan(0.33);
    });
  });

  test('peaks on 11 November and is quiet at Spring Festival', () => {
    const at = (day: string): bigint => sold(dayOfYear(day) - 1);
    const { year } = region.judged;
    expect(at(`${year}-11-11`)).toBeGreaterThan((3n * at(`${year}-11-20`)) / 2n);
    expect(at(springFestival(year))).toBeLessThan((4n * sold(dayOfYear(springFestival(year)) + 18)) / 5n);
  });

  test('delivers late but never takes anything back, and a platform that stops stays away', () => {
    for (const missing of [false, true]) {
      const nights = simulateDeliveries(1, 3, region.judged.days, { missing });
      nights.forEach((reached, night) =>
        reached.forEach((day, platform) => {
          expect(day).toBeLessThanOrEqual(night);
          expect(day).toBeGreaterThanOrEqual(nights[night - 1]?.[platform] ?? -1);
        }),
      );
      expect(nights.some((reached, night) => reached.some((day) => day < night))).toBe(true);
      const stopped = PLATFORMS.filter((_, platform) => nights.at(-1)![platform]! < 300);
      expect(stopped).toHaveLength(missing ? 1 : 0);
    }
  });
});
