import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, lstat, mkdir, open, rename, rm, unlink, utimes } from 'node:fs/promises';
import { type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FileStamp } from './disk-file';

/**
 * moveFile puts a file into another folder, made when missing and for its owner alone. Nothing that is there is ever
 * replaced, and the original goes last, so a crash leaves the file in one place or in both. Where links cannot be made
 * (another file system) the copy is on the disk before the original goes. `changed` when the file is no longer the one
 * of the stamp: it stays where it is.
 * @throws the system's error, `EEXIST` when another file has that name
 */
export async function moveFile(from: string, to: string, stamp: FileStamp): Promise<'moved' | 'changed'> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  if (!(await isSameFile(from, to))) {
    try {
      await link(from, to);
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') throw error;
      return await copyAcross(from, to, stamp);
    }
  }
  // What has been linked is looked at, and not its name, under which another file may lie by now.
  if (!isUnchanged(await lstat(to), stamp)) {
    await unlink(to);
    return 'changed';
  }
  if (await isSameFile(from, to)) await unlink(from);
  return 'moved';
}

/** isSameFile says whether two names are links of one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => lstat(path).catch(() => null)));
  return a !== null && a?.ino === b?.ino && a?.dev === b?.dev;
}

async function copyAcross(from: string, to: string, stamp: FileStamp): Promise<'moved' | 'changed'> {
  // Of its own: whoever moves the same file at the same time has another.
  const draft = `${to}.${randomBytes(4).toString('hex')}.part`;
  try {
    const copied = await lstat(from);
    await copyFile(from, draft, constants.COPYFILE_EXCL);
    const { atime, mtime } = await lstat(from);
    await utimes(draft, atime, mtime);
    await sync(draft, 'r+');
    if (!isUnchanged(await lstat(from), stamp)) return 'changed';
    if ((await lstat(to).catch(() => null)) !== null) {
      throw Object.assign(new Error(`${to} exists`), { code: 'EEXIST' });
    }
    await rename(draft, to);
    await sync(dirname(to), 'r');
    await removeCopied(from, copied);
    return 'moved';
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * The name may be another file's by now, which nobody has read: what lies there is taken aside before it is looked at. A
 * crash in between leaves the file beside its name, where the next night finds it.
 */
async function removeCopied(from: string, copied: FileStamp & Pick<Stats, 'ino' | 'dev'>): Promise<void> {
  const aside = join(dirname(from), `${randomBytes(4).toString('hex')}-${basename(from)}`);
  await rename(from, aside);
  const taken = await lstat(aside);
  if (taken.ino === copied.ino && taken.dev === copied.dev && isUnchanged(taken, copied)) {
    await unlink(aside);
    return;
  }
  await link(aside, from).then(
    () => unlink(aside),
    // A third one has come: each keeps a name.
    (error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    },
  );
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const isUnchanged = (now: FileStamp, stamp: FileStamp): boolean =>
  now.size === stamp.size && now.mtimeMs === stamp.mtimeMs;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
