/** What a night does with the files of its inbox once they are loaded. */
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { heldFiles, findFile } from '../../../src/clickhouse/ledger';
import { recordOriginals } from '../../../src/clickhouse/originals';
import { PINDUODUO_SHORT } from '../../../src/demo/writers/pinduoduo';
import { growingFiles } from '../../../src/intake/growing-files';
import { silentLogger } from '../../../src/log';
import { clearInbox } from '../../../src/operations/clear-inbox';
import { refuseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { operationsOf } from '../../../src/operations/operations-of';
import { traceLines } from '../../../src/operations/trace-lines';
import { withdrawFile } from '../../../src/operations/withdraw-file';
import { zipOf } from '../../support/containers';
import { countOrders } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

const stores = useStores();
const TEXT = textOf(TEMPLATE_ROWS);
const NAME = 'paceline_douyin_20260609120000.csv';
const UNKNOWN = '月份,笔数\n6,3\n';
/** Held, since nobody says its shop. */
const SHOPLESS = `${PINDUODUO_SHORT.join(',')}\n`;

function put({ settings }: TestStore, name: string, content: string | Uint8Array): string {
  const path = join(settings.inbox, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function night(store: TestStore): Promise<{ archived: number; refused: number }> {
  const operations = operationsOf(store);
  for (const file of await operations.findFiles(store.settings.inbox)) await operations.ingestFile(file);
  return await operations.clearInbox(store.settings.inbox);
}

const filesUnder = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : [];

test('loaded files are archived for their owner alone, refused ones lie beside a reason, and the others stay', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  put(store, 'douyin/云岫茶行/月报.csv', UNKNOWN);
  put(
    store,
    'douyin/both.zip',
    zipOf({ name: NAME, content: TEXT.replaceAll('DY', 'ZZ') }, { name: '月报.csv', content: UNKNOWN }),
  );
  put(store, 'notes.md', 'not an export');
  const waiting = put(store, 'orders_export2026-06-09-09-30-15.csv', `${SHOPLESS}a,b\n`);
  expect(await night(store)).toEqual({ archived: 2, refused: 1 });
  const { inbox, archiveDir, refusedDir } = store.settings;
  expect(filesUnder(inbox)).toEqual(['notes.md', waiting.slice(inbox.length + 1)]);
  expect(filesUnder(archiveDir)).toEqual(['2026-06-10/douyin/both.zip', `2026-06-10/douyin/云岫茶行/${NAME}`]);
  expect(statSync(archiveDir).mode & 0o777).toBe(0o700);
  expect(filesUnder(refusedDir)).toEqual([
    '2026-06-10/douyin/云岫茶行/月报.csv',
    '2026-06-10/douyin/云岫茶行/月报.csv.原因.txt',
  ]);
  const reason = readFileSync(join(refusedDir, '2026-06-10/douyin/云岫茶行/月报.csv.原因.txt'), 'utf8');
  expect(reason).toContain('表头与任何已知的平台订单导出都不一致');
  expect(reason).toContain('layout-unknown');
  expect(reason).not.toContain(store.folder);
  expect(await night(store)).toEqual({ archived: 0, refused: 0 });
});

test('the lines of a file are found in the archive, also inside a zip', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const path = put(store, `douyin/a.zip`, zipOf({ name: NAME, content: TEXT }, { name: '月报.csv', content: UNKNOWN }));
  const { fileId } = await ingestFile(store, { path: `${path}!${NAME}` });
  await night(store);
  expect(existsSync(path)).toBe(false);
  const entry = await findFile(store.db, fileId);
  expect(await traceLines(store, entry!, [1, 3])).toEqual(
    new Map([
      [1, 2],
      [3, 4],
    ]),
  );
});

test('a file that has changed since it was loaded stays, and so does one that came meanwhile', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const changed = put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  await ingestFile(store, { path: changed });
  appendFileSync(changed, TEXT.split('\n')[1]!.replace('DY0001', 'DY0009'));
  const late = put(store, 'douyin/云岫茶行/paceline_douyin_20260609130000.csv', TEXT.replaceAll('DY', 'ZZ'));
  expect(await clearInbox(store, store.settings.inbox)).toEqual({ archived: 0, refused: 0 });
  expect([existsSync(changed), existsSync(late)]).toEqual([true, true]);
});

test('a crash before the move is made up for, and nothing that was put away before is replaced', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const path = put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  const { fileId } = await ingestFile(store, { path });
  await recordOriginals(store.db, [{ fileId, path: '/never/moved.csv' }], store.now());
  expect(await traceLines(store, (await findFile(store.db, fileId))!, [1])).toEqual(new Map([[1, 2]]));
  expect(await night(store)).toEqual({ archived: 1, refused: 0 });
  put(store, `douyin/云岫茶行/${NAME}`, TEXT.replaceAll('DY', 'ZZ'));
  expect(await night(store)).toEqual({ archived: 1, refused: 0 });
  expect(filesUnder(store.settings.archiveDir)).toEqual([
    `2026-06-10.2/douyin/云岫茶行/${NAME}`,
    `2026-06-10/douyin/云岫茶行/${NAME}`,
  ]);
});

