import { useCallback, useMemo } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { DIMENSIONS, type Dimension, GOAL_MEASURES } from '../../domain/measures';
import { parseYuan } from '../../domain/money';
import { type GrowthAnswer, type GrowthRow, type TotalsAnswer, type TotalsRowOnWire } from '../answers';
import { me, type Pages, today, usePages } from '../api';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { Downloads } from '../downloads';
import { dayText } from '../format';
import {
  AsOf,
  Card,
  Choice,
  type Column,
  Copy,
  Empty,
  Field,
  figure,
  Growth,
  Loaded,
  Money,
  More,
  Table,
  valueName,
  yearOptions,
} from '../parts';
import { goTo, linkTo, route } from '../route';
import { language, t } from '../settings';
import { drawGrowth, drawTotals } from '../totals-drawing';
import {
  drilled,
  goalMeasureOf,
  groupsOf,
  type Measure,
  MEASURES,
  parametersOf,
  questionOf,
  type Show,
  SHOWS,
  type View,
  viewOf,
  without,
} from '../totals-view';

/** So many rows are asked for by themselves, since only all of them make a chart. */
const MOST_DRAWN = 5000;
const EXPLAINED: ReadonlySet<string> = new Set(['platform', 'shop', 'month', 'day']);
const rowsOf = (answer: TotalsAnswer): readonly TotalsRowOnWire[] => answer.rows;

const open = (view: View): void => goTo(linkTo('totals', parametersOf(view)));

/** Totals answers any question of any dimensions and period, as a chart and a table, down to the files behind a figure. */
export function Totals() {
  const words = t.value.totals;
  const view = viewOf(route.value, { year: today().slice(0, 4), measure: 'net' });
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <Controls view={view} today={today()} />
      <Filters view={view} />
      {view.show === 'growth' ? <GrowthOf view={view} /> : <SumsOf view={view} />}
    </>
  );
}

function SumsOf({ view }: { readonly view: View }) {
  const pages = usePages<TotalsAnswer, TotalsRowOnWire>(questionOf(view), rowsOf, MOST_DRAWN);
  return (
    <Loaded asked={pages}>
      {(rows) => pages.first && <Answer view={view} answer={pages.first} rows={rows} pages={pages} />}
    </Loaded>
  );
}

function Controls({ view, today }: { readonly view: View; readonly today: string }) {
  const words = t.value.totals;
  const { period } = view;
  const isGrowth = view.show === 'growth';
  return (
    <section class="card controls" aria-label={words.title}>
      <Choice
        label={words.period}
        value={typeof period === 'string' ? period : 'custom'}
        options={[
          ...yearOptions(typeof period === 'string' ? period : ''),
          ...(isGrowth ? [] : [['all', words.allTime] as const]),
          ['custom', words.custom],
        ]}
        onChoose={(chosen) =>
          open({
            ...view,
            period: chosen === 'custom' ? { from: `${today.slice(0, 7)}-01`, to: today } : chosen,
          })
        }
      />
      {typeof period !== 'string' &&
        (['from', 'to'] as const).map((end) => (
          <Field key={end} label={words[end]}>
            <input
              type="date"
              value={period[end]}
              onChange={({ currentTarget }) => open({ ...view, period: { ...period, [end]: currentTarget.value } })}
            />
          </Field>
        ))}
      <Choice
        label={words.show}
        value={view.show}
        options={SHOWS.map((show) => [show, words.shows[show]])}
        onChoose={(show) => open(shownAs(view, show as Show, today))}
      />
      <Choice
        label={isGrowth ? words.growthMeasure : words.measure}
        value={isGrowth ? goalMeasureOf(view) : view.measure}
        options={(isGrowth ? GOAL_MEASURES : MEASURES).map((name) => [name, t.value.measures[name] ?? name])}
        onChoose={(measure) => open({ ...view, measure: measure as Measure })}
      />
      <Field label={words.known} title={words.knownHint}>
        <input
          type="date"
          value={view.known}
          max={today}
          onChange={({ currentTarget }) => open({ ...view, known: currentTarget.value })}
        />
      </Field>
      <Copy text={() => location.href} label={words.copy} done={words.copied} />
      <fieldset>
        <legend>{words.by}</legend>
        <div class="checks">
          {DIMENSIONS.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={groupsOf(view).includes(name)}
                disabled={view.show === 'running' && (name === 'day' || name === 'month')}
                onChange={({ currentTarget: { checked } }) =>
                  open({ ...view, by: DIMENSIONS.filter((each) => (each === name ? checked : view.by.includes(each))) })
                }
              />
              {t.value.dimensions[name]}
            </label>
          ))}
        </div>
      </fieldset>
    </section>
  );
}

