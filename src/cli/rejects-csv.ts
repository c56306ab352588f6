import { basename } from 'node:path';
import { type RejectedRow } from '../clickhouse/queries/rejects';
import { BYTE_ORDER_MARK, csvLine, safeCell } from '../tables/csv';
import { OUTCOMES_ZH, REJECT_COLUMNS_ZH, REJECT_MEANINGS_ZH } from './texts-zh';

/**
 * rejectsCsv writes the rows of a file that were not loaded as a Chinese csv for the seller: one line a reason, with
 * where the row stands and those cells of it that are kept, none of them personal. The record's number is given where it
 * is not the line after a header in line 1.
 */
export function rejectsCsv(path: string, rows: readonly RejectedRow[]): string {
  const file = basename(path);
  const lines = rows.flatMap((row) =>
    row.reasons.map((reason, i) => {
      const column = row.columns[i] ?? '';
      const others = Object.entries(row.cells).filter(([name]) => name !== column);
      return [
        file,
        String(row.line),
        row.line === row.record + 1 ? '' : String(row.record),
        OUTCOMES_ZH[row.outcome],
        column,
        reason,
        REJECT_MEANINGS_ZH[reason] ?? '',
        row.cells[column] ?? '',
        others.map(([name, value]) => `${name}：${value}`).join('；'),
      ];
    }),
  );
  return BYTE_ORDER_MARK + [[...REJECT_COLUMNS_ZH], ...lines].map((cells) => csvLine(cells.map(safeCell))).join('');
}
