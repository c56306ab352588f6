import { type History } from '../domain/backtest-subjects';
import { isBusinessDay } from '../domain/calendar';
import { type Fen } from '../domain/money';
import { type PipelineError, terminal } from '../errors';
import { readSmallTable, type TableRow as Row } from './small-table';

/** Amounts may have up to six decimals; they are kept as whole millionths of the file's unit. */
const DECIMALS = 6;
const AMOUNT = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;

/**
 * readHistory reads a csv of past sales for a backtest: columns `day,amount`, or `year,month` and one whose name begins
 * with `cumulative`; other columns are left alone. Money is exact, in whatever unit the file has: only shares of a year
 * are worked out from it.
 * @throws PipelineError `file-unreadable`, `file-empty`, `file-not-a-table`, with line and column of what is wrong
 */
export async function readHistory(path: string): Promise<History> {
  const { header, rows } = await readSmallTable(path, 'Give it a header and a line for each day or month.');
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  const [day, amount] = ['day', 'amount'].map((name) => names.indexOf(name));
  const [year, month] = ['year', 'month'].map((name) => names.indexOf(name));
  const cumulative = names.findIndex((name) => name.startsWith('cumulative'));
  const column = (index: number | undefined): Column => ({ index: index ?? -1, name: names[index ?? -1] ?? '' });
  if (has(day) && has(amount)) return readDays(path, rows, column(day), column(amount));
  if (has(year) && has(month) && has(cumulative)) {
    return readMonths(path, rows, column(year), column(month), column(cumulative));
  }
  throw terminal(
    'file-not-a-table',
    `${path}, line ${header.line}: the columns ${names.map((name) => `"${name}"`).join(', ')} are not those of a history`,
    'Write the columns "day" and "amount", or "year", "month" and one whose name begins with "cumulative".',
    { path },
  );
}

const has = (index: number | undefined): boolean => index !== undefined && index >= 0;

interface Column {
  readonly index: number;
  readonly name: string;
}

function wrong(path: string, { line }: Row, { name }: Column, cell: string, advice: string): PipelineError {
  const what = cell === '' ? 'nothing stands here' : `"${cell}" cannot stand here`;
  return terminal('file-not-a-table', `${path}, line ${line}, column "${name}": ${what}`, advice, {
    path,
    line,
    column: name,
  });
}

const cellOf = ({ cells }: Row, { index }: Column): string => (cells[index] ?? '').trim();

function amountOf(path: string, row: Row, column: Column): Fen {
  const parts = AMOUNT.exec(cellOf(row, column));
  if (!parts) throw wrong(path, row, column, cellOf(row, column), 'Write an amount like 1234.56, without separators.');
  const size = BigInt((parts[2] ?? '') + (parts[3] ?? '').padEnd(DECIMALS, '0'));
  return parts[1] === '-' ? -size : size;
}

function readDays(path: string, rows: readonly Row[], day: Column, amount: Column): History {
  const days = new Map<string, Fen>();
  for (const row of rows) {
    const cell = cellOf(row, day);
    if (!isBusinessDay(cell)) throw wrong(path, row, day, cell, 'Write a day like 2025-11-11.');
    if (days.has(cell)) throw wrong(path, row, day, cell, 'Write each day once.');
    days.set(cell, amountOf(path, row, amount));
  }
  return { kind: 'daily', days };
}

function readMonths(path: string, rows: readonly Row[], year: Column, month: Column, amount: Column): History {
  const years = new Map<number, Map<number, Fen>>();
  for (const row of rows) {
    const [inYear, inMonth] = [cellOf(row, year), cellOf(row, month)];
    if (!/^(19|20|21)\d{2}$/.test(inYear)) throw wrong(path, row, year, inYear, 'Write a year like 2025.');
    if (!/^(0?[1-9]|1[0-2])$/.test(inMonth)) throw wrong(path, row, month, inMonth, 'Write a month from 1 to 12.');
    const months = years.get(Number(inYear)) ?? new Map<number, Fen>();
    if (months.has(Number(inMonth))) throw wrong(path, row, month, inMonth, 'Write each month once.');
    const done = amountOf(path, row, amount);
    if (done <= 0n) throw wrong(path, row, amount, cellOf(row, amount), 'A year so far must be more than nothing.');
    refuseFall(path, row, amount, months, Number(inMonth), done);
    years.set(Number(inYear), months.set(Number(inMonth), done));
  }
  return { kind: 'monthly', years };
}

/** What is cumulative from 1 January never falls within a year; where it does, the column is something else. */
function refuseFall(path: string, row: Row, column: Column, months: Map<number, Fen>, month: number, done: Fen): void {
  const falls = [...months].some(([other, amount]) => (other < month ? amount >= done : amount <= done));
  if (!falls) return;
  throw wrong(path, row, column, cellOf(row, column), 'It must rise from month to month: the sum since 1 January.');
}