/** Growth is that of days of one year. */
function shownAs(view: View, show: Show, today: string): View {
  const isAllTime = view.period === 'all' && show === 'growth';
  return { ...view, show, ...(isAllTime ? { period: today.slice(0, 4) } : {}) };
}

function Filters({ view }: { readonly view: View }) {
  const words = t.value.totals;
  const filters = Object.entries(view.where) as [Dimension, string][];
  if (filters.length === 0) return null;
  return (
    <p class="filters">
      <span class="quiet">{words.where}</span>
      {filters.map(([name, value]) => {
        const what = `${t.value.dimensions[name] ?? name} ${valueName(name, value)}`;
        return (
          <a
            key={name}
            class="chip calm"
            href={linkTo('totals', parametersOf(without(view, name)))}
            aria-label={words.removeFilter(what)}
            title={words.removeFilter(what)}
          >
            {what} <span aria-hidden="true">×</span>
          </a>
        );
      })}
    </p>
  );
}

function Answer({
  view,
  answer,
  rows,
  pages,
}: {
  readonly view: View;
  readonly answer: TotalsAnswer;
  readonly rows: readonly TotalsRowOnWire[];
  readonly pages: Pages<TotalsRowOnWire>;
}) {
  const words = t.value.totals;
  const columns = useColumns(view);
  const groups = groupsOf(view);
  if (answer.total.paidOrders === 0 && answer.rows.length === 0) return <Empty>{words.empty}</Empty>;
  return (
    <>
      {groups.length > 0 && rows.length > 0 && rows.length === answer.rowCount && (
        <Drawn rows={rows} view={view} title={words.chartOf(measureName(view), groupsText(view))} />
      )}
      <Card title={words.rows(rows.length, answer.rowCount)} aside={t.value.unit}>
        <AsKnown of={answer} />
        {view.show === 'running' && <p class="quiet">{words.runningHint}</p>}
        <AsOf day={answer.asOf} />
        <Table
          label={`${words.title}, ${t.value.unit}`}
          rows={groups.length === 0 ? [{ dimensions: {}, totals: answer.total }] : rows}
          keyOf={({ dimensions }) => groups.map((name) => dimensions[name]).join('\n')}
          columns={columns}
          {...(groups.length === 0 || view.show === 'running'
            ? {}
            : {
                foot: columns.map(({ title }, index) => {
                  const measure = MEASURES.find((name) => t.value.measures[name] === title);
                  return index === 0 ? t.value.total : measure === undefined ? '' : figure(answer.total[measure]);
                }),
              })}
        />
        {rows.length < answer.rowCount && <p class="quiet">{words.chartLater}</p>}
        <More pages={pages} />
        <Downloads path={questionOf(view)} />
      </Card>
    </>
  );
}

function AsKnown({ of: { asKnown } }: { readonly of: Pick<TotalsAnswer, 'asKnown'> }) {
  if (asKnown === null) return null;
  return <p class="notice">{t.value.totals.asKnown(dayText(asKnown.reportedOn, language.value))}</p>;
}

const measureName = ({ measure, show }: View): string => {
  const name = t.value.measures[measure] ?? measure;
  return show === 'running' ? t.value.totals.runningOf(name) : name;
};
const groupsText = (view: View): string =>
  groupsOf(view)
    .map((name) => t.value.dimensions[name] ?? name)
    .join(language.value === 'zh' ? '、' : ', ');

