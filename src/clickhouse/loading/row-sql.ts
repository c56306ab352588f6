import { type CellText, type Condition, type Count, type Moment, type Money, type Text } from '../../domain/layout';
import {
  AMOUNT,
  COUNT,
  dayOf,
  foldedCell,
  foldText,
  fullWidth,
  fromGb18030,
  MOMENT,
  NEVER,
  orBlank,
  provinceOfAddress,
  type Reading,
  trimmed,
  withoutInvisibles,
  ZERO,
} from './cells';
import { type DeclaredChecks, type RejectCode } from './checks';
import { quote } from './quote';

/** How the bytes of a body are to be read by the generated SQL. */
export interface BodyForm {
  /** Position in the body of each column that the layout reads, by normalised header name. */
  readonly columns: ReadonlyMap<string, number>;
  /** How many columns a right row has. */
  readonly width: number;
  readonly encoding: 'utf-8' | 'gb18030';
  /** One ASCII character between two cells. */
  readonly delimiter: string;
  /**
   * `as-written`: the file's own rows, counted by the engine and checked for too few and too many cells.
   * `taken-apart`: rows that were read before, each beginning with its record number, its physical line (or row of a
   * sheet) and what is wrong with its structure, blank when nothing is.
   */
  readonly rows: 'as-written' | 'taken-apart';
  /** Folds a header name as the keys of `columns` are folded. */
  readonly normalise: (name: string) => string;
}

/**
 * RowSql turns the expressions of a description into SQL over one row of a body. Expressions get names in levels, each
 * a subquery over the one below; what makes a row bad is declared on the way.
 */
export class RowSql {
  /** The columns that are read, by position, with their names. */
  readonly usedColumns = new Map<number, string>();
  /** Whether some value of a row is taken from another one. */
  looksAtOthers = false;
  private readonly aliases = new Map<string, string>();
  private readonly named = new Map<string, string>();
  private readonly read = new Map<Reading, { raw: string; isOther: string }[]>();
  private readonly neededAlways = new Set<string>();

  constructor(
    private readonly form: BodyForm,
    private readonly checks: DeclaredChecks,
    private readonly orderId: CellText,
  ) {}

  /** Names an expression; it may use names that are given later. */
  define(alias: string, expression: string): void {
    this.named.set(alias, expression);
  }

  /**
   * A SELECT of all named expressions over a source, each at the lowest level where all that it uses is named. Within one
   * SELECT the engine would replace each name by its expression, over and over: on short files that took longer than
   * loading them.
   */
  over(source: string): string {
    const levelOf = new Map<string, number>();
    const levelled = (alias: string): number => {
      const expression = this.named.get(alias);
      if (expression === undefined) return -1;
      const known = levelOf.get(alias);
      if (known !== undefined) return known;
      const used = expression.match(/\b[a-z]+_?[a-z0-9_]*\b/g) ?? [];
      const level = Math.max(-1, ...used.map(levelled)) + 1;
      levelOf.set(alias, level);
      return level;
    };
    const levels: string[][] = [];
    for (const [alias, expression] of this.named) (levels[levelled(alias)] ??= []).push(`${expression} AS ${alias}`);
    return levels.reduce((inner, level) => `SELECT *, ${level.join(',\n  ')}\nFROM (${inner})`, source);
  }

  reject(code: RejectCode, cell: CellText | null, bad: string): void {
    this.checks.add(code, cell === null ? '' : (this.columnOf(cell)?.name ?? cell.names[0] ?? ''), bad);
  }

  /** Whether the file has the column of a cell. */
  has(cell: CellText): boolean {
    return this.columnOf(cell) !== null;
  }

  /** The last column of rows as written is NULL where cells are missing. */
  isLast(index: number): boolean {
    return this.form.rows === 'as-written' && index === this.form.width - 1;
  }

