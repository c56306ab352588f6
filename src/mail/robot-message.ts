import { type Alert } from '../domain/alert';
import { type AlertFigures, type CellView, type TableView } from './alert-view';
import { type RobotMessage } from './robot';
import { viewOfAlert } from './view-of-alert';
import { besideZh, ROBOT_ZH } from './zh';

/** WeCom takes 4,096 bytes, DingTalk more; what is longer ends with a hint. */
const MOST_BYTES = 4_000;

/**
 * composeRobotMessage writes the message of an alert for a group robot, in the Markdown that DingTalk and WeCom have in
 * common: the first sentence, the figures that matter, the tables as lists.
 */
export function composeRobotMessage(alert: Alert, figures: AlertFigures): RobotMessage {
  const view = viewOfAlert(alert, figures);
  const strong = (view.figures?.rows ?? []).filter((figure) => figure.strong);
  const lines = [
    `### ${plain(view.subject)}`,
    '',
    plain(view.lead),
    ...view.notes.map((note) => `> ${plain(note)}`),
    '',
    ...strong.map(({ label, value }) => `- ${plain(label)}：**${plain(value)}**`),
    ...view.tables.flatMap(tableLines),
    '',
    ...view.links.map(({ text, url }) => `- [${plain(text)}](${url})`),
    plain(view.footer),
  ];
  return { title: view.subject, markdown: cut(lines) };
}

function tableLines({ heading, rows, total, after }: TableView): string[] {
  const line = (row: readonly CellView[], mark: string): string => {
    const [first, ...rest] = row.map(({ text, small }) => plain(small === null ? text : text + besideZh(small)));
    return `- ${mark}${first ?? ''}${mark}：${rest.join('，')}`;
  };
  return [
    '',
    `**${plain(heading)}**`,
    '',
    ...rows.map((row) => line(row, '')),
    ...(total === null ? [] : [line(total, '**')]),
    ...(after === null ? [] : [plain(after)]),
  ];
}

/** Names come from files: none may become a link, a heading, or somebody who is called. Such marks are written wide. */
const plain = (text: string): string =>
  text.replace(/[*_`~[\]()<>#@!|\\]/g, (mark) => String.fromCodePoint(mark.charCodeAt(0) + WIDE_FORMS));
/** From a sign of ASCII to its wide form (U+FF01 on). */
const WIDE_FORMS = 0xfee0;

function cut(lines: readonly string[]): string {
  const kept: string[] = [];
  let bytes = Buffer.byteLength(ROBOT_ZH.more) + 1;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) return [...kept, ROBOT_ZH.more].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}
