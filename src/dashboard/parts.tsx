import { type ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Asked, type Pages, today, type Trouble, troubleOf } from './api';
import { countText, dayText, exactAmount, grouped, shortAmount } from './format';
import { goTo, linkTo } from './route';
import { language, t } from './settings';

/** Money shows an amount as people say it; the exact one is on hover, with a note where there is one. */
export function Money({ yuan, note = '' }: { readonly yuan: string; readonly note?: string }) {
  const exact = exactAmount(yuan, language.value);
  return <span title={note === '' ? exact : `${exact} · ${note}`}>{shortAmount(yuan, language.value)}</span>;
}

/** Rounded says a sentence with amounts as people say them; with the exact ones it is on hover. */
export function Rounded({ say }: { readonly say: (amount: (yuan: string) => string) => string }) {
  const lang = language.value;
  return <span title={say((yuan) => exactAmount(yuan, lang))}>{say((yuan) => shortAmount(yuan, lang))}</span>;
}

/** Growth shows a share of growth (0.05: +5%); a dash where there was nothing before. */
export function Growth({ share }: { readonly share: number | null }) {
  if (share === null) return <span class="quiet">–</span>;
  return (
    <span class={share < 0 ? 'bad-text' : 'good-text'}>
      {share > 0 ? '+' : ''}
      {t.value.percent(share)}
    </span>
  );
}

/** Day shows a business day. */
export function Day({ day }: { readonly day: string }) {
  return <time dateTime={day}>{dayText(day, language.value)}</time>;
}