test('what was put away is deleted after its days, and a folder named by hand is left as it is', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  await night(store);
  const house = (now: string) => operationsOf(store.with({ now: () => new Date(now) })).keepHouse();
  expect(await house('2026-07-10T12:00:00+08:00')).toMatchObject({ daysOfOriginalsDropped: 0 });
  expect(filesUnder(store.settings.archiveDir)).toHaveLength(1);
  expect(await house('2026-07-11T12:00:00+08:00')).toMatchObject({ daysOfOriginalsDropped: 1 });
  expect(filesUnder(store.settings.archiveDir)).toEqual([]);

  const byHand = join(store.folder, 'by-hand');
  mkdirSync(byHand);
  writeFileSync(join(byHand, NAME), TEXT);
  await ingestFile(store, { path: join(byHand, NAME) });
  expect(await clearInbox(store, byHand)).toEqual({ archived: 0, refused: 0 });
  expect(existsSync(join(byHand, NAME))).toBe(true);
});

test('what an operator refused or withdrew stays so while its file is there, and whoever delivered it is told why', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const path = put(store, 'orders_export2026-06-09-09-30-15.csv', `${SHOPLESS}a,b\n`);
  expect(await night(store)).toEqual({ archived: 0, refused: 0 });
  const [held] = await heldFiles(store.db);
  const decision = { by: 'a test', reason: '店铺已停业' };
  await refuseFile(store, { fileId: held!.fileId, decision });
  expect(await night(store)).toEqual({ archived: 0, refused: 1 });
  expect(existsSync(path)).toBe(false);
  const note = readFileSync(join(store.settings.refusedDir, '2026-06-10', `${basename(path)}.原因.txt`), 'utf8');
  expect(note).toContain('文件中没有店铺名称');
  expect(note).toContain('店铺已停业');
  expect(await findFile(store.db, held!.fileId)).toMatchObject({ status: 'refused', decision });

  const { fileId } = await ingestFile(store, { path: put(store, `douyin/云岫茶行/${NAME}`, TEXT) });
  await withdrawFile(store, { fileId, decision });
  expect(await night(store)).toEqual({ archived: 1, refused: 0 });
  expect(await findFile(store.db, fileId)).toMatchObject({ status: 'withdrawn' });
  expect(await countOrders(store)).toBe(0);
});

test('what cannot be moved stays, and the night goes on', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const loaded = put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  const unknown = put(store, 'douyin/云岫茶行/月报.csv', UNKNOWN);
  writeFileSync(store.settings.archiveDir, 'not a folder');
  const said: string[] = [];
  const log = { ...silentLogger, error: (message: string) => said.push(message) };
  expect(await night(store.with({ log }))).toEqual({ archived: 0, refused: 1 });
  expect([existsSync(loaded), existsSync(unknown)]).toEqual([true, false]);
  expect(said).toEqual([expect.stringContaining(loaded)]);
  rmSync(store.settings.archiveDir);
  expect(await night(store)).toEqual({ archived: 1, refused: 0 });
});

test('a move that was cut off between its steps is finished by the next night, and leaves one file', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const loaded = put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  const unknown = put(store, 'douyin/云岫茶行/月报.csv', UNKNOWN);
  await ingestFile(store, { path: loaded });
  const { archiveDir, refusedDir, inbox } = store.settings;
  const there = (root: string, file: string) => join(root, '2026-06-10', file.slice(inbox.length));
  for (const [root, file] of [
    [archiveDir, loaded],
    [refusedDir, unknown],
  ] as const) {
    mkdirSync(dirname(there(root, file)), { recursive: true });
    linkSync(file, there(root, file));
  }
  writeFileSync(`${there(refusedDir, unknown)}.原因.txt.part`, 'half a no');
  expect(await night(store)).toEqual({ archived: 1, refused: 1 });
  expect(filesUnder(inbox)).toEqual([]);
  expect(filesUnder(archiveDir)).toEqual([`2026-06-10/douyin/云岫茶行/${NAME}`]);
  expect(filesUnder(refusedDir)).toEqual([
    '2026-06-10/douyin/云岫茶行/月报.csv',
    '2026-06-10/douyin/云岫茶行/月报.csv.原因.txt',
  ]);
});

test('a file that is still being written is left for the next night', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  const written = put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  const old = new Date('2026-06-01T00:00:00Z');
  const growing = put(store, 'douyin/云岫茶行/paceline_douyin_20260609130000.csv', TEXT);
  const upload = setInterval(() => {
    appendFileSync(growing, TEXT.split('\n')[1]!);
    // As an upload does that keeps the times of its source.
    utimesSync(growing, old, old);
  }, 20);
  try {
    const watching = { quietMs: 60_000, betweenMs: 100, withinMs: 400 };
    expect(await growingFiles([written, growing], watching)).toEqual(new Set([growing]));
  } finally {
    clearInterval(upload);
  }
  expect(await growingFiles([written, growing], { quietMs: 60_000, betweenMs: 100, withinMs: 1_000 })).toEqual(
    new Set(),
  );
  const seen = performance.now();
  expect(await growingFiles([written, growing], { quietMs: 0, betweenMs: 5_000, withinMs: 60_000 })).toEqual(new Set());
  expect(performance.now() - seen).toBeLessThan(1_000);
});

test('the originals of some days are found again, with platform and shop, for loading them anew', async () => {
  const store = await stores.open({ now: '2026-06-10 12:00:00' });
  put(store, `douyin/云岫茶行/${NAME}`, TEXT);
  await night(store);
  const operations = operationsOf(store);
  const path = join(store.settings.archiveDir, '2026-06-10/douyin/云岫茶行', NAME);
  expect(await operations.findArchived({ from: '2026-06-10', to: '2026-06-10' })).toEqual([
    { path, platform: 'douyin', shop: '云岫茶行' },
  ]);
  expect(await operations.findArchived({ from: '2026-06-11', to: '2026-06-30' })).toEqual([]);
});
