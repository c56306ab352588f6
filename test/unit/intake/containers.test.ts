import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { utils, write } from '@e965/xlsx';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { encrypt } from 'officecrypto-tool';
import { findExports } from '../../../src/intake/find-files';
import { lineLogger, silentLogger } from '../../../src/log';
import { htmlOf, rowsXml, utf16Of, workbookOf, zipOf, zstBomb, zstOf } from '../../support/containers';
import { useIntakeFolder } from '../../support/intake';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

const folder = useIntakeFolder();
const TEXT = textOf(TEMPLATE_ROWS);
const XLSX = workbookOf({ sheets: { 订单: rowsXml(TEMPLATE_ROWS) } });
const PASSWORD = 'sesame';
const BOMB = Buffer.alloc(80 << 20, 'a\n');
const RECORDS = 3;

/** What the plain csv says, row by row. */
const PLAIN = [
  ['云岫茶', '10.50'],
  ['"云岫 ""春"" 茶, 礼盒"', '11.50'],
  ['𠮷野茶 & <山>', '12.50'],
].map(([title, paid], index) => [`${index + 1},${index + 2},`, `DY000${index + 1}`, title, paid]);

function expectPlain(rows: string): void {
  const lines = rows.trimEnd().split('\n');
  expect(lines).toHaveLength(RECORDS);
  for (const [index, parts] of PLAIN.entries()) {
    for (const part of parts) expect(lines[index]).toContain(part);
  }
}

/** A workbook of texts in the format of Excel 97. */
function xlsOf(rows: readonly (readonly unknown[])[]): Buffer {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][]), 'export');
  return write(book, { type: 'buffer', bookType: 'biff8' }) as Buffer;
}

async function encryptedZip(name: string, content: string, how: 'zipcrypto' | 'aes'): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const options = how === 'aes' ? { encryptionStrength: 3 as const } : { zipCrypto: true };
  await zip.add(name, new Uint8ArrayReader(Buffer.from(content)), { password: PASSWORD, ...options });
  return Buffer.from(await zip.close());
}

