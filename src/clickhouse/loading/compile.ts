import {
  type CellText,
  type Condition,
  type Count,
  type Layout,
  type Moment,
  type Money,
  type Text,
} from '../../domain/layout';
import { PROVINCES } from '../../domain/provinces';
import { BUSINESS_ZONE } from '../../domain/calendar';
import { type Check, DeclaredChecks, type RejectCode } from './checks';
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

/** CompiledLayout is the SQL of one layout for one body: a header line to send first, and two SELECTs over input(). */
export interface CompiledLayout {
  readonly headerLine: string;
  /** Rows that load, as columns of the table `orders`. Parameters: platform, shop, file_id, version. */
  readonly loaded: string;
  /** Rows that don't, as columns of the table `rejects`. Parameters: file_id, shop, platform, header_line. */
  readonly notLoaded: string;
}

/** Trimmed from both ends of a cell: what exports and spreadsheets put around a value to keep it text. */
const PADDING = '\t \'`"=\r\n';
const WORDS_FOR_NOTHING = ['-', '--', '—', '/', '无', '0001-01-01 00:00:00', '0001-01-01'];

/**
 * compileLayout writes the SQL for a layout and a body. Everything that a description says is in the SQL; values of a
 * run (shop, file, version) are parameters of it.
 */
export function compileLayout(layout: Layout, form: BodyForm): CompiledLayout {
  const sql = new LayoutSql(layout, form);
  return { headerLine: sql.headerLine(), loaded: sql.loaded(), notLoaded: sql.notLoaded() };
}

class LayoutSql {
  private readonly aliases = new Map<string, string>();
  /** Expressions by name, in levels: one uses only names of lower levels, and each level is a subquery. */
  private readonly levels: { alias: string; expression: string }[][] = [];
  private readonly levelOf = new Map<string, number>();
  private readonly checks = new DeclaredChecks();
  private readonly usedColumns = new Map<number, string>();

  constructor(
    private readonly layout: Layout,
    private readonly form: BodyForm,
  ) {
    this.declare();
    this.declareVerdict();
  }

  headerLine(): string {
    const count = this.form.rows === 'taken-apart' ? this.form.width : this.form.width + 1;
    const names = Array.from({ length: count }, (_, i) => `c${i}`);
    return `${(this.form.rows === 'taken-apart' ? ['record', 'line', 'problem', ...names] : names).join(',')}\n`;
  }

  loaded(): string {
    const { addUpItems } = this.layout;
    if (!addUpItems) {
      return `SELECT ${ORDER_COLUMNS.map((column) => LINE[column]).join(', ')}
FROM (${this.judged()}) WHERE ignored_by = '' AND NOT bad`;
    }
    const summed = new Set<string>(addUpItems);
    const value = (column: OrderColumn): string => {
      if (column === 'platform' || column === 'shop' || column === 'order_id') return LINE[column];
      if (column === 'version' || column === 'file_id') return LINE[column];
      if (column === 'record') return 'min(record)';
      if (column === 'rows') return 'toUInt32(count())';
      if (column === 'refund_basis') return refundBasis('sum(f_refunded)', this.layout);
      return summed.has(column) ? `sum(${LINE[column]})` : `argMin(${LINE[column]}, record)`;
    };
    // An order with a row that can't be read is not loaded in part: HAVING leaves it whole to the rejects.
    return `SELECT ${ORDER_COLUMNS.map(value).join(', ')}
FROM (${this.judged()}) WHERE ignored_by = '' GROUP BY f_shop, f_platform, f_order_id HAVING NOT max(bad)`;
  }

