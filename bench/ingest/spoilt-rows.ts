import { PINDUODUO_FULL } from '../../src/demo/writers/pinduoduo';
import { parseYuan } from '../../src/domain/money';

/** Spoilt is what the spoilt rows of an export would have been, had they been good: money in fen. */
export interface Spoilt {
  rows: number;
  paidOrders: number;
  gross: bigint;
}

/** One line in so many gets a bad amount. */
const EVERY = 100;
/** What people and programs leave in a column of money. */
const BAD_AMOUNTS = ['-', '12.3.4', '约100'] as const;
const AMOUNT = PINDUODUO_FULL.indexOf('用户实付金额(元)');
const PAID_AT = PINDUODUO_FULL.indexOf('支付时间');

/**
 * spoilRows passes a full Pinduoduo export on with a bad amount in every hundredth row, and adds up what those rows held.
 * Where that row has quotes (it may go on in the next line) the next one without takes its place.
 */
export async function* spoilRows(text: AsyncIterable<string>, spoilt: Spoilt): AsyncGenerator<string> {
  let rest = '';
  let seen = 0;
  let due = 0;
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const [index, line] of lines.entries()) {
      // The header is line 0.
      if (seen++ % EVERY === EVERY - 1) due++;
      const changed = due > 0 && seen > 1 ? withBadAmount(line, spoilt) : null;
      if (changed === null) continue;
      lines[index] = changed;
      due--;
    }
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
  yield rest;
}

function withBadAmount(line: string, spoilt: Spoilt): string | null {
  if (line.includes('"')) return null;
  const cells = line.split(',');
  if (cells.length !== PINDUODUO_FULL.length) return null;
  if (cells[PAID_AT]?.trim() !== '') {
    spoilt.paidOrders++;
    spoilt.gross += parseYuan(cells[AMOUNT]?.trim() ?? '');
  }
  cells[AMOUNT] = `${BAD_AMOUNTS[spoilt.rows % BAD_AMOUNTS.length] ?? ''}\t`;
  spoilt.rows++;
  return cells.join(',');
}