  cell(cell: CellText): string {
    const column = this.columnOf(cell);
    if (!column) return `''`;
    const { index, name } = column;
    const alias = `t${index}`;
    if (!this.usedColumns.has(index)) {
      this.usedColumns.set(index, name);
      const raw = this.isLast(index) ? `ifNull(c${index}, '')` : `c${index}`;
      this.define(`x${index}`, trimmed(this.form.encoding === 'gb18030' ? fromGb18030(raw) : raw));
      this.define(alias, orBlank(`x${index}`));
    }
    return cell.from === 'row' ? alias : this.ofFirstRow(alias);
  }

  /** A number that identifies: as text, whatever invisible characters stand in it. */
  identity(text: Text): string {
    const sql = this.text(text);
    return text.kind === 'text' ? sql : this.once('o', withoutInvisibles(sql));
  }

  text(text: Text): string {
    switch (text.kind) {
      case 'cell':
        return this.cell(text);
      case 'text':
        return quote(text.value);
      case 'first-given': {
        const parts = text.of.map((part) => this.text(part));
        const last = parts.pop() ?? `''`;
        return parts.reduceRight((rest, part) => `if(${part} != '', ${part}, ${rest})`, last);
      }
      case 'province-of':
        return provinceOfAddress(this.cell(text.address));
      case 'text-if':
        return `if(${this.condition(text.when)}, ${this.text(text.then)}, ${this.text(text.otherwise)})`;
    }
  }

  /** @param taken SQL for when the amount counts; blank for always */
  money(money: Money, taken = ''): string {
    const both = (condition: string): string => (taken === '' ? condition : `${taken} AND ${condition}`);
    switch (money.kind) {
      case 'zero':
        return ZERO;
      case 'yuan':
        return this.yuan(money.of, money.blank, taken);
      case 'plus':
        return `(${this.money(money.left, taken)} + ${this.money(money.right, taken)})`;
      case 'minus':
        return `(${this.money(money.left, taken)} - ${this.money(money.right, taken)})`;
      case 'lesser':
        return `least(${this.money(money.left, taken)}, ${this.money(money.right, taken)})`;
      case 'money-if': {
        const when = this.condition(money.when);
        const [then, otherwise] = [
          this.money(money.then, both(when)),
          this.money(money.otherwise, both(`NOT ${when}`)),
        ];
        return `if(${when}, ${then}, ${otherwise})`;
      }
    }
  }

  count(count: Count): string {
    if (count.kind === 'count') return `toUInt32(${count.value})`;
    if (!this.has(count.of)) return 'toUInt32(0)';
    const raw = this.cell(count.of);
    const parsed = this.value('n', COUNT, raw);
    this.reject('quantity-unreadable', count.of, `isNull(${parsed})`);
    return `ifNull(${parsed}, 0)`;
  }

  moment(moment: Moment): string {
    switch (moment.kind) {
      case 'never':
        return NEVER;
      case 'moment': {
        if (!this.has(moment.of)) return NEVER;
        const raw = this.cell(moment.of);
        const parsed = this.value('d', MOMENT, raw);
        this.reject('time-unreadable', moment.of, `isNull(${parsed}) AND ${raw} != ''`);
        return parsed;
      }
      case 'day-in-text':
        return this.once('d', dayOf(this.text(moment.of)));
      case 'first-moment':
        return `coalesce(${moment.of.map((part) => this.moment(part)).join(', ')})`;
      case 'moment-if':
        return `if(${this.condition(moment.when)}, ${this.moment(moment.then)}, ${this.moment(moment.otherwise)})`;
    }
  }

  condition(condition: Condition): string {
    switch (condition.kind) {
      case 'given':
        return `(${this.text(condition.of)} != '')`;
      case 'one-of':
        return this.isOneOf(condition.of, condition.values);
      case 'contains':
        return this.contains(condition.of, condition.part);
      case 'happened':
        return `isNotNull(${this.moment(condition.of)})`;
      case 'not':
        return `NOT ${this.condition(condition.of)}`;
      case 'all':
        return `(${condition.of.map((part) => this.condition(part)).join(' AND ')})`;
      case 'any':
        return `(${condition.of.map((part) => this.condition(part)).join(' OR ')})`;
    }
  }

