import { useState } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { type OneFile, type RejectsAnswer, type WholeFile } from '../answers';
import { ask, me, useAsked, usePages } from '../api';
import { Downloads } from '../downloads';
import { clockText, countText, sizeText } from '../format';
import { Card, Chip, Dialog, Empty, Facts, Field, figure, Form, Loaded, More, platformName, Table } from '../parts';
import { linkTo, route } from '../route';
import { t } from '../settings';
import { FILE_TONES } from './files';

type Deed = 'release' | 'refuse' | 'withdraw';
type Reject = RejectsAnswer['rows'][number];
const rejectsOf = (answer: RejectsAnswer): readonly Reject[] => answer.rows;

/** OneFilePage is one file whole: what it says, what became of it and why, and for operators what to do about it. */
export function OneFilePage() {
  const [id = ''] = route.value.rest;
  const asked = useAsked<WholeFile>(`/files/${encodeURIComponent(id)}`);
  // What an operator's decision answered is newer than what was asked for before it.
  const [decided, setDecided] = useState<WholeFile | null>(null);
  const words = t.value.files;
  return (
    <>
      <p>
        <a href={linkTo('files')}>← {words.back}</a>
      </p>
      <Loaded asked={asked}>{(found) => <Whole file={decided ?? found} onDecided={setDecided} />}</Loaded>
      <Rejects id={id} />
    </>
  );
}

function Whole({ file, onDecided }: { readonly file: WholeFile; readonly onDecided: (file: WholeFile) => void }) {
  const words = t.value.files;
  const { path, status, platform, rows, figures, days } = file;
  const [first, last] = [days[0], days.at(-1)];
  return (
    <>
      <div class="lead">
        <h1 class="break">{path.split('/').at(-1)}</h1>
        <Chip tone={FILE_TONES[status]}>{words.statuses[status] ?? status}</Chip>
        <p class="quiet break">{path}</p>
      </div>
      <Reason file={file} />
      <Deeds file={file} onDecided={onDecided} />
      <Card title={words.facts}>
        <Facts
          facts={[
            [words.platform, platform === null ? '–' : platformName(platform)],
            [words.shop, file.shops.join(', ') || (file.shop ?? '–')],
            [words.snapshotAt, file.snapshotAt ?? '–'],
            [
              words.period,
              first === undefined || last === undefined ? '–' : words.periodDays(first, last, days.length),
            ],
            ...file.confirmations.map(
              ({ snapshotAt, path }) => [words.cameAgain, <span title={path}>{snapshotAt}</span>] as const,
            ),
            [words.layout, file.layout ?? '–'],
            [words.encoding, file.encoding ?? '–'],
            [words.size, <span title={`${countText(file.bytes)} B`}>{sizeText(file.bytes)}</span>],
            [words.read, countText(rows.read)],
            [words.loaded, countText(rows.loaded)],
            [words.rejected, countText(rows.rejected)],
            [words.ignored, countText(rows.ignored)],
          ]}
        />
      </Card>
      <Card title={words.figures} aside={t.value.unit}>
        <p class="quiet">{words.figuresHint}</p>
        <Facts
          facts={(['net', 'gross', 'refunded', 'booked', 'shipping', 'subsidy', 'paidOrders'] as const).map((name) => [
            t.value.measures[name] ?? name,
            figure(figures[name]),
          ])}
        />
      </Card>
      <Card title={words.history}>
        <ol class="history">
          {file.history.map(({ seq, at, status: was, error, decision }) => (
            <li key={seq}>
              <time dateTime={at}>{clockText(at)}</time>
              <span>
                {words.statuses[was] ?? was}
                {error !== null && ` · ${words.reason(error.code)?.why ?? error.message}`}
                {decision !== null &&
                  ` · ${words.by(decision.by)}${decision.reason === '' ? '' : ` · ${decision.reason}`}`}
              </span>
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}

/** Why a file is held or refused, and what to do: in the words of the note that its deliverer gets, where there are some. */
function Reason({ file: { error } }: { readonly file: OneFile }) {
  const words = t.value.files;
  if (error === null) return null;
  const known = words.reason(error.code);
  return (
    <Card title={words.why}>
      <Facts
        facts={[
          [words.why, known?.why ?? error.message],
          ...(known === null && error.advice === '' ? [] : [[words.advice, known?.advice ?? error.advice] as const]),
          [words.code, <code>{error.code}</code>],
          ...(known === null ? [] : [[words.detail, <span class="break">{error.message}</span>] as const]),
        ]}
      />
    </Card>
  );
}

function Deeds({ file, onDecided }: { readonly file: WholeFile; readonly onDecided: (file: WholeFile) => void }) {
  const words = t.value.files;
  const [deed, setDeed] = useState<Deed | null>(null);
  const [done, setDone] = useState<Deed | null>(null);
  const may = me.value ? mayActAs(me.value.role, 'operator') : false;
  const possible: readonly Deed[] =
    file.status === 'held' ? ['release', 'refuse'] : file.status === 'committed' ? ['withdraw'] : [];
  const needsShop = deed === 'release' && file.error?.code === 'shop-unknown';
  return (
    <>
      <p role="status" class={done === null ? 'visually-hidden' : 'notice'}>
        {done === null ? '' : words.done[done]}
      </p>
      {may && possible.length > 0 && (
        <div class="actions">
          {possible.map((each) => (
            <button key={each} type="button" class={each === 'release' ? 'primary' : ''} onClick={() => setDeed(each)}>
              {words[each]}
            </button>
          ))}
        </div>
      )}
      {deed !== null && (
        <Dialog title={words[deed]} onClose={() => setDeed(null)}>
          <p>{words[`${deed}Hint`]}</p>
          <Form
            submit={words[deed]}
            danger={deed !== 'release'}
            onCancel={() => setDeed(null)}
            onSend={async ({ reason = '', shop }) => {
              const body = { reason, ...(shop === undefined ? {} : { shop }) };
              onDecided(await ask<WholeFile>(`/files/${file.fileId}/${deed}`, { method: 'POST', body }));
              setDone(deed);
              setDeed(null);
            }}
          >
            {needsShop && (
              <Field label={words.shopLabel}>
                <input name="shop" required maxLength={200} />
              </Field>
            )}
            <Field label={words.reasonLabel}>
              <input name="reason" required maxLength={500} />
            </Field>
          </Form>
        </Dialog>
      )}
    </>
  );
}

function Rejects({ id }: { readonly id: string }) {
  const path = `/files/${encodeURIComponent(id)}/rejects`;
  const pages = usePages<RejectsAnswer, Reject>(path, rejectsOf);
  const words = t.value.files;
  // What went wrong with the file itself is told above.
  if (pages.trouble?.status === 404) return null;
  return (
    <Card title={words.rejects}>
      <Loaded asked={pages}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{words.rejectsNone}</Empty>
          ) : (
            <>
              <Table
                label={words.rejects}
                rows={rows}
                keyOf={({ record }) => record}
                columns={[
                  { title: words.line, heads: true, cell: ({ line }) => countText(line) },
                  { title: words.outcome, cell: ({ outcome }) => words.outcomes[outcome] },
                  {
                    title: words.reasons,
                    cell: ({ reasons }) => reasons.map((code) => words.rejectMeanings[code] ?? code).join('; '),
                  },
                  { title: words.column, cell: ({ columns }) => columns.join(', ') },
                  {
                    title: words.cells,
                    cell: ({ cells }) =>
                      Object.entries(cells)
                        .map(([name, value]) => `${name}: ${value}`)
                        .join(' · '),
                  },
                ]}
              />
              <More pages={pages} />
              <Downloads path={path} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
