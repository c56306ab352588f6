import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { terminal } from '../errors';

/** Endings that an export can have; other files in a folder (notes, manifests) are none of Paceline's business. */
const EXPORT_ENDINGS = new Set(['.csv', '.txt', '.tsv', '.xlsx', '.xls', '.zip', '.gz', '.zst']);

/**
 * findExports lists the export files under a path, sorted, hidden ones left out; a path to a file is taken as it is.
 * @throws PipelineError `file-unreadable` when the path does not exist
 */
export async function findExports(path: string): Promise<string[]> {
  const info = await stat(path).catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw terminal(
      'file-unreadable',
      `${path} ${missing ? 'does not exist' : 'cannot be read'}`,
      'Check the path and the rights of the user that runs Paceline.',
      { path },
      error,
    );
  });
  if (!info.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.') && EXPORT_ENDINGS.has(extname(entry.name).toLowerCase()),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
