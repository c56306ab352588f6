/** Files as they are handed in, packed or not, loaded by the program as it is built: tests of modules compile them otherwise. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { answerOf, paceline, removeFolders, temporaryFolder } from '../../support/process';
import { zipOf, zstOf } from '../../support/containers';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

afterAll(removeFolders);

const ENV = { PACELINE_CLOCK: '2026-10-21 09:00:00', PACELINE_HTTP_PORT: 'off', PACELINE_METRICS_LISTEN: 'off' };
const KINDS = ['plain', 'gz', 'zst', 'zip', 'one of two', 'two of two'] as const;
const nameOf = (at: number): string => `paceline_douyin_202606091200${String(at).padStart(2, '0')}.csv`;
/** Orders of the same amounts in a shop of each kind, so that each file counts by itself. */
const TEXTS = KINDS.map((kind, file) =>
  textOf(
    TEMPLATE_ROWS.map(([platform = '', shop = '', order = '', ...rest], at) =>
      at === 0 ? [platform, shop, order, ...rest] : [platform, `${kind} shop`, `${order}${file}`, ...rest],
    ),
  ),
);
const [plain = '', gz = '', zst = '', zip = '', first = '', second = ''] = TEXTS;

function handIn(folder: string): string {
  const put = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  put(`抖音/a/${nameOf(0)}`, plain);
  put(`抖音/a/${nameOf(1)}.gz`, gzipSync(gz));
  put(`douyin/b/${nameOf(2)}.zst`, zstOf(zst));
  put('douyin/b/一 份.zip', zipOf({ name: `明细/${nameOf(3)}`, content: zip }, { name: '说明.txt', content: 'x' }));
  put('douyin/两份.zip', zipOf({ name: nameOf(4), content: first }, { name: nameOf(5), content: second }));
  put('douyin/cut.zip', zipOf({ name: nameOf(6), content: 'x' }).subarray(0, 40));
  return folder;
}

test('the rows of a test are what they are taken for', () => {
  expect(new Set(TEXTS).size).toBe(KINDS.length);
});

describe('files of every kind of container', () => {
  test('are loaded by one command, and one that is broken stops none of them', async () => {
    const [home, folder] = [temporaryFolder(), handIn(temporaryFolder())];
    const ended = await paceline(['ingest', folder, '--json'], { home, env: ENV });
    const { files } = JSON.parse(ended.stdout) as { files: { path: string; status: string }[] };
    expect(files.map(({ status }) => status).sort()).toEqual([...KINDS.map(() => 'committed'), 'refused']);
    const { rows } = await answerOf<{ rows: { shop: string; paidOrders: number }[] }>(['totals', '--by', 'shop'], {
      home,
      env: ENV,
    });
    expect(rows.map(({ shop }) => shop).sort()).toEqual(KINDS.map((kind) => `${kind} shop`).sort());
    expect(new Set(rows.map((row) => JSON.stringify({ ...row, shop: '' }))).size).toBe(1);
  });

  test('are loaded by a night, whose inbox is made where it is missing', async () => {
    const home = temporaryFolder();
    expect(await answerOf(['night'], { home, env: { ...ENV, ALERT_TO: 'a@example.invalid' } })).toMatchObject({
      files: [],
      failed: [],
    });
    handIn(join(home, 'inbox'));
    const ended = await paceline(['night', '--json'], { home, env: { ...ENV, ALERT_TO: 'a@example.invalid' } });
    const { files } = JSON.parse(ended.stdout) as { files: { path: string; status: string }[] };
    expect(files.map(({ status }) => status).sort()).toEqual([...KINDS.map(() => 'committed'), 'refused']);
  });
});
