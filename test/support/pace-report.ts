import { type PaceReport } from '../../src/domain/pace';

/** paceReport is a report whose figures are of no interest: what an alert is decided by is given. */
export const paceReport = (decisive: Pick<PaceReport, 'goal' | 'state' | 'requestedAsOf' | 'asOf'>): PaceReport => ({
  ...decisive,
  actual: 0n,
  remaining: 100n,
  remainingDays: 1,
  dailyNeeded: 100n,
  dailySoFar: 0n,
  straightLine: { share: 0.5, expected: 50n, gap: -50n, projected: 0n },
  seasonal: { share: 0.5, expected: 50n, gap: -50n, projected: 0n, source: 'test' },
  waitingFor: [],
  shops: 1,
  because: 'test',
});
