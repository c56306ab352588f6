import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import {
  addDays,
  businessDayAt,
  dayOfYear,
  daysBetween,
  daysInYear,
  eachDay,
  firstDay,
  instantOf,
  isBusinessDay,
  lastDay,
  lastDayOfMonth,
  parseDay,
  wallClockAt,
  yearOf,
} from '../../../src/domain/calendar';

describe('business days', () => {
  test.each(['2026-01-01', '2024-02-29', '2000-02-29', '1999-12-31'])('%s is a day', (text) => {
    expect(isBusinessDay(text)).toBe(true);
    expect(parseDay(text)).toBe(text);
  });

  test.each(['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-1-1', '20260101', '', '今天'])(
    '%j is refused as a day',
    (text) => {
      expect(isBusinessDay(text)).toBe(false);
      expect(() => parseDay(text)).toThrow(expect.objectContaining({ code: 'usage', kind: 'terminal' }));
    },
  );

  test('a business day begins at 16:00 UTC of the day before, which is midnight in Shanghai', () => {
    expect(businessDayAt(Date.UTC(2025, 11, 31, 15, 59, 59, 999))).toBe('2025-12-31');
    expect(businessDayAt(Date.UTC(2025, 11, 31, 16))).toBe('2026-01-01');
    expect(wallClockAt(Date.UTC(2026, 10, 10, 16, 0, 1))).toBe('2026-11-11 00:00:01');
  });

  test('a wall clock that does not exist or is written in another way has no instant', () => {
    expect(instantOf('2026-11-11 00:00:01')).toBe(Date.UTC(2026, 10, 10, 16, 0, 1));
    for (const text of [
      '2026-02-30 00:00:00',
      '2026-11-11 24:00:00',
      '2026-11-11 00:60:00',
      '2026-1-1 1:2:3',
      '2026-11-11',
    ]) {
      expect(instantOf(text)).toBeNaN();
    }
  });

  test('leap years have 366 days and a 29 February', () => {
    expect([2023, 2024, 2100, 2000].map(daysInYear)).toEqual([365, 366, 365, 366]);
    expect([2023, 2024].map((year) => lastDayOfMonth(year, 2))).toEqual(['2023-02-28', '2024-02-29']);
    expect(lastDayOfMonth(2026, 12)).toBe('2026-12-31');
    expect(lastDayOfMonth(2026, 9)).toBe('2026-09-30');
    expect(dayOfYear('2024-12-31')).toBe(366);
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(addDays('2025-03-01', -1)).toBe('2025-02-28');
  });

  test('a closed interval lists its days in order, and an empty one none', () => {
    expect(eachDay('2025-12-30', '2026-01-02')).toEqual(['2025-12-30', '2025-12-31', '2026-01-01', '2026-01-02']);
    expect(eachDay('2026-01-01', '2026-01-01')).toEqual(['2026-01-01']);
    expect(eachDay('2026-01-02', '2026-01-01')).toEqual([]);
    expect([firstDay(2026), lastDay(2026), yearOf('2026-07-01')]).toEqual(['2026-01-01', '2026-12-31', 2026]);
  });
});

describe('the calendar does not depend on the zone of the machine', () => {
  // The days on which clocks change in Los Angeles, the year's edges, and every day of a leap year.
  const probe = `
    const { readFileSync } = require('node:fs');
    const { transformSync } = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(
      transformSync(readFileSync(file, 'utf8'), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' },
      }).code, file);
    const c = require('./src/domain/calendar.ts');
    const every = c.eachDay('2024-01-01', '2024-12-31');
    process.stdout.write(JSON.stringify({
      offset: new Date(2026, 6, 1).getTimezoneOffset(),
      clockChange: [c.addDays('2026-03-07', 1), c.addDays('2026-03-08', 1), c.addDays('2026-11-01', 1)],
      between: [c.daysBetween('2026-03-07', '2026-03-09'), c.daysBetween('2026-11-02', '2026-10-31')],
      newYear: [c.businessDayAt(Date.UTC(2025, 11, 31, 15, 59, 59)), c.businessDayAt(Date.UTC(2025, 11, 31, 16))],
      clock: [c.wallClockAt(Date.UTC(2026, 2, 8, 10, 30)), c.instantOf('2026-03-08 02:30:00')],
      isDay: [c.isBusinessDay('2026-03-08'), c.isBusinessDay('2026-02-29')],
      lastOfMarch: c.lastDayOfMonth(2026, 3),
      leapYear: [every.length, every.every((day, i) => c.dayOfYear(day) === i + 1), new Set(every).size],
    }));
  `;
  test.each([
    ['UTC', 0],
    ['Asia/Shanghai', -480],
    ['America/Los_Angeles', 420],
  ])('under TZ=%s every function gives the same', (zone, offset) => {
    const answer = execFileSync(process.execPath, ['-e', probe], {
      cwd: resolve(__dirname, '../../..'),
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
    expect(JSON.parse(answer)).toEqual({
      offset, // proves that the zone was in force
      clockChange: ['2026-03-08', '2026-03-09', '2026-11-02'],
      between: [2, -2],
      newYear: ['2025-12-31', '2026-01-01'],
      clock: ['2026-03-08 18:30:00', Date.UTC(2026, 2, 7, 18, 30)],
      isDay: [true, false],
      lastOfMarch: '2026-03-31',
      leapYear: [366, true, 366],
    });
  });
});
