import { addDays, type BusinessDay, businessDayAt, eachDay, firstDay, parseDay, yearOf } from '../../domain/calendar';
import { coverageOfShops, type DayState, dayState } from '../../domain/completeness';
import { lastCompleteDay } from '../../domain/pace';
import { columnsOf } from '../../domain/text-columns';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { readExpectedShops } from '../../operations/expected-exports';
import { type Io } from '../io';
import { everyText } from './expect';

export interface CompletenessOptions {
  readonly from?: string;
  readonly to?: string;
}

const MARKS: Readonly<Record<DayState, string>> = {
  complete: '+',
  accepted: 'a',
  gap: 'G',
  late: 'L',
  awaited: '.',
  'not-expected': ' ',
};

const USUAL_DAYS = 28;
const MOST_DAYS = 366;

/** completeness prints which days of which shops are in, and which are missing; it succeeds when nothing is late. */
export async function completeness(io: Io, context: Context, options: CompletenessOptions): Promise<boolean> {
  const today = businessDayAt(context.now().getTime());
  const { from, to } = periodOf(options, today);
  // The pace asks about the year: so does this, that both may say the same.
  const since = from < firstDay(yearOf(today)) ? from : firstDay(yearOf(today));
  const shops = await readExpectedShops(context, since);
  const days = eachDay(from, to);
  const rows = shops.map((shop) => ({ shop, states: days.map((day) => dayState(shop, day, today)) }));
  const coverage = coverageOfShops(shops, since, today);
  const completeTo = lastCompleteDay(coverage, today).day;
  const missing = rows.filter(({ states }) => states.some((state) => state === 'late' || state === 'gap')).length;
  io.answer(
    {
      asOf: today,
      from,
      to,
      completeTo,
      shops: rows.map(({ shop: { platform, shop, everyDays, source }, states }) => ({
        platform,
        shop,
        everyDays,
        source,
        completeTo: coverage.find((one) => one.platform === platform && one.shop === shop)?.completeTo ?? null,
        days: Object.fromEntries(days.map((day, index) => [day, states[index]])),
      })),
    },
    () => {
      if (rows.length === 0) return 'no shop has delivered anything yet, and none is expected';
      const lines = columnsOf(
        [
          ['platform', 'shop', 'expected', ruler(days)],
          ...rows.map(({ shop, states }) => [
            shop.platform,
            shop.shop,
            shop.everyDays === null ? 'no more' : everyText(shop.everyDays),
            `|${states.map((state) => MARKS[state]).join('')}|`,
          ]),
        ],
        [false, false, false, false],
      );
      return [
        ...lines,
        '',
        '+ complete  . awaited  L late  G gap between days that came  a accepted as it is  blank: not expected',
        completeTo === null
          ? 'no day is complete'
          : `every shop that is expected is complete to the end of ${completeTo}`,
        missing === 0
          ? 'nothing is missing that was due'
          : `${missing} of ${rows.length} shops miss days that were due`,
      ].join('\n');
    },
  );
  return missing === 0;
}

/** The first day and, where there is room, the last one, above a column a day. */
function ruler(days: readonly BusinessDay[]): string {
  const [first = '', last = ''] = [days[0], days.at(-1)].map((day) => day?.slice(5));
  const room = days.length + 2 - first.length - last.length;
  return room < 1 ? first : `${first}${' '.repeat(room)}${last}`;
}

function periodOf({ from, to }: CompletenessOptions, today: BusinessDay): { from: BusinessDay; to: BusinessDay } {
  const last = to === undefined ? addDays(today, -1) : parseDay(to);
  const first = from === undefined ? addDays(last, 1 - USUAL_DAYS) : parseDay(from);
  const days = eachDay(first, last).length;
  if (days >= 1 && days <= MOST_DAYS) return { from: first, to: last };
  throw terminal(
    'usage',
    `${first} to ${last} is no period of 1 to ${MOST_DAYS} days`,
    'Give --from and --to as days, such as --from 2026-06-01 --to 2026-06-30.',
  );
}
