import { LIMITS, overLimit } from './faults';
import { type SheetRow } from './sheets';

/** A cell as the XML of a sheet has it: its text, and its attributes `t` and `s`. */
export interface RawCell {
  readonly value: string;
  readonly type: string;
  readonly style: number;
}

const SLASH = 0x2f;
const GREATER = 0x3e;
const COLON = 0x3a;
const EXCLAMATION = 0x21;
const QUESTION = 0x3f;
const CDATA = '<![CDATA[';
const COMMENT = '<!--';

/**
 * SheetScanner finds the rows of a sheet in its XML, chunk by chunk. It knows the elements of cells and passes over all
 * others, and looks at each byte of UTF-8 as a character of its own (`latin1`) until a cell's text is whole: a parser
 * of any XML took several times as long. Damage shows in the checksum of the part and in a missing end.
 * Rows are numbered by their own references; the sheet's claimed dimension is not believed.
 */
export class SheetScanner {
  private rest = '';
  private ready: SheetRow[] = [];
  private row = 0;
  private cells: string[] = [];
  private column = -1;
  private type = 'n';
  private style = 0;
  private value = '';
  private taking = false;
  private phonetic = false;
  private ended = false;

  constructor(
    private readonly path: string,
    private readonly textOf: (cell: RawCell) => string,
  ) {}

  /** Takes a chunk of the XML, bytes as `latin1`, and gives the rows that are complete. @throws PipelineError `over-limit` */
  write(chunk: string): SheetRow[] {
    const xml = this.rest + chunk;
    let at = 0;
    for (let open = xml.indexOf('<'); open >= 0; open = xml.indexOf('<', at)) {
      if (this.taking && open > at) this.add(xml.slice(at, open));
      at = open;
      const end = endOfTag(xml, open);
      if (end < 0) break;
      this.tag(xml, open, end);
      at = end;
    }
    this.rest = xml.slice(at);
    if (this.rest.length > 2 * LIMITS.cellBytes) throw this.tooLong();
    const { ready } = this;
    this.ready = [];
    return ready;
  }

  /** @throws Error when the sheet has not ended */
  end(): void {
    if (!this.ended) throw new Error('a sheet of it has no end');
  }

  private tag(xml: string, open: number, end: number): void {
    const second = xml.charCodeAt(open + 1);
    if (second === EXCLAMATION || second === QUESTION) {
      if (this.taking && xml.startsWith(CDATA, open))
        this.add(xml.slice(open + CDATA.length, end - 3).replaceAll('&', '&amp;'));
      return;
    }
    const closes = second === SLASH;
    let start = open + (closes ? 2 : 1);
    let stop = start;
    for (
      let code = xml.charCodeAt(stop);
      code > 0x20 && code !== SLASH && code !== GREATER;
      code = xml.charCodeAt(stop)
    ) {
      stop += 1;
      if (code === COLON) start = stop;
    }
    const name = stop - start === 1 ? (xml[start] ?? '') : xml.slice(start, stop);
    if (!closes) this.opened(name, xml, stop, end - 1);
    if (closes || xml.charCodeAt(end - 2) === SLASH) this.closed(name);
  }

  private opened(name: string, xml: string, from: number, to: number): void {
    if (name === 'c') {
      const reference = attribute(xml, from, to, 'r');
      this.column = reference === null ? this.column + 1 : columnOf(reference);
      if (this.column >= LIMITS.columns) {
        throw overLimit(this.path, `has too many cells in row ${this.row}`, `${LIMITS.columns} columns`);
      }
      this.type = attribute(xml, from, to, 't') ?? 'n';
      this.style = Number(attribute(xml, from, to, 's') ?? 0);
      this.value = '';
    } else if (name === 'v' || name === 't') this.taking = !this.phonetic;
    else if (name === 'row') {
      this.row = Number(attribute(xml, from, to, 'r') ?? this.row + 1);
      this.cells = [];
      this.column = -1;
    } else if (name === 'rPh') this.phonetic = true;
  }

  private closed(name: string): void {
    if (name === 'c') {
      while (this.cells.length < this.column) this.cells.push('');
      this.cells[this.column] = this.textOf({ value: textOf(this.value), type: this.type, style: this.style });
    } else if (name === 'v' || name === 't') this.taking = false;
    else if (name === 'row') this.ready.push({ row: this.row, cells: this.cells });
    else if (name === 'rPh') this.phonetic = false;
    else if (name === 'worksheet') this.ended = true;
  }

  private add(raw: string): void {
    this.value += raw;
    if (this.value.length > LIMITS.cellBytes) throw this.tooLong();
  }

  private tooLong(): Error {
    return overLimit(
      this.path,
      `has a cell in row ${this.row} that is too long`,
      `${LIMITS.cellBytes >> 20} MiB of one cell`,
    );
  }
}

/** Where the tag, comment or CDATA that begins at a place ends, or -1 when that is still to come. */
function endOfTag(xml: string, open: number): number {
  const second = xml.charCodeAt(open + 1);
  if (second !== EXCLAMATION) return xml.indexOf('>', open) + 1 || -1;
  if (xml.length - open < CDATA.length) return -1;
  const close = xml.startsWith(COMMENT, open) ? '-->' : xml.startsWith(CDATA, open) ? ']]>' : '>';
  const at = xml.indexOf(close, open);
  return at < 0 ? -1 : at + close.length;
}

/** The value of an attribute by its one-letter name, between two places of a tag. */
function attribute(xml: string, from: number, to: number, name: 'r' | 's' | 't'): string | null {
  const wanted = name.charCodeAt(0);
  for (let equals = xml.indexOf('=', from); equals >= 0 && equals < to;) {
    let quote = equals + 1;
    while (xml.charCodeAt(quote) <= 0x20) quote += 1;
    const close = xml.indexOf(xml[quote] ?? '"', quote + 1);
    if (close < 0 || close > to) return null;
    if (xml.charCodeAt(equals - 1) === wanted && xml.charCodeAt(equals - 2) <= 0x20) return xml.slice(quote + 1, close);
    equals = xml.indexOf('=', close);
  }
  return null;
}

/** The text that bytes of a cell stand for. */
function textOf(raw: string): string {
  const text = /[\x80-\xff]/.test(raw) ? Buffer.from(raw, 'latin1').toString() : raw;
  const plain = text.includes('&') ? text.replace(ENTITY, decoded) : text;
  return plain.includes('\r') ? plain.replaceAll(/\r\n?/g, '\n') : plain;
}

const ENTITY = /&(?:#(\d+)|#x([\da-fA-F]+)|(lt|gt|amp|quot|apos));/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
