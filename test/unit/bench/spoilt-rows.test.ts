import { describe, expect, it } from '@jest/globals';
import { spoilRows, type Spoilt } from '../../../bench/ingest/spoilt-rows';
import { PINDUODUO_FULL } from '../../../src/demo/writers/pinduoduo';

const AMOUNT = PINDUODUO_FULL.indexOf('用户实付金额(元)');

/** A row of the export: its number as the order, 1.50 yuan, paid unless told otherwise. */
function row(number: number, { paid = true, note = '' } = {}): string {
  const cells = PINDUODUO_FULL.map(() => '\t');
  cells[PINDUODUO_FULL.indexOf('订单号')] = `order-${number}`;
  cells[PINDUODUO_FULL.indexOf('支付时间')] = paid ? '2025-01-01 00:00:00' : '\t';
  cells[PINDUODUO_FULL.indexOf('买家留言')] = note;
  cells[AMOUNT] = '1.5\t';
  return cells.join(',');
}

async function spoil(text: string, chunk: number): Promise<{ lines: string[]; spoilt: Spoilt }> {
  async function* chunks(): AsyncGenerator<string> {
    for (let from = 0; from < text.length; from += chunk) yield await Promise.resolve(text.slice(from, from + chunk));
  }
  const spoilt = { rows: 0, paidOrders: 0, gross: 0n };
  let out = '';
  for await (const part of spoilRows(chunks(), spoilt)) out += part;
  return { lines: out.split('\n'), spoilt };
}

describe('spoilt rows', () => {
  const rows = Array.from({ length: 500 }, (_, index) =>
    row(index + 1, index + 1 === 99 ? { note: '"a note, quoted"' } : index + 1 === 199 ? { paid: false } : {}),
  );
  const text = [PINDUODUO_FULL.join(','), ...rows].join('\n');

  it.each([7_001, text.length])(
    'one row in a hundred gets a bad amount, whatever the chunks (%d characters)',
    async (size) => {
      const { lines, spoilt } = await spoil(text, size);
      const changed = lines.flatMap((line, index) => (line === text.split('\n')[index] ? [] : [line.split(',')]));
      expect(changed.map((cells) => cells[AMOUNT]?.trim())).toEqual(['-', '12.3.4', '约100', '-', '12.3.4']);
      expect(lines).toHaveLength(501);
      // The 99th row has quotes, so the next one is taken; the 199th was never paid.
      expect(changed.map((cells) => cells[PINDUODUO_FULL.indexOf('订单号')])).toEqual(
        [100, 199, 299, 399, 499].map((number) => `order-${number}`),
      );
      expect(spoilt).toEqual({ rows: 5, paidOrders: 4, gross: 600n });
    },
  );
});
