import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { terminal, transient } from '../errors';

/** outboxFileName turns a Message-ID into the name of its file: readable where it can be, unique always. */
export function outboxFileName(messageId: string): string {
  const plain = messageId.replace(/^<|>$/g, '');
  const safe = plain
    .replace(/[^A-Za-z0-9._@-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120);
  return safe === plain
    ? `${safe}.eml`
    : `${safe}-${createHash('sha256').update(plain).digest('hex').slice(0, 12)}.eml`;
}

/**
 * writeToOutbox puts the bytes of a mail into the outbox folder as a whole or not at all, readable by its owner only,
 * and returns its path. The same Message-ID is the same file.
 * @throws PipelineError `disk-full` (transient), or `config-invalid` when the folder cannot be written
 */
export async function writeToOutbox(outboxDir: string, messageId: string, bytes: Buffer): Promise<string> {
  const folder = resolve(outboxDir);
  const path = join(folder, outboxFileName(messageId));
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      // Renamed before its bytes are on the disk, a power cut would leave an empty mail under the final name.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const context = { folder, code };
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw transient('disk-full', `no space left in the outbox ${folder}`, 'Free some space.', context, error);
    }
    throw terminal(
      'config-invalid',
      `the outbox ${folder} cannot be written (${code})`,
      'Check that the folder belongs to the user that runs Paceline.',
      context,
      error,
    );
  }
}
