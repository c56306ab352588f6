/** What an operator does with single files, by the commands. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { answerOf, failureOf, paceline, removeFolders, temporaryFolder } from '../../support/process';

interface FileAnswer {
  readonly fileId: string;
  readonly status: string;
  readonly history: readonly { readonly status: string; readonly decision: { readonly reason: string } | null }[];
}

const home = temporaryFolder();
const surroundings = { home, env: { PACELINE_CLOCK: '2026-10-21 09:00:00' } };
const fixture = (name: string): string => join(packageRoot(), 'fixtures/template', name);
let engine: EngineLease;

beforeAll(async () => {
  // Held, so that not every command has to start one.
  engine = await leaseEngine(join(home, 'engine'));
});
afterAll(() => {
  engine.release();
  removeFolders();
});

const answer = async <T = FileAnswer>(...args: string[]): Promise<T> => await answerOf<T>(args, surroundings);
const statusOf = async (fileId: string): Promise<string> => (await answer('files', 'show', fileId)).status;
const grossNow = async (): Promise<string> => (await answer<{ total: { gross: string } }>('totals')).total.gross;

async function holdBadRows(): Promise<string> {
  const ended = await paceline(['ingest', fixture('bad-rows.csv'), '--json'], surroundings);
  const { files } = JSON.parse(ended.stdout) as { files: FileAnswer[] };
  expect([ended.code, files]).toMatchObject([1, [{ status: 'held', error: { code: 'rejects-over-limit' } }]]);
  return files[0]?.fileId ?? '';
}

describe('a held file on the command line', () => {
  test('counts once it is released, not any more once it is withdrawn, and its history says why', async () => {
    const before = await grossNow();
    const id = (await holdBadRows()).slice(0, 12);
    expect(await grossNow()).toBe(before);
    expect(await answer('files', 'release', id, '--reason', 'the seller was asked')).toMatchObject({
      status: 'committed',
    });
    expect(Number(await grossNow())).toBeGreaterThan(Number(before));
    expect(await answer('files', 'withdraw', id, '--reason', 'of another region')).toMatchObject({
      status: 'withdrawn',
    });
    expect(await grossNow()).toBe(before);
    expect(await answer('verify')).toMatchObject({ ok: true });
    const { history } = await answer('files', 'show', id);
    expect(history.map(({ status, decision }) => [status, decision?.reason])).toEqual([
      ['held', undefined],
      ['committing', 'the seller was asked'],
      ['committed', 'the seller was asked'],
      ['withdrawing', 'of another region'],
      ['withdrawn', 'of another region'],
    ]);
    const text = await paceline(['files', 'show', id], surroundings);
    expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(/withdrawn[^]*of another region/)]);
  });

  test('is refused, and then cannot be released', async () => {
    const id = await holdBadRows();
    expect(await answer('files', 'refuse', id)).toMatchObject({ status: 'refused' });
    expect(await failureOf(['files', 'release', id], surroundings)).toMatchObject({ code: 'file-state' });
    expect(await statusOf(id)).toBe('refused');
  });

  test('gives its rejected rows as a csv that can be read again, or says clearly that there are none', async () => {
    const id = await holdBadRows();
    const out = join(temporaryFolder(), 'rejects.csv');
    const listed = await answer<{ rows: { line: number; record: number; reasons: string[] }[] }>('rejects', id);
    expect(await answer('rejects', id, '--export', out)).toMatchObject({ exported: out, rows: listed.rows });
    const [header, ...lines] = parse(readFileSync(out, 'utf8'), { bom: true });
    expect(header?.slice(0, 3)).toEqual(['文件', '行号', '数据行序号']);
    expect(lines.map((cells) => [cells[0], Number(cells[1]), cells[5]])).toEqual(
      listed.rows.flatMap(({ line, reasons }) => reasons.map((reason) => ['bad-rows.csv', line, reason])),
    );
    expect(await failureOf(['rejects', id, '--export', join(out, 'x')], surroundings)).toMatchObject({
      code: 'output-unwritable',
    });
    await answer('files', 'refuse', id);
    const good = await answer<{ files: FileAnswer[] }>('ingest', fixture('basic.csv'));
    const none = await paceline(['rejects', good.files[0]?.fileId ?? '', '--export', out], surroundings);
    expect(none.stdout).toMatch(/every row of .*basic\.csv was loaded; .* holds the header only/);
  });
});

describe('a corrected file on the command line', () => {
  test('replaces the one before it', async () => {
    const { files } = await answer<{ files: FileAnswer[] }>('ingest', fixture('basic.csv'));
    const old = files[0]?.fileId ?? '';
    const corrected = join(temporaryFolder(), 'corrected.csv');
    copyFileSync(fixture('reordered.csv'), corrected);
    expect(await answer('ingest', corrected, '--replace', old)).toMatchObject({ files: [{ status: 'committed' }] });
    expect(await statusOf(old)).toBe('withdrawn');
    const failure = await failureOf(['ingest', fixture('.'), '--replace', old], surroundings);
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('--replace') as unknown });
  });
});

test('compacting says how far it went', async () => {
  expect(await answer('files', 'compact')).toMatchObject({ horizon: '2026-08-21 01:00:00.000', heldDropped: 0 });
});
