import { z } from 'zod';
import { type BusinessDay } from '../domain/calendar';
import { DEFAULT_GOAL_FEN, type Goal } from '../domain/goal';
import { GOAL_MEASURES } from '../domain/measures';
import { formatYuan } from '../domain/money';
import { type Database, type NamedQuery } from './client';
import { fen } from './rows';
import { engineTime } from './time';

const goalRow = z
  .object({ year: z.number(), measure: z.enum(GOAL_MEASURES), amount: fen, set_on: z.string() })
  .transform(({ set_on, ...row }): Goal => ({ ...row, setOn: set_on }));

const GOALS: NamedQuery<Goal> = {
  name: 'goals',
  sql: 'SELECT year, measure, amount, toString(set_on) AS set_on FROM goals ORDER BY year, seq',
  row: goalRow,
};

/** listGoals is the whole history of goals, oldest first within a year. */
export async function listGoals(db: Database): Promise<Goal[]> {
  return await db.rows(GOALS);
}

/** goalOf is the goal of a year: the one set last, or the built-in 60 billion yuan net. */
export async function goalOf(db: Database, year: number): Promise<Goal> {
  const set = (await listGoals(db)).filter((goal) => goal.year === year).at(-1);
  return set ?? { year, measure: 'net', amount: DEFAULT_GOAL_FEN, setOn: null };
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
      set_on: goal.setOn,
      at: engineTime(now),
    },
  ]);
}
