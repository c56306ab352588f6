import { type ChangedFile, type Restatement } from '../../clickhouse/reports';
import { type BusinessDay, EARLIEST, LATEST } from '../../domain/calendar';
import { type Fen, formatYuan, groupYuan } from '../../domain/money';
import { type Context } from '../../operations/context';
import { explainDifference, type ExplainedDifference } from '../../operations/explain-difference';
import { type Io, table } from '../io';
import { salesJson } from '../money';

/** Of which figures it is asked what has changed; of all days, platforms and shops where none is named. */
export interface ChangedFigures {
  readonly day?: BusinessDay;
  readonly platform?: string;
  readonly shop?: string;
}

/** explainSince lists, night by night, what has changed since a report, with the files that came or went. */
export async function explainSince(
  io: Io,
  context: Context,
  since: BusinessDay,
  { day, ...where }: ChangedFigures,
): Promise<boolean> {
  const scope = { from: day ?? EARLIEST, to: day ?? LATEST, ...where };
  const difference = await explainDifference(context, { since, ...scope });
  io.answer(differenceJson(difference), () => differenceText(difference));
  return true;
}

function differenceJson({ report, reported, known, restatements }: ExplainedDifference): unknown {
  return {
    report: { reportedOn: report.reportedOn, at: `${report.at}Z` },
    reported: salesJson(reported),
    known: salesJson(known),
    restatements: restatements.map(({ gross, refunded, ...restatement }) => ({
      ...restatement,
      gross: formatYuan(gross),
      refunded: formatYuan(refunded),
      net: formatYuan(gross - refunded),
    })),
  };
}

function differenceText({ report, reported, known, restatements }: ExplainedDifference): string {
  const header = ['since', 'platform', 'shop', 'paid orders', 'gross yuan', 'refunded yuan', 'net yuan', 'files'];
  const cells = (orders: number, gross: Fen, refunded: Fen): string[] => [
    signedText(String(orders)),
    ...[gross, refunded, gross - refunded].map((amount) => signedText(groupYuan(amount))),
  ];
  const lines = restatements.map((moved) => [
    moved.reportedOn ?? 'not reported',
    moved.platform,
    moved.shop,
    ...cells(moved.paidOrders, moved.gross, moved.refunded),
    filesOf(moved),
  ]);
  const all = cells(
    known.paidOrders - reported.paidOrders,
    known.gross - reported.gross,
    known.refunded - reported.refunded,
  );
  return [
    `reported on ${report.reportedOn} (${report.at.slice(0, 16)} UTC): net ${groupYuan(reported.net)} yuan; known now: net ${groupYuan(known.net)} yuan`,
    '',
    restatements.length === 0
      ? 'nothing has changed since'
      : table(header, [...lines, ['total', '', '', ...all, '']], header.slice(3, 7)),
  ].join('\n');
}

/** Differences carry their sign; "-0" cannot happen. */
const signedText = (text: string): string => (text.startsWith('-') || /^[0.]+$/.test(text) ? text : `+${text}`);

const SHOWN_FILES = 3;

function filesOf({ files }: Restatement): string {
  const shown = files.slice(0, SHOWN_FILES).map(labelOfChange).join('; ');
  return files.length > SHOWN_FILES ? `${shown}; and ${files.length - SHOWN_FILES} more` : shown;
}

const labelOfChange = ({ fileId, path, status }: ChangedFile): string =>
  `${status === 'withdrawn' ? 'withdrawn: ' : ''}${fileId.slice(0, 12)} ${path}`;
