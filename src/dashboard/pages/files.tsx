import { FILE_STATUSES, type FileStatus } from '../../domain/order-file';
import { type FilesAnswer } from '../answers';
import { query, useAsked, usePages } from '../api';
import { Downloads } from '../downloads';
import { clockText, countText } from '../format';
import {
  Card,
  Chip,
  Choice,
  Empty,
  Field,
  figure,
  Form,
  Loaded,
  More,
  platformName,
  platformOptions,
  Problem,
  Table,
  type Tone,
} from '../parts';
import { goTo, linkTo, route } from '../route';
import { t } from '../settings';
import { PathName } from './path-name';

type Listed = FilesAnswer['files'][number];

/** FILE_TONES colours the states of a file. */
export const FILE_TONES: Readonly<Record<FileStatus, Tone>> = {
  received: 'calm',
  committing: 'calm',
  committed: 'good',
  held: 'warn',
  refused: 'bad',
  withdrawing: 'calm',
  withdrawn: 'calm',
};
const HELD_COUNTED = 100;
const filesOf = (answer: FilesAnswer): readonly Listed[] => answer.files;

/** Files lists what was handed in and what became of it; those that wait for a decision come first. */
export function Files() {
  const { status = '', platform = '', path = '' } = route.value.query;
  const asked = query('/files', { status, platform, path });
  const pages = usePages<FilesAnswer, Listed>(asked, filesOf);
  const words = t.value.files;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      {status !== 'held' && <Held />}
      <section class="card controls" aria-label={words.find}>
        <Form
          row
          key={`${status} ${platform} ${path}`}
          submit={words.find}
          onSend={(typed) => {
            goTo(linkTo('files', typed));
            return Promise.resolve();
          }}
        >
          <Choice
            name="status"
            label={words.status}
            value={status}
            options={[['', words.any], ...FILE_STATUSES.map((each) => [each, words.statuses[each] ?? each] as const)]}
          />
          <Choice name="platform" label={words.platform} value={platform} options={platformOptions(words.any)} />
          <Field label={words.path}>
            <input name="path" type="search" maxLength={200} defaultValue={path} />
          </Field>
        </Form>
      </section>
      <Loaded asked={pages}>
        {(files) =>
          files.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <Card title={words.title} aside={t.value.unit}>
              <List files={files} />
              <More pages={pages} />
              <Downloads path={asked} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

/** How many files wait for a decision. */
function Held() {
  const held = useAsked<FilesAnswer>(query('/files', { status: 'held', limit: HELD_COUNTED }));
  const words = t.value.files;
  if (held.trouble !== null) return <Problem trouble={held.trouble} again={held.again} />;
  if (held.value === null || held.value.files.length === 0) return null;
  const count = held.value.files.length;
  return (
    <p class="notice">
      <a href={linkTo('files', { status: 'held' })}>
        {held.value.next === null ? words.held(count) : words.heldMany(count)}
      </a>{' '}
      {words.heldHint}
    </p>
  );
}

function List({ files }: { readonly files: readonly Listed[] }) {
  const words = t.value.files;
  return (
    <Table
      label={words.title}
      rows={files}
      keyOf={({ fileId, path }) => `${fileId} ${path}`}
      columns={[
        {
          title: words.file,
          heads: true,
          cell: ({ path, fileId }) => <PathName path={path} href={linkTo(`file/${fileId}`)} />,
        },
        {
          title: words.status,
          cell: ({ status }) => <Chip tone={FILE_TONES[status]}>{words.statuses[status] ?? status}</Chip>,
        },
        {
          title: words.shop,
          cell: ({ platform, shop, shops }) => (
            <span class="path">
              <span title={shops.join(', ')}>{shopsText(shops, shop)}</span>
              <span class="quiet">{platform === null ? '' : platformName(platform)}</span>
            </span>
          ),
        },
        { title: words.handedIn, cell: ({ handedIn }) => <span class="nowrap">{clockText(handedIn)}</span> },
        { title: words.rows, numeric: true, cell: ({ rows }) => countText(rows.loaded) },
        { title: words.rejected, numeric: true, cell: ({ rows }) => countText(rows.rejected) },
        { title: t.value.measures['net'] ?? '', numeric: true, cell: ({ figures }) => figure(figures.net) },
      ]}
    />
  );
}

/** Shops by name; of many, the first and how many there are. */
function shopsText(shops: readonly string[], shop: string | null): string {
  const [first] = shops;
  if (first === undefined) return shop ?? '–';
  return shops.length <= 2 ? shops.join(', ') : t.value.files.shops(first, shops.length);
}
