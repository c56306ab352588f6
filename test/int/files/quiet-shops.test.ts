/** A shop in which nothing happens exports the same bytes again and again: it has delivered all the same. */
import { describe, expect, test } from '@jest/globals';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { confirmationsOf } from '../../../src/clickhouse/confirmations';
import { deliveriesOfShops } from '../../../src/clickhouse/queries/deliveries';
import { ingestFile } from '../../../src/operations/ingest-file';
import { withdrawFile } from '../../../src/operations/withdraw-file';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { DECISION, type Line, writeTemplateFile } from './exports';

const stores = useStores();
const openStore = async () => await stores.open({ now: '2026-07-20 09:00:00' });

const order = (day: string): Line => [`DY${day}`, `2026-07-${day} 10:00:00`, '1.00'];
/** Sells every five days. */
const QUIET = ['01', '06', '11'].map(order);
const nightOf = (day: string): string => `202607${day}020000`;

/** An export of the night of the 12th, loaded. */
async function first(store: TestStore, lines: readonly Line[] = QUIET): Promise<{ path: string; fileId: string }> {
  const path = writeTemplateFile(store, nightOf('12'), lines);
  const { fileId } = await ingestFile(store, { path });
  return { path, fileId };
}

/** Hands the bytes of an export in once more, under the name of another night. */
async function again(store: TestStore, path: string, day: string, copy = store.folder) {
  mkdirSync(copy, { recursive: true });
  const renamed = join(copy, `paceline_douyin_${nightOf(day)}.csv`);
  copyFileSync(path, renamed);
  return await ingestFile(store, { path: renamed });
}

const lastOf = async (store: TestStore) => (await deliveriesOfShops(store.db, '2026-01-01')).map(({ last }) => last);

describe('the same bytes under the name of a later night', () => {
  test('tell that a shop which often sells nothing has delivered up to then', async () => {
    const store = await openStore();
    const { path, fileId } = await first(store);
    const before = await readState(store);
    for (const day of ['13', '14', '16']) {
      expect(await again(store, path, day)).toMatchObject({ status: 'duplicate', fileId });
    }
    expect(await deliveriesOfShops(store.db, '2026-01-01')).toMatchObject([
      { platform: 'douyin', shop: '云岫茶行', last: '2026-07-15', gaps: [], everyDays: 1 },
    ]);
    expect((await readState(store)).total).toEqual(before.total);
    await withdrawFile(store, { fileId, decision: DECISION });
    expect(await deliveriesOfShops(store.db, '2026-01-01')).toEqual([]);
  });

  test('say nothing once the shop is silent for longer than it ever was: they may be an old copy', async () => {
    const store = await openStore();
    const { path } = await first(store);
    expect(await again(store, path, '17')).toMatchObject({ status: 'duplicate' });
    expect(await lastOf(store)).toEqual(['2026-07-11']);
  });

  test('say nothing of a shop that sells every day', async () => {
    const store = await openStore();
    const { path } = await first(store, ['09', '10', '11'].map(order));
    await again(store, path, '13');
    expect(await lastOf(store)).toEqual(['2026-07-11']);
  });

  test('say nothing where another export came in between, nor under an earlier name, nor of a time to come', async () => {
    const store = await openStore();
    const { path } = await first(store);
    await again(store, path, '10');
    expect(await lastOf(store)).toEqual(['2026-07-11']);
    const later = { ...store, now: () => new Date('2026-07-12T09:00:00+08:00') };
    await ingestFile(later, { path: join(store.folder, `paceline_douyin_${nightOf('10')}.csv`) });
    await again(later, path, '14');
    expect(await lastOf(store)).toEqual(['2026-07-11']);
    await ingestFile(store, { path: writeTemplateFile(store, nightOf('13'), [...QUIET, order('12')]) });
    await again(store, path, '14');
    expect(await lastOf(store)).toEqual(['2026-07-12']);
  });

  test('say nothing while a different export of the shop is held', async () => {
    const store = await openStore();
    const { path } = await first(store);
    const strict = store.with({ settings: { maxRejectShare: 0.01 } });
    const bad: Line = ['DYbad', '2026-07-12 10:00:00', 'gift'];
    const other = writeTemplateFile(store, nightOf('13'), [...QUIET, order('12'), bad]);
    expect(await ingestFile(strict, { path: other })).toMatchObject({ status: 'held' });
    await again(store, path, '14');
    expect(await lastOf(store)).toEqual(['2026-07-11']);
  });

  test('are told of by the file that came again', async () => {
    const store = await openStore();
    const { path, fileId } = await first(store);
    for (const day of ['14', '13', '13']) await again(store, path, day);
    expect(await confirmationsOf(store.db, fileId)).toMatchObject([
      { snapshotAt: '2026-07-13 02:00:00', path: expect.stringContaining(nightOf('13')) },
      { snapshotAt: '2026-07-14 02:00:00', path: expect.stringContaining(nightOf('14')) },
    ]);
  });
});
