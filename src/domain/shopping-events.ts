import { addDays, type BusinessDay } from './calendar';
import { springFestival } from './holidays';

/** The events of a shopping year that a forecast speaks of. */
export const SHOPPING_EVENTS = ['spring-festival', '618', 'double-11', 'double-12'] as const;
export type ShoppingEvent = (typeof SHOPPING_EVENTS)[number];

/** EventWindow is an event's days in one year, both ends included. */
export interface EventWindow {
  readonly event: ShoppingEvent;
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

/**
 * eventWindows lists the events of a year in order. Windows follow the platforms' own calendars of recent years: stocking
 * up in the four weeks before Spring Festival, 618 from the evening of 31 May, Double 11 from the middle of October on.
 */
export function eventWindows(year: number): EventWindow[] {
  const festival = springFestival(year);
  const first = addDays(festival, -28);
  return [
    { event: 'spring-festival', from: first < `${year}-01-01` ? `${year}-01-01` : first, to: addDays(festival, 6) },
    { event: '618', from: `${year}-05-31`, to: `${year}-06-20` },
    { event: 'double-11', from: `${year}-10-14`, to: `${year}-11-11` },
    { event: 'double-12', from: `${year}-12-09`, to: `${year}-12-12` },
  ];
}
