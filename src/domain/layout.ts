/**
 * The language in which a platform's export is described. A description is plain data: `platforms/` writes it,
 * `clickhouse/loading` turns it into the SQL that parses, normalises and judges every row, and nothing else needs to
 * know about a platform.
 */

/** Text of one cell, trimmed of the quoting that exports add (TAB, apostrophe, `="…"`); words for "nothing" are blank. */
export interface CellText {
  readonly kind: 'cell';
  /** Header names, the first that the file has counts. */
  readonly names: readonly string[];
  /** May be absent from the file: then every cell is blank. */
  readonly optional: boolean;
  /**
   * `order-above`: the column is filled on an order's first row only, and the rows below that leave the order number
   * blank belong to it. `row`: each row says it itself.
   */
  readonly from: 'row' | 'order-above';
}

/** Text is a cell, a constant, the first of several that is not blank, the province of an address, or a choice. */
export type Text =
  | CellText
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'first-given'; readonly of: readonly Text[] }
  /** The province that an address begins with; the rest of the address is dropped. */
  | { readonly kind: 'province-of'; readonly address: CellText }
  | Choice<'text-if', Text>;

/** Money in yuan read exactly to the fen. A blank cell is a reject unless `blank` says that it means zero. */
export type Money =
  | { readonly kind: 'yuan'; readonly of: CellText; readonly blank: 'reject' | 'zero' }
  | { readonly kind: 'zero' }
  | { readonly kind: 'plus' | 'minus' | 'lesser'; readonly left: Money; readonly right: Money }
  | Choice<'money-if', Money>;

/** Moment is an Asia/Shanghai wall clock; a blank cell is "never". */
export type Moment =
  | { readonly kind: 'moment'; readonly of: CellText }
  /** Midnight of the `yymmdd` that a text begins with. */
  | { readonly kind: 'day-in-text'; readonly of: Text }
  | { readonly kind: 'never' }
  | { readonly kind: 'first-moment'; readonly of: readonly Moment[] }
  | Choice<'moment-if', Moment>;

/** Count is a whole number, not negative; a blank cell is a reject. */
export type Count =
  { readonly kind: 'whole'; readonly of: CellText } | { readonly kind: 'count'; readonly value: number };

/** A condition over one row. */
export type Condition =
  | { readonly kind: 'given'; readonly of: Text }
  | { readonly kind: 'one-of'; readonly of: Text; readonly values: readonly string[] }
  | { readonly kind: 'contains'; readonly of: Text; readonly part: string }
  | { readonly kind: 'happened'; readonly of: Moment }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] };

interface Choice<Kind extends string, Of> {
  readonly kind: Kind;
  readonly when: Condition;
  readonly then: Of;
  readonly otherwise: Of;
}

/** cell names the column of a text; with several names the first that the file has. */
export const cell = (...names: readonly string[]): CellText => ({ kind: 'cell', names, optional: false, from: 'row' });
/** optionalCell is a cell of a column that some exports lack. */
export const optionalCell = (...names: readonly string[]): CellText => ({ ...cell(...names), optional: true });
/** orderCell is a cell of a column that only the first row of an order fills. */
export const orderCell = (...names: readonly string[]): CellText => ({ ...cell(...names), from: 'order-above' });
/** constant is the same text on every row. */
export const constant = (value: string): Text => ({ kind: 'text', value });
/** firstGiven is the first text that is not blank. @public */
export const firstGiven = (...of: readonly Text[]): Text => ({ kind: 'first-given', of });
/** provinceOf is the province that an address begins with. */
export const provinceOf = (address: CellText): Text => ({ kind: 'province-of', address });
/** textIf chooses by a condition. */
export const textIf = (when: Condition, then: Text, otherwise: Text): Text => ({
  kind: 'text-if',
  when,
  then,
  otherwise,
});
/** yuan reads an amount; a blank cell is a reject, in a branch of moneyIf only where that branch is taken. */
export const yuan = (of: CellText): Money => ({ kind: 'yuan', of, blank: 'reject' });
/** yuanOrZero reads an amount whose blank cell means zero, where a platform is known to leave it out. */
export const yuanOrZero = (of: CellText): Money => ({ kind: 'yuan', of, blank: 'zero' });
/** zero is no money. */
export const zero: Money = { kind: 'zero' };
/** plus and minus of amounts are exact. @public */
export const plus = (left: Money, right: Money): Money => ({ kind: 'plus', left, right });
export const minus = (left: Money, right: Money): Money => ({ kind: 'minus', left, right });
/** lesser is the smaller of two amounts. */
export const lesser = (left: Money, right: Money): Money => ({ kind: 'lesser', left, right });
/** moneyIf chooses by a condition. */
export const moneyIf = (when: Condition, then: Money, otherwise: Money): Money => ({
  kind: 'money-if',
  when,
  then,
  otherwise,
});
/** moment reads a wall clock, with or without seconds, with dashes or slashes. */
export const moment = (of: CellText): Moment => ({ kind: 'moment', of });
/** dayInText is midnight of the yymmdd that a text begins with. */
export const dayInText = (of: Text): Moment => ({ kind: 'day-in-text', of });
/** never is a time that an export does not tell. */
export const never: Moment = { kind: 'never' };
/** firstMoment is the first that happened. */
export const firstMoment = (...of: readonly Moment[]): Moment => ({ kind: 'first-moment', of });
/** momentIf chooses by a condition. */
export const momentIf = (when: Condition, then: Moment, otherwise: Moment): Moment => ({
  kind: 'moment-if',
  when,
  then,
  otherwise,
});
/** whole reads a count of pieces. */
export const whole = (of: CellText): Count => ({ kind: 'whole', of });
/** given is true when a text is not blank. */
export const given = (of: Text): Condition => ({ kind: 'given', of });
/** oneOf compares without regard to punctuation, spaces and the width of characters. */
export const oneOf = (of: Text, ...values: readonly string[]): Condition => ({ kind: 'one-of', of, values });
/** contains looks for a part of a text, with the same disregard. */
export const contains = (of: Text, part: string): Condition => ({ kind: 'contains', of, part });
/** happened is true when a moment is known. @public */
export const happened = (of: Moment): Condition => ({ kind: 'happened', of });
/** not, all and any combine conditions. @public */
export const not = (of: Condition): Condition => ({ kind: 'not', of });
/** @public */
export const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
export const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });

/** How a refund's amount is known: given by the file, or assumed to be the whole because only a status tells of it. */
export type RefundBasis = 'exact' | 'assumed-full';

/** The canonical order line (FORMATS, "The canonical order line"), each field as an expression over one row. */
export interface OrderLine {
  readonly orderId: CellText;
  /** Form of an order number, a RE2 pattern over the whole text; e-notation never fits. */
  readonly orderIdForm: string;
  /** Blank where a row is a whole order. */
  readonly lineId: Text;
  readonly status: CellText;
  /** Every status that is known; another one rejects the row, unless the file has no such column. */
  readonly statuses: readonly string[];
  readonly createdAt: Moment;
  readonly paidAt: Moment;
  readonly shippedAt: Moment;
  readonly completedAt: Moment;
  readonly quantity: Count;
  readonly title: Text;
  readonly province: Text;
  /** What the buyer paid for this line, as if paid; counted only where paidAt is known. */
  readonly gross: Money;
  readonly shipping: Money;
  readonly subsidy: Money;
  /** What went back to the buyer, counted only where paidAt is known. */
  readonly refunded: Money;
  readonly refundBasis: RefundBasis;
}

/** The day that decides where an order is kept: a pure function of something that never changes for an order. */
export type OrderDay = 'created-at' | 'order-id-yymmdd';

/** A column that a layout must have: its name, or several of which one must be there. */
export type NeededColumn = string | readonly string[];

/** One layout of a platform's exports. */
export interface Layout {
  /** `platform/name`. */
  readonly id: string;
  readonly title: string;
  /** Header names that every file of this layout has; recognition goes by them alone, never by position or count. */
  readonly requires: readonly NeededColumn[];
  /**
   * `wholesale`: sales between businesses, which are no retail sales; they count only for a shop that is known to sell
   * retail there.
   */
  readonly channel: 'retail' | 'wholesale';
  /** Where the shop's name stands in the rows, when it does; for an optional column, when the file has it. */
  readonly shop: CellText | null;
  /** Where the platform's id stands in the rows: only in Paceline's own template. */
  readonly platform: CellText | null;
  readonly orderDay: OrderDay;
  /** The snapshot time in a file's name: groups from year to minute, and second where the name tells it. */
  readonly snapshotInName: RegExp | null;
  /**
   * Null where every row is a line of its own. Where rows are the items of an order whose money stands on each of
   * them, the rows become one line per order: the named fields are added up, the others come from the first row.
   */
  readonly addUpItems: readonly ('gross' | 'shipping' | 'subsidy' | 'refunded' | 'quantity')[] | null;
  readonly line: OrderLine;
}

/** A platform with its layouts. */
export interface Platform {
  readonly id: string;
  /** The name that the bureau reads. */
  readonly name: string;
  /** What else people call it. */
  readonly alsoNamed?: readonly string[];
  readonly layouts: readonly Layout[];
}

/** A file that looks like an order export and must not be loaded as one, refused by the name of what it is. */
export interface ForeignReport {
  readonly id: string;
  readonly title: string;
  readonly requires: readonly string[];
  /** Columns whose presence tells it from an order export that has the same ones and more. */
  readonly lacks?: readonly string[];
}
