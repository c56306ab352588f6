import { copyFile, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * moveFile puts a file into another folder, made when missing and for its owner alone, also on another file system: there
 * the copy is on the disk before the original goes. A file that is there already is replaced.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyAcross(from, to);
  }
}

async function copyAcross(from: string, to: string): Promise<void> {
  const draft = `${to}.part`;
  const { atime, mtime } = await stat(from);
  await copyFile(from, draft);
  await utimes(draft, atime, mtime);
  const file = await open(draft, 'r+');
  await file.sync();
  await file.close();
  await rename(draft, to);
  await rm(from);
}