describe('an export says the same as the plain csv, by what it is and not by its ending', () => {
  test.each<[string, string, string | Uint8Array]>([
    ['orders.csv', 'utf-8', TEXT],
    ['orders.xlsx', 'utf-8', TEXT],
    ['orders.csv', 'utf-8-bom', `\uFEFF${TEXT}`],
    ['orders.csv', 'utf-16le', utf16Of(TEXT)],
    ['orders.txt', 'utf-16be', utf16Of(TEXT, 'be')],
    ['orders.tsv', 'utf-8', textOf(TEMPLATE_ROWS, '\t')],
    ['orders.csv', 'utf-16le', utf16Of(textOf(TEMPLATE_ROWS, '\t'))],
    ['orders.csv', 'utf-8', textOf(TEMPLATE_ROWS, ';')],
    ['orders.csv.gz', 'utf-8+gz', gzipSync(TEXT)],
    ['orders.csv.gz', 'utf-8+gz', Buffer.concat([gzipSync(TEXT.slice(0, 400)), gzipSync(TEXT.slice(400))])],
    ['orders.csv.gz', 'utf-16le+gz', gzipSync(utf16Of(TEXT))],
    ['orders.csv.zst', 'utf-8+zst', zstOf(TEXT)],
    ['orders.csv', 'utf-8+zst', Buffer.concat([zstOf(TEXT.slice(0, 400)), zstOf(TEXT.slice(400))])],
    ['orders.csv', 'xlsx', XLSX],
    ['orders.xlsx.gz', 'xlsx+gz', gzipSync(XLSX)],
    ['orders.xls', 'xls', xlsOf(TEMPLATE_ROWS)],
    ['orders.xlsx', 'xls', xlsOf(TEMPLATE_ROWS)],
    ['orders.xls', 'utf-8+html', htmlOf(TEMPLATE_ROWS)],
    ['orders.xlsx', 'utf-16le+html', utf16Of(htmlOf(TEMPLATE_ROWS))],
    ['orders.xls.gz', 'utf-8+html+gz', gzipSync(htmlOf(TEMPLATE_ROWS))],
  ])('%s as %s', async (name, encoding, content) => {
    const report = await folder.read(folder.write(name, content));
    expect(report).toMatchObject({
      encoding,
      layout: 'template/orders',
      cut: false,
      bytes: Buffer.from(content as string).length,
    });
    expect(report.fileId).toBe(createHash('sha256').update(content).digest('hex'));
    expectPlain(report.rows);
  });

  test.each<[string, string, string | Uint8Array]>([
    ['orders.csv', 'utf-8+zip', TEXT],
    ['orders.tsv', 'utf-8+zip', textOf(TEMPLATE_ROWS, '\t')],
    ['orders.xlsx', 'xlsx+zip', XLSX],
    ['folder/orders.xls', 'utf-8+html+zip', htmlOf(TEMPLATE_ROWS)],
  ])('%s in a zip as %s, identified by the member itself', async (name, encoding, content) => {
    const archive = folder.write('delivery.zip', zipOf({ name, content }));
    const report = await folder.read(`${archive}!${name}`);
    expect(report).toMatchObject({ encoding, path: `${archive}!${name}` });
    expect(report.fileId).toBe(createHash('sha256').update(content).digest('hex'));
    expectPlain(report.rows);
  });

  test('text compressed by the zstd tool, with references and checksum', async () => {
    const packed = Buffer.from(ZSTD_TOOL, 'base64');
    const report = await folder.read(folder.write('tool.csv.zst', packed));
    expect(report.encoding).toBe('utf-8+zst');
    expect(report.rows.trimEnd().split('\n')).toHaveLength(400);
    expect(report.rows).toContain('400,401,,云岫茶行,douyin,DY0400');
  });

  test.each(['zipcrypto', 'aes'] as const)(
    'a zip protected by %s opens with the password, and only with it',
    async (how) => {
      const archive = folder.write(`${how}.zip`, await encryptedZip('orders.csv', TEXT, how));
      expectPlain((await folder.read(archive, PASSWORD)).rows);
      await expect(folder.read(archive)).rejects.toMatchObject({
        code: 'archive-encrypted',
        message: expect.stringContaining('none is configured'),
        advice: expect.stringContaining('PACELINE_ARCHIVE_PASSWORD'),
      });
      const wrong: unknown = await folder.read(archive, 'not it').catch((error: unknown) => error);
      expect(wrong).toMatchObject({ code: 'archive-encrypted', message: expect.stringContaining('another password') });
      expect(JSON.stringify(wrong)).not.toContain('not it');
    },
  );

  test.each(['agile', 'standard'] as const)(
    'a workbook protected by the %s scheme opens with the password',
    async (type) => {
      const bytes = encrypt(XLSX, type === 'standard' ? { password: PASSWORD, type } : { password: PASSWORD });
      const path = folder.write(`${type}.xlsx`, bytes);
      expect(await folder.read(path, PASSWORD)).toMatchObject({ encoding: 'xlsx', layout: 'template/orders' });
      await expect(folder.read(path)).rejects.toMatchObject({ code: 'archive-encrypted' });
      await expect(folder.read(path, 'not it')).rejects.toMatchObject({ code: 'archive-encrypted' });
    },
  );
});

describe('an archive of several exports', () => {
  test('is listed export by export, with names of Chinese Windows, and what else lies in it is named in the log', async () => {
    const gbk = Buffer.from('b6a9b5a52f323032362e637376', 'hex');
    const archive = folder.write(
      'several.zip',
      zipOf(
        { name: 'readme.txt', content: 'x' },
        { name: 'cover.jpg', content: 'x' },
        { name: '__MACOSX/._orders.csv', content: 'x' },
        { name: gbk, content: TEXT },
        { name: 'summary.csv', content: 'a,b\n1,2\n' },
      ),
    );
    const log: string[] = [];
    const found = await findExports(archive, lineLogger({ write: (line) => log.push(line) }));
    expect(found).toEqual([
      { path: `${archive}!订单/2026.csv`, disk: archive },
      { path: `${archive}!summary.csv`, disk: archive },
    ]);
    expect(log.join('')).toMatch(/readme\.txt, cover\.jpg, __MACOSX\/\._orders\.csv/);
    expectPlain((await folder.read(`${archive}!订单/2026.csv`)).rows);
    await expect(folder.read(`${archive}!summary.csv`)).rejects.toMatchObject({ code: 'layout-unknown' });
    await expect(folder.read(archive)).rejects.toMatchObject({ code: 'archive-unsafe' });
  });

  test('whose name holds the separator is told apart from a member', async () => {
    const path = folder.write('big!sale.csv', TEXT);
    expect(await folder.read(path)).toMatchObject({ path, encoding: 'utf-8' });
    const archive = folder.write('big!sale.zip', zipOf({ name: 'a!b.csv', content: TEXT }));
    expect(await folder.read(`${archive}!a!b.csv`)).toMatchObject({ encoding: 'utf-8+zip' });
  });
});

