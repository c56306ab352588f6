import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { goalOf, listGoals, setGoal } from '../../clickhouse/goals';
import { businessDayAt, yearOf } from '../../domain/calendar';
import { goalsInForce, scopeText } from '../../domain/goal';
import { GOAL_MEASURES } from '../../domain/measures';
import { paceReport } from '../../queue/wire';
import { wrongParameter } from '../problem';
import { type AnyRoute, route } from '../route';
import { yearNumber, yuan } from '../shapes';

const goal = paceReport.shape.goal.meta({ title: 'A goal; setOn null: the built-in one' });

export const goalRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/goals',
    summary: 'The goals in force, of the region and of its parts, and all that were ever set',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    answer: z.object({ goals: z.array(goal), history: z.array(goal) }),
    table: ({ goals, history }) => ({
      name: 'goals',
      columns: ['year', 'league', 'platform', 'chain', 'month', 'measure', 'amount', 'validFrom', 'setOn', 'inForce'],
      // The built-in goals stand in no history.
      rows: [
        ...goals.map((each) => ({ ...rowOf(each), inForce: 'yes' })),
        ...history
          .filter((each) => !goals.some((now) => isSame(now, each)))
          .map((each) => ({ ...rowOf(each), inForce: 'no' })),
      ],
      facts: {},
      about: [],
    }),
    examples: [{ path: '/v1/goals' }],
    handle: async ({ context }) => {
      const history = await listGoals(context.db);
      const today = businessDayAt(context.now().getTime());
      const thisYear = yearOf(today);
      const years = [...new Set([...history.map((each) => each.year), thisYear])].sort((a, b) => a - b);
      const goals = await Promise.all(
        years.map(async (of) => {
          const region = await goalOf(context.db, of, { on: today });
          const parts = goalsInForce(history, of, today).filter(({ scope }) => scopeText(scope) !== scopeText());
          return [region, ...parts];
        }),
      );
      return { goals: goals.flat(), history };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/goals',
    summary: 'Set the goal of a year; what it was before stays in the history',
    rule: { who: 'operator', limited: 'refused' },
    body: z.strictObject({
      year: yearNumber,
      measure: z.enum(GOAL_MEASURES),
      amount: yuan,
    }),
    answer: goal,
    status: 201,
    examples: [{ path: '/v1/goals', body: { year: 2026, measure: 'net', amount: '60000000000.00' } }],
    handle: async ({ body, context }) => {
      if (body.amount <= 0n || body.amount >= MOST_FEN)
        throw wrongParameter('body', 'amount', 'is not above zero and below 10 trillion yuan');
      const set = { ...body, setOn: businessDayAt(context.now().getTime()) };
      await setGoal(context.db, set, context.now());
      return set;
    },
  }),
];

type ShownGoal = z.output<typeof goal>;

const rowOf = ({ scope, year, measure, amount, validFrom, setOn }: ShownGoal) => ({
  ...scope,
  year,
  measure,
  amount,
  validFrom,
  setOn,
});

const isSame = (a: ShownGoal, b: ShownGoal): boolean => isDeepStrictEqual(rowOf(a), rowOf(b));

const MOST_FEN = 1_000_000_000_000_000n;