/** Chip is a state in a word, with a colour that only underlines it. */
export function Chip({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>;
}
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** AsOf says up to which day figures are complete. */
export function AsOf({ day }: { readonly day: string | null }) {
  const words = t.value.totals;
  return <p class="quiet">{day === null ? words.asOfNone : words.asOf(dayText(day, language.value))}</p>;
}

/** What went wrong in the reader's words, by its code, and where. */
function headline({ code, status, faults = [] }: Trouble): string {
  const words: Readonly<Record<string, string>> = t.value.problems;
  const said = words[code] ?? (status === 503 ? t.value.problems['store-unreachable'] : t.value.failed);
  const places = new Set(faults.map(({ parameter }) => parameterName(parameter)));
  return places.size === 0 ? said : t.value.problemIn(said, [...places]);
}

function parameterName(parameter: string): string {
  const name = parameter.split('.').at(-1) ?? '';
  return t.value.parameters[name] ?? t.value.dimensions[name] ?? parameter;
}

/** Problem tells why something was not answered or done. What the API says of it is in English. */
export function Problem({ trouble, again }: { readonly trouble: Trouble; readonly again?: () => void }) {
  const said = [trouble.detail, trouble.advice].filter((part) => part !== '').join(' ');
  return (
    <div class="problem" role="alert">
      <strong>{headline(trouble)}</strong>
      {said !== '' && (
        <p class={language.value === 'en' ? '' : 'hint'}>
          {t.value.problemDetail}
          <span lang="en">{said}</span>
        </p>
      )}
      {again !== undefined && (
        <button type="button" onClick={again}>
          {t.value.again}
        </button>
      )}
    </div>
  );
}

/** Loaded shows an answer when it is there, and until then that it is on its way, or why it is not. */
export function Loaded<T>({
  asked,
  children,
}: {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (asked.trouble !== null) return <Problem trouble={asked.trouble} again={asked.again} />;
  if (asked.value === null) return <p class="loading">{t.value.loading}</p>;
  return (
    <div class="loaded" aria-busy={asked.loading}>
      {children(asked.value)}
    </div>
  );
}

/** More asks for the next page of a list. */
export function More<R>({ pages }: { readonly pages: Pages<R> }) {
  if (!pages.hasMore) return null;
  return (
    <button type="button" onClick={pages.more}>
      {t.value.more}
    </button>
  );
}

/** Empty says that there is nothing. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** Card is a titled part of a page. */
export function Card({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Column is one column of a table; those that carry `order` can be sorted by. */
export interface Column<R> {
  readonly title: string;
  readonly cell: (row: R) => ComponentChildren;
  readonly numeric?: boolean;
  /** Heads its row: what a screen reader says with every cell. */
  readonly heads?: boolean;
  readonly order?: (a: R, b: R) => number;
}

/** A browser is quick with so many rows of a table; the next ones come on demand. */
const ROWS_AT_ONCE = 500;

/** Table shows rows in a box that scrolls by itself, so that the page never does sideways. */
export function Table<R>({
  label,
  columns,
  rows,
  keyOf,
  foot,
}: {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string | number;
  readonly foot?: readonly ComponentChildren[];
}) {
  const [sorted, sort] = useState<{ readonly by: number; readonly down: boolean } | null>(null);
  const order = sorted === null ? undefined : columns[sorted.by]?.order;
  const shown =
    order === undefined ? rows : [...rows].sort((a, b) => (sorted?.down === true ? order(b, a) : order(a, b)));
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const turn = (by: number): void => sort(sorted?.by === by ? { by, down: !sorted.down } : { by, down: true });
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title, numeric, order: sortable }, index) => (
              <th
                key={title}
                scope="col"
                class={numeric === true ? 'number' : ''}
                {...(sorted?.by === index ? { 'aria-sort': sorted.down ? 'descending' : 'ascending' } : {})}
              >
                {sortable === undefined ? (
                  title
                ) : (
                  <button type="button" class="sort" onClick={() => turn(index)}>
                    {title}
                    <span aria-hidden="true">{sorted?.by === index ? (sorted.down ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, most).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, numeric, heads }) =>
                heads === true ? (
                  <th key={title} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={title} class={numeric === true ? 'number' : ''}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && (
          <tfoot>
            <tr>
              {columns.map(({ title, numeric }, index) =>
                index === 0 ? (
                  <th key={title} scope="row">
                    {foot[index]}
                  </th>
                ) : (
                  <td key={title} class={numeric === true ? 'number' : ''}>
                    {foot[index]}
                  </td>
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
      {shown.length > most && (
        <button type="button" class="onward" onClick={() => setMost(most + ROWS_AT_ONCE)}>
          {t.value.moreRows(most, shown.length)}
        </button>
      )}
    </div>
  );
}

/** figure writes a value of totals for a table: counts as they are, money to the fen. */
export const figure = (value: string | number): string =>
  typeof value === 'number' ? countText(value) : grouped(value);

/** Field is a labelled input. */
export function Field({
  label,
  hint,
  title,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  /** On hover, where a hint would take too much room. */
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <label class="field" {...(title === undefined ? {} : { title })}>
      <span class="label">{label}</span>
      {children}
      {hint !== undefined && <span class="hint">{hint}</span>}
    </label>
  );
}

/** Choice is a labelled list to choose from. */
export function Choice({
  label,
  value,
  options,
  onChoose,
  name,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onChoose?: (value: string) => void;
  readonly name?: string;
}) {
  return (
    <Field label={label}>
      <select
        {...(name === undefined ? {} : { name })}
        value={value}
        onChange={({ currentTarget }) => onChoose?.(currentTarget.value)}
      >
        {options.map(([each, title]) => (
          <option key={each} value={each} selected={each === value}>
            {title}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Form sends what was typed, says why it was not taken, and cannot be sent twice meanwhile. */
export function Form({
  submit,
  danger,
  onSend,
  onCancel,
  children,
  row,
}: {
  readonly submit: string;
  readonly danger?: boolean;
  readonly onSend: (typed: Readonly<Partial<Record<string, string>>>, form: HTMLFormElement) => Promise<void>;
  readonly onCancel?: () => void;
  readonly children: ComponentChildren;
  readonly row?: boolean;
}) {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [sending, setSending] = useState(false);
  return (
    <form
      class={row === true ? 'row' : 'stack'}
      onSubmit={(event) => {
        event.preventDefault();
        if (sending) return;
        const form = event.currentTarget;
        const typed = Object.fromEntries(
          [...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
        );
        setSending(true);
        setTrouble(null);
        onSend(typed, form)
          .catch((error: unknown) => setTrouble(troubleOf(error)))
          .finally(() => setSending(false));
      }}
    >
      {children}
      {trouble !== null && <Problem trouble={trouble} />}
      <div class="actions">
        {/* One that is disabled would lose the focus. */}
        <button type="submit" class={danger === true ? 'danger' : 'primary'} aria-disabled={sending}>
          {submit}
        </button>
        {onCancel !== undefined && (
          <button type="button" onClick={onCancel}>
            {t.value.cancel}
          </button>
        )}
      </div>
    </form>
  );
}

/** filledIn are those of some fields that something was typed into. */
export function filledIn<N extends string>(
  typed: Readonly<Partial<Record<string, string>>>,
  names: readonly N[],
): Readonly<Partial<Record<N, string>>> {
  const filled = names.map((name) => [name, (typed[name] ?? '').trim()] as const).filter(([, value]) => value !== '');
  return Object.fromEntries(filled) as Partial<Record<N, string>>;
}

/** Dialog asks for something above the page; Escape closes it. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const [id, box] = [useId(), useRef<HTMLDialogElement>(null)];
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    // While it is still there: the focus goes back to where it was.
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={box} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** Facts lists what is known of something. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Copy puts a text onto the clipboard. */
export function Copy({
  text,
  label,
  done,
}: {
  readonly text: () => string;
  readonly label: string;
  readonly done: string;
}) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      onClick={() => {
        navigator.clipboard.writeText(text()).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      {copied ? done : label}
    </button>
  );
}

/** platformName is a platform as people know it; one that came by agreement keeps its id. */
export const platformName = (id: string): string => t.value.platforms[id] ?? id;

const WORDED: ReadonlySet<string> = new Set(['kind', 'rural', 'agricultural', 'live-stream']);

/** valueName is a value of a dimension as people know it. */
export function valueName(dimension: string, value: string): string {
  if (value === 'unknown') return t.value.unknown;
  if (dimension === 'platform') return platformName(value);
  return WORDED.has(dimension) ? (t.value.values[value] ?? value) : value;
}

/** scopeName is what a goal speaks of. */
export const scopeName = (scope: Readonly<Partial<Record<string, string>>> = {}): string =>
  t.value.scope(
    Object.entries(scope).flatMap(([name, value]) =>
      value === undefined ? [] : [`${t.value.dimensions[name] ?? name} ${valueName(name, value)}`],
    ),
  );

const YEARS_BACK = 4;

/** yearOptions lists the years to choose from: this one, some before it, and the one that is shown. */
export function yearOptions(shown: string): (readonly [string, string])[] {
  const newest = Number(today().slice(0, 4));
  const years = Array.from({ length: YEARS_BACK + 1 }, (_, back) => String(newest - back));
  const all = /^\d{4}$/.test(shown) && !years.includes(shown) ? [...years, shown] : years;
  return all.map((year) => [year, t.value.totals.year(Number(year))]);
}

/** YearChoice opens a page for another year. */
export function YearChoice({ year, page }: { readonly year: string; readonly page: string }) {
  return (
    <Choice
      label={t.value.totals.period}
      value={year}
      options={yearOptions(year)}
      onChoose={(chosen) => goTo(linkTo(page, { year: chosen }))}
    />
  );
}

/** platformOptions lists the platforms to choose from. */
export const platformOptions = (any: string): (readonly [string, string])[] => [
  ['', any],
  ...Object.entries(t.value.platforms),
];
