import { type AlertView, type CellView, type FigureView, type TableView } from './alert-view';
import { columnsOf, displayWidth, padText } from '../domain/text-columns';
import { besideZh, HEADING_ZH, linkZh, numberedZh } from './zh';

const INDENT = '  ';

const withSmall = (cell: CellView): string => (cell.small === null ? cell.text : cell.text + besideZh(cell.small));

function figureLines(figures: readonly FigureView[]): string[] {
  const width = Math.max(...figures.map((figure) => displayWidth(figure.label))) + 2;
  return figures.flatMap((figure) => {
    const value = figure.value + (figure.exact === null || figure.exact === figure.value ? '' : besideZh(figure.exact));
    const first = INDENT + padText(figure.label, width) + value;
    // The remark gets a line of its own, under the value: one line of all three would be wider than 80 columns.
    return figure.remark === null ? [first] : [first, INDENT + ' '.repeat(width) + figure.remark];
  });
}

function tableLines(table: TableView): string[] {
  const rows = [table.columns, ...table.rows.map((row) => row.map(withSmall))];
  if (table.total !== null) rows.push(table.total.map(withSmall));
  const lines = columnsOf(rows, table.numeric).map((line) => INDENT + line);
  return table.after === null ? lines : [...lines, INDENT + table.after];
}

/** textOfView writes the plain part of a mail: aligned for a monospaced window, lines joined by `\n`. */
export function textOfView(view: AlertView): string {
  const sections: { heading: string; lines: string[] }[] = [];
  if (view.chart !== null) sections.push({ heading: view.chart.heading, lines: [INDENT + view.chart.alt] });
  if (view.figures !== null) sections.push({ heading: view.figures.heading, lines: figureLines(view.figures.rows) });
  for (const table of view.tables) sections.push({ heading: table.heading, lines: tableLines(table) });
  sections.push({ heading: HEADING_ZH.basis, lines: view.basis.map((line) => `${INDENT}- ${line}`) });
  return [
    view.title,
    view.system,
    '',
    view.lead,
    ...(view.notes.length === 0 ? [] : ['', HEADING_ZH.notes, ...view.notes.map((note) => `${INDENT}- ${note}`)]),
    ...sections.flatMap(({ heading, lines }, index) => ['', numberedZh(index, heading), ...lines]),
    '',
    ...(view.links.length === 0 ? [] : [...view.links.map(({ text, url }) => linkZh(text, url)), '']),
    view.footer,
    '',
  ].join('\n');
}
