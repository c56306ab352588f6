import { HolidayUtil, Lunar } from 'lunar-typescript';
import { addDays, type BusinessDay, daysBetween, eachDay, firstDay, lastDay } from './calendar';

/**
 * DayKind tells how a day is worked in China: `workday` (make-up workdays on weekends included), `weekend` off, or
 * `holiday` (every day off that a public holiday brings, weekends inside it included).
 */
export type DayKind = 'workday' | 'weekend' | 'holiday';

const lunarDay = (year: number, month: number, day: number): BusinessDay =>
  Lunar.fromYmd(year, month, day).getSolar().toYmd();

const springFestivals = new Map<number, BusinessDay>();

/**
 * springFestival is New Year's Day of the Chinese calendar in a Gregorian year, 21 January to 21 February.
 * Source: lunar-typescript (MIT), which computes it for UTC+8 and agrees with the Purple Mountain Observatory where
 * JavaScript's Intl is a day off (2027).
 */
export function springFestival(year: number): BusinessDay {
  const known = springFestivals.get(year);
  if (known !== undefined) return known;
  const day = lunarDay(year, 1, 1);
  springFestivals.set(year, day);
  return day;
}

const years = new Map<number, ReadonlyMap<BusinessDay, DayKind>>();

/**
 * dayKinds tells for every day of a year how it is worked. Holidays and make-up workdays are those that the State
 * Council announced (lunar-typescript lists them since 2002); for a year not announced yet, only the statutory days
 * themselves are taken as holidays, and no weekend as worked.
 */
export function dayKinds(year: number): ReadonlyMap<BusinessDay, DayKind> {
  const known = years.get(year);
  if (known !== undefined) return known;
  const announced = new Map(HolidayUtil.getHolidays(year).map((day) => [day.getDay(), day.isWork()]));
  const holidays = announced.has(springFestival(year))
    ? announced
    : new Map(statutoryDays(year).map((day) => [day, false]));
  const kinds = new Map(
    eachDay(firstDay(year), lastDay(year)).map((day): [BusinessDay, DayKind] => {
      const worked = holidays.get(day);
      if (worked !== undefined) return [day, worked ? 'workday' : 'holiday'];
      return [day, isWeekend(day) ? 'weekend' : 'workday'];
    }),
  );
  years.set(year, kinds);
  return kinds;
}

/** weekdayOf is 0 for Sunday to 6 for Saturday, of days since 1970 (a Thursday). */
export function weekdayOf(day: BusinessDay): number {
  return (daysBetween('1970-01-01', day) + 4) % 7;
}

const isWeekend = (day: BusinessDay): boolean => [0, 6].includes(weekdayOf(day));

/** The 13 statutory days by the regulation of 2024 (State Council decree 795): New Year's Eve counts since 2025. */
function statutoryDays(year: number): BusinessDay[] {
  const qingming = Lunar.fromYmd(year, 1, 1).getJieQiTable()['清明'];
  return [
    `${year}-01-01`,
    addDays(springFestival(year), -1),
    ...[1, 2, 3].map((day) => lunarDay(year, 1, day)),
    qingming?.toYmd() ?? `${year}-04-05`,
    ...['05-01', '05-02'].map((day) => `${year}-${day}`),
    lunarDay(year, 5, 5),
    lunarDay(year, 8, 15),
    ...[1, 2, 3].map((day) => `${year}-10-0${day}`),
  ];
}
