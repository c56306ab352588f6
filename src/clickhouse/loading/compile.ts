import { type CellText, type Layout, type Moment, type Money, type Text } from '../../domain/layout';
import { dayOf, provinceNamed, ZERO } from './cells';
import { type Check, DeclaredChecks } from './checks';
import { quote } from './quote';
import { type BodyForm, RowSql } from './row-sql';

/** CompiledLayout is the SQL of one layout for one body: two SELECTs over input(). */
export interface CompiledLayout {
  /** Rows that load, as columns of the table `orders`. Parameters: platform, shop, file_id, version. */
  readonly loaded: string;
  /** Rows that don't, as columns of the table `rejects`. Parameters: file_id, shop, platform, header_line. */
  readonly notLoaded: string;
  /** Whether a row is judged by itself, whatever the others say. */
  readonly rowsStandAlone: boolean;
}

/**
 * compileLayout writes the SQL for a layout and a body. Everything that a description says is in the SQL; values of a
 * run (shop, file, version) are parameters of it.
 */
export function compileLayout(layout: Layout, form: BodyForm): CompiledLayout {
  const sql = new LayoutSql(layout, form);
  return {
    loaded: sql.loaded(),
    notLoaded: sql.notLoaded(),
    rowsStandAlone: sql.rowsStandAlone(),
  };
}

/** headerOf is the line that names the columns of a body, to be sent before it. */
export function headerOf({ rows, width, delimiter }: BodyForm): string {
  const count = rows === 'taken-apart' ? width : width + 1;
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  return `${[...(rows === 'taken-apart' ? TAKEN_APART : []), ...names].join(delimiter)}\n`;
}

/** What rows that were taken apart begin with. */
const TAKEN_APART = ['record', 'line', 'problem'];

class LayoutSql {
  private readonly checks = new DeclaredChecks();
  private readonly row: RowSql;

  constructor(
    private readonly layout: Layout,
    private readonly form: BodyForm,
  ) {
    this.row = new RowSql(form, this.checks, layout.line.orderId);
    this.declare();
    this.declareVerdict();
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
    const evidence = [...this.row.usedColumns.entries()].map(([index, name]) => `${quote(name)}, toString(t${index})`);
    return `SELECT {file_id: String} AS file_id, record,
  f_line AS line,
  if(ignored_by != '', 'ignored', 'rejected') AS outcome,
  if(ignored_by != '', [(ignored_by, '')], if(bad, findings, [('order-incomplete', '')])) AS told,
  arrayMap(finding -> finding.1, told) AS reasons,
  arrayMap(finding -> finding.2, told) AS columns,
  mapFilter((name, value) -> value != '' AND (name = ${quote(orderIdName)} OR has(columns, name)),
    if(misaligned OR length(told) >= ${DOUBTFUL_FINDINGS}, map('', ''), map(${evidence.join(', ')}))) AS cells
FROM (SELECT *,
  arrayDistinct(arrayFilter(finding -> finding.1 != '', if(misaligned, ${findings(this.checks.structurals())}, ${findings(this.checks.ofValues())}))) AS findings
  FROM (SELECT *, ${merged ? `max(bad AND ignored_by = '') OVER (PARTITION BY f_order_id)` : 'bad'} AS order_bad
    FROM (${this.judged()}))
  WHERE ignored_by != '' OR order_bad)`;
  }

  rowsStandAlone(): boolean {
    return this.layout.addUpItems === null && !this.row.looksAtOthers;
  }

  private judged(): string {
    const source = `SELECT ${this.form.rows === 'taken-apart' ? '' : 'toUInt32(rowNumberInAllBlocks() + 1) AS record, '}*
FROM input(${quote(this.structure())})`;
    return this.row.over(source);
  }

  /** Plain strings: parsing into dictionaries (LowCardinality) took the engine twice as long. */
  private structure(): string {
    const { width, rows } = this.form;
    const indices = [...this.row.usedColumns.keys()].sort((a, b) => a - b);
    const types = new Map(
      indices.map((index) => [`c${index}`, this.row.isLast(index) ? 'Nullable(String)' : 'String']),
    );
    if (rows === 'as-written') {
      // NULL in the last column means too few cells, a value in the one after it too many.
      if (!types.has(`c${width - 1}`)) types.set(`c${width - 1}`, 'Nullable(String)');
      types.set(`c${width}`, 'Nullable(String)');
    }
    const declared = [...types].map(([name, type]) => `${name} ${type}`);
    const numbers = ['record UInt32', 'line UInt32', 'problem LowCardinality(String)'];
    return (rows === 'taken-apart' ? [...numbers, ...declared] : declared).join(', ');
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
    this.declareIdentity();
    this.define('f_status', this.row.text(line.status));
    if (this.row.has(line.status)) {
      this.row.reject('status-unknown', line.status, `NOT ${this.row.isOneOf(line.status, line.statuses)}`);
    }
    this.define('f_created_at', this.row.moment(line.createdAt));
    this.define('f_paid_at', this.row.moment(line.paidAt));
    this.define('f_shipped_at', this.row.moment(line.shippedAt));
    this.define('f_completed_at', this.row.moment(line.completedAt));
    this.declareOrderDay();
    this.define('f_quantity', this.row.count(line.quantity));
    this.define('f_title', this.row.text(line.title));
    this.define('f_province', provinceNamed(this.row.text(line.province)));
    for (const field of ['gross', 'shipping', 'subsidy', 'refunded'] as const) {
      this.define(`f_${field}`, `if(isNull(f_paid_at), ${ZERO}, ${this.row.money(line[field])})`);
    }
    this.define('f_stated_refund', this.row.money(line.refunded));
    this.row.reject('amount-negative', firstCell(line.gross), 'ifNull(f_gross < 0, 0)');
    this.row.reject('amount-negative', firstCell(line.refunded), 'ifNull(f_stated_refund < 0, 0)');
    this.row.reject('refund-over-paid', firstCell(line.refunded), this.refundOverPaid());
    this.define('f_basis', refundBasis('f_refunded', layout));
  }

