import { type Goal, SCOPE_DIMENSIONS, type ScopeDimension, scopeText } from './goal';
import { type Fen } from './money';

/** GoalSplit is what a goal is divided into by one dimension, and whether the parts add up to it. */
export interface GoalSplit {
  readonly dimension: ScopeDimension;
  readonly goals: number;
  readonly sum: Fen;
  /** sum − goal: negative when the parts leave something of it out. Shown, not forbidden. */
  readonly difference: Fen;
  /** Parts in another measure than the whole, which are left out of the sum. */
  readonly otherMeasure: number;
}

/** GoalNode is a goal with those below it. */
export interface GoalNode {
  readonly goal: Goal;
  readonly splits: readonly GoalSplit[];
  readonly children: readonly GoalNode[];
}

/**
 * goalTree hangs each goal below the one that it narrows down most closely; of several, below the one that leaves out the
 * last of league, platform, chain and month. A goal of two dimensions is counted among the parts of both its parents.
 * @param goals those in force, one a scope; goals that narrow down none of the others are roots
 */
export function goalTree(goals: readonly Goal[]): GoalNode[] {
  const parents = new Map(goals.map((goal) => [goal, parentOf(goal, goals)]));
  const below = (parent: Goal | null): GoalNode[] =>
    goals
      .filter((goal) => parents.get(goal) === parent)
      .sort((a, b) => compareText(orderOf(a), orderOf(b)))
      .map((goal) => ({ goal, splits: splitsOf(goal, goals), children: below(goal) }));
  return below(null);
}

const dimensionsOf = ({ scope = {} }: Goal): ScopeDimension[] =>
  SCOPE_DIMENSIONS.filter((dimension) => scope[dimension] !== undefined);

const narrows = (child: Goal, parent: Goal): boolean =>
  dimensionsOf(parent).length < dimensionsOf(child).length &&
  dimensionsOf(parent).every((dimension) => child.scope?.[dimension] === parent.scope?.[dimension]);

function parentOf(goal: Goal, goals: readonly Goal[]): Goal | null {
  const weight = (candidate: Goal): string =>
    [dimensionsOf(candidate).length, ...SCOPE_DIMENSIONS.map((d) => (candidate.scope?.[d] === undefined ? 0 : 1))].join(
      '',
    );
  return (
    goals
      .filter((candidate) => narrows(goal, candidate))
      .sort((a, b) => compareText(weight(b), weight(a)))
      .at(0) ?? null
  );
}

function splitsOf(goal: Goal, goals: readonly Goal[]): GoalSplit[] {
  return SCOPE_DIMENSIONS.flatMap((dimension) => {
    if (goal.scope?.[dimension] !== undefined) return [];
    const parts = goals.filter(
      (part) =>
        narrows(part, goal) &&
        dimensionsOf(part).length === dimensionsOf(goal).length + 1 &&
        part.scope?.[dimension] !== undefined,
    );
    if (parts.length === 0) return [];
    const counted = parts.filter(({ measure }) => measure === goal.measure);
    const sum = counted.reduce((total, { amount }) => total + amount, 0n);
    return [
      {
        dimension,
        goals: parts.length,
        sum,
        difference: sum - goal.amount,
        otherMeasure: parts.length - counted.length,
      },
    ];
  });
}

/** By dimension in their order, then by value. */
const orderOf = (goal: Goal): string =>
  SCOPE_DIMENSIONS.map((dimension) => (goal.scope?.[dimension] === undefined ? '1' : '0')).join('') +
  scopeText(goal.scope);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
