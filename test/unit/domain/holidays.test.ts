import { describe, expect, test } from '@jest/globals';
import { dayKinds, springFestival, weekdayOf } from '../../../src/domain/holidays';
import { eventWindows } from '../../../src/domain/shopping-events';

describe('the Chinese calendar', () => {
  test.each(['2015-02-19', '2020-01-25', '2025-01-29', '2026-02-17', '2027-02-06', '2033-01-31'])(
    'Spring Festival falls on %s',
    (day) => expect(springFestival(Number(day.slice(0, 4)))).toBe(day),
  );

  test('a weekend that makes up for a holiday is a workday, and a weekday that it brings off is a holiday', () => {
    const kinds = dayKinds(2026);
    expect(['2026-02-14', '2026-02-16', '2026-02-28', '2026-10-06', '2026-10-10'].map((day) => kinds.get(day))).toEqual(
      ['workday', 'holiday', 'workday', 'holiday', 'workday'],
    );
    expect(['2026-08-14', '2026-08-15', '2026-08-16'].map((day) => kinds.get(day))).toEqual([
      'workday',
      'weekend',
      'weekend',
    ]);
    expect(kinds.size).toBe(365);
  });

  test('a year whose holidays are not announced yet has the thirteen statutory days', () => {
    const holidays = [...dayKinds(2030)].filter(([, kind]) => kind === 'holiday').map(([day]) => day.slice(5));
    expect(holidays).toEqual(
      // New Year, Spring Festival of 3 February with its eve, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day
      [
        '01-01',
        '02-02',
        '02-03',
        '02-04',
        '02-05',
        '04-05',
        '05-01',
        '05-02',
        '06-05',
        '09-12',
        '10-01',
        '10-02',
        '10-03',
      ],
    );
  });

  test('weekdays are counted from a Thursday', () => {
    expect(['2026-11-11', '2026-11-15', '2024-02-29'].map(weekdayOf)).toEqual([3, 0, 4]);
  });
});

describe('the events of a shopping year', () => {
  test.each([2012, 2023, 2026, 2028])('those of %d lie in it, in order and apart', (year) => {
    const windows = eventWindows(year);
    expect(windows.map(({ event }) => event)).toEqual(['spring-festival', '618', 'double-11', 'double-12']);
    windows.forEach(({ from, to }, index) => {
      expect(from <= to && from.startsWith(`${year}-`) && to.startsWith(`${year}-`)).toBe(true);
      expect(from > (windows[index - 1]?.to ?? '')).toBe(true);
    });
  });
});
