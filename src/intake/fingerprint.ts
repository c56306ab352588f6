import { createHash } from 'node:crypto';
import { type PipelineError, terminal } from '../errors';
import { type TextEncoding, Utf16Decoder } from './charset';
import { from, stampOf } from './disk-file';
import { changed, damaged, unsafe } from './faults';
import { hashAside, hashFile, WORTH_A_THREAD_BYTES } from './hash';
import { kindOf, type Kind } from './signatures';
import { openSource, type Source, type SourceOptions } from './source';
import { TextScan } from './text-scan';

/** FileIdentity is what the ledger knows a file by, whatever is in it. */
export interface FileIdentity {
  /** As it is shown, the member of an archive after a `!`. */
  readonly path: string;
  /** SHA-256 of the bytes as they were delivered (of a member as it is unpacked), hex. */
  readonly fileId: string;
  /** Size of what was delivered. */
  readonly bytes: number;
}

/** Fingerprint is what one pass over a file's bytes tells. */
export interface Fingerprint extends FileIdentity {
  /** The export's own name: what its snapshot time is read from. */
  readonly name: string;
  readonly source: Source;
  readonly content: Content;
}

/** What a file holds: text in an encoding with its first and last bytes (in UTF-8 or GB18030), or a workbook. */
export type Content =
  | {
      readonly kind: 'text';
      readonly encoding: TextEncoding;
      readonly head: Buffer;
      readonly tail: Buffer;
      /** The text ends within a character. */
      readonly cutCharacter: boolean;
    }
  | { readonly kind: 'xlsx' }
  | { readonly kind: 'ole' };

/** TextFile is a file whose content is text. */
export type TextFile = Fingerprint & { readonly content: Extract<Content, { kind: 'text' }> };

/**
 * takeFingerprint reads a file once: its hash, and what it holds.
 * @throws PipelineError `file-unreadable`, `file-empty`, `file-not-a-table`, `file-truncated`, `encoding-unknown`,
 * `file-changed`, `archive-encrypted`, `archive-unsafe`, `over-limit`
 */
export async function takeFingerprint(path: string, options: SourceOptions = {}): Promise<Fingerprint> {
  const source = await openSource(path, options);
  const isPlain = source.packing === null && !source.member;
  const aside = isPlain && source.stamp.size >= WORTH_A_THREAD_BYTES ? hashAside(source.disk) : null;
  const hash = createHash('sha256');
  let bytes = 0;
  const delivered = watched(source.delivered(source.packing === null ? 'shared' : 'own'), (chunk) => {
    if (aside === null) hash.update(chunk);
    bytes += chunk.length;
  });
  const look = new Look(source.path);
  for await (const chunk of source.unpacked(delivered)) look.add(chunk);
  if (bytes === 0) throw empty(source.path);
  const content = await look.content(() => source.open(0));
  const hashed =
    aside === null ? { fileId: hash.digest('hex'), bytes } : ((await aside) ?? (await hashFile(source.disk)));
  if (hashed.bytes !== bytes) throw changed(source.path);
  const file = { path: source.path, name: source.name, ...hashed, source, content };
  if (bytes !== source.stamp.size) {
    await refuseChanged(file);
    throw damaged(source.path, 'archive', new Error('bytes follow its end'));
  }
  return file;
}

/**
 * identityOf is that of a file which cannot be opened as an export: a picture, a broken archive. Null when it cannot be
 * read at all, holds nothing, or is a member of an archive.
 */
export async function identityOf(path: string): Promise<FileIdentity | null> {
  try {
    await stampOf(path);
    const hashed = await hashFile(path);
    return hashed.bytes === 0 ? null : { path, ...hashed };
  } catch {
    return null;
  }
}

async function* watched(bytes: AsyncIterable<Buffer>, watch: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    watch(chunk);
    yield chunk;
  }
}

/** Look decides with the first chunk what the content is; the rest is looked at only when it is text. */
class Look {
  private kind: Kind | null = null;
  private readonly scan: TextScan;
  private utf16: Utf16Decoder | null = null;

  constructor(private readonly path: string) {
    this.scan = new TextScan(path);
  }

  add(chunk: Buffer): void {
    this.kind ??= this.kindOf(chunk);
    if (this.kind === 'text') this.scan.add(chunk);
    else if (this.utf16) this.scan.add(this.utf16.decode(chunk));
  }

  async content(again: () => AsyncIterable<Buffer>): Promise<Content> {
    if (this.kind === null) throw empty(this.path);
    if (this.kind === 'zip') return { kind: 'xlsx' };
    if (this.kind === 'ole') return { kind: 'ole' };
    const found = this.utf16
      ? { encoding: this.utf16.encoding, cutCharacter: this.utf16.isUnfinished() }
      : await this.scan.encoding(again);
    return { kind: 'text', ...found, head: this.scan.head, tail: this.scan.tail };
  }

  private kindOf(chunk: Buffer): Kind {
    const kind = kindOf(this.path, chunk);
    if (kind === 'gz' || kind === 'zst') throw unsafe(this.path, 'it is an archive inside an archive');
    if (kind === 'utf-16le' || kind === 'utf-16be') this.utf16 = new Utf16Decoder(this.path, kind);
    return kind;
  }
}

function empty(path: string): PipelineError {
  return terminal('file-empty', `${path} is empty (0 bytes)`, 'Export it again from the platform.', { path });
}

/** textFrom streams a text, in UTF-8 or GB18030, from a byte of it on. */
export function textFrom({ path, source, content: { encoding } }: TextFile, start: number): AsyncGenerator<Buffer> {
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return source.open(start);
  return from(start, new Utf16Decoder(path, encoding).stream(source.open(0)));
}

/** charsetOf is the encoding of what textFrom gives. */
export const charsetOf = ({ content: { encoding } }: TextFile): 'utf-8' | 'gb18030' =>
  encoding === 'gb18030' ? 'gb18030' : 'utf-8';

/** encodingLabel is how a file was read, from the text outwards: `utf-8`, `gb18030+gz`, `xlsx+zip`. */
export function encodingLabel({ source }: Fingerprint, ...inner: readonly string[]): string {
  return [...inner, ...(source.packing === null ? [] : [source.packing]), ...(source.member ? ['zip'] : [])].join('+');
}

/**
 * refuseChanged makes sure that a file is still the one that was read first, so that what was loaded is what was hashed.
 * @throws PipelineError `file-changed`, transient
 */
export async function refuseChanged({ path, source }: Fingerprint): Promise<void> {
  const now = await stampOf(source.disk);
  const sizeDiffers = !source.member && now.size !== source.stamp.size;
  if (sizeDiffers || now.mtimeMs !== source.stamp.mtimeMs) throw changed(path);
}
