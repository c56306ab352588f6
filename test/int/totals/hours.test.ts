import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { type NamedQuery } from '../../../src/clickhouse/client';
import { summedOrders } from '../../../src/clickhouse/totals/summed-orders';
import { useStores } from '../../support/store';

const stores = useStores();

test('orders of one day, shop and destination are counted by the hours they took, each hour that began as one', async () => {
  const { db } = await stores.open();
  const minutes = [null, -5, 0, 1, 60, 61, 119, 120, 121, 121, 3000];
  await db.insert(
    'orders',
    minutes.map((took, index) => ({
      platform: 'jd',
      shop: '甲',
      order_id: String(index),
      order_day: '2026-06-01',
      paid_at: '2026-06-01 10:00:00',
      shipped_at: took === null ? null : Date.parse('2026-06-01T10:00:00+08:00') / 1000 + took * 60,
      gross: '1.00',
    })),
  );
  const dispatch: NamedQuery<{ hours: number[]; orders: string[] }> = {
    name: 'orders by hours to dispatch',
    sql: `SELECT dispatch.1 AS hours, dispatch.2 AS orders FROM (${summedOrders(db, "platform = 'jd'")})`,
    row: z.object({ hours: z.array(z.number()), orders: z.array(z.string()) }),
  };
  expect(await db.rows(dispatch)).toEqual([{ hours: [0, 1, 2, 3, 50], orders: ['1', '2', '3', '2', '1'] }]);
});