function Drawn({
  rows,
  view,
  title,
}: {
  readonly rows: readonly TotalsRowOnWire[];
  readonly view: View;
  readonly title: string;
}) {
  const drawn = JSON.stringify([view, language.value]);
  const draw = useCallback((palette: Palette) => drawTotals(rows, view, palette), [rows, drawn]);
  const legend = useMemo(() => {
    const swatches = Array.from({ length: 9 }, (_, index) => String(index + 1));
    const blank = {
      ink: '',
      quiet: '',
      line: '',
      surface: '',
      accent: '0',
      band: '',
      font: '',
      size: 0,
      series: swatches,
    };
    const strokes = draw(blank)?.strokes ?? [];
    return strokes.length > 1 ? strokes : [];
  }, [draw]);
  const shape = useCallback((palette: Palette) => draw(palette) ?? nothing(palette), [draw]);
  return (
    <Card title={title}>
      {legend.length > 0 && (
        <ul class="legend" aria-hidden="true">
          {legend.map(({ name, colour }) => (
            <li key={name} class={`key-series series-${colour}`}>
              {name}
            </li>
          ))}
        </ul>
      )}
      <Chart tall draw={shape} label={title} />
    </Card>
  );
}

const nothing = (palette: Palette) => ({
  palette,
  labels: [],
  strokes: [],
  axisText: String,
  labelText: String,
  tip: () => [],
});

function useColumns(view: View): readonly Column<TotalsRowOnWire>[] {
  const words = t.value.totals;
  const maySeeFiles = me.value ? mayActAs(me.value.role, 'analyst') : false;
  const dimensions = dimensionColumns<TotalsRowOnWire>(view);
  const measures = MEASURES.map((name): Column<TotalsRowOnWire> => ({
    title: measureName({ ...view, measure: name }),
    numeric: true,
    order: (a, b) => compare(exact(a, name), exact(b, name)),
    cell: ({ totals, running = totals }) => figure(running[name]),
  }));
  const ofDay: Column<TotalsRowOnWire> = {
    title: words.dayAmount,
    numeric: true,
    order: (a, b) => compare(parseYuan(a.totals.net), parseYuan(b.totals.net)),
    cell: ({ totals }) => figure(totals.net),
  };
  const place = (row: TotalsRowOnWire) => ({ ...view.where, ...row.dimensions });
  // The figure of a platform has shops in it that an account with a limit does not see.
  const places = ['day', 'platform', ...(me.value?.limited === true ? (['shop'] as const) : [])] as const;
  const hasSource = places.every((name) => view.by.includes(name) || view.where[name] !== undefined);
  // What explains a figure knows days, platforms and shops: other dimensions would split what it adds up.
  const isWhole = [...view.by, ...Object.keys(view.where)].every((name) => EXPLAINED.has(name));
  const source: Column<TotalsRowOnWire> = {
    title: words.source,
    cell: (row) => {
      const { day = '', platform = '', shop = '' } = place(row);
      const what = [day, valueName('platform', platform), shop].filter((part) => part !== '').join(' · ');
      return (
        <a href={linkTo('explain', { day, platform, shop })} aria-label={words.sourceHint(what)}>
          {words.source}
        </a>
      );
    },
  };
  const first = dimensions.length > 0 ? dimensions : [{ title: t.value.total, heads: true, cell: () => t.value.total }];
  return [
    ...first,
    ...(maySeeFiles && hasSource && isWhole && view.known === '' ? [source] : []),
    ...(view.show === 'running' ? [ofDay] : []),
    ...measures,
  ];
}

const compare = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The dimensions of a view's rows, each value a way into it. */
function dimensionColumns<R extends Pick<TotalsRowOnWire, 'dimensions'>>(view: View): Column<R>[] {
  return groupsOf(view).map((name, index) => ({
    title: t.value.dimensions[name] ?? name,
    heads: index === 0,
    order: (a, b) => compare(a.dimensions[name] ?? '', b.dimensions[name] ?? ''),
    cell: ({ dimensions }) => {
      const value = dimensions[name] ?? '';
      const shown = valueName(name, value);
      return (
        <a
          class="nowrap"
          href={linkTo('totals', parametersOf(drilled(view, name, value)))}
          title={t.value.totals.drill(shown)}
        >
          {shown}
        </a>
      );
    },
  }));
}

