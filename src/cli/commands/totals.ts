import { goalOf } from '../../clickhouse/goals';
import { readTotals, type TotalsQuestion } from '../../clickhouse/queries/totals';
import { type Report, reportOn } from '../../clickhouse/reports';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type BusinessDay, businessDayAt, EARLIEST, firstDay, LATEST, parseDay, yearOf } from '../../domain/calendar';
import { coverageOfShops } from '../../domain/completeness';
import { type Level, type YearOnYear } from '../../domain/growth';
import { type Dimension, type GoalMeasure, type SalesTotals, type TotalsRow } from '../../domain/measures';
import { formatYuan, groupYuan } from '../../domain/money';
import { lastCompleteDay } from '../../domain/pace';
import { runningTotals } from '../../domain/running';
import { terminal } from '../../errors';
import { compareYears, type YearComparison } from '../../operations/compare-years';
import { type Context } from '../../operations/context';
import { readExpectedShops } from '../../operations/expected-exports';
import { growthTable, type Grouped, totalsTable } from '../../tables/totals-table';
import { type Facts, type Table } from '../../tables/table';
import { type Io, table } from '../io';
import { salesJson, signedPercent, totalsJson } from '../money';
import { writeTable } from '../table-output';
import { knownFilter } from '../known-platform';
import { dimensionsOf, known, type PeriodOptions, periodOf } from '../question';

export interface TotalsOptions extends PeriodOptions {
  readonly by?: string;
  readonly where: readonly string[];
  readonly running?: boolean;
  readonly yearOnYear?: boolean;
  readonly asOf?: string;
  readonly asKnown?: boolean;
  readonly out?: string;
}

/** totals prints sums over all committed files, each order once, by the day of payment. */
export async function totals(io: Io, context: Context, options: TotalsOptions): Promise<boolean> {
  refuseContradictions(options);
  const by = options.running === true ? withDay(dimensionsOf(options.by ?? '')) : dimensionsOf(options.by ?? '');
  const where = await knownFilter(context, options.where);
  // Files that were committed by a command that was cut off before it refreshed the totals count here too.
  await refreshTotals(context.db, context.now);
  const today = businessDayAt(context.now().getTime());
  const report = options.asKnown === true ? await reportKnownOn(context, options.asOf) : null;
  const { from, to } = periodIn(options, today);
  const since = from === EARLIEST ? firstDay(yearOf(today)) : from;
  const until = earlier(to, today);
  const [shops, goal] = await Promise.all([
    readExpectedShops(context, since),
    goalOf(context.db, yearOf(since), { on: today }),
  ]);
  const asOf = lastCompleteDay(coverageOfShops(shops, since, until), until).day;
  const asReported = report === null ? {} : { asReported: { seq: report.seq, at: report.at } };
  const answer: Answer = {
    io,
    by,
    measure: goal.measure,
    asOf,
    report,
    question: { from, to, by, where, ...asReported },
    write: async (made) => {
      if (options.out !== undefined) await writeTable(context, made, options.out);
    },
  };
  if (options.yearOnYear === true) {
    await answerYearOnYear(context, answer);
    return true;
  }
  const { rows, total } = await readTotals(context.db, answer.question);
  const isRunning = options.running === true;
  const shown = isRunning ? runningTotals(rows, by) : rows;
  await answer.write(
    totalsTable(
      { ...groupedOf(answer), isRunning, rows: shown.map((row) => knownRow(row, by)), total },
      factsOf(answer),
    ),
  );
  if (isRunning) answerRunning(answer, rows, total);
  else answerPlain(answer, rows, total);
  return true;
}

/** What every form of the answer is made from. */
interface Answer {
  readonly io: Io;
  readonly by: readonly Dimension[];
  readonly measure: GoalMeasure;
  readonly asOf: BusinessDay | null;
  readonly report: Report | null;
  readonly question: TotalsQuestion;
  /** Writes the answer to the file that was asked for, if any. */
  readonly write: (made: Table) => Promise<void>;
}

const groupedOf = ({ question: { from, to, where }, by }: Answer): Grouped => ({ from, to, by, where: where ?? {} });
const factsOf = ({ measure, asOf, report }: Answer): Facts => ({ measure, asOf, asKnown: report?.reportedOn });
/** What is not known is shown in a file as it is in an answer. */
const knownRow = <Row extends Pick<TotalsRow, 'dimensions'>>(row: Row, by: readonly Dimension[]): Row => ({
  ...row,
  dimensions: named(row, by),
});

