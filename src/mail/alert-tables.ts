import { daysBetween, type BusinessDay } from '../domain/calendar';
import { shareOf, type Fen } from '../domain/money';
import { type PaceReport, type ShopCoverage } from '../domain/pace';
import { oneLine } from '../domain/text-columns';
import { projectedGapOf } from './alert-figures';
import { type AlertFigures, type CellView, type PartFigure, type TableView } from './alert-view';
import { platformNamed, scopeOf } from './pace-words';
import {
  amountZh,
  dayZh,
  exactZh,
  HEADING_ZH,
  MISSING_ZH,
  PARTS_ZH,
  percentZh,
  STATE_ZH,
  TABLE_ZH,
  versusZh,
} from './zh';

/** A mail must stay readable when hundreds of shops are late: the rest is counted, not listed. */
const MOST_SHOPS_LISTED = 40;
const MOST_GOALS_LISTED = 40;

const cell = (text: string, small: string | null = null): CellView => ({ text, small });

/** A table of parts says which parts, and to which day. */
interface PartsQuestion {
  readonly part: keyof typeof PARTS_ZH;
  readonly asOf: BusinessDay;
  readonly year: number;
  /** Of a report: 周, 月 or 年. */
  readonly unit?: string | undefined;
}

/** figuresTables are the tables of a pace or a report: by platform, by league, the goals below, and who is late. */
export function figuresTables(
  figures: AlertFigures,
  report: PaceReport,
  asOf: BusinessDay,
  unit?: string,
): TableView[] {
  const { year } = report.goal;
  const names = figures.platformNames ?? {};
  return [
    partsTable(figures.byPlatform, { part: 'platform', asOf, year, unit }),
    partsTable(figures.byLeague, { part: 'league', asOf, year, unit }),
    goalsTable(figures.goals, names),
    missingTable(report, names),
  ].filter((table) => table !== null);
}

/**
 * partsTable lists amounts by part with their sum: what makes the year fall short most at the top where that is known, else
 * the largest first; in a report the amounts of its period beside those of the year. Null where nothing is known of any.
 */
function partsTable(parts: readonly PartFigure[], { part, asOf, year, unit }: PartsQuestion): TableView | null {
  const { heading, column, unknown } = PARTS_ZH[part];
  if (parts.every(({ name }) => name === '')) return null;
  const total = sumOf(parts.map(({ amount }) => amount));
  const gaps = parts.flatMap(({ gap }) => gap ?? []);
  const gapsKnown = gaps.length === parts.length;
  const inPeriod = unit === undefined ? null : sumOf(parts.map((row) => row.inPeriod ?? 0n));
  const line = (name: string, amount: Fen, period: Fen | null, gap: Fen | null): CellView[] => [
    cell(name),
    ...(period === null ? [] : [cell(amountZh(period), exactZh(period))]),
    cell(amountZh(amount), exactZh(amount)),
    cell(percentZh(shareOf(amount, total))),
    ...(gap === null ? [] : [cell(versusZh(gap))]),
  ];
  const rank = ({ amount, gap }: PartFigure): Fen => (gapsKnown ? (gap ?? 0n) : -amount);
  const sorted = [...parts].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1));
  const columns = [
    column,
    ...(unit === undefined ? [] : [HEADING_ZH.inPeriod(unit)]),
    unit === undefined ? HEADING_ZH.amount : HEADING_ZH.sinceJanuary,
    HEADING_ZH.share,
    ...(gapsKnown ? [HEADING_ZH.contribution] : []),
  ];
  return {
    heading: heading(dayZh(asOf, year)),
    columns,
    numeric: columns.map((_, index) => index > 0),
    rows: sorted.map((row) =>
      line(
        oneLine(row.name) || unknown,
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

/** goalsTable lists where the goals stand that one is divided into, each to its own last complete day; null without any. */
function goalsTable(goals: readonly PaceReport[], names: Readonly<Record<string, string>>): TableView | null {
  if (goals.length === 0) return null;
  const listed = goals.slice(0, MOST_GOALS_LISTED);
  return {
    heading: HEADING_ZH.goals,
    columns: [HEADING_ZH.goal, HEADING_ZH.goalAmount, HEADING_ZH.done, HEADING_ZH.projectedGap],
    numeric: [false, true, true, true],
    rows: listed.map((report) => {
      const { goal, actual, state } = report;
      // What cannot be judged is not projected either.
      const gap = state === 'no-data' ? null : projectedGapOf(report);
      return [
        cell(scopeOf(goal.scope, names), STATE_ZH[state]),
        cell(amountZh(goal.amount)),
        cell(amountZh(actual), percentZh(shareOf(actual, goal.amount))),
        cell(gap === null ? '—' : versusZh(gap)),
      ];
    }),
    total: null,
    after: goals.length > listed.length ? TABLE_ZH.moreGoals(goals.length - listed.length) : null,
  };
}

/** missingTable lists the shops whose exports don't reach the requested day; null when all do. */
function missingTable(report: PaceReport, names: Readonly<Record<string, string>>): TableView | null {
  if (report.waitingFor.length === 0) return null;
  const listed = report.waitingFor.slice(0, MOST_SHOPS_LISTED);
  const year = report.goal.year;
  const line = (shop: ShopCoverage): CellView[] => [
    cell(oneLine(shop.shop), platformNamed(shop.platform, names)),
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
