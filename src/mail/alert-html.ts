import { type AlertKind } from '../domain/alert';
import { CHART_CIDS, type ChartTheme } from './chart-cids';
import {
  type AlertView,
  type BarView,
  type CellView,
  type ChartView,
  type FigureView,
  type LinkView,
  type TableView,
} from './alert-view';
import { darkCss, escapeHtml, paint, type ShadeName } from './html';
import { HEADING_ZH } from './zh';

const FONT =
  "font-family:'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',Arial,sans-serif;";
const TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"';
const BREAK = 'word-break:break-word;overflow-wrap:anywhere;';
const FIGURE_TEXT = 'font-variant-numeric:tabular-nums;';

const BEHIND = { ink: 'behindInk', fill: 'behindFill' } as const;
const MISSING = { ink: 'missingInk', fill: 'missingFill' } as const;
const REPORT = { ink: 'ink', fill: 'expectedFill' } as const;
const ACCENTS = {
  'pace-behind': BEHIND,
  'pace-reminder': BEHIND,
  'pace-at-risk': MISSING,
  'pace-recovered': { ink: 'recoveredInk', fill: 'recoveredFill' },
  'data-problem': MISSING,
  'report-week': REPORT,
  'report-month': REPORT,
  'report-year': REPORT,
} as const satisfies Record<AlertKind, { ink: ShadeName; fill: ShadeName }>;

const BAR_FILLS: Readonly<Record<Exclude<BarView['role'], 'actual'>, ShadeName>> = {
  expected: 'expectedFill',
  reference: 'referenceFill',
  projected: 'projectedFill',
  goal: 'goalFill',
};

const heading = (text: string): string =>
  `<tr><td class="pad" style="padding:28px 32px 8px;">` +
  `<h2 ${paint(['ink'], 'margin:0;font-size:16px;line-height:24px;font-weight:700;')}>${escapeHtml(text)}</h2></td></tr>`;

const section = (title: string, body: string): string =>
  `${heading(title)}<tr><td class="pad" style="padding:0 32px;">${body}</td></tr>`;

/** Bars are cells of a table, so that they show with images off and in programs without modern CSS. */
function barRow(bar: BarView, whole: number, fill: ShadeName): string {
  const filled = Math.min(100, Math.max(0, (bar.share / whole) * 100));
  const part = (share: number, shade: ShadeName): string =>
    share < 0.05
      ? ''
      : `<td width="${share.toFixed(1)}%" ${paint([shade], 'height:12px;line-height:12px;font-size:0;')}>&nbsp;</td>`;
  const cell = 'padding:8px 0 4px;font-size:13px;line-height:20px;';
  const right = `${cell}white-space:nowrap;${FIGURE_TEXT}`;
  return (
    `<tr><td ${paint(['ink'], cell)}>${escapeHtml(bar.label)}</td>` +
    `<td align="right" ${paint(['ink'], `${right}font-weight:700;`)}>${escapeHtml(bar.amount)}</td>` +
    `<td align="right" width="60" ${paint(['soft'], right)}>${escapeHtml(bar.shareText)}</td></tr>` +
    `<tr><td colspan="3"><table ${TABLE} style="table-layout:fixed;"><tr>` +
    `${part(filled, fill)}${part(100 - filled, 'track')}</tr></table></td></tr>`
  );
}

function barsHtml(bars: readonly BarView[], actualFill: ShadeName): string {
  const whole = Math.max(...bars.map((bar) => bar.share), 1);
  const rows = bars.map((bar) => barRow(bar, whole, bar.role === 'actual' ? actualFill : BAR_FILLS[bar.role]));
  return `<table ${TABLE}>${rows.join('')}</table>`;
}

const small = (text: string): string =>
  `<div ${paint(['soft'], `font-size:12px;line-height:18px;font-weight:400;${FIGURE_TEXT}`)}>${escapeHtml(text)}</div>`;

