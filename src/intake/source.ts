import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Packing, unpack } from './decompress';
import { type FileStamp, from, readDisk, stampOf } from './disk-file';
import { readEncrypted } from './encrypted-member';
import { damaged, LIMITS, overLimit, unreadable, unsafe } from './faults';
import { kindOf, SNIFFED_BYTES } from './signatures';
import { type Zip, openZip, type ZipPart } from './zip';
import { exportMembers } from './members';

/**
 * Source is a file that can be read again and again, out of whatever it is packed in, without being written anywhere:
 * originals hold personal data, so nothing of them is left on a disk.
 */
export interface Source {
  /** As it is shown: `orders.csv`, `orders.csv.gz`, `archive.zip!orders.csv`. */
  readonly path: string;
  /** The export's own name, without folders and endings of packing: what its snapshot time is read from. */
  readonly name: string;
  /** The file on disk that it is, or lies in. */
  readonly disk: string;
  readonly member: boolean;
  readonly packing: Packing | null;
  /** Size of what was delivered (the file, or the member as it is unpacked), and when the file on disk changed. */
  readonly stamp: FileStamp;
  /** What was delivered, byte by byte: it is what identifies the file. `shared` chunks are valid until the next. */
  delivered(chunks: 'shared' | 'own'): AsyncGenerator<Buffer>;
  /** What is packed in the delivered bytes, or they themselves. */
  unpacked(delivered: AsyncGenerator<Buffer>): AsyncGenerator<Buffer>;
  /** What is unpacked, anew, from a byte of it on. */
  open(start: number): AsyncGenerator<Buffer>;
}

/** SourceOptions are what a source needs to be opened beside its path. */
export interface SourceOptions {
  /** For archives and workbooks that are protected. */
  readonly password?: string | undefined;
}

const SEPARATOR = '!';

/** memberPath is the path of a member of an archive. */
export const memberPath = (archive: string, member: string): string => `${archive}${SEPARATOR}${member}`;

/**
 * openSource finds what a path means: a file, the member of an archive, or an archive with one export in it.
 * @throws PipelineError `file-unreadable`, `file-truncated`, `archive-unsafe`, `over-limit`
 */
export async function openSource(path: string, { password }: SourceOptions): Promise<Source> {
  const { disk, member } = await placeOf(path);
  const stamp = await stampOf(disk);
  const found = await lookInto(disk);
  if (found.kind !== 'archive') {
    if (member !== null) throw unreadable(path, Object.assign(new Error(), { code: 'ENOENT' }));
    return diskSource(disk, stamp, found.kind === 'zip' ? null : found.packing);
  }
  const members = exportMembers(disk, found.parts).found;
  const name = member ?? (members.length === 1 ? members[0]?.name : undefined);
  if (name === undefined) throw unsafe(disk, `it holds ${members.length} exports; hand in each by itself`);
  const index = found.parts.findIndex((part) => part.name === name);
  const part = found.parts[index];
  if (!part) throw unreadable(path, Object.assign(new Error(), { code: 'ENOENT' }));
  return memberSource({ disk, index, part, mtimeMs: stamp.mtimeMs, password });
}

/** untilStable waits until the file of a path stays as it is for a moment; not for ever. */
export async function untilStable(path: string): Promise<void> {
  const { disk } = await placeOf(path);
  let last = '';
  for (const deadline = performance.now() + STABLE_WITHIN_MS; performance.now() < deadline;) {
    // A file that is gone is told of when it is read again.
    const now = await stampOf(disk).then(JSON.stringify, () => last);
    if (now === last) return;
    last = now;
    await sleep(STABLE_FOR_MS);
  }
}

const STABLE_FOR_MS = 500;
const STABLE_WITHIN_MS = 30_000;

/** A name may itself hold the separator: what is there as a file is meant as one. */
async function placeOf(path: string): Promise<{ disk: string; member: string | null }> {
  const cuts = [...path.matchAll(/!/g)].map(({ index }) => index);
  for (const cut of [path.length, ...cuts]) {
    const disk = path.slice(0, cut);
    const found = await stampOf(disk).then(
      () => true,
      () => false,
    );
    if (found) return { disk, member: cut === path.length ? null : path.slice(cut + 1) };
  }
  return { disk: path, member: null };
}

