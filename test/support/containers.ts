import { crc32, deflateRawSync } from 'node:zlib';

/** ZipMember is one entry for zipOf: its name as bytes or text (UTF-8, flagged as such), and what it holds. */
export interface ZipMember {
  readonly name: string | Buffer;
  readonly content: string | Uint8Array;
  /** Unix mode, for links. */
  readonly mode?: number;
  /** Size that the directory claims, where it is not the real one. */
  readonly claims?: number;
}

const UTF8_NAME = 0x800;
const MADE_BY_UNIX = (3 << 8) | 20;

/** zipOf packs members as they are given, names that no packer would write included. */
export function zipOf(...members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0o100644, claims } of members) {
    const [raw, data] = [Buffer.from(name as string), Buffer.from(content as string)];
    const packed = deflateRawSync(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(typeof name === 'string' ? UTF8_NAME : 0, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE((46 << 9) | (6 << 5) | 9, 8);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claims ?? data.length, 18);
    fields.writeUInt16LE(raw.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, raw, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(MADE_BY_UNIX);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, fields, tail, raw]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const ZSTD_HEADER = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
const ZSTD_BLOCK = 1 << 17;
const zstdBlock = (kind: 0 | 1, size: number, last: boolean): Buffer => {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (kind << 1) | (last ? 1 : 0), 0, 3);
  return header;
};

/** zstOf writes a zstd frame (RFC 8878) of raw blocks. */
export function zstOf(content: string | Uint8Array): Buffer {
  const data = Buffer.from(content as string);
  const frame: Buffer[] = [ZSTD_HEADER];
  for (let at = 0; at === 0 || at < data.length; at += ZSTD_BLOCK) {
    const block = data.subarray(at, at + ZSTD_BLOCK);
    frame.push(zstdBlock(0, block.length, at + ZSTD_BLOCK >= data.length), block);
  }
  return Buffer.concat(frame);
}

/** zstBomb is a zstd frame that unpacks to so many blocks of 128 KiB of one byte, from four bytes each. */
export function zstBomb(blocks: number): Buffer {
  const block = Buffer.concat([zstdBlock(1, ZSTD_BLOCK, false), Buffer.from('a')]);
  return Buffer.concat([ZSTD_HEADER, ...Array<Buffer>(blocks).fill(block), zstdBlock(0, 0, true)]);
}

/** utf16Of encodes a text with its byte order mark. */
export function utf16Of(text: string, order: 'le' | 'be' = 'le'): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** htmlOf writes rows as the web pages that some platforms name .xls. */
export function htmlOf(rows: readonly (readonly string[])[], charset = 'utf-8'): string {
  const cells = rows.map((row) => `<tr>${row.map((cell) => `<td x:str>${escaped(cell)}</td>`).join('')}</tr>`);
  return `<html><head><meta charset="${charset}"><style>td{mso-number-format:"\\@"}</style></head><body><table border=1>\n${cells.join('\n')}\n</table></body></html>`;
}

/** SheetParts are the parts of a workbook that a test writes itself; the others are made to fit. */
export interface SheetParts {
  /** The content of `<worksheet>` by the name of the sheet. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly shared?: string;
  readonly styles?: string;
  readonly date1904?: boolean;
}

/** workbookOf writes an xlsx from the XML of its sheets. */
export function workbookOf({ sheets, shared, styles, date1904 = false }: SheetParts): Buffer {
  const names = Object.keys(sheets);
  const relation = (id: string, target: string): string => `<Relationship Id="${id}" Type="t" Target="${target}"/>`;
  return zipOf(
    { name: '[Content_Types].xml', content: '<Types/>' },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns:r="r"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${names
        .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="s${index}"/>`)
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships>${names.map((_, index) => relation(`s${index}`, `worksheets/sheet${index + 1}.xml`)).join('')}${relation('x', 'sharedStrings.xml')}</Relationships>`,
    },
    ...names.map((name, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      content: `<worksheet>${sheets[name] ?? ''}</worksheet>`,
    })),
    ...(shared === undefined ? [] : [{ name: 'xl/sharedStrings.xml', content: `<sst>${shared}</sst>` }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', content: `<styleSheet>${styles}</styleSheet>` }]),
  );
}

/** rowsXml writes rows of text as `sheetData`, each cell with its reference. */
export function rowsXml(rows: readonly (readonly string[])[]): string {
  const cell = (text: string, row: number, column: number): string =>
    `<c r="${columnName(column)}${row + 1}" t="str"><v>${escaped(text)}</v></c>`;
  return `<sheetData>${rows
    .map((cells, row) => `<row r="${row + 1}">${cells.map((text, column) => cell(text, row, column)).join('')}</row>`)
    .join('')}</sheetData>`;
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}