  /** A refund that only a status tells of is the payment itself; a given one must not exceed what was paid. */
  private refundOverPaid(): string {
    if (this.layout.line.refundBasis === 'assumed-full' || this.layout.addUpItems) return '0';
    return 'ifNull(f_stated_refund > greatest(f_gross, 0), 0)';
  }

  private declareIdentity(): void {
    const { orderId, orderIdForm, lineId } = this.layout.line;
    this.define('f_order_id', this.row.identity(orderId));
    this.define('id_fits', `match(f_order_id, ${quote(`^(?:${orderIdForm})$`)})`);
    this.row.reject('order-id-unreadable', orderId, 'NOT id_fits');
    if (allowsENotation(orderIdForm)) this.row.reject('order-id-unreadable', orderId, inENotation('f_order_id'));
    this.define('f_line_id', this.row.identity(lineId));
    if (lineId.kind !== 'text') this.row.reject('order-id-unreadable', firstCell(lineId), inENotation('f_line_id'));
    this.declarePlatformAndShop();
  }

  private declarePlatformAndShop(): void {
    const { platform, shop } = this.layout;
    this.define('f_platform', platform ? this.row.cell(platform) : '{platform: String}');
    if (platform) {
      this.row.reject('platform-unreadable', platform, `f_platform != {platform: String}`);
    }
    this.define('f_shop', shop ? `if({shop: String} != '', {shop: String}, ${this.row.cell(shop)})` : '{shop: String}');
    if (shop) this.row.reject('shop-missing', shop, `f_shop = ''`);
  }

  private declareOrderDay(): void {
    const { orderDay, line } = this.layout;
    if (orderDay === 'created-at') {
      this.define('f_order_day', 'toDate(f_created_at)');
      this.row.reject('time-missing', firstCell(line.createdAt), 'isNull(f_created_at)');
    } else {
      this.define('f_order_day', `toDate(${dayOf('f_order_id')})`);
      this.row.reject('order-id-unreadable', line.orderId, 'isNull(f_order_day)');
    }
  }

  private declareVerdict(): void {
    const cells = [...this.row.usedColumns.keys()].map((index) => `t${index} = ''`);
    // A row whose structure is broken was handed on without its cells: it is not blank.
    const blank = this.form.rows === 'taken-apart' ? ["problem = ''", ...cells] : cells;
    const words = ['总计', '合计', '总合计', '小计', '汇总'].map(quote).join(', ');
    const summary = `arrayExists(word -> startsWith(f_order_id, word) OR startsWith(f_title, word), [${words}])`;
    // OR would compute each value again for the rows that no check before it found bad: twice the time for nothing.
    const either = ([first, ...rest]: readonly Check[]): string =>
      rest.reduce((before, { bad }) => `bitOr(${before}, ${bad})`, first?.bad ?? '0');
    // A row with an order number of its own is neither.
    const { orderId } = this.layout.line;
    const numbered =
      orderId.from === 'row' ? 'id_fits' : `(id_fits AND ${this.row.cell({ ...orderId, from: 'row' })} != '')`;
    this.define(
      'ignored_by',
      `if(${numbered}, '', multiIf(${blank.join(' AND ')}, 'blank-row', ${summary}, 'summary-row', ''))`,
    );
    this.define('misaligned', `(${either(this.checks.structurals())})`);
    this.define('bad', `(${either(this.checks.list())})`);
  }

  private define(alias: string, expression: string): void {
    this.row.define(alias, expression);
  }
}

/** A row with this many findings is likely misaligned, so that a cell could be anybody's name: none is kept. */
const DOUBTFUL_FINDINGS = 3;

/** A number that a spreadsheet has turned into 1.23E+18. */
const inENotation = (text: string): string => `match(${text}, '^[0-9.]+[eE][+-]?[0-9]+$')`;

/** Most forms of an order number admit no letters, so that one look at a row's number is enough. */
function allowsENotation(form: string): boolean {
  const whole = new RegExp(`^(?:${form})$`);
  return Array.from({ length: 40 }, (_, digits) => '1'.repeat(digits + 1)).some(
    (digits) => whole.test(`${digits}E18`) || whole.test(`${digits}.5E+18`) || whole.test(`${digits}E+18`),
  );
}

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

function firstCell(node: Money | Moment | Text): CellText | null {
  const seen: unknown[] = [node];
  while (seen.length > 0) {
    const next = seen.shift();
    if (typeof next !== 'object' || next === null) continue;
    if ('kind' in next && next.kind === 'cell') return next as CellText;
    seen.push(...(Object.values(next) as unknown[]));
  }
  return null;
}
