import { CFB } from '@e965/xlsx';
import { decrypt, isEncrypted } from 'officecrypto-tool';
import { damaged, encrypted, notATable } from './faults';
import { type Workbook } from './sheets';
import { openXls } from './xls';
import { openXlsx } from './xlsx';

/**
 * openOle opens a compound file: an .xls, or a protected workbook of either kind.
 * @throws PipelineError `file-not-a-table`, `file-truncated`, `archive-encrypted`
 */
export async function openOle(
  path: string,
  bytes: Buffer,
  password: string | undefined,
): Promise<{ workbook: Workbook; format: 'xlsx' | 'xls' }> {
  const opened = isProtected(path, bytes) ? await decrypted(path, bytes, password) : bytes;
  if (opened.subarray(0, 2).toString('latin1') === 'PK') {
    return { workbook: await openXlsx(path, opened), format: 'xlsx' };
  }
  refuseCut(path, opened);
  try {
    return { workbook: openXls(opened), format: 'xls' };
  } catch (error) {
    throw damaged(path, 'xls', error);
  }
}

function isProtected(path: string, bytes: Buffer): boolean {
  try {
    return isEncrypted(bytes);
  } catch (error) {
    throw damaged(path, 'workbook', error);
  }
}

/** Excel protects some workbooks with this password and opens them without asking. */
const EXCELS_OWN_PASSWORD = 'VelvetSweatshop';

async function decrypted(path: string, bytes: Buffer, password: string | undefined): Promise<Buffer> {
  for (const candidate of [...(password === undefined ? [] : [password]), EXCELS_OWN_PASSWORD]) {
    try {
      return await decrypt(bytes, { password: candidate });
    } catch (error) {
      const wrong = error instanceof Error && error.message === 'The password is incorrect';
      if (!wrong) throw damaged(path, 'protected workbook', error);
    }
  }
  throw encrypted(path, password);
}

/** The library's own reader of compound files, which it has no types for. */
const compound = CFB as {
  read(bytes: Buffer, options: { type: 'buffer' }): object;
  find(container: object, name: string): { content: Uint8Array; size: number } | null;
};

/** The library reads what is left of a cut workbook without a word, so the parts are compared with their sizes. */
function refuseCut(path: string, bytes: Buffer): void {
  try {
    const container = compound.read(bytes, { type: 'buffer' });
    const workbook = compound.find(container, 'Workbook') ?? compound.find(container, 'Book');
    if (!workbook) throw notATable(path, 'an Office document but no workbook');
    if (workbook.content.length < workbook.size) throw new Error('its end is missing');
  } catch (error) {
    throw damaged(path, 'xls', error);
  }
}
