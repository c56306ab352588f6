import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, businessDayAt, instantOf } from '../../../src/domain/calendar';
import { dueNight, NIGHT_TIME } from '../../../src/domain/night-time';

const at = (wallClock: string): Date => new Date(instantOf(wallClock));

describe('the night that is due', () => {
  test('is that of the day before until the time has come', () => {
    expect(dueNight(at('2026-11-26 02:29:59'), '02:30')).toBe('2026-11-25');
    expect(dueNight(at('2026-11-26 02:30:00'), '02:30')).toBe('2026-11-26');
    expect(dueNight(at('2027-01-01 00:00:00'), '02:30')).toBe('2026-12-31');
  });

  test('began within the last day, and the next one has not begun', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(
        fc.date({ min: at('2020-01-01 00:00:00'), max: at('2040-01-01 00:00:00'), noInvalidDate: true }),
        time,
        (now, start) => {
          expect(start).toMatch(NIGHT_TIME);
          const due = dueNight(now, start);
          expect([businessDayAt(now.getTime()), addDays(businessDayAt(now.getTime()), -1)]).toContain(due);
          expect(instantOf(`${due} ${start}:00`)).toBeLessThanOrEqual(now.getTime());
          expect(instantOf(`${addDays(due, 1)} ${start}:00`)).toBeGreaterThan(now.getTime());
        },
      ),
    );
  });
});
