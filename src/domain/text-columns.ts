/** Characters that a terminal and a monospaced mail window draw two columns wide: Chinese, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** displayWidth counts the columns that a text takes in a monospaced window. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** padText fills a text with spaces to a width in columns, at its end or, for `right`, at its front. */
export function padText(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + fill : fill + text;
}

/** columnsOf aligns rows of cells: each column as wide as its widest cell, two spaces between, `right` columns set right. */
export function columnsOf(rows: readonly (readonly string[])[], right: readonly boolean[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, index) => (widths[index] = Math.max(widths[index] ?? 0, displayWidth(text))));
  }
  return rows.map((row) =>
    row
      .map((text, index) => padText(text, widths[index] ?? 0, right[index] === true ? 'right' : 'left'))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * oneLine takes line breaks, other controls and direction marks out of a name. Names come from files and registers: a
 * line break in one could forge a line of the plain part, a direction mark could turn figures round.
 */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
