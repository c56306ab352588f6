import { describe, expect, test } from '@jest/globals';
import { type Goal, goalsInForce, type GoalScope, scopeText } from '../../../src/domain/goal';
import { type GoalNode, goalTree } from '../../../src/domain/goal-tree';

const goal = (scope: GoalScope, yuan: number, more: Partial<Goal> = {}): Goal => ({
  ...{ year: 2026, measure: 'net', amount: BigInt(yuan) * 100n, setOn: '2025-12-01', scope },
  ...more,
});

const names = (nodes: readonly GoalNode[]): unknown[] =>
  nodes.map(({ goal: { scope }, children }) =>
    children.length === 0 ? scopeText(scope) : [scopeText(scope), ...names(children)],
  );

describe('a tree of goals', () => {
  test('hangs each goal below the one that it narrows down most closely', () => {
    const tree = goalTree([
      goal({ league: '包头市', month: '2026-06' }, 1),
      goal({ platform: 'douyin' }, 2),
      goal({ league: '包头市' }, 3),
      goal({}, 4),
      goal({ chain: '奶粉', month: '2026-06' }, 5),
    ]);
    expect(names(tree)).toEqual([
      ['region', ['league=包头市', 'league=包头市,month=2026-06'], 'platform=douyin', 'chain=奶粉,month=2026-06'],
    ]);
  });

  test('has a goal without anything above it as a root of its own', () => {
    expect(names(goalTree([goal({ league: '包头市' }, 1), goal({ platform: 'jd' }, 2)]))).toEqual([
      'league=包头市',
      'platform=jd',
    ]);
  });

  test('shows by how much parts miss the whole, by each dimension, and leaves out parts in another measure', () => {
    const [root] = goalTree([
      goal({}, 100),
      goal({ league: '包头市' }, 60),
      goal({ league: '兴安盟' }, 50),
      goal({ league: '赤峰市' }, 7, { measure: 'gross' }),
      goal({ platform: 'jd' }, 99),
      goal({ platform: 'jd', month: '2026-01' }, 1),
    ]);
    expect(root?.splits).toEqual([
      { dimension: 'league', goals: 3, sum: 11_000n, difference: 1_000n, otherMeasure: 1 },
      { dimension: 'platform', goals: 1, sum: 9_900n, difference: -100n, otherMeasure: 0 },
    ]);
  });
});

describe('goals in force', () => {
  const history = [
    goal({}, 100, { validFrom: '2026-01-01' }),
    goal({}, 120, { validFrom: '2026-07-01' }),
    goal({ league: '包头市' }, 10, { validFrom: '2026-03-01' }),
    goal({}, 90, { year: 2027 }),
  ];
  const amounts = (on: string): bigint[] => goalsInForce(history, 2026, on).map(({ amount }) => amount / 100n);

  test('are those that hold on the day, the one set last of each scope', () => {
    expect(amounts('2026-02-28')).toEqual([100n]);
    expect(amounts('2026-03-01')).toEqual([100n, 10n]);
    expect(amounts('2026-07-01')).toEqual([120n, 10n]);
    expect(goalsInForce([...history, goal({}, 80)], 2026, '2026-12-31')[0]?.amount).toBe(8_000n);
  });

  test('before the year are those of its first day', () => {
    expect(amounts('2025-11-11')).toEqual([100n]);
  });
});