  notLoaded(): string {
    const merged = this.layout.addUpItems !== null;
    const orderIdName = this.layout.line.orderId.names[0] ?? '';
    const finding = ({ bad, code, codeSql, column }: Check): string =>
      `if(${bad}, (${codeSql ?? quote(code)}, ${quote(column)}), ('', ''))`;
    const findings = (checks: readonly Check[]): string => `[${checks.map(finding).join(', ')}]`;
    const evidence = [...this.usedColumns.entries()].map(([index, name]) => `${quote(name)}, toString(t${index})`);
    return `SELECT {file_id: String} AS file_id, record,
  f_line AS line,
  if(ignored_by != '', 'ignored', 'rejected') AS outcome,
  if(ignored_by != '', [(ignored_by, '')], if(bad, findings, [('order-incomplete', '')])) AS told,
  arrayMap(finding -> finding.1, told) AS reasons,
  arrayMap(finding -> finding.2, told) AS columns,
  mapFilter((name, value) -> value != '' AND (name = ${quote(orderIdName)} OR has(columns, name)),
    if(misaligned OR length(told) >= ${DOUBTFUL_FINDINGS}, map('', ''), map(${evidence.join(', ')}))) AS cells
FROM (SELECT *, ${merged ? `max(bad AND ignored_by = '') OVER (PARTITION BY f_order_id)` : 'bad'} AS order_bad,
  arrayDistinct(arrayFilter(finding -> finding.1 != '', if(misaligned, ${findings(this.checks.structurals())}, ${findings(this.checks.ofValues())}))) AS findings
  FROM (${this.judged()}))
WHERE ignored_by != '' OR order_bad`;
  }

  private judged(): string {
    const source = `SELECT ${this.form.rows === 'taken-apart' ? '' : 'toUInt32(rowNumberInAllBlocks() + 1) AS record, '}*
FROM input(${quote(this.structure())})`;
    return this.levels.reduce(
      (inner, level) =>
        `SELECT *, ${level.map(({ alias, expression }) => `${expression} AS ${alias}`).join(',\n  ')}\nFROM (${inner})`,
      source,
    );
  }

  /** Plain strings: parsing into dictionaries (LowCardinality) took the engine twice as long. */
  private structure(): string {
    const { width, rows } = this.form;
    const indices = [...this.usedColumns.keys()].sort((a, b) => a - b);
    const types = new Map(indices.map((index) => [`c${index}`, this.isLast(index) ? 'Nullable(String)' : 'String']));
    if (rows === 'as-written') {
      // NULL in the last column means too few cells, a value in the one after it too many.
      if (!types.has(`c${width - 1}`)) types.set(`c${width - 1}`, 'Nullable(String)');
      types.set(`c${width}`, 'Nullable(String)');
    }
    const declared = [...types].map(([name, type]) => `${name} ${type}`);
    const numbers = ['record UInt32', 'line UInt32', 'problem LowCardinality(String)'];
    return (rows === 'taken-apart' ? [...numbers, ...declared] : declared).join(', ');
  }

  private isLast(index: number): boolean {
    return this.form.rows === 'as-written' && index === this.form.width - 1;
  }

  private declare(): void {
    const { layout } = this;
    const { line } = layout;
    if (this.form.rows === 'as-written') {
      const { width } = this.form;
      this.checks.structural('too-few-cells', `isNull(c${width - 1})`);
      this.checks.structural('too-many-cells', `isNotNull(c${width})`);
    } else {
      this.checks.structural('quoting-broken', `problem != ''`, 'toString(problem)');
    }
    this.define('f_line', this.form.rows === 'taken-apart' ? 'line' : 'toUInt32(record + {header_line: UInt32})');
    const orderId = this.cell(line.orderId);
    this.define('f_order_id', orderId);
    this.reject('order-id-unreadable', line.orderId, `NOT match(${orderId}, ${quote(`^(?:${line.orderIdForm})$`)})`);
    this.reject('order-id-unreadable', line.orderId, `match(${orderId}, '^[0-9.]+[eE][+-]?[0-9]+$')`);
    this.define('f_line_id', this.text(line.lineId));
    this.declarePlatformAndShop();
    this.define('f_status', this.text(line.status));
    this.reject(
      'status-unknown',
      line.status,
      `${folded('f_status')} NOT IN (${line.statuses.map((status) => quote(foldText(status))).join(', ')})`,
    );
    this.define('f_created_at', this.moment(line.createdAt));
    this.define('f_paid_at', this.moment(line.paidAt));
    this.define('f_shipped_at', this.moment(line.shippedAt));
    this.define('f_completed_at', this.moment(line.completedAt));
    this.declareOrderDay();
    this.define('f_quantity', this.count(line.quantity));
    this.define('f_title', this.text(line.title));
    this.define('f_province', provinceOf(this.text(line.province)));
    for (const field of ['gross', 'shipping', 'subsidy', 'refunded'] as const) {
      this.define(`f_${field}`, `if(isNull(f_paid_at), ${ZERO}, ${this.money(line[field])})`);
    }
    this.define('f_stated_refund', this.money(line.refunded));
    this.reject('amount-negative', firstCell(line.gross), 'ifNull(f_gross < 0 OR f_stated_refund < 0, 0)');
    this.reject('refund-over-paid', firstCell(line.refunded), this.refundOverPaid());
    this.define('f_basis', refundBasis('f_refunded', layout));
  }

