import { goalOf, listGoals, setGoal } from '../../clickhouse/goals';
import { businessDayAt, yearOf } from '../../domain/calendar';
import { type Goal } from '../../domain/goal';
import { GOAL_MEASURES } from '../../domain/measures';
import { formatYuan, groupYuan, parseYuan } from '../../domain/money';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';
import { yearArgument } from './totals';

export interface GoalOptions {
  readonly year: string;
  readonly amount: string;
  readonly measure: string;
}

/** goalSet sets the goal of a year, in yuan; what it was before stays in the history. */
export async function goalSet(io: Io, context: Context, options: GoalOptions): Promise<boolean> {
  const measure = GOAL_MEASURES.find((known) => known === options.measure);
  if (!measure)
    throw terminal('usage', `"${options.measure}" is not a measure`, `Choose from ${GOAL_MEASURES.join(', ')}.`);
  const amount = parseYuan(options.amount.replaceAll(/[_,]/g, ''));
  if (amount <= 0n) throw terminal('usage', 'a goal must be more than zero');
  const goal = {
    year: yearArgument(options.year),
    measure,
    amount,
    setOn: businessDayAt(context.now().getTime()),
  };
  await setGoal(context.db, goal, context.now());
  io.answer({ goal: goalJson(goal) }, () => `goal ${goal.year}: ${groupYuan(goal.amount)} yuan ${goal.measure}`);
  return true;
}

/** goalList prints the goals in force and their history. */
export async function goalList(io: Io, context: Context): Promise<boolean> {
  const history = await listGoals(context.db);
  const year = yearOf(businessDayAt(context.now().getTime()));
  const years = [...new Set([...history.map((goal) => goal.year), year])].sort((a, b) => a - b);
  const inForce = await Promise.all(years.map((of) => goalOf(context.db, of)));
  io.answer({ goals: inForce.map(goalJson), history: history.map(goalJson) }, () =>
    table(
      ['year', 'goal yuan', 'measure', 'set on'],
      inForce.map((goal) => [
        String(goal.year),
        groupYuan(goal.amount),
        goal.measure,
        goal.setOn ?? 'built-in default',
      ]),
      ['goal yuan'],
    ),
  );
  return true;
}

const goalJson = (goal: Goal): unknown => ({ ...goal, amount: formatYuan(goal.amount) });
