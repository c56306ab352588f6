import { describe, expect, test } from '@jest/globals';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { ingestFile } from '../../src/operations/ingest-file';
import { realExport, reportOf } from '../support/fixtures';
import { rejectsOf } from '../support/load';
import { readState } from '../support/state';
import { useStores } from '../support/store';

/** Real exports, which lie beside the project and are no part of it, with the figures of a correct reading. */
const EXPORTS = [
  {
    path: 'pinduoduo/orders_export2026-06-08-13-20-43.csv',
    expected: {
      platform: 'pinduoduo',
      layout: 'pinduoduo/orders',
      encoding: 'utf-8-bom',
      snapshotAt: '2026-06-08 13:20:43',
      rows: { read: 4815, loaded: 4815, rejected: 0, ignored: 0 },
      paidOrders: 4334,
      gross: '652613.79',
      booked: '743083.38',
      refunded: '197525.43',
      net: '455088.36',
    },
  },
  {
    path: 'wechat-shop/微信小店订单_2026年06月07日15时54分21秒_1.xlsx',
    expected: {
      platform: 'wechat-shop',
      layout: 'wechat-shop/orders',
      encoding: 'xlsx',
      snapshotAt: '2026-06-07 15:54:21',
      rows: { read: 404, loaded: 404, rejected: 0, ignored: 0 },
      paidOrders: 397,
      gross: '71473.00',
      refunded: '10140.00',
      net: '61333.00',
    },
  },
] as const;

const stores = useStores();

describe.each(EXPORTS)('the real export $path', ({ path, expected }) => {
  const found = realExport(path);
  const here = found === null ? test.skip : test;

  here(
    `gives the figures of a correct reading${found === null ? ' (skipped: no ../shared/exports here)' : ''}`,
    async () => {
      const store = await stores.open();
      const report = await ingestFile(store, { path: found ?? '', shop: 'demo-shop' });
      expect(report).toMatchObject({ status: 'committed', shop: 'demo-shop', error: null });
      expect(reportOf(report)).toMatchObject(expected);
      expect(await rejectsOf(store, report)).toEqual([]);
      await refreshTotals(store.db, store.now);
      const { total, differences } = await readState(store);
      expect(differences).toEqual([]);
      expect(total).toMatchObject({ paidOrders: expected.paidOrders, net: report.figures.net });
    },
  );
});
