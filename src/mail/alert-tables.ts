import { daysBetween, type BusinessDay } from '../domain/calendar';
import { shareOf, type Fen } from '../domain/money';
import { type PaceReport, type ShopCoverage } from '../domain/pace';
import { type AlertFigures, type CellView, type TableView } from './alert-view';
import { oneLine } from '../domain/text-columns';
import { amountZh, dayZh, exactZh, HEADING_ZH, MISSING_ZH, percentZh } from './zh';

/** A mail must stay readable when hundreds of shops are late: the rest is counted, not listed. */
const MOST_SHOPS_LISTED = 40;

const cell = (text: string, small: string | null = null): CellView => ({ text, small });

/** platformTable lists amounts and shares by platform, the largest first, with their sum; null without any. */
export function platformTable(figures: AlertFigures, asOf: BusinessDay, year: number): TableView | null {
  if (figures.byPlatform.length === 0) return null;
  const total = figures.byPlatform.reduce((sum, row) => sum + row.amount, 0n);
  const line = (name: string, amount: Fen): CellView[] => [
    cell(name),
    cell(amountZh(amount), exactZh(amount)),
    cell(percentZh(shareOf(amount, total))),
  ];
  const sorted = [...figures.byPlatform].sort((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1));
  return {
    heading: HEADING_ZH.platforms(dayZh(asOf, year)),
    columns: [HEADING_ZH.platform, HEADING_ZH.amount, HEADING_ZH.share],
    numeric: [false, true, true],
    rows: sorted.map((row) => line(oneLine(row.platform), row.amount)),
    total: line(HEADING_ZH.total, total),
    after: null,
  };
}

/** missingTable lists the shops whose exports don't reach the requested day; null when all do. */
export function missingTable(report: PaceReport, names: Readonly<Record<string, string>>): TableView | null {
  if (report.waitingFor.length === 0) return null;
  const listed = report.waitingFor.slice(0, MOST_SHOPS_LISTED);
  const year = report.goal.year;
  // Own names only: an id such as `valueOf` must not find what every object inherits.
  const nameOf = (id: string): string => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
  const line = (shop: ShopCoverage): CellView[] => [
    cell(oneLine(shop.shop), oneLine(nameOf(shop.platform))),
    cell(shop.completeTo === null ? MISSING_ZH.never : dayZh(shop.completeTo, year)),
    cell(shop.completeTo === null ? '—' : MISSING_ZH.days(daysBetween(shop.completeTo, report.requestedAsOf))),
  ];
  const hidden = report.waitingFor.length - listed.length;
  return {
    heading: HEADING_ZH.missing,
    columns: [HEADING_ZH.shop, HEADING_ZH.completeTo, HEADING_ZH.late],
    numeric: [false, true, true],
    rows: listed.map(line),
    total: null,
    after: hidden > 0 ? MISSING_ZH.more(hidden) : null,
  };
}
