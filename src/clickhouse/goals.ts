import { z } from 'zod';
import { type BusinessDay } from '../domain/calendar';
import {
  DEFAULT_GOAL_FEN,
  type Goal,
  type GoalScope,
  goalsInForce,
  SCOPE_DIMENSIONS,
  scopeText,
  validFromOf,
} from '../domain/goal';
import { GOAL_MEASURES } from '../domain/measures';
import { formatYuan } from '../domain/money';
import { terminal } from '../errors';
import { type Database, type NamedQuery } from './client';
import { fen } from './rows';
import { engineTime } from './time';

const goalRow = z
  .object({
    year: z.number(),
    measure: z.enum(GOAL_MEASURES),
    amount: fen,
    league: z.string(),
    platform: z.string(),
    chain: z.string(),
    month: z.string(),
    valid_from: z.string(),
    set_on: z.string(),
    pace: z.string(),
  })
  .transform(({ year, measure, amount, valid_from, set_on, pace, ...scope }): Goal & { scope: GoalScope } => ({
    year,
    measure,
    amount,
    setOn: set_on,
    scope: Object.fromEntries(SCOPE_DIMENSIONS.flatMap((of) => (scope[of] === '' ? [] : [[of, scope[of]]]))),
    validFrom: valid_from,
    ...(pace !== '' && { pace }),
  }));

const GOALS: NamedQuery<Goal> = {
  name: 'goals',
  sql: `SELECT year, measure, amount, league, platform, chain, month, toString(valid_from) AS valid_from,
      toString(set_on) AS set_on, pace
    FROM goals ORDER BY year, seq`,
  row: goalRow,
};

/** listGoals is the whole history of goals, oldest first within a year. */
export async function listGoals(db: Database): Promise<Goal[]> {
  return await db.rows(GOALS);
}

/**
 * goalOf is the goal of a year, or of a scope in it, that is in force on a day: of those valid by then the one set last.
 * A region without a goal has the built-in one of 60 billion yuan net.
 * @throws PipelineError `goal-missing` for another scope that has none
 */
export async function goalOf(
  db: Database,
  year: number,
  { scope = {}, on }: { readonly scope?: GoalScope; readonly on: BusinessDay },
): Promise<Goal> {
  const wanted = scopeText(scope);
  const set = goalsInForce(await listGoals(db), year, on).find((goal) => scopeText(goal.scope) === wanted);
  if (set) return set;
  if (wanted === scopeText()) return { year, measure: 'net', amount: DEFAULT_GOAL_FEN, setOn: null };
  throw terminal(
    'goal-missing',
    `${year} has no goal for ${wanted} that is in force on ${on}`,
    `See "npx paceline goal list", or set one: npx paceline goal set --year ${year} --scope ${wanted} --amount YUAN`,
  );
}

/** setGoal adds a goal to the history; earlier ones stay. */
export async function setGoal(db: Database, goal: Goal & { setOn: BusinessDay }, now: Date): Promise<void> {
  const seq = (await listGoals(db)).filter(({ year }) => year === goal.year).length + 1;
  await db.insert('goals', [
    {
      year: goal.year,
      seq,
      measure: goal.measure,
      amount: formatYuan(goal.amount),
      ...goal.scope,
      valid_from: validFromOf(goal),
      set_on: goal.setOn,
      pace: goal.pace ?? '',
      at: engineTime(now),
    },
  ]);
}
