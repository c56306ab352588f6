import { dayOfYear, eachDay, firstDay, lastDay } from './calendar';
import { type DayKind, dayKinds, springFestival, weekdayOf } from './holidays';
import { eventWindows } from './shopping-events';

/** DayWeights: for each day of a year (index 0 = 1 January) what it brings against an ordinary day of its month. */
export type DayWeights = readonly number[];

/** KnownYear is a past year: what each of its days brought (in any unit; index 0 = 1 January), and its weight. */
export interface KnownYear {
  readonly year: number;
  readonly daily: readonly number[];
  readonly weight: number;
}

/**
 * A day's factor is believed by half once a quarter of a day is known: days differ by an eighth for no reason and events
 * by a quarter and more, and (1/8 ÷ 1/4)² is 1/4.
 */
const HALF_BELIEVED_DAYS = 0.25;

/** No day brings less than this part of an ordinary one, so that a curve always rises. */
const LEAST_FACTOR = 0.02;

/** Passes after which factors stand still to four digits on made-up and demonstration years. */
const PASSES = 12;

/** Days around Spring Festival that have a factor of their own: from four weeks before to fifteen days after. */
const FESTIVAL = { before: 28, after: 15 } as const;

/** A day's level in each kind of factor: how it is worked, its place around Spring Festival, its day of an event. */
type Levels = readonly string[];
const KINDS = 3;

/**
 * learnDayShape learns what weekdays, holidays, make-up workdays, the days around Spring Festival (by their distance
 * from it) and the days of shopping events (by month and day) bring against ordinary days of the same month, and says
 * it of the days of year `of`. January and February are one period, since Spring Festival moves between them.
 *
 * Method: a multiplicative model fitted by marginal totals (Bailey 1963; the estimate of a Poisson regression with log
 * link): each level's factor is what its days brought ÷ what they would have brought without it, in turn until nothing
 * changes. Each is drawn towards 1 by HALF_BELIEVED_DAYS ordinary days. Without known years every day weighs 1.
 */
export function learnDayShape(years: readonly KnownYear[], of: number): DayWeights {
  const days = years.flatMap(daysOf);
  const factors = new Map<string, number>();
  const weightOf = (levels: Levels): number =>
    levels.reduce((product, level) => product * (factors.get(level) ?? 1), 1);
  for (let pass = 0; pass < PASSES; pass++) {
    for (let kind = 0; kind < KINDS; kind++) refit(kind, days, factors, weightOf);
  }
  return levelsOf(of).map(({ levels }) => Math.max(LEAST_FACTOR, weightOf(levels)));
}

interface KnownDay {
  readonly levels: Levels;
  /** Year and period that the day is compared within. */
  readonly period: string;
  readonly amount: number;
  readonly weight: number;
}

/** Sets every factor of one kind so that its days come to what they brought, all other factors given. */
function refit(
  kind: number,
  days: readonly KnownDay[],
  factors: Map<string, number>,
  weightOf: (levels: Levels) => number,
): void {
  const fitted = days.map(({ levels }) => weightOf(levels));
  const periods = new Map<string, { amount: number; fitted: number }>();
  days.forEach(({ period, amount }, index) => {
    const sums = sumsIn(periods, period, () => ({ amount: 0, fitted: 0 }));
    sums.amount += amount;
    sums.fitted += fitted[index] ?? 0;
  });
  const levels = new Map<string, { brought: number; without: number }>();
  days.forEach(({ levels: { [kind]: level = ORDINARY }, period, amount, weight }, index) => {
    if (level === ORDINARY) return;
    const whole = periods.get(period);
    // In units of an ordinary day of the period, so that every month and year speaks with the same voice.
    const ordinary = whole === undefined ? 0 : whole.amount / whole.fitted;
    if (ordinary <= 0) return;
    const sums = sumsIn(levels, level, () => ({ brought: 0, without: 0 }));
    sums.brought += (weight * amount) / ordinary;
    sums.without += (weight * (fitted[index] ?? 0)) / (factors.get(level) ?? 1);
  });
  for (const [level, { brought, without }] of levels) {
    factors.set(level, Math.max(LEAST_FACTOR, (brought + HALF_BELIEVED_DAYS) / (without + HALF_BELIEVED_DAYS)));
  }
}

function sumsIn<T>(sums: Map<string, T>, key: string, zero: () => T): T {
  const known = sums.get(key);
  if (known !== undefined) return known;
  const made = zero();
  sums.set(key, made);
  return made;
}

/** The level that has no factor: it is what the others are compared with. */
const ORDINARY = '';

function daysOf({ year, daily, weight }: KnownYear): KnownDay[] {
  return levelsOf(year).map(({ levels, month }, index) => ({
    levels,
    period: `${year}-${month}`,
    amount: daily[index] ?? 0,
    weight,
  }));
}

interface DayLevels {
  readonly levels: Levels;
  /** January counts as February. */
  readonly month: number;
}

const yearsOfLevels = new Map<number, readonly DayLevels[]>();

/** What each day of a year is, for every kind of factor; worked out once a year. */
function levelsOf(year: number): readonly DayLevels[] {
  const known = yearsOfLevels.get(year);
  if (known !== undefined) return known;
  const kinds = dayKinds(year);
  const festival = dayOfYear(springFestival(year));
  const events = new Set(
    eventWindows(year)
      .filter(({ event }) => event !== 'spring-festival')
      .flatMap(({ from, to }) => eachDay(from, to)),
  );
  const weekdayOfFirst = weekdayOf(firstDay(year));
  const made = eachDay(firstDay(year), lastDay(year)).map((day, index): DayLevels => {
    const offset = index + 1 - festival;
    const near = -FESTIVAL.before <= offset && offset <= FESTIVAL.after;
    const monthDay = day.slice(5);
    return {
      month: Math.max(2, Number(day.slice(5, 7))),
      levels: [
        workedOf((weekdayOfFirst + index) % 7, kinds.get(day) ?? 'workday'),
        near ? `festival ${offset}` : ORDINARY,
        events.has(day) || SINGLE_DAYS.has(monthDay) ? monthDay : ORDINARY,
      ],
    };
  });
  yearsOfLevels.set(year, made);
  return made;
}

/** Days of promotion outside the events of a shopping year. */
const SINGLE_DAYS: ReadonlySet<string> = new Set(['03-08', '05-20', '09-09']);

/** Tuesday to Thursday are ordinary days. */
function workedOf(weekday: number, kind: DayKind): string {
  if (kind === 'holiday') return kind;
  if (kind === 'weekend') return weekday === 6 ? 'Saturday' : 'Sunday';
  if (weekday === 0 || weekday === 6) return 'make-up';
  return weekday === 1 ? 'Monday' : weekday === 5 ? 'Friday' : ORDINARY;
}
