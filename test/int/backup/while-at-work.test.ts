/** Backups that are taken while files come in, between two databases of a server. */
import { afterAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { leaseEngine } from '../../../src/clickhouse/engine/launch';
import { listFiles } from '../../../src/clickhouse/ledger';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { backUp } from '../../../src/operations/back-up';
import { ingestFile } from '../../../src/operations/ingest-file';
import { type Deployment, openContext } from '../../../src/operations/open';
import { restoreBackup } from '../../../src/operations/restore-backup';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';

// Databases that were put in the place of others are not used again.
const stores = useStores({ lingers: true });
const FILES = 24;
const ORDERS = 30;
/** How many backups are compared with a store that loaded the same files. */
const LOOKED_INTO = 1;

/** Overlapping snapshots of two shops over three months: later ones refund what earlier ones sold. */
async function exportOf(folder: string, index: number): Promise<string> {
  const snapshotAt = `2026-06-${String(1 + (index >> 1)).padStart(2, '0')} 08:00:00`;
  const shop = index % 2 === 0 ? '东店' : '西店';
  const rows = Array.from({ length: ORDERS }, (_, i): TemplateRow => {
    const order = index * 7 + i;
    const day = `2026-0${1 + (order % 3)}-${String(1 + (order % 28)).padStart(2, '0')}`;
    return {
      ...{
        platform: 'meituan',
        shop,
        orderId: `MT${index % 2}${order}`,
        lineId: '',
        status: '待发货',
        createdAt: `${day} 10:00:00`,
      },
      ...{ paidAt: `${day} 10:01:00`, shippedAt: '', completedAt: '', quantity: 1, title: '茶' },
      ...{ province: '吉林省', paid: 1000 + order, postage: 0, subsidy: 0, refunded: i < 3 ? 100 : 0 },
    };
  });
  return await writeExport(join(folder, String(index)), snapshotAt, { platform: 'template', of: 'meituan', rows });
}

async function deploymentOf({ db, settings, now, log, folder }: TestStore): Promise<Deployment> {
  const lease = await leaseEngine(stores.engineFolder());
  leases.push(lease);
  const url = new URL(lease.url);
  url.username = lease.user;
  url.password = lease.password;
  return { home: folder, clickhouseUrl: url.href, database: db.name, cluster: null, settings, now, log };
}

const leases: { release(): void }[] = [];
afterAll(() => leases.forEach((lease) => lease.release()));

test('holds every file as a whole or not at all, and going on gives the same as without it', async () => {
  const store = await stores.open();
  const paths = await Promise.all(Array.from({ length: FILES }, (_, index) => exportOf(store.folder, index)));
  const backups: string[] = [];
  let loading = true;
  // However fast the files are loaded, a backup is begun and ended when half of them are there.
  const lane = async (own: readonly string[]): Promise<void> => {
    for (const [index, path] of own.entries()) {
      if (index === own.length / 2) for (const enough = backups.length + 2; backups.length < enough;) await wait(10);
      await ingestFile(store, { path });
    }
  };
  const totals = async (): Promise<void> => {
    while (loading) await refreshTotals(store.db, store.now);
  };
  const backing = async (): Promise<void> => {
    while (loading) {
      const folder = join(store.folder, `backup-${backups.length}`);
      await backUp(store, folder);
      backups.push(folder);
    }
  };
  const both = Promise.all([
    lane(paths.filter((_, index) => index % 2 === 0)),
    lane(paths.filter((_, index) => index % 2 === 1)),
  ]).finally(() => (loading = false));
  await Promise.all([both, totals(), backing()]);
  await refreshTotals(store.db, store.now);
  const all = await readState(store);

  let between = 0;
  for (const folder of backups) {
    const restored = await stores.open();
    await restoreBackup(await deploymentOf(restored), folder, { replace: false, checkOnly: false });
    const entries = await listFiles(restored.db);
    const committed = entries.filter(({ status }) => status === 'committed').map(({ path }) => path);
    expect(entries.filter(({ status }) => status === 'committing')).toEqual([]);
    if (committed.length === 0 || committed.length === FILES) continue;
    between += 1;
    if (between > LOOKED_INTO) break;

    const alone = await stores.open();
    for (const path of committed) await ingestFile(alone, { path });
    for (const one of [restored, alone]) await refreshTotals(one.db, one.now);
    expect(await readState(restored)).toEqual(await readState(alone));
    for (const path of paths) await ingestFile(restored, { path });
    await refreshTotals(restored.db, restored.now);
    expect(await readState(restored)).toEqual(all);
  }
  expect(between).toBeGreaterThan(0);
}, 240_000);

test('takes a restore to its end that was killed between taking the old store away and putting the new one in its place', async () => {
  const [source, restored, killed] = [await stores.open(), await stores.open(), await stores.open()];
  await ingestFile(source, { path: await exportOf(source.folder, 0) });
  await refreshTotals(source.db, source.now);
  const folder = join(source.folder, 'backup');
  await backUp(source, folder);
  await restoreBackup(await deploymentOf(restored), folder, { replace: false, checkOnly: false });
  await ingestFile(killed, { path: await exportOf(killed.folder, 1) });
  const { name } = killed.db;
  await source.db.command('take away', `RENAME DATABASE ${name} TO ${name}_replaced`);
  await source.db.command('the new one', `RENAME DATABASE ${restored.db.name} TO ${name}_restoring`);

  const context = await openContext(await deploymentOf(killed));
  await context.close();
  await source.db.command('for the end of the test', `CREATE DATABASE ${restored.db.name}`);
  expect(await readState(killed)).toEqual(await readState(source));
});
