/** The same orders under two names of a shop would count twice. */
import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findFile } from '../../../src/clickhouse/ledger';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type FileReport } from '../../../src/domain/order-file';
import { refuseFile, releaseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { replaceFile, withdrawFile } from '../../../src/operations/withdraw-file';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { DECISION, type Line, writeTemplateFile } from './exports';

const stores = useStores();

const [RIGHT, WRONG] = ['云岫茶行', '云岫茶行旗舰店'];
const HELD = { status: 'held', error: { code: 'shop-doubtful' } };

/** Orders of 1 yuan, `from` the first to the last day of June 2026, `perDay` of them a day. */
function june(from: number, to: number, perDay = 3): Line[] {
  const days = Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(2, '0'));
  return days.flatMap((day) =>
    Array.from({ length: perDay }, (_, index): Line => [`DY${day}${index}`, `2026-06-${day} 10:00:00`, '1.00']),
  );
}

let snapshots = 0;

async function load(store: TestStore, lines: readonly Line[], shop: string): Promise<FileReport & { path: string }> {
  snapshots += 1;
  const path = writeTemplateFile(store, `202607${String(snapshots).padStart(8, '0')}`, lines, shop);
  return { ...(await ingestFile(store, { path })), path };
}

async function gross(store: TestStore): Promise<bigint> {
  await refreshTotals(store.db, store.now);
  return (await readState(store)).total.gross;
}

const decided = ({ fileId }: FileReport) => ({ fileId, decision: DECISION });

describe('orders that are counted under another name', () => {
  test('hold the file, which says whose they are', async () => {
    const store = await stores.open();
    expect(await load(store, june(1, 10), RIGHT)).toMatchObject({ status: 'committed' });
    const again = await load(store, june(5, 14), WRONG);
    expect(again).toMatchObject(HELD);
    expect(again.error?.message).toContain(
      `orders that it has of “${WRONG}” are counted already under the shop “${RIGHT}” (18 of those looked up, among them DY050)`,
    );
    expect(await gross(store)).toBe(3_000n);
    await refuseFile(store, decided(again));
    expect(await load(store, june(5, 14), RIGHT)).toMatchObject({ status: 'committed' });
    expect(await gross(store)).toBe(4_200n);
  });

  test('hold the right file too, when the wrong one came first; it is released once that is withdrawn', async () => {
    const store = await stores.open();
    await load(store, june(1, 10), RIGHT);
    const wrong = await load(store, june(11, 11), WRONG);
    expect(wrong.status).toBe('committed');
    const right = await load(store, june(2, 12), RIGHT);
    expect(right).toMatchObject(HELD);
    await withdrawFile(store, decided(wrong));
    expect(await releaseFile(store, decided(right))).toMatchObject({ status: 'committed' });
    expect(await gross(store)).toBe(3_600n);
    // No order counts twice after that release: it does not mean that there are two shops.
    await load(store, june(13, 13), WRONG);
    expect(await load(store, june(13, 14), RIGHT)).toMatchObject(HELD);
  });

  test('are found in a file of which only a part is looked up', async () => {
    const store = await stores.open();
    await load(store, june(1, 30, 100), RIGHT);
    expect(await load(store, june(20, 30, 100), WRONG)).toMatchObject(HELD);
  });

  test('are right where an operator has released such a file of the shop: it is asked once', async () => {
    const store = await stores.open();
    await load(store, june(1, 5), RIGHT);
    await releaseFile(store, decided(await load(store, june(1, 5), WRONG)));
    expect(await gross(store)).toBe(3_000n);
    expect(await load(store, june(1, 5, 4), WRONG)).toMatchObject({ status: 'committed' });
    expect(await load(store, june(1, 5), 'a third shop')).toMatchObject(HELD);
  });

  test('and a file that rows give no shop are judged anew when it comes under another name', async () => {
    const store = await stores.open();
    const path = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');
    const again = join(store.folder, 'again.csv');
    copyFileSync(path, again);
    appendFileSync(again, '\n');
    expect(await ingestFile(store, { path, shop: RIGHT })).toMatchObject({ status: 'committed' });
    expect(await ingestFile(store, { path: again, shop: WRONG })).toMatchObject(HELD);
    expect(await ingestFile(store, { path: again, shop: WRONG })).toMatchObject(HELD);
    expect(await ingestFile(store, { path: again, shop: RIGHT })).toMatchObject({ status: 'committed', shop: RIGHT });
    expect(await store.held()).toEqual([]);
  });

  test('are no doubt where the file replaces the one that had them', async () => {
    const store = await stores.open();
    const wrong = await load(store, june(1, 5), WRONG);
    snapshots += 1;
    const path = writeTemplateFile(store, `202608${String(snapshots).padStart(8, '0')}`, june(1, 5), RIGHT);
    expect(await replaceFile(store, { path }, decided(wrong))).toMatchObject({ status: 'committed' });
    expect(await findFile(store.db, wrong.fileId)).toMatchObject({ status: 'withdrawn' });
    expect(await gross(store)).toBe(1_500n);
  });
});
