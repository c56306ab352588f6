import { z } from 'zod';
import { isLimited, type Limit } from '../../domain/access';
import { type GoalScope, scopeText } from '../../domain/goal';
import { narrowed } from '../../operations/limit';
import { drawPace } from '../../operations/measure-pace';
import { paceReport } from '../../queue/wire';
import { signedIn } from '../caller';
import { refusal, wrongParameter } from '../problem';
import { type AnyRoute, route } from '../route';
import { askedDay, businessDay, text, year, yuan } from '../shapes';
import { asKnownShape, reportAsked, shownReport } from './totals';

const chartedDay = z.object({
  day: businessDay,
  expected: yuan.meta({
    title: 'yuan',
    description: 'What should be done by the end of the day for the goal to be met.',
  }),
  low: yuan.meta({ title: 'yuan', description: 'Four years of five that meet the goal lie between low and high.' }),
  high: yuan,
  actual: yuan.nullable().meta({ description: 'What is done; null after asOf.' }),
  projected: yuan.nullable().meta({ description: 'How it goes on by the season; null up to asOf.' }),
});

/** The scope of a goal, of those that have a pace. */
const scope = z.object({
  league: text(100).min(1).optional(),
  platform: text(100).min(1).optional(),
  chain: text(100).min(1).optional(),
});

export const paceRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/pace',
    summary: 'Where the goal’s year stands, how it will end, and the year day by day, cumulative',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({
      year: year.optional(),
      asOf: askedDay.meta({ description: 'The day to stand on; today unless told.' }).optional(),
      asKnown: askedDay.meta({ description: 'As the last report up to this day said it.' }).optional(),
      ...scope.shape,
    }),
    answer: paceReport.extend({ asKnown: asKnownShape, days: z.array(chartedDay).readonly() }),
    table: ({ goal, asOf, asKnown, days }) => ({
      name: 'pace',
      columns: ['day', 'expected', 'low', 'high', 'actual', 'projected'],
      rows: days,
      facts: { asOf, asKnown: asKnown?.reportedOn, measure: goal.measure, where: scopeText(goal.scope) },
      about: [String(goal.year), scopeText(goal.scope)],
    }),
    examples: [{ path: '/v1/pace' }, { path: '/v1/pace?year=2026&asOf=2026-07-01' }],
    handle: async ({ query, caller, context }) => {
      const { limit } = signedIn(caller).account;
      const reported = await reportAsked(context, query);
      if (reported !== null && query.asOf !== undefined && query.asOf > reported.reportedOn) {
        throw wrongParameter('query', 'asOf', `the report of ${reported.reportedOn} knew nothing of later days`);
      }
      const { report, days } = await drawPace(context, {
        ...(query.year === undefined ? {} : { year: query.year }),
        ...(query.asOf === undefined ? {} : { asOf: query.asOf }),
        ...(reported && { asReported: reported, seenNow: limit }),
        scope: scopeWithin(query, limit),
      });
      return { ...report, asKnown: shownReport(reported), days };
    },
  }),
];

/** The scope asked for within what an account sees: a part of the region has the pace of its own goal. */
function scopeWithin(asked: z.output<typeof scope>, limit: Limit): GoalScope {
  const names = Object.keys(scope.shape) as (keyof typeof asked)[];
  const wanted: GoalScope = Object.fromEntries(
    names.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])),
  );
  if (!isLimited(limit)) return wanted;
  const within = narrowed(wanted, limit);
  const hasGoals = Object.keys(limit).every((name) => names.some((known) => known === name));
  if (within !== null && hasGoals) return within;
  throw refusal(403, 'region-only', 'There is no goal within what this account sees.');
}
