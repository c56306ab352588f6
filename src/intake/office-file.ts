import { LIMITS, overLimit } from './faults';
import { type Fingerprint } from './fingerprint';
import { type Workbook } from './sheets';
import { type SourceOptions } from './source';
import { openXlsx } from './xlsx';

/**
 * openOffice opens a workbook, whatever its ending: xlsx, xls, and either of them protected by a password. A plain
 * xlsx is read where it lies; others can only be read from their end or whole, so they are held in memory.
 * @throws PipelineError `file-not-a-table`, `file-truncated`, `archive-encrypted`, `over-limit`
 */
export async function openOffice(
  file: Fingerprint,
  { password }: SourceOptions,
): Promise<{ workbook: Workbook; format: 'xlsx' | 'xls' }> {
  const { path, source, content } = file;
  if (content.kind === 'xlsx') {
    const onDisk = !source.member && source.packing === null;
    return { workbook: await openXlsx(path, onDisk ? source.disk : await wholeOf(file)), format: 'xlsx' };
  }
  // Its libraries take a tenth of a second to load, and few files need them.
  const { openOle } = await import('./ole.js');
  return await openOle(path, await wholeOf(file), password);
}

async function wholeOf({ path, source }: Fingerprint): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.open(0)) {
    length += chunk.length;
    if (length > LIMITS.inMemoryBytes) {
      const bound = `${LIMITS.inMemoryBytes >> 20} MiB of a workbook in an archive, an .xls or a protected workbook`;
      throw overLimit(path, 'is too large', bound);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