  /** A refund that only a status tells of is the payment itself; a given one must not exceed what was paid. */
  private refundOverPaid(): string {
    if (this.layout.line.refundBasis === 'assumed-full' || this.layout.addUpItems) return '0';
    return 'ifNull(f_stated_refund > f_gross, 0)';
  }

  private declarePlatformAndShop(): void {
    const { platform, shop } = this.layout;
    this.define('f_platform', platform ? this.cell(platform) : '{platform: String}');
    if (platform) {
      this.reject('platform-unreadable', platform, `f_platform != {platform: String}`);
    }
    this.define('f_shop', shop ? `if({shop: String} != '', {shop: String}, ${this.cell(shop)})` : '{shop: String}');
    if (shop) this.reject('shop-missing', shop, `f_shop = ''`);
  }

  private declareOrderDay(): void {
    const { orderDay, line } = this.layout;
    if (orderDay === 'created-at') {
      this.define('f_order_day', 'toDate(f_created_at)');
      this.reject('time-missing', firstCell(line.createdAt), 'isNull(f_created_at)');
    } else {
      this.define('f_order_day', `toDate(${dayInText('f_order_id')})`);
      this.reject('order-id-unreadable', line.orderId, 'isNull(f_order_day)');
    }
  }

  private declareVerdict(): void {
    const cells = [...this.usedColumns.keys()].map((index) => `t${index} = ''`);
    // A row whose structure is broken was handed on without its cells: it is not blank.
    const blank = this.form.rows === 'taken-apart' ? ["problem = ''", ...cells] : cells;
    const summary = ['总计', '合计', '总合计', '小计', '汇总'].map(quote).join(', ');
    const titled = `arrayExists(word -> startsWith(f_order_id, word) OR startsWith(toString(f_title), word), [${summary}])`;
    const rules = this.layout.ignores.map((rule) => `${this.condition(rule.when)}, ${quote(rule.rule)}`);
    const orderIdForm = quote(`^(?:${this.layout.line.orderIdForm})$`);
    const summaryRow = `NOT match(f_order_id, ${orderIdForm}) AND ${titled}`;
    const either = (checks: readonly Check[]): string => checks.map(({ bad }) => `(${bad})`).join(' OR ');
    this.define(
      'ignored_by',
      `multiIf(${[`${blank.join(' AND ')}, 'blank-row'`, `${summaryRow}, 'summary-row'`, ...rules].join(', ')}, '')`,
    );
    this.define('misaligned', `(${either(this.checks.structurals())})`);
    this.define('bad', `(${either(this.checks.list())})`);
  }

  /**
   * Names an expression at the lowest level where all that it uses is named. Within one SELECT the engine would replace
   * each name by its expression, over and over: on short files that took longer than loading them.
   */
  private define(alias: string, expression: string): void {
    const used = (expression.match(/\b[a-z]+_?[a-z0-9_]*\b/g) ?? []).map((name) => this.levelOf.get(name) ?? -1);
    const level = Math.max(-1, ...used) + 1;
    this.levelOf.set(alias, level);
    (this.levels[level] ??= []).push({ alias, expression });
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

  private columnOf(cell: CellText): { index: number; name: string } | null {
    for (const name of cell.names) {
      const index = this.form.columns.get(this.form.normalise(name));
      if (index !== undefined) return { index, name };
    }
    return null;
  }

  private cell(cell: CellText): string {
    const column = this.columnOf(cell);
    if (!column) return `''`;
    const { index, name } = column;
    const alias = `t${index}`;
    if (!this.usedColumns.has(index)) {
      this.usedColumns.set(index, name);
      const raw = this.isLast(index) ? `ifNull(c${index}, '')` : `c${index}`;
      const decoded = this.form.encoding === 'gb18030' ? fromGb18030(raw) : raw;
      const trimmed = `trim(BOTH ${quote(PADDING)} FROM ${decoded})`;
      const nothing = WORDS_FOR_NOTHING.map(quote).join(', ');
      this.define(`x${index}`, trimmed);
      this.define(alias, `if(x${index} IN (${nothing}), '', x${index})`);
    }
    return alias;
  }

  private text(text: Text): string {
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
      case 'text-if':
        return `if(${this.condition(text.when)}, ${this.text(text.then)}, ${this.text(text.otherwise)})`;
    }
  }

