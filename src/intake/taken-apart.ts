import { Readable } from 'node:stream';
import { normaliseHeader } from '../platforms/recognise';
import { type TableBody } from './table-body';

/** TakenRow is one row taken apart: its wanted cells, or what is wrong with its structure as a reject code and none. */
export interface TakenRow {
  readonly line: number;
  readonly problem: string;
  readonly cells: readonly string[];
}

/** NumberedRow is one of a few rows, with its number among all, from 1. */
export interface NumberedRow extends TakenRow {
  readonly record: number;
}

/** takenApart writes rows as csv with only the columns that the layout reads: whatever is personal stays behind here. */
export function takenApart(
  columns: ReadonlyMap<string, number>,
  rows: (wanted: readonly number[]) => AsyncGenerator<(TakenRow | NumberedRow)[]>,
): TableBody {
  const positions = [...columns.values()];
  async function* lines(): AsyncGenerator<string> {
    let record = 0;
    for await (const batch of rows(positions)) {
      let text = '';
      for (const row of batch) {
        const { line, problem, cells } = row;
        record = 'record' in row ? row.record : record + 1;
        text += `${record},${line},${problem}`;
        for (let slot = 0; slot < positions.length; slot += 1) text += `,${quoted(cells[slot] ?? '')}`;
        text += '\n';
      }
      if (text !== '') yield text;
    }
  }
  return {
    columns: new Map([...columns.keys()].map((name, position) => [name, position])),
    width: positions.length,
    encoding: 'utf-8',
    delimiter: ',',
    rows: 'taken-apart',
    normalise: normaliseHeader,
    open: () => Readable.from(lines(), { objectMode: false }),
  };
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}
