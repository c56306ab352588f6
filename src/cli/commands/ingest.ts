import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type FileReport } from '../../domain/order-file';
import { terminal } from '../../errors';
import { findExports } from '../../intake/find-files';
import { type Context } from '../../operations/context';
import { ingestFile } from '../../operations/ingest-file';
import { fileJson, filesTable } from '../files-json';
import { type Io } from '../io';

export interface IngestOptions {
  readonly platform?: string;
  readonly shop?: string;
}

/** ingest loads files and folders and refreshes the totals; it succeeds when every file is committed or was before. */
export async function ingest(
  io: Io,
  context: Context,
  paths: readonly string[],
  options: IngestOptions,
): Promise<boolean> {
  const found = await exportsUnder(context, paths);
  const files: FileReport[] = [];
  for (const [index, path] of found.entries()) {
    io.progress(`${index + 1} of ${found.length}: ${path}`);
    files.push(await ingestFile(context, { path, ...options }));
  }
  if (files.some(({ status }) => status === 'committed')) {
    io.progress('refreshing totals');
    await refreshTotals(context.db, context.now);
  }
  io.answer({ files: files.map(fileJson) }, () => filesTable(files));
  return files.every(({ status }) => status === 'committed' || status === 'duplicate');
}

async function exportsUnder({ log }: Context, paths: readonly string[]): Promise<string[]> {
  const found = (await Promise.all(paths.map((path) => findExports(path, log)))).flat();
  if (found.length > 0) return [...new Set(found.map(({ path }) => path))];
  throw terminal(
    'nothing-found',
    `there is no export in ${paths.join(', ')}`,
    'Exports end in .csv, .tsv, .xlsx, .xls, .zip, .gz or .zst; name a file, or a folder that holds some.',
    { paths },
  );
}