  private money(money: Money): string {
    switch (money.kind) {
      case 'zero':
        return ZERO;
      case 'yuan':
        return this.yuan(money.of, money.blank);
      case 'plus':
        return `(${this.money(money.left)} + ${this.money(money.right)})`;
      case 'minus':
        return `(${this.money(money.left)} - ${this.money(money.right)})`;
      case 'money-if':
        return `if(${this.condition(money.when)}, ${this.money(money.then)}, ${this.money(money.otherwise)})`;
    }
  }

  private yuan(cell: CellText, blank: 'reject' | 'zero'): string {
    const column = this.columnOf(cell);
    if (!column) return ZERO;
    const raw = this.cell(cell);
    const amount = this.once('m', amountOf(raw));
    this.reject('amount-unreadable', cell, `${raw} != '' AND isNull(${amount})`);
    if (blank === 'reject') this.reject('amount-missing', cell, `${raw} = ''`);
    return `ifNull(${amount}, ${ZERO})`;
  }

  private count(count: Count): string {
    if (count.kind === 'count') return `toUInt32(${count.value})`;
    const raw = this.cell(count.of);
    const parsed = this.once('n', `toUInt32OrNull(replaceRegexpOne(toString(${raw}), '\\\\.0+$', ''))`);
    this.reject('quantity-unreadable', count.of, `isNull(${parsed})`);
    return `ifNull(${parsed}, 0)`;
  }

  private moment(moment: Moment): string {
    switch (moment.kind) {
      case 'never':
        return NEVER;
      case 'moment': {
        if (!this.columnOf(moment.of)) return NEVER;
        const raw = this.cell(moment.of);
        const parsed = this.once('d', momentOf(raw));
        this.reject('time-unreadable', moment.of, `${raw} != '' AND isNull(${parsed})`);
        return parsed;
      }
      case 'day-in-text':
        return this.once('d', dayInText(this.text(moment.of)));
      case 'first-moment':
        return `coalesce(${moment.of.map((part) => this.moment(part)).join(', ')})`;
      case 'moment-if':
        return `if(${this.condition(moment.when)}, ${this.moment(moment.then)}, ${this.moment(moment.otherwise)})`;
    }
  }

  private reject(code: RejectCode, cell: CellText | null, bad: string): void {
    this.checks.add(code, cell === null ? '' : (this.columnOf(cell)?.name ?? cell.names[0] ?? ''), bad);
  }

