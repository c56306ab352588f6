import { type CoarseDifference } from '../../clickhouse/totals/coarse-totals';
import { type TotalsDifference, totalsAreSound, verifyTotals } from '../../clickhouse/totals/verify';
import { formatYuan } from '../../domain/money';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';

/** verify recomputes every total from the orders and compares; it fails when one differs or is out of date. */
export async function verify(io: Io, context: Context): Promise<boolean> {
  const verification = await verifyTotals(context.db);
  const { partitions, stale, differences, coarse, replicas } = verification;
  const good = stale.length === 0 && totalsAreSound(verification);
  const answer = {
    ok: good,
    partitions,
    stale,
    differences: differences.map(differenceJson),
    coarse: coarse.map(coarseJson),
    replicas,
  };
  io.answer(answer, () =>
    good
      ? `every total of ${partitions} partitions equals the orders, to the fen`
      : [
          ...stale.map(({ platform, month }) => `out of date: ${platform} ${month.slice(0, 7)}`),
          table(
            ['platform', 'day', 'shop', 'province', 'shown gross', 'true gross', 'shown orders', 'true orders'],
            differences.map((d) => [
              d.platform,
              d.day,
              d.shop,
              d.province || 'unknown',
              formatYuan(d.rollup.gross),
              formatYuan(d.orders.gross),
              String(d.rollup.paidOrders),
              String(d.orders.paidOrders),
            ]),
            ['shown gross', 'true gross', 'shown orders', 'true orders'],
          ),
          ...coarse.map(
            ({ grain, platform, day, shop, province }) =>
              `not the sum of its days: ${[grain, platform, day, shop || province].filter(Boolean).join(' ')}`,
          ),
          ...replicas.map(
            ({ shard, platform, month }) =>
              `replicas of shard ${shard} hold different orders: ${platform} ${month.slice(0, 7)}`,
          ),
        ].join('\n'),
  );
  if (good) return true;
  throw terminal(
    'totals-differ',
    `${differences.length + coarse.length} totals differ from the orders${replicas.length > 0 ? `, ${replicas.length} partitions differ between replicas` : ''} and ${stale.length} partitions are out of date`,
    'Out-of-date partitions are refreshed by "npx paceline totals". A difference is a fault: report it with this answer.',
  );
}

function differenceJson(difference: TotalsDifference): unknown {
  const side = ({ paidOrders, gross, refunded }: TotalsDifference['rollup']): unknown => ({
    paidOrders,
    gross: formatYuan(gross),
    refunded: formatYuan(refunded),
  });
  return { ...difference, rollup: side(difference.rollup), orders: side(difference.orders) };
}

function coarseJson({ shown, summed, ...cell }: CoarseDifference): unknown {
  const side = ({ paidOrders, gross }: CoarseDifference['shown']): unknown => ({
    paidOrders,
    gross: formatYuan(gross),
  });
  return { ...cell, shown: side(shown), summed: side(summed) };
}
