import { eachDay } from '../domain/calendar';
import { type Dimension } from '../domain/measures';
import { formatYuan, parseYuan } from '../domain/money';
import { type GrowthRow, type TotalsRowOnWire } from './answers';
import { type Drawing, type Palette, type Stroke } from './drawing';
import { axisAmount, countText, dayText, exactAmount } from './format';
import { valueName } from './parts';
import { language, t } from './settings';
import { groupsOf, type View } from './totals-view';

const MOST_SERIES = 8;
const MOST_BARS = 24;

/** Sums are kept exact: fen, or a count. */
type Sums = Map<string, bigint>;

/** drawTotals draws the rows of a view: over time where they have one, else a bar for each group. Null: nothing to draw. */
export function drawTotals(rows: readonly TotalsRowOnWire[], view: View, palette: Palette): Drawing | null {
  if (rows.length === 0 || groupsOf(view).length === 0) return null;
  const by = groupsOf(view);
  const time = by.includes('day') ? 'day' : by.includes('month') ? 'month' : null;
  return time === null ? drawGroups(rows, view, palette) : drawTime(rows, view, time, palette);
}

const isCount = ({ measure }: View): boolean => measure === 'paidOrders' || measure === 'quantity';

function amountOf({ totals, running }: TotalsRowOnWire, { measure }: View): bigint {
  const value = (running ?? totals)[measure];
  return typeof value === 'number' ? BigInt(value) : parseYuan(value);
}

const coordinate = (sum: bigint, view: View): number => (isCount(view) ? Number(sum) : Number(formatYuan(sum)));
const said = (sum: bigint, view: View): string =>
  isCount(view) ? countText(Number(sum)) : exactAmount(formatYuan(sum), language.value);

const groupName = ({ dimensions }: Pick<TotalsRowOnWire, 'dimensions'>, by: readonly Dimension[]): string =>
  by.map((name) => valueName(name, dimensions[name] ?? '')).join(' · ');

function add(sums: Sums, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

/** The largest first. */
const ranked = (sums: Sums): string[] =>
  [...sums].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).map(([key]) => key);

function drawGroups(rows: readonly TotalsRowOnWire[], view: View, palette: Palette): Drawing {
  const sums: Sums = new Map();
  for (const row of rows) add(sums, groupName(row, view.by), amountOf(row, view));
  const names = ranked(sums);
  const shown = names.slice(0, names.length > MOST_BARS ? MOST_BARS - 1 : MOST_BARS);
  if (shown.length < names.length) {
    for (const name of names.slice(shown.length)) add(sums, t.value.totals.others, sums.get(name) ?? 0n);
    shown.push(t.value.totals.others);
  }
  const measure = t.value.measures[view.measure] ?? view.measure;
  return {
    palette,
    labels: shown,
    lying: true,
    strokes: [
      {
        name: measure,
        kind: 'bar',
        colour: palette.accent,
        values: shown.map((name) => coordinate(sums.get(name) ?? 0n, view)),
      },
    ],
    axisText: (value) => axisAmount(value, language.value),
    labelText: (name) => name,
    tip: (index) => [[measure, said(sums.get(shown[index] ?? '') ?? 0n, view)]],
  };
}

function drawTime(rows: readonly TotalsRowOnWire[], view: View, time: 'day' | 'month', palette: Palette): Drawing {
  const others = view.by.filter((name) => name !== 'day' && name !== 'month');
  const whole: Sums = new Map();
  for (const row of rows) add(whole, groupName(row, others), amountOf({ ...row, running: row.totals }, view));
  const names = ranked(whole);
  const own = new Set(names.slice(0, names.length > MOST_SERIES + 1 ? MOST_SERIES : MOST_SERIES + 1));
  const cells = new Map<string, Sums>();
  for (const row of rows) {
    const name = groupName(row, others);
    const series = own.has(name) ? name : t.value.totals.others;
    const sums = cells.get(series) ?? new Map<string, bigint>();
    cells.set(series, sums);
    add(sums, row.dimensions[time] ?? '', amountOf(row, view));
  }
  const times = [...new Set(rows.map(({ dimensions }) => dimensions[time] ?? ''))].sort();
  const [first = '', last = ''] = [times[0], times.at(-1)];
  // Days on which nothing was sold have their place too.
  const labels = time === 'day' ? eachDay(first, last) : times;
  const within = first.slice(0, 4) === last.slice(0, 4) ? Number(first.slice(0, 4)) : undefined;
  const series = [
    ...names.filter((name) => own.has(name)),
    ...(own.size < names.length ? [t.value.totals.others] : []),
  ];
  // What runs on stays where it is on days on which nothing was sold.
  if (view.show === 'running') {
    for (const sums of cells.values()) {
      let sum = 0n;
      for (const label of labels) sums.set(label, (sum = sums.get(label) ?? sum));
    }
  }
  const sumAt = (name: string, label: string): bigint => cells.get(name)?.get(label) ?? 0n;
  const strokes = series.map((name, index): Stroke => ({
    name: name === '' ? (t.value.measures[view.measure] ?? '') : name,
    kind: time === 'day' ? 'line' : 'bar',
    colour: series.length === 1 ? palette.accent : (palette.series[index % palette.series.length] ?? palette.accent),
    values: labels.map((label) => coordinate(sumAt(name, label), view)),
  }));
  return {
    palette,
    labels,
    strokes,
    stacked: time === 'month',
    axisText: (value) => axisAmount(value, language.value),
    labelText: (label) => (time === 'day' ? dayText(label, language.value, within) : label),
    tip: (index) =>
      series.map((name, at) => [strokes[at]?.name ?? '', said(sumAt(name, labels[index] ?? ''), view)] as const),
  };
}

/** drawGrowth sets the shops of both years side by side: this period and the year before, by the groups of a view. */
export function drawGrowth(rows: readonly GrowthRow[], view: View, palette: Palette): Drawing {
  const words = t.value.totals;
  const isTime = view.by.some((name) => name === 'day' || name === 'month');
  const size = ({ comparable }: GrowthRow): number => Number(comparable.now);
  const shown = isTime ? rows : [...rows].sort((a, b) => size(b) - size(a)).slice(0, MOST_BARS);
  const sides = [
    [words.beforeComparable, 'before', palette.series[8] ?? palette.quiet],
    [words.nowComparable, 'now', palette.accent],
  ] as const;
  return {
    palette,
    labels: shown.map((row) => groupName(row, view.by)),
    lying: !isTime,
    strokes: sides.map(([name, side, colour]) => ({
      name,
      kind: 'bar',
      colour,
      values: shown.map(({ comparable }) => Number(comparable[side])),
    })),
    axisText: (value) => axisAmount(value, language.value),
    labelText: (label) => label,
    tip: (index) =>
      sides.map(
        ([name, side]) => [name, exactAmount(shown[index]?.comparable[side] ?? '0.00', language.value)] as const,
      ),
  };
}
