import { expect, test } from '@jest/globals';
import { useStores } from '../support/store';
import { ingestFile } from '../../src/operations/ingest-file';
import { refreshTotals } from '../../src/clickhouse/totals';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
const stores = useStores();
test('probe', async () => {
  const t0 = Date.now();
  const s = await stores.open();
  const t1 = Date.now();
  const text = readFileSync('fixtures/pinduoduo/full-variant.csv','utf8');
  const lap: number[] = [];
  for (let i = 0; i < 10; i++) {
    const p = s.folder + `/f${i}.csv`;
    writeFileSync(p, text + '\n'.repeat(i));
    const a = Date.now();
    const r = await ingestFile(s, { path: p, shop: 'x' });
    lap.push(Date.now() - a);
    if (i===0) console.log(r);
  }
  const t2 = Date.now();
  await refreshTotals(s.db, s.now);
  const t3 = Date.now();
  await s.wipe();
  const t4 = Date.now();
  console.log({ open: t1 - t0, lap, refresh: t3 - t2, wipe: t4 - t3 });
  expect(1).toBe(1);
});
