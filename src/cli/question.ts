import { type BusinessDay, EARLIEST, firstDay, lastDay, LATEST, parseDay } from '../domain/calendar';
import { type Dimension, type DimensionFilter, DIMENSIONS } from '../domain/measures';
import { type GoalScope, SCOPE_DIMENSIONS } from '../domain/goal';
import { LEAGUES, leagueNamed } from '../domain/leagues';
import { terminal } from '../errors';
import { platformIdOf } from '../platforms/registry';

/** What names days on a command line. */
export interface PeriodOptions {
  readonly year?: string;
  readonly from?: string;
  readonly to?: string;
}

/** periodOf reads a period from a command line; without any of its options it is all time. @throws PipelineError `usage` */
export function periodOf({ year, from, to }: PeriodOptions): { from: BusinessDay; to: BusinessDay } {
  if (year !== undefined && (from !== undefined || to !== undefined)) {
    throw terminal('usage', '--year is a period by itself', 'Leave it out, or --from and --to.');
  }
  const wholeYear = year === undefined ? null : yearArgument(year);
  const period = {
    from: from === undefined ? (wholeYear === null ? EARLIEST : firstDay(wholeYear)) : parseDay(from),
    to: to === undefined ? (wholeYear === null ? LATEST : lastDay(wholeYear)) : parseDay(to),
  };
  if (period.from <= period.to) return period;
  throw terminal('usage', `the period ends (${period.to}) before it begins (${period.from})`);
}

/** yearArgument takes a year from the command line. @throws PipelineError `usage` */
export function yearArgument(text: string): number {
  if (/^(19[7-9]\d|20\d\d|21[0-4]\d)$/.test(text)) return Number(text);
  throw terminal('usage', `"${text}" is not a year`, 'Write it like 2026.');
}

/** dimensionsOf reads a list of dimensions, separated by commas. @throws PipelineError `usage` */
export function dimensionsOf(by: string): Dimension[] {
  const names = by
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...new Set(names)].map(dimensionNamed);
}

function dimensionNamed(name: string): Dimension {
  const dimension = DIMENSIONS.find((known) => known === name);
  if (dimension) return dimension;
  throw terminal('usage', `totals cannot be grouped by "${name}"`, `Choose from ${DIMENSIONS.join(', ')}.`);
}

/** UNKNOWN stands for what is not known, in tables, answers and filters. */
export const UNKNOWN = 'unknown';

/** known shows a value of a dimension: what is not known is shown with its amount, never left out. */
export const known = (value = ''): string => (value === '' ? UNKNOWN : value);

/** filterOf reads `dimension=value` conditions, all of which must hold. @throws PipelineError `usage` */
export function filterOf(conditions: readonly string[]): DimensionFilter {
  const filter: Partial<Record<Dimension, string>> = {};
  for (const condition of conditions) {
    const [, name = '', text = ''] = /^\s*([a-z-]+)\s*=\s*(.*?)\s*$/.exec(condition) ?? [];
    if (name === '' || text === '') {
      throw terminal('usage', `"${condition}" is not a condition`, 'Write it like league=包头市 or brand=unknown.');
    }
    const dimension = dimensionNamed(name);
    if (filter[dimension] !== undefined) throw terminal('usage', `${dimension} can have one value only`);
    filter[dimension] = text === UNKNOWN ? '' : valueOf(dimension, text);
  }
  return filter;
}

/** Names that people know beside the one that is stored. */
function valueOf(dimension: Dimension, text: string): string {
  if (dimension === 'league') return leagueNamed(text) ?? text;
  if (dimension === 'platform') return platformIdOf(text) ?? text;
  return text;
}

/**
 * scopeOf reads the scope of a goal of a year: `region`, or `dimension=value` separated by commas.
 * @throws PipelineError `usage`
 */
export function scopeOf(text: string, year: number): GoalScope {
  if (text.trim() === 'region') return {};
  const filter = filterOf(text.split(','));
  for (const [dimension, value] of Object.entries(filter)) {
    const wrong = scopeFault(dimension, value ?? '', year);
    if (wrong !== null) throw terminal('usage', `a goal cannot be for ${dimension}=${known(value)}`, wrong);
  }
  const month = filter.month === undefined ? {} : { month: monthIn(filter.month, year) ?? '' };
  return { ...filter, ...month };
}

/** What is wrong with one part of a scope; null when nothing is. */
function scopeFault(dimension: string, value: string, year: number): string | null {
  if (!SCOPE_DIMENSIONS.some((known) => known === dimension)) return `Choose from ${SCOPE_DIMENSIONS.join(', ')}.`;
  if (value === '') return 'What is unknown has no goal.';
  if (dimension === 'league' && leagueNamed(value) === null) return `Choose from ${LEAGUES.join('、')}.`;
  if (dimension === 'platform' && platformIdOf(value) === null)
    return 'Write the id or the Chinese name of a platform.';
  if (dimension === 'month' && monthIn(value, year) === null) return `Write a month of ${year} like ${year}-06 or 6.`;
  return null;
}

/** A month of a year as it is stored, from `6`, `06` or `2026-06`. */
function monthIn(text: string, year: number): string | null {
  const [, inYear, month = ''] = /^(?:(\d{4})-)?(0?[1-9]|1[0-2])$/.exec(text) ?? [];
  if (month === '' || (inYear !== undefined && Number(inYear) !== year)) return null;
  return `${year}-${month.padStart(2, '0')}`;
}
