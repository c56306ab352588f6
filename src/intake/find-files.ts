import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger } from '../log';
import { unreadable } from './faults';
import { exportMembers, hasExportEnding } from './members';
import { lookInto, memberPath } from './source';

/** FoundExport is an export by its path, and the file on disk that it is or lies in. */
export interface FoundExport {
  readonly path: string;
  readonly disk: string;
}

/**
 * findExports lists the exports under a path, sorted, hidden files left out; a path to a file is taken as it is. The
 * exports in an archive are listed one by one; what else lies in it is named in the log. An archive that cannot be
 * opened is listed itself, to be refused with its reason when it is read; so is a link. Files in `leaveOut` are not looked
 * into.
 * @throws PipelineError `file-unreadable` when the path does not exist
 */
export async function findExports(
  path: string,
  log: Logger,
  leaveOut: ReadonlySet<string> = new Set(),
): Promise<FoundExport[]> {
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const files = info.isDirectory() ? await filesUnder(path) : [path];
  const found: FoundExport[] = [];
  for (const disk of files) if (!leaveOut.has(disk)) found.push(...(await exportsIn(disk, log)));
  return found;
}

/** filesUnder lists the files of a folder that may be exports by their names, sorted, without opening any. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .filter(({ name }) => !name.startsWith('.') && hasExportEnding(name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exportsIn(disk: string, log: Logger): Promise<FoundExport[]> {
  try {
    const found = await lookInto(disk);
    if (found.kind !== 'archive') return [{ path: disk, disk }];
    const members = exportMembers(disk, found.parts);
    const { skipped } = members;
    if (skipped.length > 0) log.info(`left out of ${disk}: ${skipped.join(', ')}`, { members: skipped.length });
    return members.found.map(({ name }) => ({ path: memberPath(disk, name), disk }));
  } catch {
    // Whatever is wrong with one file is told when that file is read, and stops no other.
    return [{ path: disk, disk }];
  }
}
