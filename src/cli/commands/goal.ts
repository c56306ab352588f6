import { type Command } from 'commander';
import { listChains } from '../../clickhouse/chains';
import { goalOf, listGoals, setGoal } from '../../clickhouse/goals';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { businessDayAt, parseDay, yearOf } from '../../domain/calendar';
import { type Goal, goalsInForce, type GoalScope, scopeText, validFromOf } from '../../domain/goal';
import { type GoalNode, type GoalSplit, goalTree } from '../../domain/goal-tree';
import { GOAL_MEASURES } from '../../domain/measures';
import { type Fen, formatYuan, groupYuan, parseYuan, shareOf } from '../../domain/money';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { salesTowards } from '../../operations/measure-pace';
import { type Io, table } from '../io';
import { scopeOf, yearArgument } from '../question';

export interface GoalOptions {
  readonly year: string;
  readonly amount: string;
  readonly measure: string;
  readonly scope: string;
  readonly from?: string;
}

/** goalSet sets the goal of a year or of a part of it, in yuan; what it was before stays in the history. */
export async function goalSet(io: Io, context: Context, options: GoalOptions): Promise<boolean> {
  const measure = GOAL_MEASURES.find((known) => known === options.measure);
  if (!measure)
    throw terminal('usage', `"${options.measure}" is not a measure`, `Choose from ${GOAL_MEASURES.join(', ')}.`);
  const amount = parseYuan(options.amount.replaceAll(/[_,]/g, ''));
  if (amount <= 0n) throw terminal('usage', 'a goal must be more than zero');
  const year = yearArgument(options.year);
  const scope = scopeOf(options.scope, year);
  await refuseUnknownChain(context, scope);
  const unchecked = { year, measure, amount, scope, setOn: businessDayAt(context.now().getTime()) };
  const goal = { ...unchecked, validFrom: validFromIn(year, options.from, unchecked) };
  await setGoal(context.db, goal, context.now());
  io.answer(
    { goal: goalJson(goal) },
    () =>
      `goal ${goal.year}, ${scopeText(scope)}: ${groupYuan(goal.amount)} yuan ${goal.measure}, in force from ${goal.validFrom}`,
  );
  return true;
}

function validFromIn(year: number, from: string | undefined, goal: Goal): string {
  if (from === undefined) return validFromOf(goal);
  const day = parseDay(from);
  if (yearOf(day) === year) return day;
  throw terminal('usage', `a goal of ${year} cannot be in force from ${day}`, 'Name a day of its year.');
}

async function refuseUnknownChain({ db }: Context, { chain }: GoalScope): Promise<void> {
  if (chain === undefined) return;
  const chains = (await listChains(db)).map((known) => known.chain);
  if (chains.includes(chain)) return;
  throw terminal(
    'usage',
    `"${chain}" is not in the table of chains`,
    chains.length === 0 ? 'Import it first: npx paceline chains import <csv>' : `Choose from ${chains.join('、')}.`,
  );
}

/** A goal with what is sold towards it. */
interface Standing {
  readonly node: GoalNode;
  readonly depth: number;
  readonly done: Fen;
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
  const trees: Standing[] = [];
  for (const of of years) {
    const region = await goalOf(context.db, of, { on: today });
    const parts = goalsInForce(history, of, today).filter(({ scope }) => scopeText(scope) !== scopeText());
    for (const { node, depth } of goalTree([region, ...parts]).flatMap((root) => flat(root, 0))) {
      trees.push({ node, depth, done: await salesTowards(context, node.goal) });
    }
  }
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

const flat = (node: GoalNode, depth: number): { node: GoalNode; depth: number }[] => [
  { node, depth },
  ...node.children.flatMap((child) => flat(child, depth + 1)),
];

function treeText(trees: readonly Standing[]): string {
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
  const splits = trees.flatMap(({ node: { goal, splits: of } }) => of.map((split) => splitText(goal, split)));
  return [
    table(['year', 'scope', 'goal yuan', 'measure', 'done yuan', 'share', 'in force from', 'set on'], lines, [
      'goal yuan',
      'done yuan',
      'share',
    ]),
    ...(splits.length === 0 ? [] : ['', ...splits]),
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
