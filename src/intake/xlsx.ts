import { SaxesParser } from 'saxes';
import { plainNumber, serialToWallClock } from './cell-text';
import { Utf8Check } from './charset';
import { damaged, LIMITS, notATable, overLimit, unsafe } from './faults';
import { type RawCell, SheetScanner } from './sheet-scanner';
import { type SheetRow, type Workbook } from './sheets';
import { openZip, type Zip, type ZipPart } from './zip';

/** An opened workbook and its parts by name. */
interface Package {
  readonly path: string;
  readonly zip: Zip;
  readonly part: (name: string) => ZipPart | undefined;
}

/**
 * openXlsx opens a workbook, on disk or in memory, by what its parts say, never by their usual names.
 * @throws PipelineError `file-truncated` when the archive is cut, `file-not-a-table` when it is no workbook
 */
export async function openXlsx(path: string, from: string | Buffer): Promise<Workbook> {
  const zip = await openZip(path, from).catch((error: unknown) => {
    throw damaged(path, 'xlsx', error);
  });
  try {
    const parts = new Map(zip.parts.map((part) => [part.name, part]));
    const pack: Package = { path, zip, part: (name) => parts.get(name.replace(/^\//, '')) };
    const workbook = pack.part('xl/workbook.xml');
    const relations = pack.part('xl/_rels/workbook.xml.rels');
    if (!workbook || !relations) {
      if (typeof from !== 'string') throw unsafe(path, 'it is an archive inside an archive');
      throw notATable(path, 'a zip archive but not an xlsx workbook');
    }
    const targets = await readRelations(pack, relations);
    const { sheets, date1904 } = await readSheets(pack, workbook);
    const sharedTarget = [...targets.values()].find((target) => /sharedStrings\.xml$/i.test(target));
    const sharedPart = sharedTarget === undefined ? undefined : pack.part(sharedTarget);
    const shared = sharedPart ? await readSharedStrings(pack, sharedPart) : [];
    const stylesPart = pack.part('xl/styles.xml');
    const dateStyles = stylesPart ? await readDateStyles(pack, stylesPart) : new Set<number>();
    return {
      sheets: sheets.map(({ name }) => name),
      rows: (name) => {
        const sheet = sheets.find((candidate) => candidate.name === name);
        const part = sheet && pack.part(targets.get(sheet.relation) ?? '');
        if (!part) throw notATable(path, 'a workbook that lacks one of its sheets');
        return readable(path, sheetRows(pack, part, { shared, dateStyles, date1904 }));
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw damaged(path, 'xlsx', error);
  }
}

/** Damage further down is a fault of the file, wherever the rows are read to. */
async function* readable(path: string, rows: AsyncGenerator<SheetRow[]>): AsyncGenerator<SheetRow[]> {
  try {
    yield* rows;
  } catch (error) {
    throw damaged(path, 'xlsx', error);
  }
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Handlers {
  readonly open?: (tag: Tag) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
const attribute = (tag: Tag, name: string): string | undefined => tag.attributes[name];

/** Feeds the XML of a part to handlers and yields between chunks, so that rows can be passed on while it is read. */
async function* parsePart(pack: Package, part: ZipPart, handlers: Handlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  const failures: Error[] = [];
  parser.on('error', (error) => failures.push(error));
  if (handlers.open) {
    const { open } = handlers;
    parser.on('opentag', (tag) => open(tag as Tag));
  }
  if (handlers.close) {
    const { close } = handlers;
    parser.on('closetag', (tag) => close(tag.name));
  }
  if (handlers.text) parser.on('text', handlers.text);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of pack.zip.read(part)) {
    parser.write(decoder.decode(chunk, { stream: true }));
    if (failures[0]) throw failures[0];
    yield;
  }
  parser.close();
  if (failures[0]) throw failures[0];
}

async function readWhole(pack: Package, part: ZipPart, handlers: Handlers): Promise<void> {
  const steps = parsePart(pack, part, handlers);
  while ((await steps.next()).done !== true);
}

async function readRelations(pack: Package, part: ZipPart): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readWhole(pack, part, {
    open: (tag) => {
      const [id, target] = [attribute(tag, 'Id'), attribute(tag, 'Target')];
      if (local(tag.name) === 'Relationship' && id !== undefined && target !== undefined) {
        targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`);
      }
    },
  });
  return targets;
}

async function readSheets(
  pack: Package,
  part: ZipPart,
): Promise<{ sheets: { name: string; relation: string }[]; date1904: boolean }> {
  const sheets: { name: string; relation: string }[] = [];
  let date1904 = false;
  await readWhole(pack, part, {
    open: (tag) => {
      if (local(tag.name) === 'workbookPr') date1904 = /^(1|true)$/.test(attribute(tag, 'date1904') ?? '');
      if (local(tag.name) !== 'sheet') return;
      const relation = Object.entries(tag.attributes).find(([name]) => local(name) === 'id' && name !== 'id')?.[1];
      sheets.push({ name: attribute(tag, 'name') ?? '', relation: relation ?? '' });
    },
  });
  return { sheets, date1904 };
}

async function readSharedStrings(pack: Package, part: ZipPart): Promise<string[]> {
  if (part.entry.uncompressedSize > LIMITS.sharedStringBytes) {
    throw overLimit(pack.path, 'has too many shared strings', `${LIMITS.sharedStringBytes >> 20} MiB of them`);
  }
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let phonetic = false;
  await readWhole(pack, part, {
    open: (tag) => {
      if (local(tag.name) === 'si') current = '';
      if (local(tag.name) === 'rPh') phonetic = true;
      inText = local(tag.name) === 't' && !phonetic;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (name) => {
      inText = false;
      if (local(name) === 'rPh') phonetic = false;
      if (local(name) === 'si') strings.push(current);
    },
  });
  return strings;
}

/** Built-in number formats that show a date or a time (ECMA-376, 18.8.30). */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57]);

/** Indices of the cell styles that show a date, so that a serial number under one is read as a time. */
async function readDateStyles(pack: Package, part: ZipPart): Promise<Set<number>> {
  const dateFormats = new Set(BUILT_IN_DATES);
  const styles = new Set<number>();
  let inCellStyles = false;
  let index = 0;
  await readWhole(pack, part, {
    open: (tag) => {
      const name = local(tag.name);
      const id = Number(attribute(tag, 'numFmtId'));
      if (name === 'numFmt') {
        const code = (attribute(tag, 'formatCode') ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
        if (/[ymdhs]/i.test(code)) dateFormats.add(id);
      }
      if (name === 'cellXfs') inCellStyles = true;
      if (name === 'xf' && inCellStyles) {
        if (dateFormats.has(id)) styles.add(index);
        index += 1;
      }
    },
    close: (name) => {
      if (local(name) === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

interface SheetContext {
  readonly shared: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  readonly date1904: boolean;
}

async function* sheetRows(pack: Package, part: ZipPart, context: SheetContext): AsyncGenerator<SheetRow[]> {
  const scanner = new SheetScanner(pack.path, (cell) => cellText(cell, context));
  const utf8 = new Utf8Check();
  for await (const chunk of pack.zip.read(part)) {
    utf8.add(chunk);
    if (utf8.firstInvalid >= 0) throw new Error(`byte ${utf8.firstInvalid} of a sheet is no UTF-8`);
    yield scanner.write(chunk.toString('latin1'));
  }
  scanner.end();
}

function cellText({ value, type, style }: RawCell, context: SheetContext): string {
  if (type === 's') return context.shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'd') return value.replace('T', ' ').replace(/(\.\d+)?Z?$/, '');
  if (type !== 'n' || value === '') return value;
  if (context.dateStyles.has(style)) return serialToWallClock(value, context.date1904);
  return plainNumber(value);
}
