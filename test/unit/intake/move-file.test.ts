import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { stampOf } from '../../../src/intake/disk-file';
import { moveFile } from '../../../src/intake/move-file';

/** Memory in place of a disk, which is another file system than that of temporary files. */
const MEMORY = '/dev/shm';
const roots: string[] = [];
const folder = (under: string): string => {
  const root = mkdtempSync(join(under, 'paceline-move-'));
  roots.push(root);
  return root;
};
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })));

const other = existsSync(MEMORY) && statSync(MEMORY).dev !== statSync(tmpdir()).dev ? MEMORY : null;
const places: [string, string][] = [['within a file system', tmpdir()]];
if (other !== null) places.push(['to another file system', other]);

describe.each(places)('a file that is moved %s', (_, under) => {
  const setUp = () => {
    const from = join(folder(tmpdir()), 'a.csv');
    writeFileSync(from, 'one\n');
    return { from, to: join(folder(under), 'archive', 'douyin', 'a.csv') };
  };

  test('is there whole, with its time of writing, and no longer where it was', async () => {
    const { from, to } = setUp();
    const { mtimeMs } = statSync(from);
    expect(await moveFile(from, to, await stampOf(from))).toBe('moved');
    expect(readFileSync(to, 'utf8')).toBe('one\n');
    expect(Math.abs(statSync(to).mtimeMs - mtimeMs)).toBeLessThan(1);
    expect(existsSync(from)).toBe(false);
    expect(readdirSync(join(to, '..'))).toEqual(['a.csv']);
    expect(statSync(join(to, '../..')).mode & 0o777).toBe(0o700);
  });

  test('stays when it has changed since it was looked at', async () => {
    const { from, to } = setUp();
    const stamp = await stampOf(from);
    appendFileSync(from, 'two\n');
    expect(await moveFile(from, to, stamp)).toBe('changed');
    expect(readFileSync(from, 'utf8')).toBe('one\ntwo\n');
    expect(readdirSync(join(to, '..'))).toEqual([]);
  });

  test('never replaces another one', async () => {
    const { from, to } = setUp();
    await moveFile(from, to, await stampOf(from));
    writeFileSync(from, 'newer\n');
    await expect(moveFile(from, to, await stampOf(from))).rejects.toMatchObject({ code: 'EEXIST' });
    expect([readFileSync(from, 'utf8'), readFileSync(to, 'utf8')]).toEqual(['newer\n', 'one\n']);
  });

  test('takes the place of what a crash left of an earlier try', async () => {
    const { from, to } = setUp();
    await moveFile(from, to, await stampOf(from));
    writeFileSync(from, 'newer\n');
    writeFileSync(`${to}.2.part`, 'new');
    expect(await moveFile(from, `${to}.2`, await stampOf(from))).toBe('moved');
    expect(readFileSync(`${to}.2`, 'utf8')).toBe('newer\n');
  });
});