const growthRows = (answer: GrowthAnswer): readonly GrowthRow[] => answer.rows;

/** A period beside the same days of the year before, as it is and on a comparable base. */
function GrowthOf({ view }: { readonly view: View }) {
  const words = t.value.totals;
  const pages = usePages<GrowthAnswer, GrowthRow>(questionOf(view), growthRows);
  const day = (of: string): string => dayText(of, language.value);
  return (
    <Loaded asked={pages}>
      {(rows) => {
        const answer = pages.first;
        if (answer === null) return null;
        const whole: GrowthRow = { ...answer.total, dimensions: {} };
        const columns = growthColumns(view);
        return (
          <>
            {answer.comparableShops === 0 && <p class="notice">{words.growthNone}</p>}
            {view.by.length > 0 && rows.length === answer.rowCount && answer.comparableShops > 0 && (
              <GrowthDrawn rows={rows} view={view} />
            )}
            <Card title={words.rows(rows.length, answer.rowCount)} aside={t.value.measures[answer.measure]}>
              <AsKnown of={answer} />
              <p class="quiet">
                {words.growthLead(day(answer.from), day(answer.to), day(answer.before.from), day(answer.before.to))}{' '}
                {words.growthHint(answer.comparableShops)}
              </p>
              <Table
                label={words.shows.growth}
                rows={view.by.length === 0 ? [whole] : rows}
                keyOf={({ dimensions }) => view.by.map((name) => dimensions[name]).join('\n')}
                columns={columns}
                {...(view.by.length === 0
                  ? {}
                  : {
                      foot: columns.map(({ numeric, cell }, index) =>
                        index === 0 ? t.value.total : numeric ? cell(whole) : '',
                      ),
                    })}
              />
              <More pages={pages} />
              <Downloads path={questionOf(view)} />
            </Card>
          </>
        );
      }}
    </Loaded>
  );
}

function growthColumns(view: View): readonly Column<GrowthRow>[] {
  const words = t.value.totals;
  const dimensions = dimensionColumns<GrowthRow>(view);
  const amount = (title: string, of: (row: GrowthRow) => string): Column<GrowthRow> => ({
    title,
    numeric: true,
    order: (a, b) => compare(parseYuan(of(a)), parseYuan(of(b))),
    cell: (row) => <Money yuan={of(row)} />,
  });
  const growth = (title: string, of: (row: GrowthRow) => number | null): Column<GrowthRow> => ({
    title,
    numeric: true,
    order: (a, b) => (of(a) ?? -Infinity) - (of(b) ?? -Infinity),
    cell: (row) => <Growth share={of(row)} />,
  });
  return [
    ...(dimensions.length > 0 ? dimensions : [{ title: t.value.total, heads: true, cell: () => t.value.total }]),
    amount(words.now, ({ level }) => level.now),
    amount(words.before, ({ level }) => level.before),
    growth(words.growth, ({ level }) => level.growth),
    amount(words.nowComparable, ({ comparable }) => comparable.now),
    amount(words.beforeComparable, ({ comparable }) => comparable.before),
    growth(words.growthComparable, ({ comparable }) => comparable.growth),
  ];
}

function GrowthDrawn({ rows, view }: { readonly rows: readonly GrowthRow[]; readonly view: View }) {
  const words = t.value.totals;
  const drawn = JSON.stringify([view, language.value]);
  const draw = useCallback((palette: Palette) => drawGrowth(rows, view, palette), [rows, drawn]);
  const title = words.chartOf(t.value.measures[goalMeasureOf(view)] ?? '', groupsText(view));
  return (
    <Card title={title}>
      <ul class="legend" aria-hidden="true">
        <li class="key-series series-1">{words.nowComparable}</li>
        <li class="key-series series-9">{words.beforeComparable}</li>
      </ul>
      <Chart tall draw={draw} label={title} />
    </Card>
  );
}

function exact({ totals, running = totals }: TotalsRowOnWire, measure: Measure): bigint {
  const value = running[measure];
  return typeof value === 'number' ? BigInt(value) : parseYuan(value);
}
