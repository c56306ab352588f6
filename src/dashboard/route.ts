import { signal } from '@preact/signals';
import { query } from './api';

/** Where the reader is: `#/totals?by=month` is the page `totals` with its query. A link reproduces the view. */
export interface Route {
  readonly page: string;
  readonly rest: readonly string[];
  readonly query: Readonly<Partial<Record<string, string>>>;
}

/** What was not written by us may not be decodable; it then is a page that is not there. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function read(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/').map(decoded);
  return { page: page === '' ? 'overview' : page, rest, query: Object.fromEntries(new URLSearchParams(search)) };
}

export const route = signal<Route>(read());
addEventListener('hashchange', () => (route.value = read()));

/** linkTo is the address of a page. */
export function linkTo(path: string, parameters: Readonly<Record<string, string | number | undefined>> = {}): string {
  return query(`#/${path}`, parameters);
}

/** goTo opens a page. */
export function goTo(link: string): void {
  location.hash = link.replace(/^#/, '');
}

/** setupSecret is what the server's one-time link carries. */
export function setupSecret(): string | null {
  return /^#setup=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
}
