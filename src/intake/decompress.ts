import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, type ZlibOptions } from 'node:zlib';
import { Decompress } from 'fzstd';
import { LIMITS, overLimit } from './faults';

/** How text may be packed by itself. */
export type Packing = 'gz' | 'zst';

/** unpack streams what a packed file holds. @throws Error when it is broken or cut; PipelineError `over-limit` */
export function unpack(path: string, packing: Packing, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return packing === 'gz' ? inflated(path, packed, createGunzip) : unzstd(path, packed);
}

const INFLATED_BYTES = 1 << 18;

/** inflated streams packed bytes through one of zlib's streams, within the bounds of what a file may grow to. */
export async function* inflated(
  path: string,
  packed: AsyncIterable<Buffer>,
  create: (options: ZlibOptions) => Transform,
  known: { readonly compressedSize?: number } = {},
): AsyncGenerator<Buffer> {
  const growth = new Growth(path, known.compressedSize ?? 0);
  const counted = known.compressedSize === undefined ? growth.watch(packed) : packed;
  const stream = create({ chunkSize: INFLATED_BYTES });
  const source = Readable.from(counted, { objectMode: false, highWaterMark: 1 << 20 });
  pipeline(source, stream, () => undefined);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      growth.gave(chunk.length);
      yield chunk;
    }
  } finally {
    source.destroy();
    stream.destroy();
  }
}

/** A piece this small can hold a thousand blocks that each unpack to 128 KiB: as much as may wait at once. */
const ZSTD_PIECE = 4096;

async function* unzstd(path: string, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const growth = new Growth(path, 0);
  const ready: Buffer[] = [];
  const decoder = new Decompress((data) => {
    growth.gave(data.length);
    if (data.length > 0) ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  for await (const chunk of growth.watch(packed)) {
    for (let at = 0; at < chunk.length; at += ZSTD_PIECE) {
      decoder.push(chunk.subarray(at, at + ZSTD_PIECE));
      yield* ready.splice(0);
    }
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}

/** Growth stops a decompression bomb: a file may grow by a ratio, and to a size. */
class Growth {
  private given = 0;

  constructor(
    private readonly path: string,
    private taken: number,
  ) {}

  async *watch(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of packed) {
      this.taken += chunk.length;
      yield chunk;
    }
  }

  gave(bytes: number): void {
    this.given += bytes;
    if (this.given > LIMITS.unpackedBytes) {
      throw overLimit(this.path, 'unpacks to too much', `${LIMITS.unpackedBytes / 2 ** 30} GiB of one file`);
    }
    if (this.given > LIMITS.freelyBytes && this.given > this.taken * LIMITS.ratio) {
      throw overLimit(this.path, 'unpacks to too many times its size', `${LIMITS.ratio} times`);
    }
  }
}
