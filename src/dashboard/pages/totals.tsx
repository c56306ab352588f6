import { useCallback, useMemo } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { DIMENSIONS, type Dimension } from '../../domain/measures';
import { parseYuan } from '../../domain/money';
import { type Completeness, type TotalsAnswer, type TotalsRowOnWire } from '../answers';
import { me, type Pages, useAsked, usePages } from '../api';
import { Chart } from '../chart';
import { type Palette } from '../drawing';
import { Downloads } from '../downloads';
import { dayText } from '../format';
import { Card, Choice, type Column, Copy, Empty, Field, figure, Loaded, More, Table, valueName } from '../parts';
import { goTo, linkTo, route } from '../route';
import { language, t } from '../settings';
import { drawTotals } from '../totals-drawing';
import { drilled, type Measure, MEASURES, parametersOf, questionOf, type View, viewOf, without } from '../totals-view';

const YEARS_BACK = 4;
const EXPLAINED: ReadonlySet<string> = new Set(['platform', 'shop', 'month', 'day']);
const rowsOf = (answer: TotalsAnswer): readonly TotalsRowOnWire[] => answer.rows;

const open = (view: View): void => goTo(linkTo('totals', parametersOf(view)));

/** Totals answers any question of any dimensions and period, as a chart and a table, down to the files behind a figure. */
export function Totals() {
  const known = useAsked<Completeness>('/completeness');
  const today = known.value?.asOf ?? null;
  if (today === null) {
    return (
      <>
        <Heading />
        <Loaded asked={known}>{() => null}</Loaded>
      </>
    );
  }
  return <Explorer today={today} />;
}

function Heading() {
  return (
    <div class="lead">
      <h1>{t.value.totals.title}</h1>
      <p class="quiet">{t.value.totals.lead}</p>
    </div>
  );
}

function Explorer({ today }: { readonly today: string }) {
  const view = viewOf(route.value, { year: today.slice(0, 4), measure: 'net' });
  const question = questionOf(view);
  const pages = usePages<TotalsAnswer, TotalsRowOnWire>(question, rowsOf);
  return (
    <>
      <Heading />
      <Controls view={view} today={today} />
      <Filters view={view} />
      <Loaded asked={pages}>
        {(rows) => pages.first && <Answer view={view} answer={pages.first} rows={rows} pages={pages} />}
      </Loaded>
    </>
  );
}

function Controls({ view, today }: { readonly view: View; readonly today: string }) {
  const words = t.value.totals;
  const thisYear = Number(today.slice(0, 4));
  const { period } = view;
  const years = Array.from({ length: YEARS_BACK + 1 }, (_, back) => String(thisYear - back));
  const listed = typeof period === 'string' && period !== 'all' && !years.includes(period) ? [...years, period] : years;
  return (
    <section class="card controls" aria-label={words.title}>
      <Choice
        label={words.period}
        value={typeof period === 'string' ? period : 'custom'}
        options={[
          ...listed.map((year) => [year, words.year(Number(year))] as const),
          ['all', words.allTime],
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
      <fieldset>
        <legend>{words.by}</legend>
        <div class="checks">
          {DIMENSIONS.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={view.by.includes(name)}
                onChange={({ currentTarget: { checked } }) =>
                  open({ ...view, by: DIMENSIONS.filter((each) => (each === name ? checked : view.by.includes(each))) })
                }
              />
              {t.value.dimensions[name]}
            </label>
          ))}
        </div>
      </fieldset>
      <Choice
        label={words.measure}
        value={view.measure}
        options={MEASURES.map((name) => [name, t.value.measures[name] ?? name])}
        onChoose={(measure) => open({ ...view, measure: measure as Measure })}
      />
      <Copy text={() => location.href} label={words.copy} done={words.copied} />
    </section>
  );
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
  const by = view.by.map((name) => t.value.dimensions[name] ?? name).join(language.value === 'zh' ? '、' : ', ');
  if (answer.total.paidOrders === 0 && answer.rows.length === 0) return <Empty>{words.empty}</Empty>;
  return (
    <>
      {view.by.length > 0 && rows.length > 0 && rows.length === answer.rowCount && (
        <Drawn rows={rows} view={view} title={words.chartOf(t.value.measures[view.measure] ?? view.measure, by)} />
      )}
      <Card title={words.rows(rows.length, answer.rowCount)} aside={t.value.unit}>
        <p class="quiet">{answer.asOf === null ? words.asOfNone : words.asOf(dayText(answer.asOf, language.value))}</p>
        <Table
          label={`${words.title}, ${t.value.unit}`}
          rows={view.by.length === 0 ? [{ dimensions: {}, totals: answer.total }] : rows}
          keyOf={({ dimensions }) => view.by.map((name) => dimensions[name]).join('\n')}
          columns={columns}
          {...(view.by.length === 0
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
    const blank = { ink: '', quiet: '', line: '', surface: '', accent: '0', band: '', font: '', series: swatches };
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
  const compare = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);
  const dimensions = view.by.map((name, index): Column<TotalsRowOnWire> => ({
    title: t.value.dimensions[name] ?? name,
    heads: index === 0,
    order: (a, b) => compare(a.dimensions[name] ?? '', b.dimensions[name] ?? ''),
    cell: ({ dimensions: values }) => {
      const value = values[name] ?? '';
      const shown = valueName(name, value);
      return (
        <a href={linkTo('totals', parametersOf(drilled(view, name, value)))} title={words.drill(shown)}>
          {shown}
        </a>
      );
    },
  }));
  const measures = MEASURES.map((name): Column<TotalsRowOnWire> => ({
    title: t.value.measures[name] ?? name,
    numeric: true,
    order: (a, b) => compare(exact(a, name), exact(b, name)),
    cell: ({ totals }) => figure(totals[name]),
  }));
  const place = (row: TotalsRowOnWire) => ({ ...view.where, ...row.dimensions });
  const hasSource = (['day', 'platform'] as const).every(
    (name) => view.by.includes(name) || view.where[name] !== undefined,
  );
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
  return [...first, ...(maySeeFiles && hasSource && isWhole ? [source] : []), ...measures];
}

function exact({ totals }: TotalsRowOnWire, measure: Measure): bigint {
  const value = totals[measure];
  return typeof value === 'number' ? BigInt(value) : parseYuan(value);
}
