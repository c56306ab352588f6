import { signal } from '@preact/signals';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Me } from './answers';

/** Trouble is why a request was not answered: the API's problem, or with a code of ours that there was no answer. */
export interface Trouble {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly advice: string;
  /** What was filled in wrongly, such as `scope.chain`. */
  readonly faults?: readonly { readonly parameter: string }[];
}

/** Refused carries a trouble to whoever asked. */
export class Refused extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.detail);
    this.name = 'Refused';
  }
}

/** refused is a trouble that the API knows nothing of. */
export const refused = (code: string): Refused => new Refused({ status: 0, code, detail: '', advice: '' });

/** Whoever is signed in; undefined until it is known, null when nobody is. */
export const me = signal<Me | null | undefined>(undefined);

/** Why that is not known yet, while it is asked again and again. */
export const unanswered = signal<Trouble | null>(null);

/** today is the business day that it was when somebody signed in or opened the page. */
export const today = (): string => me.value?.today ?? '';

interface Request {
  readonly method?: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** What is thrown when no answer came, or half of one; whoever asked no more hears of no trouble. */
const brokenOff =
  (until?: AbortSignal) =>
  (error: unknown): never => {
    throw until?.aborted === true ? error : refused('unreachable');
  };

async function answered(path: string, { method = 'GET', body, signal: until }: Request): Promise<Response> {
  const response = await fetch(`/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(method === 'GET' ? {} : { 'x-paceline': '1' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(until === undefined ? {} : { signal: until }),
  }).catch(brokenOff(until));
  if (response.ok) return response;
  const said: unknown = await response.json().catch(() => null);
  // The session is over: whatever page it was, the next thing is to sign in.
  if (response.status === 401 && me.value) me.value = null;
  const nothing = { code: '', detail: response.statusText, advice: '' };
  throw new Refused({ ...nothing, ...(said as Partial<Trouble> | null), status: response.status });
}

/** ask sends one request to the API. @throws Refused with what the API says, or that it cannot be reached */
export async function ask<T>(path: string, request: Request = {}): Promise<T> {
  const response = await answered(path, request);
  return (await response.json().catch(brokenOff(request.signal))) as T;
}

/** askFile asks for an answer as a file, with the name that the API gives it. @throws Refused as `ask` */
export async function askFile(path: string): Promise<File> {
  const response = await answered(path, {});
  const [, name = ''] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const blob = await response.blob().catch(brokenOff());
  return new File([blob], decodeURIComponent(name), { type: blob.type });
}

/** troubleOf is what to show for anything that was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Refused) return error.trouble;
  return { status: 0, code: 'internal', detail: error instanceof Error ? error.message : String(error), advice: '' };
}

/** Asked is an answer on its way: what was known before stays until the new one is there. */
export interface Asked<T> {
  readonly value: T | null;
  readonly trouble: Trouble | null;
  readonly loading: boolean;
  readonly again: () => void;
}

/** useAsked asks when a page is opened and whenever its path changes; null asks nothing. `everyMs` asks again and again. */
export function useAsked<T>(path: string | null, everyMs?: number): Asked<T> {
  const [state, set] = useState<Omit<Asked<T>, 'again'>>({ value: null, trouble: null, loading: path !== null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    // What is asked again and again by itself does so unseen.
    set(({ value, trouble }) =>
      everyMs === undefined ? { value, trouble: null, loading: true } : { value, trouble, loading: value === null },
    );
    ask<T>(path, { signal: abort.signal }).then(
      (value) => {
        if (!abort.signal.aborted) set({ value, trouble: null, loading: false });
      },
      (error: unknown) => {
        // What is asked again and again by itself keeps its last answer while there is none.
        const keeps = everyMs !== undefined;
        const trouble = troubleOf(error);
        if (!abort.signal.aborted) set(({ value }) => ({ value: keeps ? value : null, trouble, loading: false }));
      },
    );
    return () => abort.abort();
  }, [path, turn, everyMs]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((was) => was + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return { ...state, again: useCallback(() => setTurn((was) => was + 1), []) };
}

const NOTHING_THERE: ReadonlySet<string> = new Set(['goal-missing', 'nothing-found']);

/** failureOf is the trouble of an answer; that there is no goal, or nothing to compare with, is an answer too. */
export const failureOf = ({ trouble }: Pick<Asked<unknown>, 'trouble'>): Trouble | null =>
  trouble === null || NOTHING_THERE.has(trouble.code) ? null : trouble;

interface Page<R> {
  readonly rows: readonly R[];
  readonly next: string | null;
}

/** Pages is a list that is asked for a page at a time; `first` is the whole answer that its first page came in. */
export interface Pages<R, A = unknown> extends Asked<readonly R[]> {
  readonly first: A | null;
  readonly hasMore: boolean;
  readonly more: () => void;
}

/**
 * usePages asks for the first page of a list and, on demand, the next ones; by itself it goes on to `upTo` rows. `rowsOf`
 * finds the rows in an answer.
 */
export function usePages<A extends { readonly next: string | null }, R>(
  path: string | null,
  rowsOf: (answer: A) => readonly R[],
  upTo = 0,
): Pages<R, A> {
  const first = useAsked<A>(path);
  const [rest, setRest] = useState<Page<R> | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const { value } = first;
  useEffect(() => {
    setRest(null);
    setTrouble(null);
  }, [value]);
  const next = rest === null ? (value?.next ?? null) : rest.next;
  const rows = useMemo(() => (value === null ? null : [...rowsOf(value), ...(rest?.rows ?? [])]), [value, rest]);
  const underWay = useRef<AbortController | null>(null);
  // Another list is asked for: what is still on its way belongs to the one before.
  useEffect(() => () => underWay.current?.abort(), [path]);
  const more = (): (() => void) | undefined => {
    if (path === null || next === null || (underWay.current && !underWay.current.signal.aborted)) return undefined;
    const abort = new AbortController();
    underWay.current = abort;
    const onward = `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`;
    ask<A>(onward, { signal: abort.signal }).then(
      (answer) => {
        if (abort.signal.aborted) return;
        underWay.current = null;
        setRest((was) => ({ rows: [...(was?.rows ?? []), ...rowsOf(answer)], next: answer.next }));
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        underWay.current = null;
        setTrouble(troubleOf(error));
      },
    );
    return () => abort.abort();
  };
  useEffect(() => (rows !== null && rows.length < upTo ? more() : undefined), [rows]);
  return {
    ...first,
    first: value,
    value: rows,
    trouble: first.trouble ?? trouble,
    hasMore: next !== null,
    more,
  };
}

/** query writes the parameters that have a value. */
export function query(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
