import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  businessDayAt,
  dayOfYear,
  daysBetween,
  daysInYear,
  instantOf,
  isBusinessDay,
  wallClockAt,
  yearOf,
} from '../../../src/domain/calendar';

/** Whole seconds from 1992 (after the last summer time in China) to 2100. */
const instant = fc
  .integer({ min: Date.UTC(1992, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000);
const day = instant.map(businessDayAt);
const distance = fc.integer({ min: -4000, max: 4000 });

const shanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

describe('the calendar', () => {
  test('the wall clock of any instant is the one of the time zone database, and leads back to the instant', () => {
    fc.assert(
      fc.property(instant, (epochMs) => {
        expect(wallClockAt(epochMs)).toBe(shanghai.format(epochMs));
        expect(instantOf(wallClockAt(epochMs))).toBe(epochMs);
      }),
    );
  });

  test('adding days and counting days undo each other, and days sort as text', () => {
    fc.assert(
      fc.property(day, distance, (from, days) => {
        const to = addDays(from, days);
        expect(isBusinessDay(to)).toBe(true);
        expect(daysBetween(from, to)).toBe(days);
        expect(addDays(to, -days)).toBe(from);
        expect(Math.sign(days)).toBe(to === from ? 0 : to > from ? 1 : -1);
      }),
    );
  });

  test('the day of the year counts from 1 January and never exceeds the days of the year', () => {
    fc.assert(
      fc.property(day, (of) => {
        expect(dayOfYear(of)).toBe(daysBetween(`${yearOf(of)}-01-01`, of) + 1);
        expect(dayOfYear(of)).toBeLessThanOrEqual(daysInYear(yearOf(of)));
      }),
    );
  });
});