describe('what no platform writes is refused by what it is', () => {
  const many = Array.from({ length: 10_001 }, (_, n) => ({ name: `${n}.csv`, content: '' }));
  test.each<[string, string, RegExp, Uint8Array]>([
    ['a name that leads out', 'archive-unsafe', /leads out of it/, zipOf({ name: '../orders.csv', content: TEXT })],
    ['an absolute name', 'archive-unsafe', /leads out of it/, zipOf({ name: 'C:\\orders.csv', content: TEXT })],
    [
      'a symbolic link',
      'archive-unsafe',
      /symbolic link/,
      zipOf({ name: 'a.csv', content: '/etc/passwd', mode: 0o120777 }),
    ],
    [
      'two members of one name',
      'archive-unsafe',
      /same name/,
      zipOf({ name: 'a.csv', content: 'a' }, { name: 'a.csv', content: 'b' }),
    ],
    [
      'a zip in a zip',
      'archive-unsafe',
      /archive inside an archive/,
      zipOf({ name: 'a.zip', content: zipOf({ name: 'a.csv', content: TEXT }) }),
    ],
    ['a gz in a zip', 'archive-unsafe', /archive inside an archive/, zipOf({ name: 'a.csv', content: gzipSync(TEXT) })],
    ['a gz in a gz', 'archive-unsafe', /archive inside an archive/, gzipSync(gzipSync(TEXT))],
    ['a zip in a gz', 'archive-unsafe', /archive inside an archive/, gzipSync(zipOf({ name: 'a.csv', content: TEXT }))],
    ['no export at all', 'file-not-a-table', /holds no export/, zipOf({ name: 'readme.txt', content: 'x' })],
    ['a RAR', 'file-not-a-table', /RAR archive/, Buffer.from('526172211a0700', 'hex')],
    ['ten thousand members', 'over-limit', /10000 members/, zipOf(...many)],
    ['a gz that unpacks to a thousand times its size', 'over-limit', /300 times/, gzipSync(BOMB)],
    ['a zst that unpacks to much more', 'over-limit', /300 times/, zstBomb(100_000)],
    ['a member that does', 'over-limit', /300 times/, zipOf({ name: 'a.csv', content: BOMB })],
    [
      'a member that claims another size',
      'file-truncated',
      /another size/,
      zipOf({ name: 'a.csv', content: TEXT, claims: 7 }),
    ],
    ['a gz that is cut', 'file-truncated', /gzip file/, gzipSync(TEXT).subarray(0, -20)],
    ['a zst that is cut', 'file-truncated', /zstd file/, zstOf(TEXT).subarray(0, -20)],
    ['a zip that is cut', 'file-truncated', /zip archive/, zipOf({ name: 'a.csv', content: TEXT }).subarray(0, -20)],
    ['an xls that is cut', 'file-truncated', /xls/, xlsOf(TEMPLATE_ROWS).subarray(0, 3000)],
    ['a million columns', 'over-limit', /16384 columns/, Buffer.from('a,'.repeat(1_000_000))],
    [
      'a cell of 100 MB',
      'over-limit',
      /16 MiB of one line/,
      Buffer.concat([Buffer.from(TEXT), Buffer.alloc(100 << 20, 'a')]),
    ],
    [
      'a sheet cell of 2 MB',
      'over-limit',
      /1 MiB of one cell/,
      workbookOf({ sheets: { a: rowsXml([['a'.repeat(2 << 20)]]) } }),
    ],
    [
      'a sheet of too many columns',
      'over-limit',
      /16384 columns/,
      workbookOf({ sheets: { a: '<sheetData><row><c r="ZZZZ1"/></row></sheetData>' } }),
    ],
  ])('%s', async (title, code, words, content) => {
    const path = folder.write(`${title}.bin`, content);
    const error: unknown = await folder.read(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
    expect((error as { advice: string }).advice).toMatch(/\w.{10,}\.$/);
  });

  test('a link, found in a folder or named', async () => {
    const target = folder.write('linked/orders.csv', TEXT);
    const link = folder.path('linked/link.csv');
    symlinkSync(target, link);
    const found = await findExports(folder.path('linked'), silentLogger);
    expect(found.map(({ path }) => path)).toEqual([link, target]);
    await expect(folder.read(link)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('symbolic link'),
    });
  });

  test('cells of a web page that are merged downwards; those merged sideways keep their places', async () => {
    const page = htmlOf([['title'], ...TEMPLATE_ROWS]);
    const wide = folder.write('wide.xls', page.replace('<td x:str>title', '<td colspan="16">title'));
    expect((await folder.read(wide)).rows.split('\n')[0]).toMatch(/^1,3,,/);
    const tall = folder.write('tall.xls', page.replace('<td x:str>DY0001', '<td rowspan=2>DY0001'));
    await expect(folder.read(tall)).rejects.toMatchObject({
      code: 'file-not-a-table',
      message: expect.stringContaining('row 3'),
    });
  });
});

