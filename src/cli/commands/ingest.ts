import { basename } from 'node:path';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type FileReport } from '../../domain/order-file';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { ingestFile, type IngestRequest } from '../../operations/ingest-file';
import { type ReadAhead } from '../../operations/read-ahead';
import { replaceFile } from '../../operations/withdraw-file';
import { fileJson, filesTable } from '../files-json';
import { type Io } from '../io';
import { loadProgress } from '../load-progress';
import { decisionOf } from './decide';

export interface IngestOptions {
  readonly platform?: string;
  readonly shop?: string;
  /** The file that the one path replaces. */
  readonly replace?: string;
  readonly reason?: string;
}

/** ingest loads files and folders and refreshes the totals; it succeeds when every file is committed or was before. */
export async function ingest(io: Io, context: Context, reading: ReadAhead, options: IngestOptions): Promise<boolean> {
  const { replace, reason, ...place } = options;
  const found = reading.paths.length;
  if (replace !== undefined && found !== 1) throw replacesOne(found);
  const files: FileReport[] = [];
  for (const file of reading) {
    const label = `${files.length + 1} of ${found}: ${file.path}`;
    io.progress(label);
    const request = { ...file, ...place, ...(io.showsProgress ? { onProgress: loadProgress(io, label) } : {}) };
    files.push(
      replace === undefined ? await ingestFile(context, request) : await replaced(context, request, replace, reason),
    );
  }
  if (replace !== undefined || files.some(({ status }) => status === 'committed')) {
    io.progress('refreshing totals');
    await refreshTotals(context.db, context.now);
  }
  io.answer({ files: files.map(fileJson) }, () => filesTable(files));
  return files.every(({ status }) => status === 'committed' || status === 'duplicate');
}

async function replaced(
  context: Context,
  request: IngestRequest,
  fileId: string,
  reason = `replaced by ${basename(request.path)}`,
): Promise<FileReport> {
  return await replaceFile(context, request, { fileId, decision: decisionOf({ reason }) });
}

const replacesOne = (found: number) =>
  terminal('usage', `--replace takes one corrected file, not ${found}`, 'Name one file.');
