import { parseYuan, shareOf } from '../../domain/money';
import { type GrowthAnswer, type TotalsAnswer } from '../answers';
import { type Asked, failureOf, query, today, useAsked } from '../api';
import { Downloads } from '../downloads';
import { exactAmount } from '../format';
import { AsOf, Card, Empty, figure, Growth, Loaded, Money, Problem, Table, YearChoice } from '../parts';
import { linkTo, route } from '../route';
import { language, t } from '../settings';

/** Where the tile of each province stands: a scheme in seven columns, in which neighbours stand near each other. */
const TILES: readonly (readonly (string | null)[])[] = [
  [null, null, null, null, null, null, '黑龙江'],
  [null, null, null, '内蒙古', '北京', '辽宁', '吉林'],
  ['新疆', '甘肃', '宁夏', '山西', '河北', '天津', null],
  [null, '青海', '陕西', '河南', '山东', '江苏', null],
  ['西藏', '四川', '重庆', '湖北', '安徽', '上海', null],
  [null, '云南', '贵州', '湖南', '江西', '浙江', null],
  [null, null, '广西', '广东', '福建', '台湾', null],
  [null, null, '海南', '澳门', '香港', null, null],
];
/** Shares from which a tile is darker. */
const STEPS = [0.005, 0.02, 0.04, 0.07, 0.1] as const;
const heat = (share: number): number => STEPS.filter((step) => share >= step).length;

/** Provinces shows where parcels go: a scheme of tiles, and a ranking with the growth of the same shops. */
export function Provinces() {
  const { year = today().slice(0, 4) } = route.value.query;
  const sold = useAsked<TotalsAnswer>(query('/totals', { year, by: 'province' }));
  const grown = useAsked<GrowthAnswer>(query('/growth', { year, by: 'province' }));
  const words = t.value.provinces;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <div class="controls">
        <YearChoice year={year} page="provinces" />
      </div>
      <Loaded asked={sold}>
        {(answer) =>
          answer.rows.length === 0 ? (
            <Empty>{t.value.totals.empty}</Empty>
          ) : (
            <Shares answer={answer} grown={grown} year={year} />
          )
        }
      </Loaded>
    </>
  );
}

interface Destination {
  readonly name: string;
  readonly yuan: string;
  readonly share: number;
  readonly orders: number;
}

function Shares({
  answer: { rows, total, measure, asOf },
  grown,
  year,
}: {
  readonly answer: TotalsAnswer;
  readonly grown: Asked<GrowthAnswer>;
  readonly year: string;
}) {
  const words = t.value.provinces;
  const whole = parseYuan(total[measure]);
  const all = rows
    .map(({ dimensions: { province = '' }, totals }): Destination => ({
      name: province,
      yuan: totals[measure],
      share: shareOf(parseYuan(totals[measure]), whole),
      orders: totals.paidOrders,
    }))
    .sort((a, b) => b.share - a.share);
  const known = all.filter(({ name }) => name !== 'unknown');
  const unknown = all.find(({ name }) => name === 'unknown');
  const growth = grown.value;
  const failure = failureOf(grown);
  const grownOf = ({ name }: Destination): number | null =>
    growth?.rows.find(({ dimensions }) => dimensions.province === name)?.comparable.growth ?? null;
  return (
    <div class="beside">
      <Card title={words.map}>
        <TileMap known={known} year={year} />
        {unknown !== undefined && unknown.share > 0 && (
          <p class="quiet">{words.unknown(t.value.percent(unknown.share))}</p>
        )}
      </Card>
      <Card title={words.table} aside={t.value.measures[measure]}>
        <AsOf day={asOf} />
        <Table
          label={words.table}
          rows={known.map((each, index) => ({ ...each, rank: index + 1 }))}
          keyOf={({ name }) => name}
          columns={[
            { title: words.rank, numeric: true, cell: ({ rank }) => String(rank) },
            {
              title: words.province,
              heads: true,
              cell: ({ name }) => <a href={linkTo('totals', { year, province: name, by: 'month' })}>{name}</a>,
            },
            { title: t.value.measures[measure] ?? '', numeric: true, cell: ({ yuan }) => <Money yuan={yuan} /> },
            {
              title: t.value.share,
              cell: ({ share }) => (
                <span class="share-done">
                  <span class="progress" aria-hidden="true">
                    <span class="done" style={{ width: `${(share / (known[0]?.share ?? 1)) * 100}%` }} />
                  </span>
                  <span>{t.value.percent(share)}</span>
                </span>
              ),
            },
            { title: t.value.measures['paidOrders'] ?? '', numeric: true, cell: ({ orders }) => figure(orders) },
            {
              title: words.growth,
              numeric: true,
              // A dash would say that there was nothing before.
              cell: (each) => (grown.loading || failure !== null ? '…' : <Growth share={grownOf(each)} />),
            },
          ]}
        />
        {failure !== null && <Problem trouble={failure} again={grown.again} />}
        {growth !== null && growth.comparableShops > 0 && (
          <p class="quiet">{words.growthHint(growth.comparableShops)}</p>
        )}
        <Downloads path={query('/totals', { year, by: 'province' })} />
      </Card>
    </div>
  );
}

function TileMap({ known, year }: { readonly known: readonly Destination[]; readonly year: string }) {
  const words = t.value.provinces;
  const lang = language.value;
  return (
    <>
      <div class="tile-map">
        {TILES.flatMap((row, down) =>
          row.map((name, across) => {
            if (name === null) return null;
            const found = known.find((each) => each.name === name);
            const share = found?.share ?? 0;
            return (
              <a
                key={name}
                class={`province heat-${heat(share)}`}
                style={{ gridRow: down + 1, gridColumn: across + 1 }}
                href={linkTo('totals', { year, province: name, by: 'month' })}
                title={words.tile(name, exactAmount(found?.yuan ?? '0.00', lang), t.value.percent(share))}
              >
                <span>{name}</span>
                <small>{t.value.percent(share)}</small>
              </a>
            );
          }),
        )}
      </div>
      <ul class="legend" aria-label={words.legend}>
        {[0, ...STEPS].map((step, index) => (
          <li key={step}>
            <span class={`swatch heat-${index}`} aria-hidden="true" />
            {index === 0 ? `< ${t.value.percent(STEPS[0])}` : `≥ ${t.value.percent(step)}`}
          </li>
        ))}
      </ul>
    </>
  );
}