test('nothing of all that was opened is left on the disk', () => {
  expect(folder.leftovers()).toEqual([folder.path('linked/link.csv')]);
});

/** `zstd -19` of the file that the test names: a compressed frame with a checksum, which the project cannot make itself. */
const ZSTD_TOOL =
  'KLUv/WQAwO0aAIaobixgV4YDZJBqURTEITGSqBW/87CAn9I53RMBIJCyZgiOOEhKKaWUUsZ9JEgJnpMAVgBPAJJU/w0KpIoRkadCdLIyYbyApAQEhgWFA4CGhtFKS6cjKhkRSZ+O6IJGlOIC8jxMEgjJCCNiFMKZPJxJ5QOSZGBADh81Ho2Q5EEyihAJOWRMEBuTtIkYqWyEJIeGkGfiQiJUwTHpiDA20wxKyAMGJHU6Rp6OEIUL6CJlklo2E0dMzYbFRMIRSS8Zo46XSVLZTCyfKb/b63+9eTXxrN7Nq4lndW5eTTyrb/Nq4lldm1cTz+rZvJp4Vsfm1cSz+jWvJp7VrXk18axezauJZ5f+gZf04QKi+UxSSQ8zkyRJv5/gJ3gF5AX0Amq3vJp4VsfmVTurX/Nq4lndmlcTz8rOe83j3czOq4ln9W5eTTyrc/Nq4ll9myvxrK7Nq4ln9WxeTTyrY/NqYtWveTXxrG7Nq4ln9erz9/o8BnheTTyrd/Nq4lmdm1cTz655NfGsrs2riWf1bF5NPKtj8yWe1a95NfGsbs2riWd1573m8erOq4ln9W5eTTyrc/Nq4lnZbTXxrK7Nq4ln9eyBrKhRsClJUkalsKwBsSdJ2g1iCBIEIUAIEoIRgkcI/vcP4K197/u63pfXvq77du/78rKv+77u/Z6dcrPXfa/rvd1f+77u677vy9u+7v269/vy2jfbIpd13ffmZV3Xfe/7vXhZ97rv+30vW+6wti7La6ONftlh3WFZ97ru63J77eveL/e+L699c+/r3vdNdsG6217XvV9ur33d++be9+W1L/d93fu+ee3XvW85uvZ95bbudd/7+15e1r3d733fy/Y6bEuX5bW47Nta1yz2uu/tvi4v6173677v5WXdr/ve9715sy5aHpe97vfmZd3rvq/3vbyse3Pf+76XF9u97nvbRi3dB2jlsrf7Xpd731/2fd3Xve+X9y1sbGxs7NixsZFF73t33eu6vfbbva973y9v+7r37d73y2vf7n3d933z2te9X/d9X177dt/Xve/Lu33d+7r3++W1r3u/7vu+vPbr3q973y+vfbv37d73XPX/CAF/TS+VOefHRFf148Olvpr0A4ea7wdVRMHU/4V/pvIUU4lyS94X0UimkDJPZ52qAT1WKfE=';