  isOneOf(text: Text, values: readonly string[]): string {
    return `(${this.folded(text)} IN (${values.map((value) => quote(foldText(value))).join(', ')}))`;
  }

  /** A mark such as `;`, which folding would take away, is looked for in both of its widths. */
  private contains(text: Text, part: string): string {
    const folded = foldText(part);
    if (folded !== '') return `(position(${this.folded(text)}, ${quote(folded)}) > 0)`;
    return `multiSearchAny(${this.text(text)}, [${quote(part)}, ${quote(fullWidth(part))}])`;
  }

  private folded(text: Text): string {
    return this.once('k', foldedCell(this.text(text)));
  }

  /** The same expression is computed once, however many fields use it. */
  private once(prefix: string, expression: string): string {
    const known = this.aliases.get(expression);
    if (known !== undefined) return known;
    const alias = `${prefix}${this.aliases.size}`;
    this.aliases.set(expression, alias);
    this.define(alias, expression);
    return alias;
  }

  /** The value of a cell, read in its plain form, or else with the others of the row that have another one. */
  private value(prefix: string, reading: Reading, raw: string): string {
    const cells = this.read.get(reading) ?? [];
    this.read.set(reading, cells);
    const valueOf = (nth: number): string => `${prefix}_${nth}`;
    const known = cells.findIndex((cell) => cell.raw === raw);
    if (known >= 0) return valueOf(known);
    const nth = cells.length;
    const [plain, isOther, others] = [`${prefix}p_${nth}`, `${prefix}o_${nth}`, `${prefix}s`];
    cells.push({ raw, isOther });
    this.define(plain, reading.plain(raw));
    this.define(isOther, reading.isOther(raw, plain));
    const texts = cells.map((cell) => `if(${cell.isOther}, ${cell.raw}, '')`).join(', ');
    this.define(
      others,
      `if(${cells.map((cell) => cell.isOther).join(' OR ')}, arrayMap(cell -> ${reading.other('cell')}, [${texts}]), [])`,
    );
    this.define(valueOf(nth), `if(${isOther}, arrayElement(${others}, ${nth + 1}), ${plain})`);
    return valueOf(nth);
  }

  /**
   * What the nearest row at or above says that has an order number. A row out of line may have had one: those below it
   * are of no known order then.
   */
  private ofFirstRow(alias: string): string {
    const ownId = this.cell({ ...this.orderId, from: 'row' });
    const begins = [`${ownId} != ''`, ...this.checks.structurals().map(({ bad }) => `(${bad})`)].join(' OR ');
    this.looksAtOthers = true;
    const first = this.once('h', `max(if(${begins}, record, 0)) OVER (ORDER BY record)`);
    return this.once('a', `argMin(${alias}, record) OVER (PARTITION BY ${first})`);
  }

  private yuan(cell: CellText, blank: 'reject' | 'zero', taken: string): string {
    if (!this.has(cell)) return ZERO;
    const raw = this.cell(cell);
    const amount = this.value('m', AMOUNT, raw);
    this.reject('amount-unreadable', cell, `isNull(${amount}) AND ${raw} != ''`);
    if (blank === 'reject' && taken === '') {
      this.neededAlways.add(raw);
      this.reject('amount-missing', cell, `${raw} = ''`);
    } else if (blank === 'reject' && !this.neededAlways.has(raw)) {
      this.reject('amount-missing', cell, `${taken} AND ${raw} = ''`);
    }
    return `ifNull(${amount}, ${ZERO})`;
  }

  private columnOf(cell: CellText): { index: number; name: string } | null {
    for (const name of cell.names) {
      const index = this.form.columns.get(this.form.normalise(name));
      if (index !== undefined) return { index, name };
    }
    return null;
  }
}
