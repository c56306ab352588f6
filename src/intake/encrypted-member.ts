import { type FileHandle, open } from 'node:fs/promises';
import { configure, ERR_INVALID_PASSWORD, Reader, ZipReader } from '@zip.js/zip.js';
import { encrypted } from './faults';

configure({ useWebWorkers: false });

/** Gives the library the bytes of an archive as it asks for them. */
class HandleReader extends Reader<FileHandle> {
  constructor(
    private readonly handle: FileHandle,
    override size: number,
  ) {
    super(handle);
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.alloc(Math.min(length, Math.max(0, this.size - offset)));
    await this.handle.read(bytes, 0, bytes.length, offset);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

/**
 * readEncrypted streams a member that is protected by a password (ZipCrypto or AES), by its place in the directory.
 * @throws PipelineError `archive-encrypted` when the password is none or another one
 */
export async function* readEncrypted(
  path: string,
  archive: string,
  index: number,
  password: string | undefined,
): AsyncGenerator<Buffer> {
  if (password === undefined) throw encrypted(path, password);
  const handle = await open(archive);
  const zip = new ZipReader(new HandleReader(handle, (await handle.stat()).size));
  try {
    const entry = (await zip.getEntries())[index];
    if (!entry || entry.directory) throw new Error('the member is not in the directory any more');
    const pipe = new TransformStream<Uint8Array, Uint8Array>();
    const written = entry.getData(pipe.writable, { password, checkSignature: true });
    // A failure reaches the reader through the pipe; here it would be a rejection that nobody sees.
    written.catch((error: unknown) => pipe.writable.abort(error).catch(() => undefined));
    for await (const chunk of pipe.readable as unknown as AsyncIterable<Uint8Array>) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
    await written;
  } catch (error) {
    if (error instanceof Error && error.message === ERR_INVALID_PASSWORD) throw encrypted(path, password);
    throw error;
  } finally {
    await zip.close().catch(() => undefined);
    await handle.close();
  }
}
