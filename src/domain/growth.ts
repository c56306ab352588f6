import { type BusinessDay, yearEarlier } from './calendar';
import { type Dimension, type GoalMeasure, type SalesTotals, type TotalsRow } from './measures';
import { type Fen, shareOf } from './money';

/** Level is a measure in a period and in the same days of the year before. */
export interface Level {
  readonly now: Fen;
  readonly before: Fen;
  /** Growth as a share (0.05 is 5 %); null where there was nothing before. */
  readonly growth: number | null;
}

/** YearOnYear is the plain level, which moves when shops begin or cease to report, beside that of the shops of both years. */
export interface YearOnYear {
  readonly level: Level;
  /** Only shops that sold something in both periods. */
  readonly comparable: Level;
}

/** One line of a comparison, by the dimensions of the later year. */
export interface YearOnYearRow extends YearOnYear {
  readonly dimensions: TotalsRow['dimensions'];
}

/** The same question answered four times. */
export interface FourAnswers<Answer> {
  readonly now: Answer;
  readonly before: Answer;
  readonly comparableNow: Answer;
  readonly comparableBefore: Answer;
}

/** levelOf compares two amounts. */
export function levelOf(now: Fen, before: Fen): Level {
  return { now, before, growth: before <= 0n ? null : shareOf(now - before, before) };
}

/**
 * yearOnYearRows puts the four answers side by side: a line for each combination of dimensions that occurs in either year,
 * with months and days of the year before under those of the later one.
 */
export function yearOnYearRows(
  answers: FourAnswers<readonly TotalsRow[]>,
  measure: GoalMeasure,
  year: number,
): YearOnYearRow[] {
  const lines = new Map<string, { dimensions: TotalsRow['dimensions']; amounts: Record<keyof typeof answers, Fen> }>();
  for (const side of ['now', 'before', 'comparableNow', 'comparableBefore'] as const) {
    for (const row of answers[side]) {
      const dimensions =
        side === 'before' || side === 'comparableBefore' ? inYear(row.dimensions, year) : row.dimensions;
      const key = JSON.stringify(Object.values(dimensions));
      const line = lines.get(key) ?? {
        dimensions,
        amounts: { now: 0n, before: 0n, comparableNow: 0n, comparableBefore: 0n },
      };
      // A 29 February adds to the 28th, so that nothing is left out.
      line.amounts[side] += row.totals[measure];
      lines.set(key, line);
    }
  }
  return [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { dimensions, amounts }]) => ({
      dimensions,
      level: levelOf(amounts.now, amounts.before),
      comparable: levelOf(amounts.comparableNow, amounts.comparableBefore),
    }));
}

/** yearOnYearTotal compares the totals. */
export function yearOnYearTotal(totals: FourAnswers<SalesTotals>, measure: GoalMeasure): YearOnYear {
  return {
    level: levelOf(totals.now[measure], totals.before[measure]),
    comparable: levelOf(totals.comparableNow[measure], totals.comparableBefore[measure]),
  };
}

function inYear(dimensions: TotalsRow['dimensions'], year: number): TotalsRow['dimensions'] {
  const moved: Partial<Record<Dimension, string>> = { ...dimensions };
  if (dimensions.month !== undefined) moved.month = `${year}${dimensions.month.slice(4)}`;
  if (dimensions.day !== undefined) moved.day = inYearDay(dimensions.day, year);
  return moved;
}

function inYearDay(day: BusinessDay, year: number): BusinessDay {
  const leapless = yearEarlier(day).slice(5);
  return `${year}-${leapless}`;
}