function figureRow(figure: FigureView, accent: ShadeName): string {
  const cell = 'padding:10px 0;border-bottom-width:1px;border-bottom-style:solid;';
  const exact = figure.exact === null || figure.exact === figure.value ? '' : small(figure.exact);
  const remark = figure.remark === null ? '' : small(figure.remark);
  const weight = figure.strong ? 'font-weight:700;' : 'font-weight:600;';
  return (
    `<tr><td valign="top" ${paint(['ink', 'line'], `${cell}padding-right:12px;font-size:14px;line-height:22px;`)}>` +
    `${escapeHtml(figure.label)}${remark}</td>` +
    `<td valign="top" align="right" ${paint([figure.strong ? accent : 'ink', 'line'], `${cell}font-size:15px;line-height:22px;white-space:nowrap;${weight}${FIGURE_TEXT}`)}>` +
    `${escapeHtml(figure.value)}${exact}</td></tr>`
  );
}

function tableHtml(table: TableView): string {
  const cells = (row: readonly CellView[], css: string): string =>
    row
      .map((cell, index) => {
        const numeric = table.numeric[index] === true;
        const side = numeric ? `padding-left:12px;white-space:nowrap;${FIGURE_TEXT}` : BREAK;
        return (
          `<td valign="top" ${numeric ? 'align="right" ' : ''}` +
          `${paint(['ink', 'line'], `padding:9px 0;border-bottom-width:1px;border-bottom-style:solid;font-size:14px;line-height:22px;${side}${css}`)}>` +
          `${escapeHtml(cell.text)}${cell.small === null || cell.small === cell.text ? '' : small(cell.small)}</td>`
        );
      })
      .join('');
  const titles = table.columns
    .map((title, index) => {
      const numeric = table.numeric[index] === true;
      return (
        `<th ${numeric ? 'align="right"' : 'align="left"'} scope="col" ` +
        `${paint(['soft', 'line'], `padding:6px 0;${numeric ? 'padding-left:12px;' : ''}border-bottom-width:2px;border-bottom-style:solid;font-size:12px;line-height:18px;font-weight:600;`)}>` +
        `${escapeHtml(title)}</th>`
      );
    })
    .join('');
  const rows = table.rows.map((row) => `<tr>${cells(row, '')}</tr>`).join('');
  const total = table.total === null ? '' : `<tr>${cells(table.total, 'font-weight:700;')}</tr>`;
  const after = table.after === null ? '' : small(table.after);
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr>${titles}</tr>${rows}${total}</table>${after}`;
}

/** One picture for light and one for dark; programs that know no dark show the first, and its words where they show none. */
function chartHtml({ alt }: ChartView): string {
  const css = 'width:100%;max-width:576px;height:auto;border:0;font-size:14px;line-height:22px;';
  const image = (theme: ChartTheme, display: string): string =>
    `<img src="cid:${CHART_CIDS[theme]}" width="576" alt="${escapeHtml(alt)}" ` +
    `${paint(['ink'], `display:${display};${css}`).replace('class="', `class="chart-${theme} `)}>`;
  return image('light', 'block') + image('dark', 'none');
}

function leadHtml(view: AlertView, accent: ShadeName): string {
  const notes = view.notes
    .map(
      (note) =>
        `<tr><td class="pad" style="padding:16px 32px 0;"><table ${TABLE}><tr><td ${paint(['tint', 'soft'], `padding:10px 14px;font-size:13px;line-height:21px;${BREAK}`)}>` +
        `<strong>${escapeHtml(HEADING_ZH.notes)}</strong>&nbsp; ${escapeHtml(note)}</td></tr></table></td></tr>`,
    )
    .join('');
  return (
    `<tr><td class="pad" style="padding:28px 32px 0;"><table ${TABLE}><tr>` +
    `<td width="4" ${paint([accent], 'width:4px;font-size:0;')}>&nbsp;</td>` +
    `<td ${paint(['ink'], `padding:2px 0 2px 16px;font-size:17px;line-height:29px;${BREAK}`)}>${escapeHtml(view.lead)}</td>` +
    `</tr></table></td></tr>${notes}`
  );
}

function basisHtml(lines: readonly string[]): string {
  const items = lines
    .map(
      (line) =>
        `<tr><td valign="top" width="16" ${paint(['soft'], 'font-size:13px;line-height:21px;padding:3px 0;')}>&#8226;</td>` +
        `<td ${paint(['soft'], `font-size:13px;line-height:21px;padding:3px 0;${BREAK}`)}>${escapeHtml(line)}</td></tr>`,
    )
    .join('');
  return `<table ${TABLE}>${items}</table>`;
}