type Found =
  | { readonly kind: 'file'; readonly packing: Packing | null }
  | { readonly kind: 'zip' }
  | { readonly kind: 'archive'; readonly parts: readonly ZipPart[] };

/** lookInto tells by the first bytes of a file on disk, and by the directory of a zip, what it is. */
export async function lookInto(disk: string): Promise<Found> {
  const kind = kindOf(disk, await firstBytes(readDisk(disk, 0, 'own')));
  if (kind === 'gz' || kind === 'zst') return { kind: 'file', packing: kind };
  if (kind !== 'zip') return { kind: 'file', packing: null };
  const zip = await openDiskZip(disk);
  zip.close();
  return isWorkbook(zip) ? { kind: 'zip' } : { kind: 'archive', parts: zip.parts };
}

async function openDiskZip(disk: string): Promise<Zip> {
  try {
    return await openZip(disk, disk);
  } catch (error) {
    throw damaged(disk, /\.xls[xm]?$/i.test(disk) ? 'xlsx' : 'zip archive', error);
  }
}

/** isWorkbook tells an xlsx from an archive of files. */
const isWorkbook = ({ parts }: Zip): boolean => parts.some(({ name }) => /^(xl\/|\[Content_Types\]\.xml$)/.test(name));

async function firstBytes(bytes: AsyncGenerator<Buffer>): Promise<Buffer> {
  for await (const chunk of bytes) return Buffer.from(chunk.subarray(0, SNIFFED_BYTES));
  return Buffer.alloc(0);
}

function diskSource(disk: string, stamp: FileStamp, packing: Packing | null): Source {
  return sourceOf({ path: disk, disk, member: false, stamp, packing }, (chunks) => readDisk(disk, 0, chunks), disk);
}

async function memberSource(from: {
  disk: string;
  index: number;
  part: ZipPart;
  mtimeMs: number;
  password: string | undefined;
}): Promise<Source> {
  const { disk, index, part, password } = from;
  const path = memberPath(disk, part.name);
  const size = part.entry.uncompressedSize;
  if (size > LIMITS.unpackedBytes) {
    throw overLimit(path, `claims ${size} bytes`, `${LIMITS.unpackedBytes / 2 ** 30} GiB of one file`);
  }
  const read = (): AsyncGenerator<Buffer> => readMember(path, disk, index, part, password);
  const kind = kindOf(path, await firstBytes(read()));
  if (kind === 'gz' || kind === 'zst') throw unsafe(path, 'it is an archive inside an archive');
  const stamp = { size, mtimeMs: from.mtimeMs };
  return sourceOf({ path, disk, member: true, stamp, packing: null }, read, null);
}

async function* readMember(
  path: string,
  disk: string,
  index: number,
  part: ZipPart,
  password: string | undefined,
): AsyncGenerator<Buffer> {
  try {
    if (part.entry.isEncrypted()) {
      yield* readEncrypted(path, disk, index, password);
      return;
    }
    const zip = await openZip(disk, disk);
    try {
      const now = zip.parts[index];
      if (now?.name !== part.name) throw new Error('the member is not in the directory any more');
      yield* zip.read(now);
    } finally {
      zip.close();
    }
  } catch (error) {
    throw damaged(path, 'member of a zip archive', error);
  }
}

/** `seekable` is the file on disk, where a later byte can be gone to without reading those before it. */
function sourceOf(
  facts: Pick<Source, 'path' | 'disk' | 'member' | 'stamp' | 'packing'>,
  delivered: Source['delivered'],
  seekable: string | null,
): Source {
  const { path, packing } = facts;
  const unpacked = (bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> =>
    packing === null ? bytes : unpackedOrDamaged(path, packing, bytes);
  return {
    ...facts,
    name: basename(path.slice(path.lastIndexOf(SEPARATOR, facts.member ? path.length : 0) + 1)).replace(
      packing === null ? /$^/ : /\.(gz|zst)$/i,
      '',
    ),
    delivered,
    unpacked,
    open: (start) =>
      seekable !== null && packing === null
        ? readDisk(seekable, start, 'own')
        : from(start, unpacked(delivered('own'))),
  };
}

async function* unpackedOrDamaged(
  path: string,
  packing: Packing,
  bytes: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* unpack(path, packing, bytes);
  } catch (error) {
    throw damaged(path, packing === 'gz' ? 'gzip file' : 'zstd file', error);
  }
}
