import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { exportsUnder } from '../../../src/cli/commands/exports-under';
import { ingest } from '../../../src/cli/commands/ingest';
import { type FileReport } from '../../../src/domain/order-file';
import { lineLogger } from '../../../src/log';
import { silentLogger } from '../../../src/log';
import { ingestFile } from '../../../src/operations/ingest-file';
import { operationsOf } from '../../../src/operations/operations-of';
import { failingDatabase } from '../../support/failing-database';
import { zipOf } from '../../support/containers';
import { loadText } from '../../support/load';
import { countOrders, readState } from '../../support/state';
import { useStores } from '../../support/store';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

const stores = useStores();
const TEXT = textOf(TEMPLATE_ROWS);
const NAME = 'paceline_douyin_20260609120000.csv';
const PASSWORD = 'open sesame';

async function protectedZip(): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await zip.add(NAME, new Uint8ArrayReader(Buffer.from(TEXT)), { password: PASSWORD, encryptionStrength: 3 });
  return Buffer.from(await zip.close());
}

describe('an archive', () => {
  test('is answered export by export: what is none is refused by itself, the others load', async () => {
    const store = await stores.open();
    const path = join(store.folder, 'delivery.zip');
    writeFileSync(
      path,
      zipOf(
        { name: 'summary.csv', content: '月份,笔数\n6,3\n' },
        { name: `明细/${NAME}`, content: TEXT },
        { name: 'readme.txt', content: 'x' },
      ),
    );
    const answers: FileReport[] = [];
    const io = {
      progress: () => undefined,
      answer: (document: { files: FileReport[] }) => answers.push(...document.files),
    } as unknown as Parameters<typeof ingest>[0];
    const deployment = { log: silentLogger, settings: {} } as unknown as Parameters<typeof exportsUnder>[0];
    expect(await ingest(io, store, await exportsUnder(deployment, [path]), {})).toBe(false);
    expect(answers).toMatchObject([
      { path: `${path}!summary.csv`, status: 'refused', error: { code: 'layout-unknown' } },
      { path: `${path}!明细/${NAME}`, status: 'committed', encoding: 'utf-8+zip', snapshotAt: '2026-06-09 12:00:00' },
    ]);
    expect((await readState(store)).orders).toHaveLength(3);
    expect(await ingestFile(store, { path: `${path}!明细/${NAME}` })).toMatchObject({ status: 'duplicate' });
  });

  test('in an inbox belongs to the platform and shop of its folder, whatever its members are called', async () => {
    const store = await stores.open();
    await loadText(store, 'inbox/douyin/云岫店!/a.zip', zipOf({ name: `x/y/${NAME}`, content: TEXT }));
    expect(await operationsOf(store).findFiles(join(store.folder, 'inbox'))).toEqual([
      {
        path: join(store.folder, `inbox/douyin/云岫店!/a.zip!x/y/${NAME}`),
        platform: 'douyin',
        shop: '云岫店!',
      },
    ]);
  });

  test('that is protected loads with the password that is configured, which is told nowhere', async () => {
    const log: string[] = [];
    const store = (await stores.open()).with({ log: lineLogger({ write: (line) => log.push(line) }) });
    const bytes = await protectedZip();
    const refused = await loadText(store, 'a.zip', bytes);
    expect(refused).toMatchObject({ status: 'refused', error: { code: 'archive-encrypted' } });
    const wrong = await loadText(store.with({ settings: { archivePassword: 'xyzzy' } }), 'a.zip', bytes);
    expect(wrong).toMatchObject({ status: 'refused', error: { code: 'archive-encrypted' } });
    expect(await countOrders(store)).toBe(0);
    const report = await loadText(store.with({ settings: { archivePassword: PASSWORD } }), 'a.zip', bytes);
    expect(report).toMatchObject({ status: 'committed', rows: { loaded: 3 } });
    expect(log.join('') + JSON.stringify([refused, wrong].map(({ error }) => error))).not.toMatch(/sesame|xyzzy/);
  });
});

describe('a file that is not whole', () => {
  test('because a transfer broke off is held as cut, and nothing of it is loaded', async () => {
    const store = await stores.open();
    const report = await loadText(store, NAME, TEXT.slice(0, -12));
    expect(report).toMatchObject({
      status: 'held',
      error: { code: 'file-cut', message: expect.stringMatching(/ends in the middle of its last row/) },
    });
    expect(await countOrders(store)).toBe(0);
    expect(await store.staging()).toEqual([]);
    expect(await loadText(store, NAME, TEXT)).toMatchObject({ status: 'committed', rows: { loaded: 3 } });
  });

  test('because it is still being written is waited for and read anew', async () => {
    const log: string[] = [];
    const store = (await stores.open()).with({ log: lineLogger({ write: (line) => log.push(line) }) });
    const path = join(store.folder, NAME);
    const lines = TEXT.split('\n');
    writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n`);
    const { db } = failingDatabase(store.db, 0, 'dead');
    let appended = false;
    const writing = store.with({
      db: {
        ...db,
        // The rest arrives while the first part is being loaded.
        stream: async (...call) => {
          if (!appended) appendFileSync(path, lines.slice(3).join('\n'));
          appended = true;
          return await db.stream(...call);
        },
      },
    });
    expect(await ingestFile(writing, { path })).toMatchObject({ status: 'committed', rows: { loaded: 3 } });
    expect(log.join('')).toContain('waiting until');
    expect((await readState(store)).orders).toHaveLength(3);
    expect(await store.staging()).toHaveLength(0);
    expect([existsSync(path), readFileSync(path, 'utf8')]).toEqual([true, TEXT]);
  });
});
