import { writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { findFile } from '../../src/clickhouse/ledger';
import { listRejects, type RejectedRow } from '../../src/clickhouse/queries/rejects';
import { type FileReport } from '../../src/domain/order-file';
import { ingestFile, type IngestRequest } from '../../src/operations/ingest-file';
import { type TestStore } from './store';

/** loadText writes a text or bytes under a name in the test's folder and loads it. */
export async function loadText(
  store: TestStore,
  name: string,
  content: string | Uint8Array,
  request: Omit<IngestRequest, 'path'> = {},
): Promise<FileReport> {
  const path = join(store.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return await ingestFile(store, { path, ...request });
}

/** rowsNotLoaded lists what the ledger's newest attempt at a file left out, with lines and reasons. */
export async function rowsNotLoaded(store: TestStore, { fileId }: FileReport): Promise<RejectedRow[]> {
  const entry = await findFile(store.db, fileId);
  if (!entry) throw new Error('the ledger does not know the file');
  return await listRejects(store.db, entry);
}

/** rejectsOf lists the rejected rows of a file as an expected JSON does: lines and reasons. */
export async function rejectsOf(store: TestStore, report: FileReport): Promise<{ line: number; reasons: string[] }[]> {
  return (await rowsNotLoaded(store, report))
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ line, reasons }) => ({ line, reasons: [...reasons] }));
}

/** shopOf is the shop to hand in with a file whose layout does not say it. */
export const shopOf = (shop: string | null): { shop?: string } => (shop === null ? {} : { shop });

/** toGb18030 encodes a text as Chinese Windows does; Node can only read that, the engine can write it. */
export async function toGb18030({ db }: TestStore, text: string): Promise<Buffer> {
  const row = z.object({ encoded: z.string() });
  const sql = `SELECT base64Encode(convertCharset({text: String}, 'UTF-8', 'GB18030')) AS encoded`;
  return Buffer.from((await db.row({ name: 'to GB18030', sql, row }, { text })).encoded, 'base64');
}