  private condition(condition: Condition): string {
    switch (condition.kind) {
      case 'given':
        return `(${this.text(condition.of)} != '')`;
      case 'one-of':
        return `(${folded(this.text(condition.of))} IN (${condition.values.map((value) => quote(foldText(value))).join(', ')}))`;
      case 'contains':
        return `(position(${folded(this.text(condition.of))}, ${quote(foldText(condition.part))}) > 0)`;
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
}

/** A row with this many findings is likely misaligned, so that a cell could be anybody's name: none is kept. */
const DOUBTFUL_FINDINGS = 3;
const ZERO = 'toDecimal64(0, 2)';
const NEVER = `CAST(NULL, 'Nullable(DateTime(\\'${BUSINESS_ZONE}\\'))')`;

/** Decodes each distinct cell of a block once: nearly as fast as text that needs no decoding. */
const fromGb18030 = (raw: string): string =>
  `CAST(convertCharset(toLowCardinality(${raw}), 'GB18030', 'UTF-8'), 'String')`;

/** The columns of `orders` in its order, and the judged row's expression for each. */
const LINE = {
  platform: 'f_platform',
  shop: 'f_shop',
  order_id: 'f_order_id',
  line_id: 'f_line_id',
  order_day: 'assumeNotNull(f_order_day)',
  version: '{version: UInt64}',
  file_id: '{file_id: String}',
  record: 'record',
  line: 'f_line',
  rows: 'toUInt32(1)',
  created_at: 'f_created_at',
  paid_at: 'f_paid_at',
  shipped_at: 'f_shipped_at',
  completed_at: 'f_completed_at',
  status: 'f_status',
  quantity: 'f_quantity',
  title: 'f_title',
  province: 'f_province',
  gross: 'f_gross',
  shipping: 'f_shipping',
  subsidy: 'f_subsidy',
  refunded: 'f_refunded',
  refund_basis: 'f_basis',
} as const;
type OrderColumn = keyof typeof LINE;
const ORDER_COLUMNS = Object.keys(LINE) as OrderColumn[];

function refundBasis(refunded: string, layout: Layout): string {
  return `if(${refunded} = 0, 'none', ${quote(layout.line.refundBasis)})`;
}

/** Punctuation varies between full and half width from one export to the next; the comma is the one in statuses. */
const foldText = (text: string): string => text.replaceAll('，', ',');
const folded = (expression: string): string => `replaceAll(${expression}, '，', ',')`;

/**
 * An amount is digits with at most two decimals that are not zero. The plain form is the fast way; marks of currency,
 * thousands separators and full-width digits are taken off only where it fails. The engine's own parser would cut a
 * third decimal and accept e-notation without a word, so the form is checked first.
 */
function amountOf(raw: string): string {
  const form = quote('^-?[0-9]{1,13}(\\.[0-9]{1,2}0*)?$');
  const grouped = quote('^-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?$');
  const bare = `replaceRegexpAll(normalizeUTF8NFKC(toString(${raw})), '[¥￥元\\\\s]', '')`;
  // A comma that groups no thousands (1,23) is a decimal comma or a slip: not to be guessed.
  const plain = `if(match(${bare}, ${grouped}), replaceAll(${bare}, ',', ''), ${bare})`;
  return `if(match(${raw}, ${form}), toDecimal64OrNull(toString(${raw}), 2), if(match(${plain}, ${form}), toDecimal64OrNull(${plain}, 2), NULL))`;
}

/** A wall clock in the forms that exports and re-saved exports have; a day that does not exist is refused. */
function momentOf(raw: string): string {
  const parse = (text: string, form: string): string =>
    `parseDateTimeOrNull(${text}, ${quote(form)}, ${quote(BUSINESS_ZONE)})`;
  const plain = parse(raw, '%Y-%m-%d %H:%i:%s');
  // 2026/6/7 13:44 and 2026年6月7日13时44分5秒 become 2026-6-7 13:44[:5].
  const dashed = `trim(replaceRegexpAll(replaceRegexpAll(${raw}, '[/年月]', '-'), '[日T]', ' '))`;
  const timed = `replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(${dashed}, '[时分]', ':'), '[:秒]+$', ''), ' +', ' ')`;
  const [withSeconds, withoutSeconds, dayOnly] = ['%Y-%c-%e %k:%i:%s', '%Y-%c-%e %k:%i', '%Y-%c-%e'];
  // The engine's DateTime ends in 2106 and wraps around before it says so.
  const inRange = `startsWith(${raw}, '20')`;
  const other = [withSeconds, withoutSeconds, dayOnly].map((form) => parse(timed, form)).join(', ');
  return `if(${inRange}, if(isNotNull(${plain}), ${plain}, coalesce(${other})), NULL)`;
}

function dayInText(raw: string): string {
  return `parseDateTimeOrNull(concat('20', substring(${raw}, 1, 6)), '%Y%m%d', ${quote(BUSINESS_ZONE)})`;
}

/** The short name of a province, or blank: a masked or unknown destination is never kept as written. */
function provinceOf(raw: string): string {
  const from = PROVINCES.flatMap(([short, official]) => [short, official]);
  const to = PROVINCES.flatMap(([short]) => [short, short]);
  return `transform(toString(${raw}), [${from.map(quote).join(', ')}], [${to.map(quote).join(', ')}], '')`;
}

function firstCell(node: Money | Moment): CellText | null {
  const seen: unknown[] = [node];
  while (seen.length > 0) {
    const next = seen.shift();
    if (typeof next !== 'object' || next === null) continue;
    if ('kind' in next && next.kind === 'cell') return next as CellText;
    seen.push(...(Object.values(next) as unknown[]));
  }
  return null;
}
