import { z } from 'zod';
import { addDays, businessDayAt, eachDay, firstDay, yearOf } from '../../domain/calendar';
import { coverageOfShops, dayState, type DayState } from '../../domain/completeness';
import { lastCompleteDay } from '../../domain/pace';
import { readExpectedShops } from '../../operations/expected-exports';
import { seenWithin } from '../../operations/limit';
import { signedIn } from '../caller';
import { wrongParameter } from '../problem';
import { type AnyRoute, route } from '../route';
import { askedDay, businessDay, count } from '../shapes';
import { asKnownShape, reportAsked, shownReport } from './totals';

const USUAL_DAYS = 28;
const MOST_DAYS = 366;
const DAY_STATES = [
  'complete',
  'accepted',
  'gap',
  'late',
  'awaited',
  'not-expected',
] as const satisfies readonly DayState[];

export const completenessRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/completeness',
    summary: 'Which days of which shops are in, and which are missing',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({
      from: askedDay.meta({ description: 'First day; four weeks before `to` unless told.' }).optional(),
      to: askedDay.meta({ description: 'Last day; yesterday unless told.' }).optional(),
      asKnown: askedDay.meta({ description: 'As it was at the last report up to this day.' }).optional(),
    }),
    answer: z.object({
      asOf: businessDay.meta({ description: 'The day on whose morning this is so.' }),
      asKnown: asKnownShape,
      from: businessDay,
      to: businessDay,
      completeTo: businessDay.nullable().meta({ description: 'Every shop is complete to the end of this day.' }),
      days: z.array(businessDay),
      shops: z.array(
        z.object({
          platform: z.string(),
          shop: z.string(),
          everyDays: count
            .nullable()
            .meta({ description: 'Days from one export to the next; null: it reports no more.' }),
          source: z.enum(['set', 'learned', 'assumed']),
          completeTo: businessDay.nullable(),
          states: z.array(z.enum(DAY_STATES)).meta({ description: 'In the order of `days`.' }),
        }),
      ),
    }),
    table: ({ shops, days, asOf, asKnown, from, to, completeTo }) => ({
      name: 'completeness',
      columns: ['platform', 'shop', 'day', 'state', 'everyDays', 'expectation', 'completeTo'],
      rows: shops.flatMap(({ platform, shop, everyDays, source: expectation, completeTo: through, states }) =>
        days.map((day, index) => ({
          platform,
          shop,
          day,
          state: states[index],
          everyDays,
          expectation,
          completeTo: through,
        })),
      ),
      facts: { period: `${from} – ${to}`, asOf: completeTo, asKnown: asKnown?.reportedOn },
      about: [`${from}-${to}`, asOf],
    }),
    examples: [{ path: '/v1/completeness' }, { path: '/v1/completeness?from=2026-06-01&to=2026-06-30' }],
    handle: async ({ query, caller, context, around }) => {
      const reported = await reportAsked(context, query);
      const today = reported?.reportedOn ?? businessDayAt(context.now().getTime());
      const to = query.to ?? addDays(today, -1);
      const from = query.from ?? addDays(to, 1 - USUAL_DAYS);
      const days = eachDay(from, to);
      if (days.length < 1 || days.length > MOST_DAYS) {
        throw wrongParameter('query', 'from', `${from} to ${to} is no period of 1 to ${MOST_DAYS} days`);
      }
      // The pace asks about the year: so does this, that both may say the same.
      const since = from < firstDay(yearOf(today)) ? from : firstDay(yearOf(today));
      const [shops, seen] = await Promise.all([
        reported === null
          ? around.resting.expectedShops(yearOf(since))
          : readExpectedShops(context, firstDay(yearOf(since)), reported.at),
        seenWithin(context, signedIn(caller).account.limit),
      ]);
      const own = seen
        .expected(shops, { from: since, to: today })
        .filter(({ platform, shop }) => seen.shop(platform, shop, { from, to }));
      const coverage = coverageOfShops(own, since, today);
      return {
        asOf: today,
        asKnown: shownReport(reported),
        from,
        to,
        completeTo: lastCompleteDay(coverage, today).day,
        days,
        shops: own.map((expected) => ({
          platform: expected.platform,
          shop: expected.shop,
          everyDays: expected.everyDays,
          source: expected.source,
          completeTo:
            coverage.find(({ platform, shop }) => platform === expected.platform && shop === expected.shop)
              ?.completeTo ?? null,
          states: days.map((day) =>
            // On other days it belongs to a part that the account does not see.
            seen.shop(expected.platform, expected.shop, { from: day, to: day })
              ? dayState(expected, day, today)
              : 'not-expected',
          ),
        })),
      };
    },
  }),
];
