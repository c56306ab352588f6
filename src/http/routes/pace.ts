import { z } from 'zod';
import { drawPace } from '../../operations/measure-pace';
import { paceReport } from '../../queue/wire';
import { type AnyRoute, route } from '../route';
import { askedDay, businessDay, year, yuan } from '../shapes';

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

export const paceRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/pace',
    summary: 'Where the goal’s year stands, how it will end, and the year day by day, cumulative',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    query: z.strictObject({
      year: year.optional(),
      asOf: askedDay.meta({ description: 'The day to stand on; today unless told.' }).optional(),
    }),
    answer: paceReport.extend({ days: z.array(chartedDay).readonly() }),
    examples: [{ path: '/v1/pace' }, { path: '/v1/pace?year=2026&asOf=2026-07-01' }],
    handle: async ({ query, context }) => {
      const { report, days } = await drawPace(context, {
        ...(query.year === undefined ? {} : { year: query.year }),
        ...(query.asOf === undefined ? {} : { asOf: query.asOf }),
      });
      return { ...report, days };
    },
  }),
];
