import { isUtf8 } from 'node:buffer';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { inflated } from './decompress';
import { readDisk } from './disk-file';
import { LIMITS, overLimit } from './faults';

/** ZipPart is one entry of a zip: its name as it was meant, and what its directory says of it. */
export interface ZipPart {
  readonly name: string;
  readonly entry: Entry;
}

/** Zip is an opened archive with its directory read. */
export interface Zip {
  readonly parts: readonly ZipPart[];
  close(): void;
  /** Streams a part that is not encrypted, checked against the size and checksum that the directory tells. */
  read(part: ZipPart): AsyncGenerator<Buffer>;
}

const STORED = 0;
const DEFLATED = 8;

/** openZip reads the directory of a zip on disk or in memory. @throws Error when it is broken; PipelineError `over-limit` */
export async function openZip(path: string, from: string | Buffer): Promise<Zip> {
  const zip = await opened(from);
  try {
    if (zip.entryCount > LIMITS.members) {
      throw overLimit(path, `has ${zip.entryCount} members`, `${LIMITS.members} members of an archive`);
    }
    const parts = await partsOf(zip);
    return { parts, close: () => zip.close(), read: (part) => readPart(path, zip, from, part) };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function opened(from: string | Buffer): Promise<ZipFile> {
  // Names are decoded here: archives packed by Chinese Windows have them in GBK without saying so.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
  return await (typeof from === 'string' ? openPromise(from, options) : fromBufferPromise(from, options));
}

async function partsOf(zip: ZipFile): Promise<ZipPart[]> {
  const parts: ZipPart[] = [];
  for await (const entry of zip.eachEntry()) parts.push({ name: nameOf(entry), entry });
  return parts;
}

const UTF8_NAME = 0x800;
const UNICODE_PATH_FIELD = 0x7075;

function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw;
  const told =
    (entry.generalPurposeBitFlag & UTF8_NAME) !== 0 || entry.extraFields.some(({ id }) => id === UNICODE_PATH_FIELD);
  const name = told
    ? getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, false)
    : new TextDecoder(isUtf8(raw) ? 'utf-8' : 'gb18030').decode(raw);
  return name.replaceAll('\\', '/');
}

async function* readPart(
  path: string,
  zip: ZipFile,
  from: string | Buffer,
  { entry }: ZipPart,
): AsyncGenerator<Buffer> {
  const { compressionMethod, compressedSize } = entry;
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    throw new Error(`its compression method ${compressionMethod} is not supported`);
  }
  // Read and inflated here: the library does it in small pieces, and ends the process when one of its streams is left
  // before its end.
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const raw = rangeOf(from, fileDataStart, compressedSize);
  yield* checked(entry, compressionMethod === STORED ? raw : inflated(path, raw, createInflateRaw, { compressedSize }));
}

async function* rangeOf(from: string | Buffer, start: number, length: number): AsyncGenerator<Buffer> {
  if (typeof from !== 'string') {
    yield from.subarray(start, start + length);
    return;
  }
  let left = length;
  for await (const chunk of readDisk(from, start, 'own')) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

async function* checked(entry: Entry, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [sum, size] = [0, 0];
  for await (const chunk of bytes) {
    sum = crc32(chunk, sum);
    size += chunk.length;
    yield chunk;
  }
  if (size !== entry.uncompressedSize) throw new Error('a part of it has another size than its directory says');
  if (sum !== entry.crc32) throw new Error('a part of it has another checksum than its directory says');
}
