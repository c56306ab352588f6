import { csvCell } from '../../src/demo/writers/cells';
import { TEMPLATE_COLUMNS } from '../../src/demo/writers/template';

/** TEMPLATE_ROWS are a header and three orders of Paceline's template, with what is hard to carry in their titles. */
export const TEMPLATE_ROWS: readonly (readonly string[])[] = [
  TEMPLATE_COLUMNS,
  ...['云岫茶', '云岫 "春" 茶, 礼盒', '𠮷野茶 & <山>'].map((title, index) =>
    `douyin|云岫茶行|DY000${index + 1}||2026-06-05 10:00:00|2026-06-05 10:00:30|||待发货|1|${title}|广东省|1${index}.50|0.00|0.00|0.00`.split(
      '|',
    ),
  ),
];

/** textOf writes rows as a text with a delimiter. */
export function textOf(rows: readonly (readonly string[])[], delimiter = ','): string {
  const cell = (value: string): string =>
    value.includes(delimiter) && delimiter !== ',' ? `"${value}"` : csvCell(value);
  return rows.map((row) => `${row.map(cell).join(delimiter)}\n`).join('');
}
