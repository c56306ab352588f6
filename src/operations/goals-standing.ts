import { listChains } from '../clickhouse/chains';
import { goalOf, listGoals, setGoal } from '../clickhouse/goals';
import { businessDayAt, type BusinessDay, yearOf } from '../domain/calendar';
import { type Goal, goalsInForce, type GoalScope, scopeText, validFromOf } from '../domain/goal';
import { type GoalNode, goalTree } from '../domain/goal-tree';
import { adjusted } from '../domain/pace-state';
import { type Fen } from '../domain/money';
import { terminal } from '../errors';
import { type Context } from './context';
import { salesTowards } from './measure-pace';

/** StandingGoal is a goal in the tree of its year, with what is sold towards it. */
export interface StandingGoal {
  readonly node: GoalNode;
  /** How many goals it lies beneath. */
  readonly depth: number;
  readonly done: Fen;
}

/**
 * standingGoals lists the goals of a year that are in force on a day as a tree, each below the one that it narrows down,
 * depth first. `within` keeps to the goals of some scopes.
 */
export async function standingGoals(
  context: Context,
  year: number,
  { on, within = () => true }: { readonly on: BusinessDay; readonly within?: (scope: GoalScope) => boolean },
): Promise<StandingGoal[]> {
  const [history, region] = await Promise.all([listGoals(context.db), goalOf(context.db, year, { on })]);
  const parts = goalsInForce(history, year, on).filter(({ scope }) => scopeText(scope) !== scopeText());
  const nodes = goalTree([region, ...parts].filter(({ scope = {} }) => within(scope))).flatMap((root) => flat(root, 0));
  return await Promise.all(
    nodes.map(async ({ node, depth }) => ({ node, depth, done: await salesTowards(context, node.goal) })),
  );
}

const flat = (node: GoalNode, depth: number): { node: GoalNode; depth: number }[] => [
  { node, depth },
  ...node.children.flatMap((child) => flat(child, depth + 1)),
];

/**
 * sayGoal sets the goal of a year or of a part of it, in force from a day of that year on (from its beginning unless
 * told); what it was before stays in the history.
 * @throws PipelineError `usage` for a chain that is not in the table of chains, a day of another year and settings
 *   of a pace that do not exist or contradict themselves
 */
export async function sayGoal(
  context: Context,
  { validFrom, ...said }: Pick<Goal, 'year' | 'measure' | 'amount' | 'scope' | 'validFrom' | 'pace'>,
): Promise<Goal> {
  await refuseUnknownChain(context, said.scope ?? {});
  adjusted(context.settings.pace, said.pace);
  const goal = { ...said, setOn: businessDayAt(context.now().getTime()) };
  const from = validFrom ?? validFromOf(goal);
  if (yearOf(from) !== said.year) {
    throw terminal('usage', `a goal of ${said.year} cannot be in force from ${from}`, 'Name a day of its year.', {
      parameter: 'validFrom',
    });
  }
  await setGoal(context.db, { ...goal, validFrom: from }, context.now());
  return { ...goal, validFrom: from };
}

async function refuseUnknownChain({ db }: Context, { chain }: GoalScope): Promise<void> {
  if (chain === undefined) return;
  const chains = (await listChains(db)).map((known) => known.chain);
  if (chains.includes(chain)) return;
  throw terminal(
    'usage',
    `"${chain}" is not in the table of chains`,
    chains.length === 0 ? 'Import it first: npx paceline chains import <csv>' : `Choose from ${chains.join('、')}.`,
    { parameter: 'scope.chain' },
  );
}
