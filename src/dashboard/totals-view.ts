import { DIMENSIONS, type Dimension, GOAL_MEASURES, type GoalMeasure } from '../domain/measures';
import { query } from './api';
import { type Route } from './route';

/** MEASURES are what a table of totals shows, in its order. */
export const MEASURES = [
  'net',
  'gross',
  'refunded',
  'booked',
  'shipping',
  'subsidy',
  'paidOrders',
  'quantity',
] as const;
export type Measure = (typeof MEASURES)[number];

/** What is shown of the rows: their sums, the sums from the first day on, or the growth over the year before. */
export const SHOWS = ['plain', 'running', 'growth'] as const;
export type Show = (typeof SHOWS)[number];

/** View is all that the page of totals shows; its link reproduces it. */
export interface View {
  /** A year, `all`, or days from and to (either may be blank). */
  readonly period: string | { readonly from: string; readonly to: string };
  readonly by: readonly Dimension[];
  readonly where: Readonly<Partial<Record<Dimension, string>>>;
  readonly measure: Measure;
  readonly show: Show;
  /** The day on which it was reported so; blank: as it is known now. */
  readonly known: string;
}

/** What one looks at within a value of a dimension; within any other: platforms, shops, months. */
const WITHIN: Readonly<Partial<Record<Dimension, readonly Dimension[]>>> = {
  platform: ['shop', 'month', 'day'],
  shop: ['month', 'day', 'platform'],
  month: ['day', 'platform', 'shop'],
  day: ['platform', 'shop', 'province'],
};

/** viewOf reads a view from an address; what it does not say is that of `usual`. */
export function viewOf(
  { query: asked }: Pick<Route, 'query'>,
  usual: { readonly year: string; readonly measure: Measure },
): View {
  const { from = '', to = '', year = usual.year, by = 'platform', measure, show, known = '' } = asked;
  const names = by.split(',');
  return {
    period: from !== '' || to !== '' ? { from, to } : year,
    by: DIMENSIONS.filter((name) => names.includes(name)),
    where: Object.fromEntries(
      DIMENSIONS.flatMap((name) => {
        const value = asked[name];
        return value === undefined || value === '' ? [] : [[name, value]];
      }),
    ),
    measure: MEASURES.find((name) => name === measure) ?? usual.measure,
    show: SHOWS.find((each) => each === show) ?? 'plain',
    known,
  };
}

const periodParameters = ({ period }: View): Record<string, string> =>
  typeof period === 'string' ? { year: period } : { ...period };

/** parametersOf writes a view into an address. */
export function parametersOf(view: View): Record<string, string> {
  const { by, where, measure, show, known } = view;
  return {
    ...periodParameters(view),
    by: by.length === 0 ? 'none' : by.join(','),
    ...where,
    measure,
    ...(show === 'plain' ? {} : { show }),
    ...(known === '' ? {} : { known }),
  };
}

/** goalMeasureOf is the measure of a view where only those count in which goals are set. */
export const goalMeasureOf = ({ measure }: View): GoalMeasure =>
  GOAL_MEASURES.find((name) => name === measure) ?? 'net';

/** groupsOf are the dimensions of a view's rows: what runs on runs by day. */
export const groupsOf = ({ by, show }: View): readonly Dimension[] =>
  show === 'running' ? DIMENSIONS.filter((name) => name === 'day' || (name !== 'month' && by.includes(name))) : by;

/** questionOf is what is asked of the API for a view. */
export function questionOf(view: View): string {
  const period = periodParameters(view);
  if (period['year'] === 'all') delete period['year'];
  const asked = { ...period, by: groupsOf(view).join(','), ...view.where, asKnown: view.known };
  if (view.show === 'growth') return query('/growth', { ...asked, measure: goalMeasureOf(view) });
  return query('/totals', { ...asked, ...(view.show === 'running' ? { running: 'true' } : {}) });
}

/** drilled is the view within one value of a dimension. */
export function drilled(view: View, dimension: Dimension, value: string): View {
  const where = { ...view.where, [dimension]: value };
  const left = view.by.filter((name) => name !== dimension);
  const next = (WITHIN[dimension] ?? ['platform', 'shop', 'month']).find((name) => where[name] === undefined);
  return { ...view, where, by: left.length > 0 || next === undefined ? left : [next] };
}

/** without is the view without one of its filters. */
export function without(view: View, dimension: Dimension): View {
  const where = Object.fromEntries(Object.entries(view.where).filter(([name]) => name !== dimension));
  return { ...view, where };
}
