import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { handlersFor } from '../../../jobs/worker';
import { MIGRATIONS_FOLDER, migrateTo, readMigrations } from '../../../src/clickhouse/migrate';
import { isNightDone } from '../../../src/clickhouse/nights';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { readConfig } from '../../../src/config';
import { silentLogger } from '../../../src/log';
import { deploymentOf } from '../../../src/operations/deployment';
import { locateStore, openContext } from '../../../src/operations/open';
import { operationsOf } from '../../../src/operations/operations-of';
import { openQueueBackend } from '../../../src/queue/open';
import { type JobRequest } from '../../../src/queue/contracts';
import { runNight } from '../../../src/queue/night';
import { startWorker } from '../../../src/queue/worker';
import { madeExport } from '../../support/made-export';
import { PLAIN_ORDERS } from '../../support/plain-orders';
import { removeFolders, temporaryFolder } from '../../support/process';
import { ALL_DAYS } from '../../support/state';

afterAll(removeFolders);

const night = { nightId: '2026-06-08', due: '2026-06-08' };

test('jobs that an older version has queued are done on the schema it knew, %d migrations old', async () => {
  const home = temporaryFolder();
  const config = readConfig({ PACELINE_HOME: home, PACELINE_CLOCK: '2026-06-08 02:30:00', ALERT_TO: 'a@example.cn' });
  const deployment = deploymentOf(config, silentLogger);
  const folder = join(config.inbox, 'kuaishou', '云岫店');
  mkdirSync(folder, { recursive: true });
  for (const number of ['1', '2']) {
    const cells = { ...PLAIN_ORDERS['kuaishou/orders'], 订单号: `250000000000000${number}` };
    writeFileSync(join(folder, `订单${number}.csv`), madeExport('kuaishou/orders', '', [cells]));
  }

  // The older version: its schema, a night that has been asked for, and a file of it that is queued already.
  const store = await locateStore(deployment);
  await migrateTo(store.location, readMigrations(MIGRATIONS_FOLDER).slice(0, 6));
  store.release();
  const older = await openQueueBackend({ dataDir: config.queueDir }, silentLogger);
  const file: JobRequest = {
    name: 'ingest',
    payload: { nightId: night.nightId, path: join(folder, '订单1.csv'), platform: 'kuaishou', shop: '云岫店' },
  };
  await older.enqueue([file, { name: 'night', payload: { ...night, inbox: config.inbox } }]);
  await older.close();

  const context = await openContext(deployment);
  const queue = await openQueueBackend({ dataDir: config.queueDir }, silentLogger);
  const worker = startWorker(queue, handlersFor(operationsOf(context)), silentLogger);
  try {
    const result = await runNight(queue, { ...night, inbox: config.inbox });
    expect(result.failed).toEqual([]);
    expect(await queue.look(file)).toMatchObject({ state: 'completed', result: { status: 'committed' } });
    const { total } = await readTotals(context.db, { ...ALL_DAYS, by: [] });
    expect(total).toMatchObject({ paidOrders: 2, gross: 16_798n });
    expect(await isNightDone(context.db, night.due, context.now())).toBe(true);
  } finally {
    await worker.close(5000);
    await queue.close();
    await context.close();
  }
});
