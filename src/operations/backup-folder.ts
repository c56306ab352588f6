import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { PipelineError, terminal, transient } from '../errors';
import { identityOf } from '../intake/fingerprint';

const storedFile = z.object({
  name: z.string().regex(/^[A-Za-z0-9_@-][A-Za-z0-9._@-]*$/),
  bytes: z.number().int(),
  sha256: z.string(),
});

/** StoredFile is a file of a backup, by which a change of it is found out. */
export type StoredFile = Readonly<z.output<typeof storedFile>>;

const word = z.string().regex(/^[a-z][a-z0-9_]*$/);

const manifest = z.object({
  format: z.literal(1),
  /** Business time, for people. */
  madeAt: z.string(),
  migrations: z.array(z.object({ number: z.number().int(), name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.object({
      name: word,
      columns: z.array(word),
      rows: z.number().int(),
      digest: z.string(),
      /** Null for a table without rows. */
      file: storedFile.nullable(),
    }),
  ),
  /** Mails that were written and not sent. */
  outbox: z.array(storedFile),
});

/** Manifest says what a backup holds. */
export type Manifest = Readonly<z.output<typeof manifest>>;

const MANIFEST = 'manifest.json';
/** Written last: a backup without it was cut off. */
const SEAL = 'manifest.sha256';
/** Folder of the mails in a backup. */
export const OUTBOX = 'outbox';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** NewBackup is a backup being written; its folder bears its name only once it is whole. */
export interface NewBackup {
  /** Writes a file, and reads it again from the disk. */
  add(name: string, content: Readable): Promise<StoredFile>;
  addMail(name: string, content: Readable): Promise<StoredFile>;
  finish(manifest: Manifest): Promise<void>;
  discard(): Promise<void>;
}

/**
 * newBackup begins a backup in a folder that is not there yet, or is empty. Only its owner can read it.
 * @throws PipelineError `output-unwritable`, `disk-full`
 */
export async function newBackup(folder: string): Promise<NewBackup> {
  const unfinished = join(dirname(folder), `.${basename(folder)}.unfinished`);
  await writing(folder, async () => {
    const there = await readdir(folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    if (there.length > 0) throw Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' });
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(join(unfinished, OUTBOX), { recursive: true, mode: 0o700 });
  });
  const add = async (name: string, content: Readable): Promise<StoredFile> =>
    await writing(folder, async () => {
      const file = await writeFile(join(unfinished, name), content);
      const stored = { ...file, name: basename(name) };
      await checkFile(dirname(join(unfinished, name)), stored);
      return stored;
    });
  return {
    add,
    addMail: async (name, content) => await add(join(OUTBOX, name), content),
    discard: async () => await rm(unfinished, { recursive: true, force: true }),
    finish: async (about) => {
      const text = `${JSON.stringify(about, null, 2)}\n`;
      await writing(folder, async () => {
        await writeFile(join(unfinished, MANIFEST), textStream(text));
        await writeFile(join(unfinished, SEAL), textStream(`${sha256(text)}  ${MANIFEST}\n`));
        await rm(folder, { recursive: true, force: true });
        await rename(unfinished, folder);
      });
    },
  };
}

const textStream = (text: string): Readable => Readable.from([Buffer.from(text)]);

async function writeFile(
  path: string,
  content: Readable,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(path, 'wx', 0o600);
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    handle.createWriteStream({ flush: true }),
  );
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * readBackup reads what a backup says of itself and compares every file with it.
 * @throws PipelineError `nothing-found`, `backup-damaged`
 */
export async function readBackup(folder: string): Promise<Manifest> {
  const [text, seal] = await Promise.all([MANIFEST, SEAL].map((name) => readText(folder, name)));
  if (text === undefined || seal?.split(' ')[0] !== sha256(text)) throw damaged(folder, MANIFEST, 'was changed');
  const read = manifest.safeParse(JSON.parse(text));
  if (!read.success) {
    throw terminal(
      'schema-newer',
      `the backup ${folder} is of a form that this program does not know`,
      'Restore it with the program that made it, or a newer one.',
    );
  }
  for (const { name, rows, file } of read.data.tables) {
    if (file !== null) await checkFile(folder, file);
    else if (rows > 0) throw damaged(folder, name, 'has rows and no file');
  }
  for (const file of read.data.outbox) await checkFile(join(folder, OUTBOX), file);
  return read.data;
}

async function readText(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    throw terminal(
      'nothing-found',
      `${folder} is not a backup: ${name} cannot be read (${codeOf(error)})`,
      'Name a folder that "npx paceline backup" has written to its end.',
      { folder },
      error,
    );
  }
}

async function checkFile(folder: string, { name, bytes, sha256 }: StoredFile): Promise<void> {
  const found = await identityOf(join(folder, name));
  if (found === null) throw damaged(folder, name, 'is missing or empty');
  if (found.bytes !== bytes) throw damaged(folder, name, `has ${found.bytes} bytes instead of ${bytes}`);
  if (found.fileId !== sha256) throw damaged(folder, name, 'was changed');
}

/** damaged is the error of a backup that is not what was written. */
export const damaged = (folder: string, name: string, what: string): PipelineError =>
  terminal(
    'backup-damaged',
    `the backup ${folder} is damaged: ${name} ${what}`,
    'Take another backup; nothing was restored from this one.',
    { folder, name },
  );

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw transient('disk-full', `no space left for the backup ${folder}`, 'Free some space.', { folder }, error);
    }
    if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
      throw transient('store-unreachable', 'ClickHouse stopped answering', 'Run the command again.', { folder }, error);
    }
    throw terminal(
      'output-unwritable',
      `the backup ${folder} cannot be written (${code})`,
      'Name a folder that is not there yet, or is empty, on a disk that this user may write.',
      { folder, code },
      error,
    );
  }
}
