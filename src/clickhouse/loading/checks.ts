/** Why a row is rejected: stable codes, explained for people in the command line's texts. */
export type RejectCode =
  | 'too-few-cells'
  | 'too-many-cells'
  | 'quoting-broken'
  | 'order-id-unreadable'
  | 'status-unknown'
  | 'amount-unreadable'
  | 'amount-missing'
  | 'amount-negative'
  | 'refund-over-paid'
  | 'time-unreadable'
  | 'time-missing'
  | 'quantity-unreadable'
  | 'platform-unreadable'
  | 'shop-missing';

/** Check is a condition that rejects a row, with the column to look at. */
export interface Check {
  readonly code: RejectCode;
  readonly column: string;
  readonly bad: string;
  /** SQL for the code, where the row itself says it. */
  readonly codeSql?: string;
}

/** DeclaredChecks gathers the checks of a layout once each, structural ones apart: a misaligned row's cells can't be trusted. */
export class DeclaredChecks {
  private readonly structure: Check[] = [];
  private readonly values: Check[] = [];

  structural(code: RejectCode, bad: string, codeSql?: string): void {
    this.structure.push({ code, column: '', bad, ...(codeSql === undefined ? {} : { codeSql }) });
  }

  add(code: RejectCode, column: string, bad: string): void {
    if (bad === '0' || this.values.some((check) => check.bad === bad)) return;
    this.values.push({ code, column, bad });
  }

  structurals(): readonly Check[] {
    return this.structure;
  }

  ofValues(): readonly Check[] {
    return this.values;
  }

  list(): readonly Check[] {
    return [...this.structure, ...this.values];
  }
}
