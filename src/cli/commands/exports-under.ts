import { terminal } from '../../errors';
import { findExports } from '../../intake/find-files';
import { type Deployment } from '../../operations/open';
import { ReadAhead } from '../../operations/read-ahead';

/** exportsUnder finds the exports that files and folders hold, and begins to read them. @throws PipelineError `nothing-found` */
export async function exportsUnder(deployment: Deployment, paths: readonly string[]): Promise<ReadAhead> {
  const found = (await Promise.all(paths.map((path) => findExports(path, deployment.log)))).flat();
  if (found.length > 0) return new ReadAhead([...new Set(found.map(({ path }) => path))], deployment.settings);
  throw terminal(
    'nothing-found',
    `there is no export in ${paths.join(', ')}`,
    'Exports end in .csv, .tsv, .xlsx, .xls, .zip, .gz or .zst; name a file, or a folder that holds some.',
    { paths },
  );
}
