import { refreshTotals } from '../clickhouse/totals/refresh';
import { totalsAreSound, type Verification, verifyTotals } from '../clickhouse/totals/verify';
import { type Context } from './context';

/** TotalsCheck is what a check of every total found; it calls for an alert when it is not `sound`. */
export interface TotalsCheck extends Verification {
  readonly sound: boolean;
  /**
   * Platforms and business days with a total that the orders don't bear out, ascending, each once: `douyin 2026-06-18`;
   * the first of a month where replicas hold different orders of it.
   */
  readonly wrong: readonly string[];
}

/**
 * checkTotals refreshes the totals and sums every one of them again from the orders. It changes no figure: a total that
 * differs stays as it is shown until somebody has looked at it. It reads all orders, so it is for once a night.
 */
export async function checkTotals({ db, now, log }: Context): Promise<TotalsCheck> {
  await refreshTotals(db, now);
  const verification = await verifyTotals(db);
  const sound = totalsAreSound(verification);
  const { differences, coarse, replicas } = verification;
  const wrong = [
    ...[...differences, ...coarse].map(({ platform, day }) => `${platform} ${day}`),
    ...replicas.map(({ platform, month }) => `${platform} ${month}`),
  ];
  if (!sound) log.warn('totals differ from the orders', { wrong: wrong.length });
  return { ...verification, sound, wrong: [...new Set(wrong)].sort() };
}
