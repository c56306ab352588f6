import { type Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { PipelineError, terminal } from '../errors';

/** SheetRow is one row of a sheet: its number as the sheet says it (from 1) and its cells as text, by position. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** Workbook is an opened xlsx: its sheets by name, each streamed anew whenever it is asked for. */
export interface Workbook {
  readonly sheets: readonly string[];
  /** Rows in the order of the sheet, some at a time. */
  rows(sheet: string): AsyncGenerator<SheetRow[]>;
  close(): void;
}

/** Sizes beyond which an archive is not what it claims to be. */
const LIMITS = { sharedStringBytes: 512 << 20, sheetBytes: 16 * 2 ** 30, columns: 16_384, cellCharacters: 1 << 20 };

/**
 * openWorkbook opens an xlsx by what its parts say, never by their usual names.
 * @throws PipelineError `file-truncated` when the archive is cut, `file-not-a-table` when it is no workbook
 */
export async function openWorkbook(path: string): Promise<Workbook> {
  const zip = await openArchive(path);
  try {
    const entries = await entriesOf(zip);
    const part = (name: string): Entry | undefined => entries.get(name.replace(/^\//, ''));
    const workbook = part('xl/workbook.xml');
    const relations = part('xl/_rels/workbook.xml.rels');
    if (!workbook || !relations) throw notAWorkbook(path);
    const targets = await readRelations(zip, relations);
    const { sheets, date1904 } = await readSheets(zip, workbook);
    const sharedTarget = [...targets.values()].find((target) => /sharedStrings\.xml$/i.test(target));
    const sharedPart = sharedTarget === undefined ? undefined : part(sharedTarget);
    const shared = sharedPart ? await readSharedStrings(zip, sharedPart) : [];
    const stylesPart = part('xl/styles.xml');
    const dateStyles = stylesPart ? await readDateStyles(zip, stylesPart) : new Set<number>();
    return {
      sheets: sheets.map(({ name }) => name),
      rows: (name) => {
        const sheet = sheets.find((candidate) => candidate.name === name);
        const entry = sheet && part(targets.get(sheet.relation) ?? '');
        if (!entry) throw notAWorkbook(path);
        return readable(path, sheetRows(zip, entry, { shared, dateStyles, date1904 }));
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw broken(path, error);
  }
}

/** Damage further down is a fault of the file, wherever the rows are read to. */
async function* readable(path: string, rows: AsyncGenerator<SheetRow[]>): AsyncGenerator<SheetRow[]> {
  try {
    yield* rows;
  } catch (error) {
    throw broken(path, error);
  }
}

function broken(path: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  return terminal(
    'file-truncated',
    `${path} is a damaged or truncated xlsx: ${error instanceof Error ? error.message : String(error)}`,
    'Download it again; the archive must be complete.',
    { path },
    error,
  );
}

function notAWorkbook(path: string): PipelineError {
  return terminal(
    'file-not-a-table',
    `${path} is a zip archive but not an xlsx workbook`,
    'Export orders as csv or xlsx from the platform; unpack archives first.',
    { path },
  );
}

async function openArchive(path: string): Promise<ZipFile> {
  return await new Promise((resolve, reject) => {
    openZip(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) =>
      error ? reject(broken(path, error)) : resolve(zip),
    );
  });
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  return await new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
    zip.readEntry();
  });
}

async function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.uncompressedSize > LIMITS.sheetBytes) throw new Error(`${entry.fileName} claims to be too large`);
  return await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
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
async function* parsePart(zip: ZipFile, entry: Entry, handlers: Handlers): AsyncGenerator<void> {
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
  for await (const chunk of await streamOf(zip, entry)) {
    parser.write(decoder.decode(chunk as Buffer, { stream: true }));
    if (failures[0]) throw failures[0];
    yield;
  }
  parser.close();
  if (failures[0]) throw failures[0];
}

async function readWhole(zip: ZipFile, entry: Entry, handlers: Handlers): Promise<void> {
  const steps = parsePart(zip, entry, handlers);
  while ((await steps.next()).done !== true);
}

async function readRelations(zip: ZipFile, entry: Entry): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readWhole(zip, entry, {
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
  zip: ZipFile,
  entry: Entry,
): Promise<{ sheets: { name: string; relation: string }[]; date1904: boolean }> {
  const sheets: { name: string; relation: string }[] = [];
  let date1904 = false;
  await readWhole(zip, entry, {
    open: (tag) => {
      if (local(tag.name) === 'workbookPr') date1904 = /^(1|true)$/.test(attribute(tag, 'date1904') ?? '');
      if (local(tag.name) !== 'sheet') return;
      const relation = Object.entries(tag.attributes).find(([name]) => local(name) === 'id' && name !== 'id')?.[1];
      sheets.push({ name: attribute(tag, 'name') ?? '', relation: relation ?? '' });
    },
  });
  return { sheets, date1904 };
}

async function readSharedStrings(zip: ZipFile, entry: Entry): Promise<string[]> {
  if (entry.uncompressedSize > LIMITS.sharedStringBytes) throw new Error('the table of shared strings is too large');
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let phonetic = false;
  await readWhole(zip, entry, {
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
async function readDateStyles(zip: ZipFile, entry: Entry): Promise<Set<number>> {
  const dateFormats = new Set(BUILT_IN_DATES);
  const styles = new Set<number>();
  let inCellStyles = false;
  let index = 0;
  await readWhole(zip, entry, {
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

/** Rows in the order of the sheet, by their own references; the sheet's claimed dimension is not believed. */
async function* sheetRows(zip: ZipFile, entry: Entry, context: SheetContext): AsyncGenerator<SheetRow[]> {
  let ready: SheetRow[] = [];
  let row = 0;
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let inValue = false;
  const handlers: Handlers = {
    open: (tag) => {
      const name = local(tag.name);
      if (name === 'row') {
        row = Number(attribute(tag, 'r') ?? row + 1);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        const reference = attribute(tag, 'r');
        column = reference === undefined ? column + 1 : columnOf(reference);
        if (column >= LIMITS.columns) throw new Error(`row ${row} has more columns than a sheet can have`);
        type = attribute(tag, 't') ?? 'n';
        style = Number(attribute(tag, 's') ?? 0);
        value = '';
      } else if (name === 'v' || name === 't') inValue = true;
      else if (name === 'rPh') inValue = false;
    },
    text: (text) => {
      if (!inValue) return;
      value += text;
      if (value.length > LIMITS.cellCharacters) throw new Error(`a cell of row ${row} is too long`);
    },
    close: (name) => {
      const tag = local(name);
      if (tag === 'v' || tag === 't') inValue = false;
      else if (tag === 'c') {
        while (cells.length < column) cells.push('');
        cells[column] = cellText(value, type, style, context);
      } else if (tag === 'row') ready.push({ row, cells });
    },
  };
  const steps = parsePart(zip, entry, handlers);
  while ((await steps.next()).done !== true) {
    yield ready;
    ready = [];
  }
  yield ready;
}

function cellText(value: string, type: string, style: number, context: SheetContext): string {
  if (type === 's') return context.shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type !== 'n' || value === '') return value;
  if (context.dateStyles.has(style)) return serialToWallClock(Number(value), context.date1904);
  return plainNumber(value);
}

/** A number that was stored in e-notation for its size is written out when that loses nothing; else it stays, to be refused. */
function plainNumber(value: string): string {
  if (!/e/i.test(value)) return /\.\d{10,}$/.test(value) ? String(Math.round(Number(value) * 1e6) / 1e6) : value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
}

const DAY_SECONDS = 86_400;
/** Days from the spreadsheet's day 0 to 1970-01-01. 1900 counts a 29 February that never was; exports are past it. */
const EPOCH_DAYS = { '1900': 25_569, '1904': 24_107 } as const;

/** A spreadsheet's serial day (a wall clock without zone) as `YYYY-MM-DD HH:MM:SS`. */
function serialToWallClock(serial: number, date1904: boolean): string {
  const seconds = Math.round((serial - EPOCH_DAYS[date1904 ? '1904' : '1900']) * DAY_SECONDS);
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference) {
    const letter = character.charCodeAt(0) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