function refuseContradictions({ running, yearOnYear, asOf, asKnown, to, from, by = '' }: TotalsOptions): void {
  if (running === true && yearOnYear === true) {
    throw terminal('usage', '--running and --year-on-year do not go together', 'Ask for one of them.');
  }
  if (running === true && by.split(',').some((name) => name.trim() === 'month')) {
    throw terminal('usage', 'running totals go by day, not by month', 'Leave month out of --by.');
  }
  if (asKnown === true && asOf === undefined) {
    throw terminal('usage', '--as-known needs the day of a report', 'Add --as-of, such as --as-of 2026-10-01.');
  }
  if (asOf !== undefined && to !== undefined) {
    throw terminal('usage', '--as-of and --to both say where the period ends', 'Leave one of them out.');
  }
  if (asOf !== undefined && from !== undefined && from > asOf) {
    throw terminal('usage', `the period ends (${asOf}) before it begins (${from})`);
  }
}

/** Up to --as-of, from 1 January of its year unless the period is told; a comparison of years is of this year to date. */
function periodIn(options: TotalsOptions, today: BusinessDay): { from: BusinessDay; to: BusinessDay } {
  const { asOf, year, from, to } = options;
  const end = asOf === undefined ? undefined : parseDay(asOf);
  const untold = year === undefined && from === undefined && to === undefined;
  if (end === undefined && options.yearOnYear === true && untold) return { from: firstDay(yearOf(today)), to: today };
  const period = periodOf(options);
  if (end === undefined) return period;
  return {
    from: period.from === EARLIEST ? firstDay(yearOf(end)) : period.from,
    to: earlier(end, period.to),
  };
}

async function reportKnownOn({ db }: Context, asOf = ''): Promise<Report> {
  const report = await reportOn(db, parseDay(asOf));
  if (report) return report;
  throw terminal(
    'nothing-found',
    `nothing had been reported by ${asOf}`,
    'Each "paceline night" keeps what it reported; ask for the day of one, or leave --as-known out.',
  );
}

const withDay = (by: readonly Dimension[]): Dimension[] => [...by.filter((dimension) => dimension !== 'day'), 'day'];
const earlier = (a: BusinessDay, b: BusinessDay): BusinessDay => (a < b ? a : b);

/** What stands in every answer beside its rows. */
const headOf = ({ measure, asOf, report }: Answer): Record<string, unknown> => ({
  measure,
  asOf,
  ...(report === null ? {} : { asKnown: { reportedOn: report.reportedOn, at: `${report.at}Z` } }),
});

/** The sentences below a table: how far the figures are complete, and when they were said. */
function footOf({ asOf, report }: Answer): string {
  const until =
    asOf === null
      ? 'not one day of this period has been delivered by every known shop'
      : `every known shop has delivered to the end of ${asOf}`;
  return report === null ? until : `as reported on ${report.reportedOn} (${report.at.slice(0, 16)} UTC); now, ${until}`;
}

const valuesOf = ({ dimensions }: Pick<TotalsRow, 'dimensions'>, by: readonly Dimension[]): string[] =>
  by.map((dimension) => known(dimensions[dimension]));
const named = ({ dimensions }: Pick<TotalsRow, 'dimensions'>, by: readonly Dimension[]): Record<string, string> =>
  Object.fromEntries(by.map((dimension) => [dimension, known(dimensions[dimension])]));

/** The cells before the figures of the last line. */
const totalCells = (by: readonly Dimension[]): string[] => by.map((_, index) => (index === 0 ? 'total' : ''));

const MONEY = ['gross', 'shipping', 'subsidy', 'booked', 'refunded', 'net'] as const;

function answerPlain(answer: Answer, rows: readonly TotalsRow[], total: SalesTotals): void {
  const { io, by } = answer;
  const document = { ...headOf(answer), rows: rows.map((row) => ({ ...named(row, by), ...salesJson(row.totals) })) };
  io.answer({ ...document, total: salesJson(total) }, () => {
    const header = [...by, 'shops', 'paid orders', 'quantity', ...MONEY.flatMap(moneyHeads)];
    const lines = rows.map((row) => [...valuesOf(row, by), ...figures(row.totals)]);
    const last = [...totalCells(by), ...figures(total)];
    return `${table(header, [...lines, last], header.slice(by.length))}\n\n${footOf(answer)}`;
  });
}

