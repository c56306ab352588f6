import { useState } from 'preact/hooks';
import { type Explained } from '../answers';
import { query, useAsked, usePages } from '../api';
import { Downloads } from '../downloads';
import { countText, dayText } from '../format';
import { AsOf, Card, Chip, Empty, Facts, figure, Loaded, More, platformName, Table } from '../parts';
import { linkTo, route } from '../route';
import { language, t } from '../settings';
import { MEASURES } from '../totals-view';
import { PathName } from './path-name';

/** Explain takes a day's figure of a platform apart: into its files, and on demand into the order lines. */
export function Explain() {
  const { day = '', platform = '', shop = '' } = route.value.query;
  const [withLines, setWithLines] = useState(false);
  const asked = useAsked<Explained>(query('/explain', { day, platform, shop }));
  const pathOfLines = query('/explain', { day, platform, shop, lines: 'true' });
  const words = t.value.explain;
  const what = [platformName(platform), shop].filter((part) => part !== '').join(' · ');
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead(/^\d{4}-\d\d-\d\d$/.test(day) ? dayText(day, language.value) : day, what)}</p>
      </div>
      <Loaded asked={asked}>
        {(explained) =>
          explained.total.paidOrders === 0 && explained.files.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <>
              <Card title={t.value.total} aside={t.value.unit}>
                <AsOf day={explained.asOf} />
                <p>
                  <Chip tone={explained.addsUp ? 'good' : 'bad'}>
                    {explained.addsUp ? words.addsUp : words.differs}
                  </Chip>
                </p>
                <Facts
                  facts={MEASURES.map((name) => [t.value.measures[name] ?? name, figure(explained.total[name])])}
                />
              </Card>
              <Parts explained={explained} />
              {withLines ? (
                <Lines path={pathOfLines} />
              ) : (
                <p>
                  <button type="button" onClick={() => setWithLines(true)}>
                    {words.showLines}
                  </button>
                </p>
              )}
              <Downloads path={withLines ? pathOfLines : query('/explain', { day, platform, shop })} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Parts({ explained }: { readonly explained: Explained }) {
  const words = t.value.explain;
  return (
    <Card title={words.files} aside={t.value.unit}>
      <Table
        label={words.files}
        rows={explained.files}
        keyOf={({ fileId }) => fileId}
        columns={[
          {
            title: words.file,
            heads: true,
            cell: ({ fileId, path }) => <PathName path={path} href={linkTo(`file/${fileId}`)} />,
          },
          { title: words.snapshotAt, cell: ({ snapshotAt }) => <span class="nowrap">{snapshotAt ?? '–'}</span> },
          { title: words.lineCount, numeric: true, cell: ({ lines }) => countText(lines) },
          {
            title: words.records,
            numeric: true,
            cell: ({ firstRecord, lastRecord }) => `${countText(firstRecord)}–${countText(lastRecord)}`,
          },
          ...(['net', 'gross', 'refunded', 'paidOrders'] as const).map((name) => ({
            title: t.value.measures[name] ?? name,
            numeric: true,
            cell: ({ totals }: Explained['files'][number]) => figure(totals[name]),
          })),
        ]}
      />
    </Card>
  );
}

type Line = NonNullable<Explained['lines']>[number];
const linesOf = ({ lines }: Explained): readonly Line[] => lines ?? [];

function Lines({ path }: { readonly path: string }) {
  const words = t.value.explain;
  const pages = usePages<Explained, Line>(path, linesOf);
  return (
    <Loaded asked={pages}>
      {(lines) =>
        lines.length === 0 ? (
          <Empty>{words.noLines}</Empty>
        ) : (
          <Card title={words.lines} aside={words.mostLines(lines.length, pages.first?.lineCount ?? 0)}>
            <Table
              label={words.lines}
              rows={lines}
              keyOf={({ fileId, record, lineId }) => `${fileId} ${record} ${lineId}`}
              columns={[
                { title: words.order, heads: true, cell: ({ orderId }) => orderId },
                { title: words.shop, cell: ({ shop }) => shop },
                {
                  title: words.line,
                  numeric: true,
                  cell: ({ fileId, line, record }) => (
                    <a href={linkTo(`file/${fileId}`)}>{countText(line ?? record)}</a>
                  ),
                },
                { title: t.value.measures['gross'] ?? '', numeric: true, cell: ({ gross }) => figure(gross) },
                { title: t.value.measures['refunded'] ?? '', numeric: true, cell: ({ refunded }) => figure(refunded) },
              ]}
            />
            <More pages={pages} />
          </Card>
        )
      }
    </Loaded>
  );
}
