import { encodeStream } from 'iconv-lite';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { bulkExportName, writeBulkPinduoduo } from '../../src/demo/bulk';
import { type Form, type Workload } from './contestant';
import { spoilRows } from './spoilt-rows';

const YEAR = 2025;
const SEED = 1;

/** Bytes read and written at once. */
const CHUNK = 1 << 20;
/** Of the UTF-8 mark that the export begins with and its GB18030 form must not. */
const BYTE_ORDER_MARK_BYTES = 3;
/** Level 3 makes a tenth more bytes than the usual 6, in half the time. */
const GZIP_LEVEL = 3;

/** makeExport generates an export of `rows` rows in UTF-8. Its name says when it was taken, so each form has a folder. */
export async function makeExport(folder: string, rows: number): Promise<Workload> {
  const file = await placeFor(folder, 'utf8');
  const { bytes, figures } = await writeBulkPinduoduo({ path: file, rows, seed: SEED, year: YEAR });
  const { paidOrders, gross } = figures;
  return { form: 'utf8', file, bytes, truth: { rows, rejected: 0, paidOrders, gross } };
}

/** inForm makes another form of a UTF-8 export beside it. */
export async function inForm(folder: string, plain: Workload, form: Form): Promise<Workload> {
  const file = await placeFor(folder, form);
  const truth = await write(form, plain, file);
  return { form, file, bytes: (await stat(file)).size, truth };
}

async function write(form: Form, plain: Workload, file: string): Promise<Workload['truth']> {
  const out = createWriteStream(file, { highWaterMark: CHUNK });
  const bytesFrom = (start: number): Readable => createReadStream(plain.file, { highWaterMark: CHUNK, start });
  switch (form) {
    case 'utf8':
      await pipeline(bytesFrom(0), out);
      return plain.truth;
    case 'gb18030':
      await pipeline(bytesFrom(BYTE_ORDER_MARK_BYTES).setEncoding('utf8'), encodeStream('gb18030'), out);
      return plain.truth;
    case 'gz':
      await pipeline(bytesFrom(0), createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK }), out);
      return plain.truth;
    case 'rejects1pct': {
      const spoilt = { rows: 0, paidOrders: 0, gross: 0n };
      await pipeline(Readable.from(spoilRows(bytesFrom(0).setEncoding('utf8'), spoilt)), out);
      const { rows, paidOrders, gross } = plain.truth;
      return {
        rows: rows - spoilt.rows,
        rejected: spoilt.rows,
        paidOrders: paidOrders - spoilt.paidOrders,
        gross: gross - spoilt.gross,
      };
    }
  }
}

async function placeFor(folder: string, form: Form): Promise<string> {
  await mkdir(join(folder, form), { recursive: true });
  return join(folder, form, bulkExportName(YEAR) + (form === 'gz' ? '.gz' : ''));
}
