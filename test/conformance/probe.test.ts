import { expect, test } from '@jest/globals';
import { useStores } from '../support/store';
import { ingestFile } from '../../src/operations/ingest-file';
import { readFileSync, writeFileSync } from 'node:fs';
const stores = useStores();
test('probe', async () => {
  const s = await stores.open();
  const text = readFileSync('fixtures/pinduoduo/full-variant.csv','utf8');
  const lap: string[] = [];
  const db = new Proxy(s.db, { get(t, k) { const v = Reflect.get(t, k); if (typeof v !== 'function') return v;
    return async (...a: unknown[]) => { const t0 = Date.now(); try { return await (v as (...x: unknown[]) => unknown).apply(t, a); } finally { lap.push(`${String(k)} ${typeof a[0] === 'string' ? a[0] : (a[0] as {name: string}).name}: ${Date.now() - t0}`); } }; } });
  for (let i = 0; i < 4; i++) {
    const p = s.folder + `/f${i}.csv`;
    writeFileSync(p, text + '\n'.repeat(i % 2 * 3) );
    const a = Date.now();
    const r = await ingestFile(s.with({db}), { path: p, shop: 'x' });
    lap.push('ALL ' + (Date.now() - a) + r.status);
  }
  console.log(lap.join('\n'));
  expect(1).toBe(1);
});