/** Refunds that are assumed stand beside all refunds. */
const moneyHeads = (name: (typeof MONEY)[number]): string[] =>
  name === 'refunded' ? ['refunded yuan', 'of it assumed'] : [`${name} yuan`];

const figures = (totals: SalesTotals): string[] => [
  String(totals.shopsSelling),
  String(totals.paidOrders),
  String(totals.quantity),
  ...MONEY.flatMap((name) =>
    name === 'refunded' ? [groupYuan(totals.refunded), groupYuan(totals.refundedAssumed)] : [groupYuan(totals[name])],
  ),
];

function answerRunning(answer: Answer, rows: readonly TotalsRow[], total: SalesTotals): void {
  const { io, by } = answer;
  const running = runningTotals(rows, by);
  io.answer(
    {
      ...headOf(answer),
      rows: running.map((row) => ({ ...named(row, by), ...salesJson(row.totals), running: totalsJson(row.running) })),
      total: salesJson(total),
    },
    () => {
      const header = [...by, 'gross yuan', 'net yuan', 'gross so far', 'net so far', 'paid orders so far'];
      const lines = running.map((row) => [
        ...valuesOf(row, by),
        ...[row.totals.gross, row.totals.net, row.running.gross, row.running.net].map(groupYuan),
        String(row.running.paidOrders),
      ]);
      return `${table(header, lines, header.slice(by.length))}\n\n${footOf(answer)}`;
    },
  );
}

async function answerYearOnYear(context: Context, answer: Answer): Promise<void> {
  const { io, by, asOf, measure } = answer;
  if (asOf === null || asOf < answer.question.from) {
    throw terminal(
      'nothing-found',
      'no day of the period is complete yet, so there is nothing to compare',
      'Load exports of this year and of the one before.',
    );
  }
  // Days that only some shops have delivered would read as a fall.
  const question = { ...answer.question, to: earlier(answer.question.to, asOf) };
  if (question.to === LATEST || question.from === EARLIEST) {
    throw terminal('usage', 'all time has no year before it', 'Name a --year or the days.');
  }
  const comparison = await compareYears(context, question, measure);
  const { from, to } = question;
  const { before, rows, total, comparableShops } = comparison;
  await answer.write(
    growthTable(
      { ...groupedOf({ ...answer, question }), rows: rows.map((row) => knownRow(row, by)), total },
      factsOf(answer),
    ),
  );
  io.answer(
    {
      ...headOf(answer),
      period: { from, to },
      before,
      comparableShops,
      rows: rows.map((row) => ({ ...named(row, by), ...yearOnYearJson(row) })),
      total: yearOnYearJson(total),
    },
    () => yearOnYearText(answer, { from, to }, comparison),
  );
}

const levelJson = ({ now, before, growth }: Level): unknown => ({
  now: formatYuan(now),
  before: formatYuan(before),
  growth,
});
const yearOnYearJson = ({ level, comparable }: YearOnYear): Record<string, unknown> => ({
  level: levelJson(level),
  comparable: levelJson(comparable),
});

function yearOnYearText(
  answer: Answer,
  { from, to }: { from: string; to: string },
  { before, rows, total, comparableShops }: YearComparison,
): string {
  const { by, measure } = answer;
  const levelCells = ({ now, before: then, growth }: Level): string[] => [
    groupYuan(now),
    groupYuan(then),
    growth === null ? '-' : signedPercent(growth),
  ];
  const cells = ({ level, comparable }: YearOnYear): string[] => [...levelCells(level), ...levelCells(comparable)];
  const header = [
    ...by,
    `${measure} yuan`,
    'year before',
    'growth',
    `${measure}, same shops`,
    'before, same shops',
    'comparable',
  ];
  return [
    `${from} to ${to} against ${before.from} to ${before.to}`,
    '',
    table(
      header,
      [...rows.map((row) => [...valuesOf(row, by), ...cells(row)]), [...totalCells(by), ...cells(total)]],
      header.slice(by.length),
    ),
    '',
    `comparable: the ${comparableShops} shops that sold something in both periods; ${footOf(answer)}`,
  ].join('\n');
}
