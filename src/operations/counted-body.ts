import { Readable } from 'node:stream';
import { type Fingerprint } from '../intake/fingerprint';
import { type TableBody } from '../intake/table-body';

/** LoadProgress is how much of a file is on its way to the engine. A file with rejects is read twice: it then begins anew. */
export interface LoadProgress {
  readonly bytes: number;
  /** Bytes of the whole file; null where the file is rewritten on the way, so that its own bytes say nothing. */
  readonly bytesTotal: number | null;
  /** Lines, which are rows except where cells span lines. */
  readonly rows: number;
}

const LINE_FEED = 0x0a;

/** countedBody opens a body as it is and tells after each chunk how far it has come. */
export function countedBody(
  file: Fingerprint,
  body: TableBody,
  tell: (progress: LoadProgress) => void,
): () => Readable {
  const bytesTotal = body.rows === 'as-written' && isSentAsDelivered(file) ? file.bytes : null;
  async function* counted(): AsyncGenerator<Buffer> {
    let [bytes, rows] = [0, 0];
    for await (const chunk of body.open() as AsyncIterable<Buffer | string>) {
      const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      bytes += buffer.length;
      for (let at = buffer.indexOf(LINE_FEED); at >= 0; at = buffer.indexOf(LINE_FEED, at + 1)) rows += 1;
      tell({ bytes, bytesTotal, rows });
      yield buffer;
    }
  }
  return () => Readable.from(counted(), { objectMode: false });
}

const isSentAsDelivered = ({ source, content }: Fingerprint): boolean =>
  source.packing === null && content.kind === 'text' && !content.encoding.startsWith('utf-16');
