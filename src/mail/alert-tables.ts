import { daysBetween, type BusinessDay } from '../domain/calendar';
import { shareOf, type Fen } from '../domain/money';
import { type PaceReport, type ShopCoverage } from '../domain/pace';
import { type AlertFigures, type CellView, type PlatformFigure, type TableView } from './alert-view';
import { oneLine } from '../domain/text-columns';
import { amountZh, dayZh, exactZh, HEADING_ZH, MISSING_ZH, percentZh, TABLE_ZH, versusZh } from './zh';

/** A mail must stay readable when hundreds of shops are late: the rest is counted, not listed. */
const MOST_SHOPS_LISTED = 40;

const cell = (text: string, small: string | null = null): CellView => ({ text, small });

/**
 * platformTable lists amounts by platform with their sum: what makes the year fall short most at the top where that is
 * known, else the largest first; in a report the amounts of its period (`unit`: 周, 月, 年) beside those of the year. Null without any.
 */
export function platformTable(figures: AlertFigures, asOf: BusinessDay, year: number, unit?: string): TableView | null {
  const { byPlatform } = figures;
  if (byPlatform.length === 0) return null;
  const total = sumOf(byPlatform.map(({ amount }) => amount));
  const gaps = byPlatform.flatMap(({ gap }) => gap ?? []);
  const gapsKnown = gaps.length === byPlatform.length;
  const inPeriod = unit === undefined ? null : sumOf(byPlatform.map((row) => row.inPeriod ?? 0n));
  const line = (name: string, amount: Fen, period: Fen | null, gap: Fen | null): CellView[] => [
    cell(name),
    ...(period === null ? [] : [cell(amountZh(period), exactZh(period))]),
    cell(amountZh(amount), exactZh(amount)),
    cell(percentZh(shareOf(amount, total))),
    ...(gap === null ? [] : [cell(versusZh(gap))]),
  ];
  const rank = ({ amount, gap }: PlatformFigure): Fen => (gapsKnown ? (gap ?? 0n) : -amount);
  const sorted = [...byPlatform].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1));
  const columns = [
    HEADING_ZH.platform,
    ...(unit === undefined ? [] : [HEADING_ZH.inPeriod(unit)]),
    unit === undefined ? HEADING_ZH.amount : HEADING_ZH.sinceJanuary,
    HEADING_ZH.share,
    ...(gapsKnown ? [HEADING_ZH.contribution] : []),
  ];
  return {
    heading: HEADING_ZH.platforms(dayZh(asOf, year)),
    columns,
    numeric: columns.map((_, index) => index > 0),
    rows: sorted.map((row) =>
      line(
        oneLine(row.platform),
        row.amount,
        inPeriod === null ? null : (row.inPeriod ?? 0n),
        gapsKnown ? (row.gap ?? 0n) : null,
      ),
    ),
    total: line(HEADING_ZH.total, total, inPeriod, gapsKnown ? sumOf(gaps) : null),
    after: gapsKnown ? TABLE_ZH.contribution : null,
  };
}

const sumOf = (amounts: readonly Fen[]): Fen => amounts.reduce((sum, amount) => sum + amount, 0n);

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
