/** The same orders under two names of a shop would count twice. */
import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
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

/** The same rows in other bytes. */
function copyOf(store: TestStore, path: string): string {
  const again = join(store.folder, 'again.csv');
  copyFileSync(path, again);
  appendFileSync(again, '\n');
  return again;
}

const decided = ({ fileId }: FileReport) => ({ fileId, decision: DECISION });

describe('orders that are counted under another name', () => {
  test('hold the file, which says whose they are', async () => {
    const store = await stores.open();
    expect(await load(store, june(1, 10), RIGHT)).toMatchObject({ status: 'committed' });
    const again = await load(store, june(5, 14), WRONG);
    expect(again).toMatchObject(HELD);
    expect(again.error?.message).toContain(
      `orders that it has of “${WRONG}” are counted already under the shop “${RIGHT}” too (18 of those looked up, among them DY050)`,
    );
    expect(await gross(store)).toBe(3_000n);
    await refuseFile(store, decided(again));
    expect(await load(store, june(5, 14), RIGHT)).toMatchObject({ status: 'committed' });
    expect(await gross(store)).toBe(4_200n);
  });

  test('hold the right file too, when the wrong one came first; once that is withdrawn it loads when it comes again', async () => {
    const store = await stores.open();
    await load(store, june(1, 10), RIGHT);
    const wrong = await load(store, june(11, 11), WRONG);
    expect(wrong.status).toBe('committed');
    const right = await load(store, june(2, 12), RIGHT);
    expect(right).toMatchObject(HELD);
    await withdrawFile(store, decided(wrong));
    expect(await ingestFile(store, { path: right.path })).toMatchObject({ status: 'committed', fileId: right.fileId });
    expect(await gross(store)).toBe(3_600n);
    expect(await store.held()).toEqual([]);
  });

  test('are still doubtful after a release at which no order counted under both', async () => {
    const store = await stores.open();
    const wrong = await load(store, june(11, 11), WRONG);
    const right = await load(store, june(2, 12), RIGHT);
    await withdrawFile(store, decided(wrong));
    expect(await releaseFile(store, decided(right))).toMatchObject({ status: 'committed' });
    await load(store, june(13, 13), WRONG);
    expect(await load(store, june(13, 14), RIGHT)).toMatchObject(HELD);
  });

  test('are found in a file of which only a part is looked up', async () => {
    const store = await stores.open();
    await load(store, june(1, 30, 100), RIGHT);
    expect(await load(store, june(20, 30, 100), WRONG)).toMatchObject(HELD);
  });

  test('are found in an old part of a long export', async () => {
    const store = await stores.open();
    const year = Array.from({ length: 360 }, (_, at): Line => {
      const day = `2025-${String(1 + Math.floor(at / 30)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;
      return [`DY25${at}`, `${day} 10:00:00`, '1.00'];
    });
    await load(store, year.slice(30, 120), WRONG);
    expect(await load(store, year, RIGHT)).toMatchObject(HELD);
  });

  test('are right where an operator has released such a file: it is not asked again of these two shops', async () => {
    const store = await stores.open();
    await load(store, june(1, 5), RIGHT);
    await releaseFile(store, decided(await load(store, june(1, 5), WRONG)));
    expect(await gross(store)).toBe(3_000n);
    for (const shop of [WRONG, RIGHT]) {
      expect(await load(store, june(1, 5, 4), shop)).toMatchObject({ status: 'committed' });
    }
    expect(await load(store, june(1, 5), 'a third shop')).toMatchObject(HELD);
  });

  test('hold a file that has them under both names itself', async () => {
    const store = await stores.open();
    const path = writeTemplateFile(store, '20260701000000', june(1, 2), RIGHT);
    const [, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    appendFileSync(path, rows.map((row) => `${row.replace(RIGHT, WRONG)}\n`).join(''));
    const report = await ingestFile(store, { path });
    expect(report).toMatchObject(HELD);
    expect(report.error?.message).toContain('are in it of the shop');
  });

  test('hold a file that is released for another reason, and are looked for when its shop is named', async () => {
    const store = await stores.open();
    await load(store, june(1, 2), RIGHT);
    const bad: Line = ['DY999', '2026-06-02 10:00:00', 'gift'];
    const strict = store.with({ settings: { maxRejectShare: 0.01 } });
    const held = await load(strict, [...june(1, 2), bad], WRONG);
    expect(held).toMatchObject({ status: 'held', error: { code: 'rejects-over-limit' } });
    expect(await releaseFile(store, decided(held))).toMatchObject(HELD);
    expect(await findFile(store.db, held.fileId)).toMatchObject(HELD);
    expect(await gross(store)).toBe(600n);
    expect(await releaseFile(store, decided(held))).toMatchObject({ status: 'committed' });

    const path = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');
    const again = copyOf(store, path);
    await ingestFile(store, { path, shop: RIGHT });
    const unknown = await ingestFile(store, { path: again });
    expect(unknown).toMatchObject({ status: 'held', error: { code: 'shop-unknown' } });
    expect(await releaseFile(store, { ...decided(unknown), shop: WRONG })).toMatchObject(HELD);
    expect(await releaseFile(store, decided(unknown))).toMatchObject({ status: 'committed' });
  });

  test('do not keep a file refused that somebody refused for its shop, when it comes under another', async () => {
    const store = await stores.open();
    const path = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');
    const again = copyOf(store, path);
    await ingestFile(store, { path, shop: RIGHT });
    const wrong = await ingestFile(store, { path: again, shop: WRONG });
    await refuseFile(store, decided(wrong));
    const night = { path: again, decisionsStand: true };
    expect(await ingestFile(store, { ...night, shop: WRONG })).toMatchObject({ status: 'refused' });
    expect(await ingestFile(store, { ...night, shop: RIGHT })).toMatchObject({ status: 'committed', shop: RIGHT });
  });

  test('and a file that rows give no shop are judged anew when it comes under another name', async () => {
    const store = await stores.open();
    const path = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');
    const again = copyOf(store, path);
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

  test('are a doubt where the file replaces only the later of two that had them', async () => {
    const store = await stores.open();
    await load(store, june(1, 5), WRONG);
    const later = await load(store, june(1, 5, 4), WRONG);
    await store.db.command('merge', 'OPTIMIZE TABLE orders FINAL');
    snapshots += 1;
    const path = writeTemplateFile(store, `202608${String(snapshots).padStart(8, '0')}`, june(1, 5), RIGHT);
    expect(await replaceFile(store, { path }, decided(later))).toMatchObject(HELD);
    expect(await findFile(store.db, later.fileId)).toMatchObject({ status: 'committed' });
  });
});
