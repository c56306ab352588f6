import { daysBetween, eachDay, firstDay, lastDay, type BusinessDay } from '../domain/calendar';
import { springFestival } from '../domain/holidays';

/**
 * Share of a year's sales done by the end of a month (index 1 = February, …, 11 = December). Made up for the fictional
 * region, close to what national statistics show in recent years; January and February are published together.
 */
const DONE_BY_END_OF: readonly number[] = [
  Number.NaN,
  0.138,
  0.2145,
  0.2836,
  0.367,
  0.4594,
  0.5365,
  0.617,
  0.7,
  0.7955,
  0.904,
  1,
];

/** Sunday to Saturday. */
const WEEKDAY: readonly number[] = [1.06, 1, 0.98, 0.97, 0.98, 0.97, 1.04];

interface Event {
  readonly from: string;
  readonly to: string;
  readonly factor: number;
}

/** Shopping events by month and day; the first that holds a day counts. */
const EVENTS: readonly Event[] = [
  { from: '03-08', to: '03-08', factor: 1.3 },
  { from: '05-20', to: '05-20', factor: 1.25 },
  { from: '06-01', to: '06-02', factor: 1.5 },
  { from: '06-16', to: '06-17', factor: 1.7 },
  { from: '06-18', to: '06-18', factor: 2.9 },
  { from: '06-21', to: '06-30', factor: 0.8 },
  { from: '10-01', to: '10-07', factor: 0.9 },
  { from: '11-01', to: '11-01', factor: 2.1 },
  { from: '11-10', to: '11-10', factor: 1.8 },
  { from: '11-11', to: '11-11', factor: 3.4 },
  { from: '11-13', to: '11-30', factor: 0.75 },
  { from: '12-12', to: '12-12', factor: 1.8 },
];

/** Around Spring Festival, by days from New Year's Day of the lunar calendar. */
const SPRING_FESTIVAL: readonly { readonly from: number; readonly to: number; readonly factor: number }[] = [
  { from: -28, to: -11, factor: 1.25 },
  { from: -10, to: -4, factor: 0.8 },
  { from: -3, to: 4, factor: 0.35 },
  { from: 5, to: 9, factor: 0.65 },
];

/** DayShare is one day's share of the year's sales. */
export interface DayShare {
  readonly day: BusinessDay;
  readonly share: number;
}

/**
 * seasonalShares lists every day of a year with its share of the year's sales (they add up to 1): weekday effect,
 * Spring Festival dip, 618 and Double 11 peaks, and month ends that follow the national pattern.
 */
export function seasonalShares(year: number): DayShare[] {
  const newYear = springFestival(year);
  const days = eachDay(firstDay(year), lastDay(year)).map((day) => ({ day, weight: weightOf(day, newYear) }));
  // Each published period (January with February, then months) gets exactly its share.
  const sums = new Map<number, number>();
  for (const { day, weight } of days) sums.set(periodOf(day), (sums.get(periodOf(day)) ?? 0) + weight);
  return days.map(({ day, weight }) => {
    const period = periodOf(day);
    const share = (DONE_BY_END_OF[period] ?? 0) - (period === 1 ? 0 : (DONE_BY_END_OF[period - 1] ?? 0));
    return { day, share: (share * weight) / (sums.get(period) ?? 1) };
  });
}

function periodOf(day: BusinessDay): number {
  return Math.max(1, Number(day.slice(5, 7)) - 1);
}

function weightOf(day: BusinessDay, newYear: BusinessDay): number {
  const monthDay = day.slice(5);
  const fromNewYear = daysBetween(newYear, day);
  const festival = SPRING_FESTIVAL.find(({ from, to }) => from <= fromNewYear && fromNewYear <= to);
  const event = EVENTS.find(({ from, to }) => from <= monthDay && monthDay <= to);
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAY[(daysBetween('1970-01-01', day) + 4) % 7] ?? 1;
  return weekday * (festival?.factor ?? 1) * (event?.factor ?? 1);
}
