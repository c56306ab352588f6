import { type Command } from 'commander';
import { listGoals } from '../../clickhouse/goals';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { businessDayAt, parseDay, yearOf } from '../../domain/calendar';
import { type Goal, scopeText, validFromOf } from '../../domain/goal';
import { type GoalSplit } from '../../domain/goal-tree';
import { GOAL_MEASURES } from '../../domain/measures';
import { formatYuan, groupYuan, parseYuan, shareOf } from '../../domain/money';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { sayGoal, type StandingGoal, standingGoals } from '../../operations/goals-standing';
import { type Io, table } from '../io';
import { scopeOf, yearArgument } from '../question';

export interface GoalOptions {
  readonly year: string;
  readonly amount: string;
  readonly measure: string;
  readonly scope: string;
  readonly from?: string;
  readonly pace?: string;
}

/** goalSet sets the goal of a year or of a part of it, in yuan; what it was before stays in the history. */
export async function goalSet(io: Io, context: Context, options: GoalOptions): Promise<boolean> {
  const measure = GOAL_MEASURES.find((known) => known === options.measure);
  if (!measure)
    throw terminal('usage', `"${options.measure}" is not a measure`, `Choose from ${GOAL_MEASURES.join(', ')}.`);
  const amount = parseYuan(options.amount.replaceAll(/[_,]/g, ''));
  if (amount <= 0n) throw terminal('usage', 'a goal must be more than zero');
  const year = yearArgument(options.year);
  const goal = await sayGoal(context, {
    year,
    measure,
    amount,
    scope: scopeOf(options.scope, year),
    validFrom: options.from === undefined ? undefined : parseDay(options.from),
    ...(options.pace !== undefined && { pace: options.pace.replaceAll(/\s/g, '') }),
  });
  io.answer(
    { goal: goalJson(goal) },
    () =>
      `goal ${goal.year}, ${scopeText(goal.scope)}: ${groupYuan(goal.amount)} yuan ${goal.measure}, in force from ${validFromOf(goal)}${goal.pace === undefined ? '' : `, judged by ${goal.pace}`}`,
  );
  return true;
}

/** goalList prints the goals in force as a tree, what their parts add up to, and their history. */
export async function goalList(io: Io, context: Context, { year }: { readonly year?: string }): Promise<boolean> {
  const today = businessDayAt(context.now().getTime());
  await refreshTotals(context.db, context.now);
  const history = await listGoals(context.db);
  const years =
    year === undefined
      ? [...new Set([...history.map((goal) => goal.year), yearOf(today)])].sort((a, b) => a - b)
      : [yearArgument(year)];
  const trees = (await Promise.all(years.map((of) => standingGoals(context, of, { on: today })))).flat();
  io.answer(
    {
      goals: trees.map(({ node: { goal, splits }, done }) => ({
        ...goalJson(goal),
        done: formatYuan(done),
        splits: splits.map(splitJson),
      })),
      history: history.filter((goal) => years.includes(goal.year)).map(goalJson),
    },
    () => treeText(trees),
  );
  return true;
}

function treeText(trees: readonly StandingGoal[]): string {
  const lines = trees.map(({ node: { goal }, depth, done }) => [
    String(goal.year),
    `${'  '.repeat(depth)}${scopeText(goal.scope)}`,
    groupYuan(goal.amount),
    goal.measure,
    groupYuan(done),
    `${(shareOf(done, goal.amount) * 100).toFixed(1)} %`,
    validFromOf(goal),
    goal.setOn ?? 'built-in default',
  ]);
  const own = trees.flatMap(({ node: { goal } }) =>
    goal.pace === undefined ? [] : [`${goal.year} ${scopeText(goal.scope)} is judged by ${goal.pace}`],
  );
  const splits = trees.flatMap(({ node: { goal, splits: of } }) => of.map((split) => splitText(goal, split)));
  return [
    table(['year', 'scope', 'goal yuan', 'measure', 'done yuan', 'share', 'in force from', 'set on'], lines, [
      'goal yuan',
      'done yuan',
      'share',
    ]),
    ...(own.length + splits.length === 0 ? [] : ['', ...splits, ...own]),
  ].join('\n');
}

function splitText({ year, scope }: Goal, { dimension, goals, sum, difference, otherMeasure }: GoalSplit): string {
  const size = groupYuan(difference < 0n ? -difference : difference);
  const against =
    difference === 0n
      ? 'exactly the whole'
      : difference < 0n
        ? `${size} less than the whole`
        : `${size} more than the whole`;
  const others = otherMeasure === 0 ? '' : `; ${otherMeasure} in another measure are left out`;
  return `${year} ${scopeText(scope)} by ${dimension}: ${goals === 1 ? '1 goal is' : `${goals} goals are`} ${groupYuan(sum)} yuan, ${against}${others}`;
}

const splitJson = ({ sum, difference, ...split }: GoalSplit): unknown => ({
  ...split,
  sum: formatYuan(sum),
  difference: formatYuan(difference),
});

/** goalJson is the JSON form of a goal; the region has an empty scope. */
export const goalJson = (goal: Goal): Record<string, unknown> => ({
  year: goal.year,
  scope: goal.scope ?? {},
  measure: goal.measure,
  amount: formatYuan(goal.amount),
  validFrom: validFromOf(goal),
  setOn: goal.setOn,
  ...(goal.pace !== undefined && { pace: goal.pace }),
});

/** What runs a command with a store and sets the exit code. */
type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

interface JsonOption {
  readonly json?: boolean;
}

/** addGoalCommands adds `goal set` and `goal list`. */
export function addGoalCommands(goal: Command, run: Run): void {
  goal
    .command('set')
    .description('set the goal of a year, or of a part of it; earlier ones stay in its history')
    .requiredOption('--year <year>')
    .requiredOption('--amount <yuan>', 'such as 60000000000')
    .option('--measure <name>', 'net, gross or booked', 'net')
    .option('--scope <scope>', 'any of league, platform, chain, month: league=包头市,month=2026-06', 'region')
    .option('--from <day>', 'the first day on which it is in force (default: 1 January)')
    .option('--pace <settings>', 'what it is judged by otherwise than PACE_… say: behind-below=0.2,min-days=7')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async ({ json = false, ...options }: JsonOption & GoalOptions) =>
      run(json, (io, context) => goalSet(io, context, options)),
    );
  goal
    .command('list')
    .description('the goals in force as a tree, what is done, and where parts do not add up to the whole')
    .option('--year <year>')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async ({ json = false, ...options }: JsonOption & { year?: string }) =>
      run(json, (io, context) => goalList(io, context, options)),
    );
}
