import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { listChains } from '../../clickhouse/chains';
import { goalOf, listGoals } from '../../clickhouse/goals';
import { businessDayAt, yearOf } from '../../domain/calendar';
import { goalsInForce, type GoalScope, SCOPE_DIMENSIONS, scopeText } from '../../domain/goal';
import { LEAGUES } from '../../domain/leagues';
import { GOAL_MEASURES } from '../../domain/measures';
import { formatYuan } from '../../domain/money';
import { type PaceReport } from '../../domain/pace';
import { sayGoal, standingGoals } from '../../operations/goals-standing';
import { measurePace } from '../../operations/measure-pace';
import { platformIdOf } from '../../platforms/registry';
import { paceReport } from '../../queue/wire';
import { type ColumnId } from '../../tables/columns';
import { signedIn } from '../caller';
import { wrongParameter } from '../problem';
import { type AnyRoute, route } from '../route';
import { askedDay, count, text, year, yearNumber, yuan } from '../shapes';

const goal = paceReport.shape.goal.meta({ title: 'A goal; setOn null: the built-in one' });

const pace = z.object({
  state: paceReport.shape.state,
  asOf: paceReport.shape.asOf,
  actual: yuan.meta({ title: 'yuan', description: 'Done to the end of asOf.' }),
  expected: yuan.meta({ title: 'yuan', description: 'What the season lets expect by then.' }),
  gap: yuan.meta({ title: 'yuan', description: 'actual − expected' }),
  projected: yuan.nullable(),
  chance: z.number().nullable().meta({ description: 'That the goal is met, 0 to 1.' }),
  dailyNeeded: yuan,
});

const standing = z.object({
  goal,
  depth: count.meta({ description: 'How many of the goals before it it lies beneath.' }),
  done: yuan.meta({ title: 'yuan', description: 'Sold so far, whether days are complete or not.' }),
  splits: z.array(
    z.object({
      dimension: z.enum(SCOPE_DIMENSIONS),
      goals: count,
      sum: yuan,
      difference: yuan.meta({ title: 'yuan', description: 'sum − goal' }),
      otherMeasure: count.meta({ description: 'Goals in another measure, which are left out of the sum.' }),
    }),
  ),
  pace: pace.nullable().meta({ description: 'Null for the goal of a month, which has no season.' }),
});

const scope = z.strictObject({
  league: z.enum(LEAGUES).optional(),
  platform: text(100)
    .refine((id) => platformIdOf(id) === id, 'is no id of a platform')
    .optional(),
  chain: text(100).min(1).optional(),
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is not a month, such as 2026-06')
    .optional(),
});

const STANDING_COLUMNS = [
  'league',
  'platform',
  'chain',
  'month',
  'measure',
  'amount',
  'done',
  'state',
  'completeTo',
  'expected',
  'projected',
  'chance',
  'dailyNeeded',
] as const satisfies readonly ColumnId[];

export const goalRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/goals/standing',
    summary: 'The goals of a year as a tree: what is done of each, its pace, and whether its parts add up to it',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    query: z.strictObject({ year: year.optional() }),
    answer: z.object({ year: yearNumber, goals: z.array(standing) }),
    table: ({ year: of, goals }) => ({
      name: 'standing',
      columns: STANDING_COLUMNS,
      rows: goals.map(({ goal: each, done, pace: judged }) => ({
        ...each.scope,
        measure: each.measure,
        amount: each.amount,
        done,
        ...(judged && {
          ...{ state: judged.state, completeTo: judged.asOf, expected: judged.expected, projected: judged.projected },
          ...{ chance: judged.chance, dailyNeeded: judged.dailyNeeded },
        }),
      })),
      facts: {},
      about: [String(of)],
    }),
    examples: [{ path: '/v1/goals/standing' }, { path: '/v1/goals/standing?year=2026' }],
    handle: async ({ query, caller, context }) => {
      const today = businessDayAt(context.now().getTime());
      const of = query.year ?? yearOf(today);
      const { limit } = signedIn(caller).account;
      const isSeen = (part: GoalScope): boolean =>
        Object.entries(limit).every(([name, value]) => (part as Readonly<Record<string, unknown>>)[name] === value);
      const goals = await standingGoals(context, of, { on: today, within: isSeen });
      return {
        year: of,
        goals: await Promise.all(
          goals.map(async ({ node: { goal: each, splits }, depth, done }) => ({
            goal: each,
            depth,
            done,
            splits: splits.map((split) => ({ ...split })),
            pace:
              each.scope?.month === undefined
                ? shortPace(await measurePace(context, { year: of, scope: each.scope ?? {} }))
                : null,
          })),
        ),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/goals',
    summary: 'The goals in force, of the region and of its parts, and all that were ever set',
    rule: { who: 'viewer', limited: 'refused' },
    restsOn: 'data',
    answer: z.object({
      goals: z.array(goal),
      history: z.array(goal),
      chains: z.array(z.string()).meta({ description: 'The industry chains that a goal can be set for.' }),
    }),
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
      const [history, chains] = await Promise.all([listGoals(context.db), listChains(context.db)]);
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
      return { goals: goals.flat(), history, chains: chains.map(({ chain }) => chain) };
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
      scope: scope.optional().meta({ description: 'A part of the region or year; the whole of both when empty.' }),
      validFrom: askedDay
        .meta({ description: 'The first day on which it is in force; 1 January unless told.' })
        .optional(),
      pace: goal.shape.pace,
    }),
    answer: goal,
    status: 201,
    examples: [
      { path: '/v1/goals', body: { year: 2026, measure: 'net', amount: '60000000000.00' } },
      {
        path: '/v1/goals',
        body: {
          year: 2026,
          measure: 'net',
          amount: '9000000000.00',
          scope: { league: '包头市' },
          pace: 'behind-below=0.2',
        },
      },
    ],
    handle: async ({ body, context, request }) => {
      if (body.amount <= 0n || body.amount >= MOST_FEN)
        throw wrongParameter('body', 'amount', 'is not above zero and below 10 trillion yuan');
      const month = body.scope?.month;
      if (month !== undefined && !month.startsWith(`${body.year}-`))
        throw wrongParameter('body', 'scope.month', `is no month of ${body.year}`);
      const set = await sayGoal(context, body);
      request.remark = `${set.year} ${scopeText(set.scope)}: ${formatYuan(set.amount)} yuan ${set.measure}`;
      return set;
    },
  }),
];

/** How a goal stands, of what a pace says; the rest is that of `/v1/pace` with the goal's scope. */
const shortPace = ({ state, asOf, actual, seasonal, forecast, dailyNeeded }: PaceReport): z.output<typeof pace> => ({
  state,
  asOf,
  actual,
  expected: seasonal.expected,
  gap: seasonal.gap,
  projected: seasonal.projected,
  chance: forecast?.chance ?? null,
  dailyNeeded,
});

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
