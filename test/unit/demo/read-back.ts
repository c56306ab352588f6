import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** Cells of one row by column name. */
export type Cells = Readonly<Record<string, string>>;

/** readCsv parses a whole csv strictly: quoting and the number of cells must be right on every row. */
export async function readCsv(path: string): Promise<{ header: string[]; rows: Cells[] }> {
  const records: string[][] = parse(await readFile(path), { bom: true });
  return toRows(records);
}

/** readXlsx reads the only sheet of a workbook as texts; of a broken one it throws. */
export async function readXlsx(path: string): Promise<{ header: string[]; rows: Cells[]; xml: string }> {
  const xml =
    unzip(await readFile(path))
      .get('xl/worksheets/sheet1.xml')
      ?.toString('utf8') ?? '';
  const records = [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<v>(.*?)<\/v>/gs)].map(([, value = '']) => unescape(value)),
  );
  return { ...toRows(records), xml };
}

function toRows(records: readonly string[][]): { header: string[]; rows: Cells[] } {
  const [header = [], ...rows] = records;
  return { header, rows: rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))) };
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Entries by the central directory, whose absence is what a cut transfer leaves. */
function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('no central directory');
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const start = zip.readUInt32LE(at + 42);
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const path = zip.toString('utf8', at + 46, at + 46 + name);
    entries.set(path, inflateRawSync(zip.subarray(data, data + size)));
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** snapshotOf reads the digits of the snapshot time in a file's name, which sort as time does. */
export function snapshotOf(path: string): string {
  return (/\d{4}\D?\d{2}\D?\d{2}\D?\d{2}\D?\d{2}\D?\d{2}/.exec(basename(path))?.[0] ?? '').replaceAll(/\D/g, '');
}
