import { Parser } from 'htmlparser2';
import { LIMITS, notATable, overLimit } from './faults';
import { charsetOf, type TextFile, textFrom } from './fingerprint';
import { type SheetRow, type Workbook } from './sheets';

const MARKUP = /^\s*<(!doctype|!--|html|head|meta|body|style|table|\?xml)/i;

/** isHtml says whether a text is a web page, as some platforms name .xls. @throws PipelineError `file-not-a-table` */
export function isHtml(file: TextFile): boolean {
  const beginning = new TextDecoder(charsetOf(file)).decode(file.content.head.subarray(0, 4096));
  if (!MARKUP.test(beginning)) return false;
  if (beginning.includes('urn:schemas-microsoft-com:office:spreadsheet')) {
    throw notATable(file.path, 'an Excel 2003 XML workbook, which is not read');
  }
  return true;
}

/** openHtml reads the rows of all tables of a page as those of one sheet, numbered through. */
export function openHtml(file: TextFile): Workbook {
  return { sheets: ['html'], rows: () => htmlRows(file), close: () => undefined };
}

async function* htmlRows(file: TextFile): AsyncGenerator<SheetRow[]> {
  const rows = new HtmlRows(file.path);
  const parser = new Parser(rows, { decodeEntities: true, lowerCaseTags: true });
  const decoder = new TextDecoder(charsetOf(file));
  for await (const chunk of textFrom(file, 0)) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield rows.take();
  }
  parser.write(decoder.decode());
  parser.end();
  yield rows.take();
}

/** What the parser calls: it gathers the cells of rows. A cell that spans columns is followed by blank ones. */
class HtmlRows {
  private ready: SheetRow[] = [];
  private row = 0;
  private cells: string[] | null = null;
  private cell: string | null = null;
  private silent = 0;

  constructor(private readonly path: string) {}

  take(): SheetRow[] {
    const { ready } = this;
    this.ready = [];
    return ready;
  }

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'tr') {
      this.endRow();
      this.row += 1;
      this.cells = [];
    } else if (name === 'td' || name === 'th') this.beginCell(attributes);
    else if (name === 'br' && this.cell !== null) this.cell += '\n';
    else if (name === 'style' || name === 'script') this.silent += 1;
  }

  ontext(text: string): void {
    if (this.cell === null || this.silent > 0) return;
    this.cell += text;
    if (this.cell.length > LIMITS.cellBytes) {
      throw overLimit(
        this.path,
        `has a cell in row ${this.row} that is too long`,
        `${LIMITS.cellBytes >> 20} MiB of one cell`,
      );
    }
  }

  onclosetag(name: string): void {
    if (name === 'td' || name === 'th') this.endCell();
    else if (name === 'tr' || name === 'table') this.endRow();
    else if (name === 'style' || name === 'script') this.silent = Math.max(0, this.silent - 1);
  }

  private spanned = 0;

  private beginCell(attributes: Readonly<Record<string, string>>): void {
    this.endCell();
    if (this.cells === null) return;
    // What stands in several rows at once may be an amount: written once or on each row, it would be a guess.
    if (spanOf(attributes['rowspan']) > 1) {
      throw notATable(this.path, `a web page in whose row ${this.row} a cell is merged with those below`);
    }
    this.spanned = spanOf(attributes['colspan']) - 1;
    this.cell = '';
    if (this.cells.length + this.spanned >= LIMITS.columns) {
      throw overLimit(this.path, `has too many cells in row ${this.row}`, `${LIMITS.columns} columns`);
    }
  }

  private endCell(): void {
    if (this.cell === null || this.cells === null) return;
    this.cells.push(this.cell.replaceAll('\u00a0', ' ').trim());
    for (let blank = 0; blank < this.spanned; blank += 1) this.cells.push('');
    this.cell = null;
    this.spanned = 0;
  }

  private endRow(): void {
    this.endCell();
    if (this.cells !== null) this.ready.push({ row: this.row, cells: this.cells });
    this.cells = null;
  }
}

function spanOf(attribute: string | undefined): number {
  const span = Number.parseInt(attribute ?? '1', 10);
  return Number.isFinite(span) && span > 1 ? span : 1;
}