const linkHtml = ({ text, url }: LinkView): string =>
  `<a href="${escapeHtml(url)}" ${paint(['link', 'line'], 'display:inline-block;margin:0 10px 8px 0;padding:7px 16px;border-width:1px;border-style:solid;border-radius:4px;font-size:14px;line-height:20px;text-decoration:none;')}>${escapeHtml(text)}</a>`;

const linksHtml = (links: readonly LinkView[]): string =>
  links.length === 0
    ? ''
    : `<tr><td class="pad" style="padding:24px 32px 0;">${links.map(linkHtml).join('')}</td></tr>`;

const STYLE =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}' +
  'body{margin:0;padding:0;-webkit-text-size-adjust:100%;text-size-adjust:100%}' +
  'table{border-collapse:collapse}' +
  '@media (max-width:520px){.pad{padding-left:18px!important;padding-right:18px!important}.outer{padding:0!important}}' +
  `@media (prefers-color-scheme:dark){${darkCss()}.chart-light{display:none!important}.chart-dark{display:block!important}}`;

/**
 * htmlOfView writes the HTML part of a mail: tables and inline CSS, no script, and nothing fetched: pictures come with the mail; every text
 * is escaped here.
 */
export function htmlOfView(view: AlertView): string {
  const accent = ACCENTS[view.kind];
  const rows = [
    leadHtml(view, accent.fill),
    view.chart === null ? '' : section(view.chart.heading, chartHtml(view.chart)),
    view.bars === null ? '' : section(view.bars.heading, barsHtml(view.bars.rows, accent.fill)),
    view.figures === null
      ? ''
      : section(
          view.figures.heading,
          `<table ${TABLE}>${view.figures.rows.map((figure) => figureRow(figure, accent.ink)).join('')}</table>`,
        ),
    ...view.tables.map((table) => section(table.heading, tableHtml(table))),
    section(HEADING_ZH.basis, basisHtml(view.basis)),
    linksHtml(view.links),
  ];
  return (
    '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    `<title>${escapeHtml(view.subject)}</title><style>${STYLE}</style></head>` +
    `<body ${paint(['page'], `margin:0;padding:0;${FONT}`)}>` +
    `<table ${TABLE} ${paint(['page'])}><tr><td class="outer" align="center" style="padding:24px 12px;">` +
    `<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" ${paint(['card'], 'width:100%;max-width:640px;text-align:left;')}>` +
    `<tr><td ${paint(['banner'], 'padding:22px 0;')}><table ${TABLE}><tr><td class="pad" style="padding:0 32px;">` +
    `<div ${paint(['bannerSoft'], 'font-size:13px;line-height:20px;')}>${escapeHtml(view.system)}</div>` +
    `<h1 ${paint(['bannerInk'], 'margin:2px 0 0;font-size:22px;line-height:32px;font-weight:700;')}>${escapeHtml(view.title)}</h1>` +
    `</td></tr></table></td></tr>${rows.join('')}` +
    `<tr><td class="pad" style="padding:24px 32px 28px;"><div ${paint(['soft', 'line'], 'padding-top:14px;border-top-width:1px;border-top-style:solid;font-size:12px;line-height:18px;')}>` +
    `${escapeHtml(view.footer)}</div></td></tr></table></td></tr></table></body></html>`
  );
}
