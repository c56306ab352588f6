import { useCallback } from 'preact/hooks';
import { type Dimension } from '../../domain/measures';
import { type HoursOnWire, type LogisticsAnswer, type LogisticsOnWire, type LogisticsRow } from '../answers';
import { query, today, usePages } from '../api';
import { Chart } from '../chart';
import { Downloads } from '../downloads';
import { type Drawing, type Palette } from '../drawing';
import { AsOf, Card, Choice, type Column, Empty, figure, Loaded, More, Table, valueName, yearOptions } from '../parts';
import { goTo, linkTo, route } from '../route';
import { language, t } from '../settings';

const GROUPS = ['platform', 'month', 'province', 'shop', 'league', 'chain'] as const satisfies readonly Dimension[];
const STEPS = ['dispatch', 'receipt'] as const;
const MOST_BARS = 24;
const rowsOf = (answer: LogisticsAnswer): readonly LogisticsRow[] => answer.rows;

/** Logistics tells how long paid orders took to be dispatched and received. */
export function Logistics() {
  const { by: asked, year = today().slice(0, 4) } = route.value.query;
  const by = GROUPS.find((each) => each === asked) ?? 'platform';
  const path = query('/logistics', { year, by });
  const pages = usePages<LogisticsAnswer, LogisticsRow>(path, rowsOf);
  const words = t.value.logistics;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <section class="card controls" aria-label={words.by}>
        <Choice
          label={t.value.totals.period}
          value={year}
          options={yearOptions(year)}
          onChoose={(chosen) => goTo(linkTo('logistics', { year: chosen, by }))}
        />
        <Choice
          label={words.by}
          value={by}
          options={GROUPS.map((each) => [each, t.value.dimensions[each] ?? each])}
          onChoose={(chosen) => goTo(linkTo('logistics', { year, by: chosen }))}
        />
      </section>
      <Loaded asked={pages}>
        {(rows) =>
          pages.first === null || pages.first.total.paidOrders === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <>
              <AsOf day={pages.first.asOf} />
              <Totals total={pages.first.total} />
              <Groups rows={rows} by={by} />
              <Card title={t.value.dimensions[by] ?? by}>
                <Rows rows={rows} by={by} />
                <More pages={pages} />
                <Downloads path={path} />
              </Card>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Totals({ total }: { readonly total: LogisticsOnWire }) {
  const words = t.value.logistics;
  return (
    <div class="tiles">
      {STEPS.flatMap((step) =>
        (['median', 'ninetieth'] as const).map((part) => (
          <div class="tile" key={`${step} ${part}`}>
            <span class="label">
              {words[step]} · {words[part]}
            </span>
            <strong>{hoursText(total[step][part])}</strong>
            <span class="quiet">
              {words.knownShare(t.value.percent(total.paidOrders === 0 ? 0 : total[step].orders / total.paidOrders))}
            </span>
          </div>
        )),
      )}
    </div>
  );
}

const hoursText = (hours: number | null): string =>
  hours === null ? t.value.logistics.none : t.value.logistics.hours(hours);

/** The slower of ten, for each group: by time where there is one, else the slowest first. */
function Groups({ rows, by }: { readonly rows: readonly LogisticsRow[]; readonly by: (typeof GROUPS)[number] }) {
  const words = t.value.logistics;
  const lang = language.value;
  const draw = useCallback((palette: Palette) => drawGroups(rows, by, palette), [rows, by, lang]);
  if (rows.every(({ logistics: { dispatch, receipt } }) => dispatch.orders + receipt.orders === 0)) return null;
  const title = words.chart(t.value.dimensions[by] ?? by);
  return (
    <Card title={title}>
      <ul class="legend" aria-hidden="true">
        {STEPS.map((step, index) => (
          <li key={step} class={`key-series series-${index + 1}`}>
            {words[step]}
          </li>
        ))}
      </ul>
      <Chart tall draw={draw} label={title} />
    </Card>
  );
}

function drawGroups(rows: readonly LogisticsRow[], by: (typeof GROUPS)[number], palette: Palette): Drawing {
  const words = t.value.logistics;
  const isTime = by === 'month';
  const slowness = ({ logistics: { dispatch, receipt } }: LogisticsRow): number =>
    receipt.ninetieth ?? dispatch.ninetieth ?? 0;
  const shown = (isTime ? [...rows] : [...rows].sort((a, b) => slowness(b) - slowness(a))).slice(0, MOST_BARS);
  return {
    palette,
    labels: shown.map(({ dimensions }) => valueName(by, dimensions[by] ?? '')),
    lying: !isTime,
    strokes: STEPS.map((step, index) => ({
      name: words[step],
      kind: 'bar',
      colour: palette.series[index] ?? palette.accent,
      values: shown.map(({ logistics }) => logistics[step].ninetieth),
    })),
    axisText: (value) => words.hoursShort(value),
    labelText: (label) => label,
    tip: (index) =>
      STEPS.flatMap((step) =>
        (['median', 'ninetieth'] as const).map(
          (part) =>
            [`${words[step]} · ${words[part]}`, hoursText(shown[index]?.logistics[step][part] ?? null)] as const,
        ),
      ),
  };
}

function Rows({ rows, by }: { readonly rows: readonly LogisticsRow[]; readonly by: (typeof GROUPS)[number] }) {
  const words = t.value.logistics;
  const hours = (step: (typeof STEPS)[number], part: keyof HoursOnWire): Column<LogisticsRow> => ({
    title: `${words[step]} · ${part === 'orders' ? words.known : words[part]}`,
    numeric: true,
    order: (a, b) => (a.logistics[step][part] ?? -1) - (b.logistics[step][part] ?? -1),
    cell: ({ logistics }) => {
      const value = logistics[step][part];
      if (part === 'orders') return figure(value ?? 0);
      return value === null ? '–' : hoursText(value);
    },
  });
  return (
    <Table
      label={words.title}
      rows={rows}
      keyOf={({ dimensions }) => dimensions[by] ?? ''}
      columns={[
        {
          title: t.value.dimensions[by] ?? by,
          heads: true,
          cell: ({ dimensions }) => valueName(by, dimensions[by] ?? ''),
        },
        {
          title: t.value.measures['paidOrders'] ?? '',
          numeric: true,
          order: (a, b) => a.logistics.paidOrders - b.logistics.paidOrders,
          cell: ({ logistics }) => figure(logistics.paidOrders),
        },
        ...STEPS.flatMap((step) => (['median', 'ninetieth', 'orders'] as const).map((part) => hours(step, part))),
      ]}
    />
  );
}
