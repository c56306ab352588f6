import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import promises from 'node:fs/promises';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { stampOf } from '../../../src/intake/disk-file';
import { type PipelineError } from '../../../src/errors';
import { damaged, unreadable } from '../../../src/intake/faults';
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

  test('stays where another one came under its name while it was moved', async () => {
    const { from, to } = setUp();
    const stamp = await stampOf(from);
    const { rename, link } = promises;
    const uploaded = (): void => {
      writeFileSync(`${from}.upload`, 'newer\n');
      renameSync(`${from}.upload`, from);
    };
    const spies = [
      jest.spyOn(promises, 'rename').mockImplementationOnce(async (a, b) => {
        await rename(a, b);
        uploaded();
      }),
      jest.spyOn(promises, 'link').mockImplementationOnce(async (a, b) => {
        await link(a, b);
        uploaded();
      }),
    ];
    expect(await moveFile(from, to, stamp)).toBe('moved');
    spies.forEach((spy) => spy.mockRestore());
    expect([readFileSync(from, 'utf8'), readFileSync(to, 'utf8')]).toEqual(['newer\n', 'one\n']);
    expect(readdirSync(join(from, '..'))).toEqual(['a.csv']);
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

test('a fault of a disk or a network says nothing about the file, which is tried again', () => {
  const of = (code: string, syscall?: string) => Object.assign(new Error(code), { code, ...(syscall && { syscall }) });
  const kinds = (fault: (error: unknown) => PipelineError) =>
    [of('EIO', 'read'), of('ESTALE', 'open'), of('EMFILE', 'open'), of('ENOENT', 'open'), of('Z_DATA_ERROR')].map(
      (error) => fault(error).kind,
    );
  const expected = ['transient', 'transient', 'transient', 'terminal', 'terminal'];
  expect(kinds((error) => unreadable('a.csv', error))).toEqual(expected);
  expect(kinds((error) => damaged('a.zip', 'zip', error))).toEqual(expected);
});
